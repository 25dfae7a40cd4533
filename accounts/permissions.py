"""Who may do what to accounts: the predicate that shows a button is the one that refuses.

The three officers keep each other in check: the system administrator registers people and their
posts but grants nothing, the security administrator grants but registers nobody and nothing to
themselves, the auditor reads.
"""

import datetime as dt

from accounts.choices import BUSINESS_ROLES, OFFICER_ROLES, Role
from accounts.models import Delegation, RoleGrant, Unit, User
from accounts.scopes import Scope, Standing


def may_manage_people(standing: Standing) -> bool:
    """Whether the person keeps accounts at all: the system administrator does."""
    return standing.has(Role.SYSADMIN)


def may_keep_calendar(standing: Standing) -> bool:
    """Whether the person keeps the working days: the system administrator does."""
    return standing.has(Role.SYSADMIN)


def may_manage_person_of(standing: Standing, unit: Unit) -> bool:
    """Whether the person keeps the accounts of a unit."""
    return standing.over(unit, Role.SYSADMIN)


def granted_scope(standing: Standing) -> Scope:
    """Return the units whose people and grants the person may read."""
    return standing.scope(Role.SECADMIN, Role.AUDITOR)


def may_grant(standing: Standing, user: User, unit: Unit) -> bool:
    """Whether the person may grant somebody a role over the unit; never to themselves."""
    return may_grant_to(standing, user) and standing.over(unit, Role.SECADMIN)


def may_grant_to(standing: Standing, user: User) -> bool:
    """Whether the person may grant roles to somebody: of a unit they administer, not themselves."""
    return user.pk != standing.user.pk and standing.over(user.unit, Role.SECADMIN)


def may_end_grant(standing: Standing, grant: RoleGrant) -> bool:
    """Whether the person may end a grant that still holds or is yet to begin; not their own."""
    lasts = not grant.withdrawn and (grant.until is None or grant.until >= standing.on)
    return lasts and may_grant(standing, grant.user, grant.unit)


def may_delegate(standing: Standing) -> bool:
    """Whether the person has business roles of their own to lend, and is no officer."""
    own = [role for role, _unit in standing.grants[: len(standing.grants) - len(standing.lent)]]
    return any(role in BUSINESS_ROLES for role in own) and not any(
        role in OFFICER_ROLES for role in own
    )


def may_end_delegation(user: User, delegation: Delegation, *, on: dt.date) -> bool:
    """Whether the person may end a delegation: their own, while it is not over."""
    return delegation.person_id == user.pk and not delegation.withdrawn and delegation.until >= on
