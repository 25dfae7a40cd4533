"""Units, people, roles and the audit log."""

from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.people import Post, RoleGrant, User
from accounts.models.units import CollectiveTerm, Unit, UnitAlias

__all__ = [
    "AuditEntry",
    "AuditHead",
    "CollectiveTerm",
    "Post",
    "RoleGrant",
    "Unit",
    "UnitAlias",
    "User",
]
