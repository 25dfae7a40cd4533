"""The heartbeat: a wake that beat sent, the broker carried and a worker wrote down."""

import datetime as dt

from tracker.models import Heartbeat
from tracker.schedule import HEARTBEAT_SECONDS

BEAT = "beat"
# Older than two cycles: beat, the broker or every worker is not working.
STALE_AFTER = dt.timedelta(seconds=2 * HEARTBEAT_SECONDS)


def record_heartbeat(*, at: dt.datetime) -> None:
    """Write down that a wake of beat arrived at `at`."""
    Heartbeat.objects.update_or_create(part=BEAT, defaults={"at": at})


def last_heartbeat() -> dt.datetime | None:
    """Return when a wake of beat last arrived, or None before the first."""
    return Heartbeat.objects.filter(part=BEAT).values_list("at", flat=True).first()


def heart_beats(*, now: dt.datetime) -> bool:
    """Whether background work is alive: the last wake is at most two cycles old."""
    last = last_heartbeat()
    return last is not None and now - last <= STALE_AFTER
