"""How long a sign-in holds: each limit just before, at, and just after its moment."""

import datetime as dt

import pytest

from accounts.rules.agents import LONGEST, short_agent
from accounts.rules.sessions import Lapse, SessionLimits, is_fresh, lapse_of

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
LIMITS = SessionLimits(
    idle=dt.timedelta(minutes=30),
    whole=dt.timedelta(hours=12),
    fresh=dt.timedelta(minutes=10),
    at_once=3,
)


@pytest.mark.parametrize(
    ("after", "lapse"),
    [(-TICK, None), (dt.timedelta(0), Lapse.IDLE), (TICK, Lapse.IDLE)],
)
def test_a_sign_in_ends_at_thirty_idle_minutes(after: dt.timedelta, lapse: Lapse | None) -> None:
    at = NOON + LIMITS.idle + after
    assert lapse_of(since=NOON, last_seen=NOON, limits=LIMITS, at=at) is lapse


@pytest.mark.parametrize(
    ("after", "lapse"),
    [(-TICK, None), (dt.timedelta(0), Lapse.WHOLE), (TICK, Lapse.WHOLE)],
)
def test_a_busy_sign_in_ends_at_twelve_hours(after: dt.timedelta, lapse: Lapse | None) -> None:
    at = NOON + LIMITS.whole + after
    assert lapse_of(since=NOON, last_seen=at - TICK, limits=LIMITS, at=at) is lapse


@pytest.mark.parametrize(
    ("after", "fresh"), [(-TICK, True), (dt.timedelta(0), False), (TICK, False)]
)
def test_a_proof_is_fresh_for_ten_minutes(after: dt.timedelta, fresh: bool) -> None:
    assert is_fresh(NOON, LIMITS, at=NOON + LIMITS.fresh + after) is fresh


@pytest.mark.parametrize(
    ("agent", "short"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Safari/537.36",
            "Chrome · Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "Mobile/15E148 MicroMessenger/8.0.50",
            "微信 · iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Linux",
        ),
        ("curl/8.5\n\x00", "curl/8.5"),
        ("x" * 200, "x" * LONGEST),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, short: str) -> None:
    assert short_agent(agent) == short
