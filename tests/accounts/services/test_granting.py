"""The security administrator grants and ends; the system administrator keeps posts."""

import datetime as dt

import pytest

from accounts.choices import PostKind, Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, Post, RoleGrant
from accounts.scopes import roles_of
from accounts.services.granting import (
    end_grant,
    grant_role,
    grants_read_by,
    revoke_role,
    search_grants,
)
from accounts.services.posts import appoint, release
from tests.cast import SINCE, Cast
from tests.making import SetClock

TODAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def today(set_clock: SetClock) -> None:
    set_clock(TODAY)


def granted(cast: Cast, role: Role = Role.LIAISON, **more: object) -> RoleGrant:
    values = {"unit": cast.air, "since": TODAY, "by": cast.secadmin, **more}
    return grant_role(cast.clerk, role, **values)  # type: ignore[arg-type]


def test_a_grant_for_a_period_names_who_gave_it(cast: Cast) -> None:
    grant = granted(cast, until=TODAY + DAY)
    assert grant.granted_by == cast.secadmin
    assert roles_of(cast.clerk, on=TODAY + DAY) == {Role.LIAISON}
    assert roles_of(cast.clerk, on=TODAY + 2 * DAY) == frozenset()


@pytest.mark.parametrize("name", ["sysadmin", "auditor", "leader", "principal", "hr", "head"])
def test_nobody_else_grants(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError) as refusal:
        granted(cast, by=cast.named(name))
    assert refusal.value.code == "not_granter"


def test_nobody_grants_to_themselves(cast: Cast) -> None:
    with pytest.raises(NotAllowedError) as refusal:
        grant_role(cast.secadmin, Role.SECADMIN, unit=cast.air, since=TODAY, by=cast.secadmin)
    assert refusal.value.code == "own_grant"
    with pytest.raises(NotAllowedError):
        revoke_role(cast.secadmin.grants.get(), on=TODAY, by=cast.secadmin)


def test_an_area_administrator_grants_within_the_area(cast: Cast) -> None:
    grant = cast.secadmin.grants.get()
    RoleGrant.objects.filter(pk=grant.pk).update(unit=cast.water)
    with pytest.raises(NotAllowedError):
        granted(cast)
    with pytest.raises(NotAllowedError):
        grant_role(cast.water_head, Role.HEAD, unit=cast.bureau, since=TODAY, by=cast.secadmin)
    grant_role(cast.water_head, Role.LIAISON, unit=cast.water, since=TODAY, by=cast.secadmin)


def test_a_grant_is_not_dated_back(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        granted(cast, since=TODAY - DAY)
    assert refusal.value.code == "grant_in_past"


def test_a_closed_account_gets_no_role(cast: Cast) -> None:
    cast.clerk.is_active = False
    cast.clerk.save()
    with pytest.raises(DomainError) as refusal:
        granted(cast)
    assert refusal.value.code == "person_closed"


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (TODAY - DAY, "end_in_past"),
        (TODAY, None),
        (TODAY + 9 * DAY, None),
        (TODAY + 10 * DAY, "end_not_earlier"),
    ],
)
def test_a_grant_ends_earlier_with_a_day_from_today_on(
    cast: Cast, until: dt.date, code: str | None
) -> None:
    grant = granted(cast, until=TODAY + 10 * DAY)
    if code is None:
        assert end_grant(grant, until=until, by=cast.secadmin).until == until
        return
    with pytest.raises(DomainError) as refusal:
        end_grant(grant, until=until, by=cast.secadmin)
    assert refusal.value.code == code


def test_the_history_keeps_what_ended(cast: Cast) -> None:
    revoke_role(granted(cast), on=TODAY, by=cast.secadmin)
    revoke_role(cast.liaison.grants.get(), on=TODAY, by=cast.secadmin)
    grants = grants_read_by(cast.auditor)
    on_day = search_grants(grants, words="", role=Role.LIAISON, on=TODAY)
    before = search_grants(grants, words="", role=Role.LIAISON, on=TODAY - DAY)
    ever = search_grants(grants, words="", role=Role.LIAISON, on=None)
    assert list(on_day) == []
    assert [grant.user for grant in before] == [cast.liaison]
    assert ever.count() == 2
    assert AuditEntry.objects.filter(action="role.revoke").count() == 2


@pytest.mark.parametrize("name", ["sysadmin", "leader", "head", "hr"])
def test_only_the_two_officers_read_grants(cast: Cast, name: str) -> None:
    assert not grants_read_by(cast.named(name)).exists()


def test_a_principal_is_followed_from_the_day_after_the_release(cast: Cast) -> None:
    post = cast.head.posts.get()
    release(post, until=TODAY, by=cast.sysadmin)
    given = {"unit": cast.air, "title": "科长", "kind": PostKind.PRINCIPAL, "by": cast.sysadmin}
    with pytest.raises(DomainError, match="大气环境科科长") as refusal:
        appoint(cast.clerk, since=TODAY, **given)  # type: ignore[arg-type]
    assert refusal.value.code == "principal_held"
    appoint(cast.clerk, since=TODAY + DAY, **given)  # type: ignore[arg-type]
    held = Post.objects.filter(unit=cast.air, kind=PostKind.PRINCIPAL)
    assert [one.user for one in held.order_by("since")] == [cast.head, cast.clerk]
    assert roles_of(cast.clerk, on=TODAY + DAY) == frozenset()


@pytest.mark.parametrize("name", ["secadmin", "auditor", "leader", "hr", "head"])
def test_only_the_system_administrator_keeps_posts(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError):
        release(cast.head.posts.get(), until=TODAY, by=cast.named(name))
    with pytest.raises(NotAllowedError):
        appoint(
            cast.clerk,
            unit=cast.air,
            title="副科长",
            kind=PostKind.DEPUTY,
            since=TODAY,
            by=cast.named(name),
        )


@pytest.mark.parametrize(
    ("until", "code"), [(SINCE - DAY, "released_before_appointed"), (SINCE, None)]
)
def test_a_post_does_not_end_before_it_began(cast: Cast, until: dt.date, code: str | None) -> None:
    post = cast.head.posts.get()
    if code is None:
        assert release(post, until=until, by=cast.sysadmin).until == until
        with pytest.raises(DomainError) as refusal:
            release(post, until=until, by=cast.sysadmin)
        assert refusal.value.code == "already_released"
        return
    with pytest.raises(DomainError) as refusal:
        release(post, until=until, by=cast.sysadmin)
    assert refusal.value.code == code
