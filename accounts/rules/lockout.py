"""How many wrong passwords are too many, and for how long.

The failure that fills a count locks, and the count begins anew when the lock has passed. Until then
it is forgotten when its memory has passed. Both edges are exclusive: at the very moment the time
has passed, the person may try again (security.md, Identity 4).
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`failures` lock for `lock`.

    `memory` runs from the last failure where it is `renewed` by each, else from the first.
    """

    failures: int
    memory: dt.timedelta
    renewed: bool
    lock: dt.timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Tries that failed, or are not decided yet: how many, the first and the last of them."""

    failures: int
    since: dt.datetime
    last_at: dt.datetime


LOCK = dt.timedelta(minutes=30)
ACCOUNT = Limit(failures=5, memory=dt.timedelta(hours=24), renewed=True, lock=LOCK)
# Offices share one address and somebody there is always mistyping: only what comes within half an
# hour adds up.
ADDRESS = Limit(failures=50, memory=LOCK, renewed=False, lock=LOCK)


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
    begun = tally.last_at if limit.renewed else tally.since
    return tally.failures == 0 or at >= begun + limit.memory
