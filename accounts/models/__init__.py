"""Units, people, roles and the audit log."""

from accounts.models.access import ApiToken, SentRequest
from accounts.models.audit import AuditCheck, AuditEntry, AuditHead
from accounts.models.delegation import Delegation
from accounts.models.directory import DirectoryAccount
from accounts.models.holidays import HolidayDay, HolidayYear
from accounts.models.people import Post, RoleGrant, User
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.sessions import SignIn
from accounts.models.sign_in import AttemptCount, OldPassword, PasswordTicket
from accounts.models.units import CollectiveTerm, Unit, UnitAlias

__all__ = [
    "ApiToken",
    "AttemptCount",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "CollectiveTerm",
    "Delegation",
    "DirectoryAccount",
    "HolidayDay",
    "HolidayYear",
    "OldPassword",
    "PasswordTicket",
    "Post",
    "RecoveryCode",
    "RoleGrant",
    "SecondFactor",
    "SentRequest",
    "SignIn",
    "Unit",
    "UnitAlias",
    "User",
]
