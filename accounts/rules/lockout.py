"""How many wrong passwords are too many, and for how long.

A count begins with the first failure and is forgotten when its memory has passed. The failure that
fills it locks, and the count begins anew when the lock has passed. Both edges are exclusive: at
the very moment the time has passed, the person may try again (security.md, Identity 4).
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`failures` within `memory` lock for `lock`."""

    failures: int
    memory: dt.timedelta
    lock: dt.timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Tries that failed, or are not decided yet: how many, the first and the last of them."""

    failures: int
    since: dt.datetime
    last_at: dt.datetime


LOCK = dt.timedelta(minutes=30)
ACCOUNT = Limit(failures=5, memory=dt.timedelta(hours=24), lock=LOCK)
# Offices share one address, so it takes many more, and only those of the last half hour.
ADDRESS = Limit(failures=50, memory=LOCK, lock=LOCK)


def locked_until(tally: Tally, limit: Limit, *, at: dt.datetime) -> dt.datetime | None:
    """Return when the lock ends, None where there is none at the moment."""
    if tally.failures < limit.failures:
        return None
    end = tally.last_at + limit.lock
    return end if at < end else None


def taken(tally: Tally, limit: Limit, *, at: dt.datetime) -> Tally:
    """Return the tally after one more try at the moment; only where it is not locked."""
    return (
        Tally(failures=1, since=at, last_at=at)
        if forgotten(tally, limit, at=at)
        else Tally(failures=tally.failures + 1, since=tally.since, last_at=at)
    )


def forgotten(tally: Tally, limit: Limit, *, at: dt.datetime) -> bool:
    """Whether the tally says nothing any more: its lock or its memory has passed."""
    if tally.failures >= limit.failures:
        return at >= tally.last_at + limit.lock
    return tally.failures == 0 or at >= tally.since + limit.memory
