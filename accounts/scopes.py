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


def roles_of(user: User, *, on: dt.date) -> frozenset[str]:
    """Return the roles the person holds anywhere on the day; none when signed out or disabled."""
    if not (user.is_authenticated and user.is_active):
        return frozenset()
    return frozenset(user.grants.on(on).values_list("role", flat=True))


def scope_of(user: User, roles: Collection[str], *, on: dt.date) -> Scope:
    """Return the subtrees on which the person holds one of the roles on the day."""
    if not (user.is_authenticated and user.is_active):
        return Scope(roots=())
    grants = user.grants.on(on).filter(role__in=roles).select_related("unit")
    return Scope(roots=tuple(grant.unit for grant in grants))


def visible_units(user: User, *, on: dt.date) -> Scope:
    """Return the units whose business records the person may see; officers see none."""
    return scope_of(user, BUSINESS_ROLES, on=on)


def has_role(user: User, unit: Unit, *roles: Role, on: dt.date) -> bool:
    """Whether the person holds one of the roles over the unit on the day."""
    return scope_of(user, roles, on=on).holds(unit)
