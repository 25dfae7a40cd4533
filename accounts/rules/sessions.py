"""How long a sign-in holds (security.md, Identity 7 and 9).

Every edge is exclusive: at the very moment the time has passed, it has ended.
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum, unique


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """`idle` since the last request, `whole` since sign-in, `fresh` since the last proof.

    `at_once` is how many sign-ins one person may have at the same time.
    """

    idle: dt.timedelta
    whole: dt.timedelta
    fresh: dt.timedelta
    at_once: int


@unique
class Lapse(Enum):
    """Which limit a sign-in ran into."""

    IDLE = "idle"
    WHOLE = "whole"


# The last request is written down this often, so idleness is measured to the minute.
SEEN_EVERY = dt.timedelta(minutes=1)


def lapse_of(
    *, since: dt.datetime, last_seen: dt.datetime, limits: SessionLimits, at: dt.datetime
) -> Lapse | None:
    """Return which limit has passed at the moment; None while the sign-in holds."""
    if at >= since + limits.whole:
        return Lapse.WHOLE
    return Lapse.IDLE if at >= last_seen + limits.idle else None


def is_fresh(proved_at: dt.datetime, limits: SessionLimits, *, at: dt.datetime) -> bool:
    """Whether the person proved who they are recently enough for a dangerous act."""
    return at < proved_at + limits.fresh
