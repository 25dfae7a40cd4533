"""Counting failures: what adds up, what locks, what is forgotten."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.rules.lockout import ACCOUNT, ADDRESS, Limit, Tally, locked_until, taken

START = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MINUTE, TICK = dt.timedelta(minutes=1), dt.timedelta(microseconds=1)
NOTHING = Tally(failures=0, since=START, last_at=START)


def test_the_limits_are_five_of_an_account_and_fifty_of_an_address_for_half_an_hour() -> None:
    assert (ACCOUNT.failures, ADDRESS.failures) == (5, 50)
    assert ACCOUNT.lock == ADDRESS.lock == 30 * MINUTE


@pytest.mark.parametrize("limit", [ACCOUNT, ADDRESS])
def test_the_last_failure_locks_until_half_an_hour_after_it(limit: Limit) -> None:
    tally = NOTHING
    for _ in range(limit.failures - 1):
        tally = taken(tally, limit, at=START)
    assert locked_until(tally, limit, at=START) is None
    last = START + MINUTE
    tally = taken(tally, limit, at=last)
    end = last + 30 * MINUTE
    assert locked_until(tally, limit, at=last) == end
    assert locked_until(tally, limit, at=end - TICK) == end
    assert locked_until(tally, limit, at=end) is None
    assert taken(tally, limit, at=end) == Tally(failures=1, since=end, last_at=end)


@given(st.lists(st.integers(0, 2_000), max_size=80))
@example([0, 1439, 1439, 1439, 1440, 1440, 1440, 1440, 1440])
def test_no_half_hour_of_an_account_has_six_tries(minutes: list[int]) -> None:
    tally, looked = NOTHING, []
    for minute in sorted(minutes):
        at = START + minute * MINUTE
        if locked_until(tally, ACCOUNT, at=at) is None:
            tally = taken(tally, ACCOUNT, at=at)
            looked.append(at)
    for sixth, first in zip(looked[5:], looked, strict=False):
        assert sixth - first >= 30 * MINUTE


def test_an_account_forgets_a_day_after_the_last_failure() -> None:
    tally = taken(taken(NOTHING, ACCOUNT, at=START), ACCOUNT, at=START + MINUTE)
    day = START + MINUTE + dt.timedelta(days=1)
    assert taken(tally, ACCOUNT, at=day - TICK).failures == 3
    assert taken(tally, ACCOUNT, at=day).failures == 1


def test_an_address_forgets_half_an_hour_after_the_first_failure() -> None:
    tally = taken(taken(NOTHING, ADDRESS, at=START), ADDRESS, at=START + MINUTE)
    assert taken(tally, ADDRESS, at=START + 30 * MINUTE - TICK).failures == 3
    assert taken(tally, ADDRESS, at=START + 30 * MINUTE).failures == 1
