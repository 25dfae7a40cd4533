"""Leave: a substitute holds a person's business roles for the days, and no longer."""

import datetime as dt

import pytest

from accounts.choices import Role
from accounts.errors import DomainError
from accounts.models import Delegation, RoleGrant
from accounts.permissions import may_delegate
from accounts.scopes import roles_of, standing_of
from accounts.services.delegations import delegate, end_delegation, substitutes_for
from tests.cast import Cast
from tests.making import SetClock

TODAY = dt.date(2026, 3, 2)
FIRST, LAST = dt.date(2026, 3, 9), dt.date(2026, 3, 13)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def today(set_clock: SetClock) -> None:
    set_clock(TODAY)


def given(cast: Cast, **more: object) -> Delegation:
    values = {
        "substitute": cast.clerk,
        "since": FIRST,
        "until": LAST,
        "reason": "年休假",
        "by": cast.head,
        **more,
    }
    return delegate(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "holds"),
    [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)],
)
def test_a_substitute_holds_the_roles_from_the_first_to_the_last_day(
    cast: Cast, day: dt.date, holds: bool
) -> None:
    given(cast)
    standing = standing_of(cast.clerk, on=day)
    assert standing.over(cast.air, Role.HEAD) is holds
    assert not standing.over(cast.water, Role.HEAD)
    assert standing.is_party(cast.head.pk) is holds


def test_the_person_keeps_their_own_roles(cast: Cast) -> None:
    given(cast)
    assert roles_of(cast.head, on=FIRST) == {Role.HEAD}


def test_a_substitute_passes_nothing_on(cast: Cast) -> None:
    RoleGrant.objects.create(
        user=cast.clerk, role=Role.LIAISON, unit=cast.air, since=TODAY, granted_by=cast.secadmin
    )
    given(cast)
    given(cast, by=cast.clerk, substitute=cast.water_head)
    assert roles_of(cast.clerk, on=FIRST) == {Role.HEAD, Role.LIAISON}
    assert not standing_of(cast.water_head, on=FIRST).over(cast.air, Role.HEAD)
    assert standing_of(cast.water_head, on=FIRST).over(cast.air, Role.LIAISON)


def test_who_only_stands_in_has_nothing_to_lend(cast: Cast) -> None:
    given(cast, since=TODAY)
    assert not may_delegate(standing_of(cast.clerk, on=TODAY))
    with pytest.raises(DomainError) as refusal:
        given(cast, by=cast.clerk, substitute=cast.water_head)
    assert refusal.value.code == "cannot_delegate"


@pytest.mark.parametrize("officer", ["sysadmin", "secadmin", "auditor"])
def test_officers_neither_lend_nor_borrow(cast: Cast, officer: str) -> None:
    person = cast.named(officer)
    with pytest.raises(DomainError) as refusal:
        given(cast, by=person)
    assert refusal.value.code == "cannot_delegate"
    with pytest.raises(DomainError, match="三员") as refusal:
        given(cast, substitute=person)
    assert refusal.value.code == "substitute_officer"
    assert not substitutes_for(cast.head).filter(pk=person.pk).exists()


def test_whoever_becomes_an_officer_stands_in_no_more(cast: Cast) -> None:
    given(cast)
    RoleGrant.objects.create(user=cast.clerk, role=Role.AUDITOR, unit=cast.bureau, since=FIRST)
    assert roles_of(cast.clerk, on=FIRST) == {Role.AUDITOR}


def test_a_disabled_person_lends_nothing(cast: Cast) -> None:
    given(cast)
    cast.head.is_active = False
    cast.head.save()
    assert roles_of(cast.clerk, on=FIRST) == frozenset()


def test_a_grant_that_ends_meanwhile_is_lent_no_longer(cast: Cast) -> None:
    given(cast)
    RoleGrant.objects.filter(user=cast.head).update(until=FIRST)
    assert roles_of(cast.clerk, on=FIRST) == {Role.HEAD}
    assert roles_of(cast.clerk, on=FIRST + DAY) == frozenset()


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (TODAY - DAY, LAST, "delegation_in_past"),
        (LAST, FIRST, "invalid"),
        (LAST, LAST + DAY, "delegation_overlaps"),
        (FIRST - DAY, FIRST, "delegation_overlaps"),
    ],
)
def test_days_that_cannot_be_are_refused_with_a_sentence(
    cast: Cast, since: dt.date, until: dt.date, code: str
) -> None:
    given(cast)
    with pytest.raises(DomainError) as refusal:
        given(cast, since=since, until=until)
    assert refusal.value.code == code


def test_the_day_after_another_substitute_may_begin(cast: Cast) -> None:
    given(cast)
    given(cast, since=LAST + DAY, until=LAST + DAY, substitute=cast.liaison)
    assert roles_of(cast.clerk, on=LAST + DAY) == frozenset()
    assert standing_of(cast.liaison, on=LAST + DAY).over(cast.air, Role.HEAD)


def test_ending_takes_the_roles_back_at_once(cast: Cast, set_clock: SetClock) -> None:
    delegation = given(cast)
    set_clock(FIRST + DAY)
    end_delegation(delegation, by=cast.head)
    assert roles_of(cast.clerk, on=FIRST + DAY) == frozenset()
    assert roles_of(cast.clerk, on=FIRST) == {Role.HEAD}


@pytest.mark.parametrize("day", [TODAY, FIRST])
def test_one_ended_by_its_first_day_never_held(
    cast: Cast, set_clock: SetClock, day: dt.date
) -> None:
    delegation = given(cast)
    set_clock(day)
    end_delegation(delegation, by=cast.head)
    assert roles_of(cast.clerk, on=FIRST) == frozenset()
    assert Delegation.objects.count() == 1
    with pytest.raises(DomainError) as refusal:
        end_delegation(delegation, by=cast.head)
    assert refusal.value.code == "delegation_over"


def test_only_the_person_ends_their_delegation(cast: Cast) -> None:
    delegation = given(cast)
    with pytest.raises(DomainError) as refusal:
        end_delegation(delegation, by=cast.clerk)
    assert refusal.value.code == "not_own_delegation"
