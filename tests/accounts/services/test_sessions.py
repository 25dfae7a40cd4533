"""Sign-ins: opened, crowded out, kept alive, and ended one by one or all at once."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts import clock
from accounts.choices import Role, SignInEnd
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, SignIn, User
from accounts.services.granting import revoke_role
from accounts.services.managing_people import disable_person
from accounts.services.passwords import store_password
from accounts.services.sessions import (
    end_all_sessions,
    end_sign_in,
    find_sign_in,
    live_sign_ins,
    note_request,
    open_sign_in,
    sign_in_before,
)
from tests.cast import Cast, build_cast

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
MINUTE, SECOND, TICK = dt.timedelta(minutes=1), dt.timedelta(seconds=1), dt.timedelta.resolution
DAY = NOON.date()


def opened(user: User, at: dt.datetime = NOON) -> SignIn:
    return open_sign_in(user, address="192.0.2.7", agent="", at=at)


def stored(sign_in: SignIn) -> SignIn:
    return SignIn.objects.get(pk=sign_in.pk)


@pytest.mark.parametrize(("held", "ended"), [(1, 0), (2, 0), (3, 1), (4, 2)])
def test_the_oldest_ends_when_a_fourth_begins(cast: Cast, held: int, ended: int) -> None:
    older = [opened(cast.head, NOON + n * MINUTE) for n in range(held)]
    opened(cast.head, NOON + held * MINUTE)
    closed = [stored(one).end == SignInEnd.CROWDED for one in older]
    assert closed == [True] * ended + [False] * (held - ended)


def test_what_ran_into_a_limit_takes_no_room(cast: Cast) -> None:
    idle = [opened(cast.head) for _number in range(3)]
    later = NOON + dt.timedelta(minutes=30)
    opened(cast.head, later)
    assert [stored(one).end for one in idle] == ["", "", ""]
    assert len(live_sign_ins(cast.head, at=later)) == 1


def test_how_many_is_the_office_s_choice(cast: Cast, settings: Any) -> None:
    settings.SESSIONS_AT_ONCE = 1
    first = opened(cast.head)
    opened(cast.head, NOON + TICK)
    assert stored(first).end == SignInEnd.CROWDED


@pytest.mark.django_db(transaction=True)
def test_sign_ins_at_the_same_moment_do_not_all_find_room() -> None:
    user = build_cast().head
    start = threading.Barrier(8)

    def attempt(_number: int) -> None:
        try:
            start.wait(timeout=30)
            opened(user)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(8)))
    assert len(live_sign_ins(user, at=NOON)) == 3
    assert SignIn.objects.filter(end=SignInEnd.CROWDED).count() == 5


@pytest.mark.parametrize(
    ("after", "written"), [(MINUTE - TICK, False), (MINUTE, True), (MINUTE + TICK, True)]
)
def test_a_request_is_written_down_once_a_minute(
    cast: Cast, after: dt.timedelta, written: bool
) -> None:
    one = opened(cast.head)
    assert note_request(one, at=NOON + after) is None
    assert (stored(one).last_seen_at > NOON) is written


def test_activity_keeps_a_sign_in_alive_until_its_twelve_hours(cast: Cast) -> None:
    one, at, asked = opened(cast.head), NOON, 0
    end = None
    while end is None:
        at += dt.timedelta(minutes=29)
        asked += 1
        end = note_request(stored(one), at=at)
    assert (end, at - NOON >= dt.timedelta(hours=12), asked) == (SignInEnd.WHOLE, True, 25)
    assert stored(one).end == SignInEnd.WHOLE
    assert AuditEntry.objects.get(action="sign_in.end").actor is None


def test_a_limit_passed_is_recorded_with_its_name(cast: Cast) -> None:
    one = opened(cast.head)
    assert note_request(one, at=NOON + 30 * MINUTE) == SignInEnd.IDLE
    assert stored(one).ended_at == NOON + 30 * MINUTE


def test_a_sign_in_is_found_by_its_number_and_its_person_only(cast: Cast) -> None:
    one = opened(cast.head)
    assert find_sign_in(one.pk, str(cast.head.pk), at=NOON) == one
    assert find_sign_in(one.pk, str(cast.liaison.pk), at=NOON) is None
    assert find_sign_in(None, str(cast.head.pk), at=NOON) is None
    end_sign_in(one, end=SignInEnd.BY_HAND, at=NOON, by=cast.head)
    assert find_sign_in(one.pk, str(cast.head.pk), at=NOON) is None


def test_nobody_ends_the_sign_in_of_another(cast: Cast) -> None:
    one = opened(cast.head)
    with pytest.raises(DomainError, match="只能结束本人的登录"):
        end_sign_in(one, end=SignInEnd.BY_HAND, at=NOON, by=cast.liaison)
    assert stored(one).ended_at is None


def test_all_end_at_once_but_the_present_one_and_other_people_s(cast: Cast) -> None:
    old, present = opened(cast.head), opened(cast.head, NOON + SECOND)
    others = opened(cast.liaison)
    ended = end_all_sessions(
        cast.head, end=SignInEnd.BY_HAND, at=NOON, by=cast.head, except_key=present.pk
    )
    assert ended == 1
    assert [stored(one).ended_at is None for one in (old, present, others)] == [False, True, True]
    assert end_all_sessions(cast.head, end=SignInEnd.SIGNED_OUT, at=NOON, by=cast.head) == 1


def test_a_new_password_ends_every_other_sign_in(cast: Cast) -> None:
    here, there = opened(cast.head), opened(cast.head, NOON + SECOND)
    store_password(cast.head, "Right-Password-2023", action="password.change", except_key=here.pk)
    assert (stored(here).end, stored(there).end) == ("", SignInEnd.PASSWORD)


def test_a_closed_account_has_no_sign_in_left(cast: Cast) -> None:
    one = opened(cast.head)
    disable_person(cast.head, by=cast.sysadmin)
    assert stored(one).end == SignInEnd.CLOSED


def test_a_role_taken_away_is_gone_at_once_with_every_sign_in(cast: Cast) -> None:
    one = opened(cast.head)
    grant = cast.head.grants.get()
    revoke_role(grant, on=DAY, by=cast.secadmin)
    assert stored(one).end == SignInEnd.ROLES
    assert not cast.head.grants.on(DAY).exists()
    assert cast.head.grants.on(DAY - dt.timedelta(days=1)).exists()
    with pytest.raises(DomainError, match="2026-03-01"):
        revoke_role(grant, on=DAY, by=cast.secadmin)


def test_a_role_of_the_same_day_leaves_no_day_on_which_it_held(cast: Cast) -> None:
    grant = cast.clerk.grants.create(role=Role.LIAISON, unit=cast.air, since=DAY)
    revoke_role(grant, on=DAY, by=cast.secadmin)
    assert not cast.clerk.grants.on(DAY).exists()
    assert cast.clerk.grants.get().withdrawn
    assert AuditEntry.objects.filter(action="role.revoke").count() == 1


@pytest.mark.parametrize("name", ["sysadmin", "auditor", "leader", "head"])
def test_nobody_but_the_security_administrator_takes_roles_away(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError):
        revoke_role(cast.liaison.grants.get(), on=DAY, by=cast.named(name))
    with pytest.raises(NotAllowedError):
        revoke_role(cast.secadmin.grants.get(), on=DAY, by=cast.secadmin)


def test_the_sign_in_before_is_the_newest_one_of_the_same_person(cast: Cast) -> None:
    first = opened(cast.head)
    opened(cast.liaison)
    second = opened(cast.head, NOON + MINUTE)
    assert sign_in_before(first) is None
    assert sign_in_before(second) == first


@pytest.mark.parametrize(
    ("address", "kept"), [("2001:db8::1", "2001:db8::1"), ("", None), ("unix:", None)]
)
def test_an_address_that_is_none_is_left_out(cast: Cast, address: str, kept: str | None) -> None:
    assert open_sign_in(cast.head, address=address, agent="", at=NOON).address == kept
