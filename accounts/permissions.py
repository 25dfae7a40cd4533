"""Who may do what to accounts: the predicate that shows a button is the one that refuses."""

from accounts.choices import Role
from accounts.models import Unit
from accounts.scopes import Standing


def may_manage_people(standing: Standing) -> bool:
    """Whether the person keeps accounts at all: the system administrator does."""
    return standing.has(Role.SYSADMIN)


def may_manage_person_of(standing: Standing, unit: Unit) -> bool:
    """Whether the person keeps the accounts of a unit."""
    return standing.over(unit, Role.SYSADMIN)
