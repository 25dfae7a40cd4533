"""Which units a person sees: the one predicate behind every `visible_to`."""

import datetime as dt
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db.models import Q

from accounts.choices import BUSINESS_ROLES, OFFICER_ROLES, Role, UnitKind
from accounts.models import Delegation, RoleGrant, Unit, User
from accounts.models.units import UnitQuerySet

T = TypeVar("T")


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

    `grants` are the person's own and, where they stand in for others (代理), also the `lent` ones,
    which name whose they are and stand last. Empty for somebody signed out or disabled.
    """

    user: User
    on: dt.date
    grants: tuple[tuple[str, Unit], ...]
    lent: tuple[tuple[User, str, Unit], ...] = ()
    # What the apps above read about the person on the day, once for all the questions.
    _known: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what `read` answers, asked the first time only."""
        if key not in self._known:
            self._known[key] = read()
        known: T = self._known[key]
        return known

    def has(self, *roles: str) -> bool:
        """Whether the person holds one of the roles anywhere."""
        return any(role in roles for role, _ in self.grants)

    def scope(self, *roles: str) -> Scope:
        """Return the subtrees on which the person holds one of the roles."""
        return Scope(roots=tuple(unit for role, unit in self.grants if role in roles))

    def over(self, unit: Unit, *roles: str) -> bool:
        """Whether the person holds one of the roles over the unit."""
        return self.scope(*roles).holds(unit)

    @property
    def people(self) -> tuple[User, ...]:
        """The person and everybody they stand in for: one party where nobody judges their own."""
        return (self.user, *dict.fromkeys(person for person, _, _ in self.lent))

    def is_party(self, person_id: int | None) -> bool:
        """Whether somebody is the person or one they stand in for."""
        return any(one.pk == person_id for one in self.people)

    def stood_in_with(self, person_id: int | None, *, since: dt.date) -> bool:
        """Whether the person stood in for somebody, or they for the person, from a day to today.

        Read once for all that is asked of one standing.
        """
        last = self.stood_in_until.get(person_id) if person_id is not None else None
        return last is not None and last >= since

    def judges_own(self, person_id: int | None, *, since: dt.date) -> bool:
        """Whether what somebody put forward on a day is the person's own, so another decides."""
        return self.is_party(person_id) or self.stood_in_with(person_id, since=since)

    @property
    def stood_in_until(self) -> dict[int, dt.date]:
        """The last day of standing in for one another, so far begun, by the other person's id."""

        def read() -> dict[int, dt.date]:
            me = self.user.pk
            begun = Delegation.objects.filter(
                Q(person=me) | Q(substitute=me), withdrawn=False, since__lte=self.on
            )
            rows = begun.order_by("until").values_list("person_id", "substitute_id", "until")
            return {other if one == me else one: until for one, other, until in rows}

        return self.once("stood_in_until", read)

    def acts_for(self, allowed: Callable[["Standing"], bool]) -> User | None:
        """Return on whose behalf the person does what they may do only as a substitute.

        None where their own grants allow it as well.
        """
        own = self.grants[: len(self.grants) - len(self.lent)]
        if not self.lent or allowed(replace(self, grants=own)):
            return None
        for person in self.people[1:]:
            theirs = tuple((role, unit) for one, role, unit in self.lent if one == person)
            if allowed(replace(self, grants=theirs)):
                return person
        return self.people[1]


def standing_of(user: User, *, on: dt.date) -> Standing:
    """Read the person's grants in force on the day, and those they stand in for, in one query.

    Only business roles are lent, only a person's own ones (who stands in passes nothing on), and
    to no officer.
    """
    if not (user.is_authenticated and user.is_active):
        return Standing(user=user, on=on, grants=())
    lenders = Delegation.objects.on(on).filter(substitute=user, person__is_active=True)
    grants = (
        RoleGrant.objects.on(on)
        .filter(Q(user=user) | Q(user__in=lenders.values("person"), role__in=BUSINESS_ROLES))
        .select_related("unit", "user__unit")
        .order_by("role", "unit__path", "id")
    )
    own = tuple((grant.role, grant.unit) for grant in grants if grant.user_id == user.pk)
    if any(role in OFFICER_ROLES for role, _ in own):
        return Standing(user=user, on=on, grants=own)
    lent = tuple((g.user, g.role, g.unit) for g in grants if g.user_id != user.pk)
    shared = tuple((role, unit) for _, role, unit in lent)
    return Standing(user=user, on=on, grants=own + shared, lent=lent)


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
