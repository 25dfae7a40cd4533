"""Which units a person sees: the one predicate behind every `visible_to`."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from accounts.choices import BUSINESS_ROLES, Role, UnitKind
from accounts.models import Unit, User
from accounts.models.units import UnitQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The subtrees a person was granted; `everything` is set for a grant on the bureau itself."""

    roots: tuple[Unit, ...]

    @property
    def everything(self) -> bool:
        """Whether the scope holds every unit."""
        return any(root.kind == UnitKind.BUREAU for root in self.roots)

    def units(self) -> UnitQuerySet:
        """The units of the scope."""
        return Unit.objects.all() if self.everything else Unit.objects.under(*self.roots)

    def holds(self, unit: Unit) -> bool:
        """Whether the unit lies in the scope."""
        return self.everything or any(unit.path.startswith(root.path) for root in self.roots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person with the grants in force on a day, read once and asked many questions.

    Empty for somebody signed out or disabled.
    """

    user: User
    on: dt.date
    grants: tuple[tuple[str, Unit], ...]

    def has(self, *roles: str) -> bool:
        """Whether the person holds one of the roles anywhere."""
        return any(role in roles for role, _ in self.grants)

    def scope(self, *roles: str) -> Scope:
        """Return the subtrees on which the person holds one of the roles."""
        return Scope(roots=tuple(unit for role, unit in self.grants if role in roles))

    def over(self, unit: Unit, *roles: str) -> bool:
        """Whether the person holds one of the roles over the unit."""
        return self.scope(*roles).holds(unit)


def standing_of(user: User, *, on: dt.date) -> Standing:
    """Read the person's grants in force on the day, in one query."""
    if not (user.is_authenticated and user.is_active):
        return Standing(user=user, on=on, grants=())
    grants = user.grants.on(on).select_related("unit").order_by("role", "unit__path")
    return Standing(user=user, on=on, grants=tuple((grant.role, grant.unit) for grant in grants))


def roles_of(user: User, *, on: dt.date) -> frozenset[str]:
    """Return the roles the person holds anywhere on the day; none when signed out or disabled."""
    return frozenset(role for role, _ in standing_of(user, on=on).grants)


def scope_of(user: User, roles: Collection[str], *, on: dt.date) -> Scope:
    """Return the subtrees on which the person holds one of the roles on the day."""
    return standing_of(user, on=on).scope(*roles)


def visible_units(user: User, *, on: dt.date) -> Scope:
    """Return the units whose business records the person may see; officers see none."""
    return scope_of(user, BUSINESS_ROLES, on=on)


def has_role(user: User, unit: Unit, *roles: Role, on: dt.date) -> bool:
    """Whether the person holds one of the roles over the unit on the day."""
    return scope_of(user, roles, on=on).holds(unit)
