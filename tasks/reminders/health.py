"""Whether reminding stands still: heartbeats of planning and delivery, and what they say."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import clock
from tasks.models import Heartbeat

# How often each job goes through at least; two missed turns are a standstill. Delivery is woken
# more often, but a run with many mails is one turn.
PLANNING_CYCLE = dt.timedelta(hours=1)
DELIVERY_CYCLE = dt.timedelta(minutes=5)
_CYCLES = {Heartbeat.PLANNING: PLANNING_CYCLE, Heartbeat.DELIVERY: DELIVERY_CYCLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How a job does: `stale` when its last success is older than two cycles, or there is none.

    `trouble` is a sentence about what it could not do although it goes round, else empty.
    """

    name: str
    last_success: dt.datetime | None
    stale: bool
    trouble: str


def watches(*, now: dt.datetime) -> list[Watch]:
    """Return how planning and delivery do at the moment."""
    rows = {row.name: row for row in Heartbeat.objects.filter(name__in=_CYCLES)}
    found = []
    for name, cycle in _CYCLES.items():
        row = rows.get(name)
        last = row.at if row else None
        found.append(
            Watch(
                name=name,
                last_success=last,
                stale=last is None or now - last > 2 * cycle,
                trouble=row.trouble if row else "",
            )
        )
    return found


def standstill(*, now: dt.datetime) -> str:
    """Return the sentence a page prints when reminders are late or undeliverable, else ""."""
    for watch in watches(now=now):
        what = _("提醒编排") if watch.name == Heartbeat.PLANNING else _("提醒发送")
        if watch.last_success is None:
            return _("%(what)s尚未运行过，请联系系统管理员。") % {"what": what}
        if watch.stale:
            since = watch.last_success.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
            return _("%(what)s自 %(since)s 起没有运行，提醒可能延迟，请联系系统管理员。") % {
                "what": what,
                "since": since,
            }
        if watch.trouble:
            return watch.trouble
    return ""


def lock(name: str) -> Heartbeat:
    """Lock the job's row until the transaction ends, so that two runs take turns."""
    Heartbeat.objects.get_or_create(name=name)
    return Heartbeat.objects.select_for_update().get(name=name)


def beat(heartbeat: Heartbeat, *, trouble: str = "") -> None:
    """Record that the job went through now."""
    Heartbeat.objects.filter(pk=heartbeat.pk).update(at=clock.now(), trouble=trouble[:500])
