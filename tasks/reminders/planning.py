"""Plan reminders by ranges of days: what a missed night left out is planned once, no more."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from accounts import clock
from accounts.calendar import is_workday
from accounts.models import User
from accounts.services import audit
from tasks.choices import Channel, ReminderState
from tasks.models import Heartbeat, PlanningRun, Reminder, Task
from tasks.reminders import health, outbox, seals
from tasks.reminders.items import Item, items_due
from tasks.reminders.outbox import chunked
from tasks.reminders.recipients import Addressbook
from tasks.rules.reminders import STANDARD, ReminderStandard, Stage, Window, newest_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a planning run added for the day `on`, having looked back to `since` (excluded)."""

    on: dt.date
    since: dt.date
    superseded: int
    rows: list[outbox.Wanted] = field(default_factory=list)


def plan_reminders(
    *, on: dt.date, dry_run: bool = False, standard: ReminderStandard = STANDARD
) -> Planned:
    """Plan what is to be announced up to the day, and return what was not planned before.

    The run answers for every day after the newest earlier day that was planned; on a first run
    for the day alone. Of several stages of one deadline that a window missed, the newest is
    planned. Planning the same day again adds only what changed since. `dry_run` writes nothing.
    """
    window = _window(on)
    # Read before the lock: delivery checks every row again, so a moment's staleness is harmless.
    wanted = list(_wanted(window, standard))
    if dry_run:
        fresh, returning = _missing(wanted, window)
        moved = Reminder.objects.moved().count()
        return Planned(on=on, since=window.since, superseded=moved, rows=[*fresh, *returning])
    with transaction.atomic():
        heartbeat = health.lock(Heartbeat.PLANNING)
        run, _created = PlanningRun.objects.get_or_create(
            on=on, defaults={"since": window.since, "finished_at": clock.now()}
        )
        moved = outbox.supersede_moved()
        fresh, returning = _missing(wanted, window)
        fresh = outbox.without_known(fresh)
        if moved or fresh or returning:
            entry = audit.record(
                seals.PLANNED,
                run,
                by=None,
                summary=_("编排 %(day)s 的提醒：新增 %(added)s 条，作废 %(moved)s 条")
                % {"day": on, "added": len(fresh) + len(returning), "moved": moved},
                data={"added": len(fresh), "digest": seals.sum_of(one.key for one in fresh)},
            )
            outbox.add(fresh, entry=entry)
            outbox.rearm(list(returning.values()))
        PlanningRun.objects.filter(pk=run.pk).update(
            finished_at=clock.now(),
            runs=F("runs") + 1,
            planned=F("planned") + len(fresh),
            superseded=F("superseded") + moved,
        )
        health.beat(heartbeat)
    return Planned(on=on, since=window.since, superseded=moved, rows=[*fresh, *returning])


def described(planned: Planned) -> list[dict[str, str]]:
    """Return the rows as programs read them: codes and login names instead of ids.

    `item` is the kind and id of what is due; `task` its code, as PLAN/CODE where several plans
    use the code.
    """
    codes = _codes_of({row.task_id for row in planned.rows})
    names = dict(User.objects.values_list("pk", "username"))
    rows = [
        {
            "stage": row.stage.code,
            "item": f"{row.kind}:{row.item_id}",
            "task": codes[row.task_id],
            "recipient": names[row.recipient_id],
            "channel": str(row.channel),
            "deadline": row.deadline.isoformat(),
        }
        for row in planned.rows
    ]
    order = ("task", "item", "recipient", "channel")
    return sorted(rows, key=lambda row: tuple(row[name] for name in order))


def _window(on: dt.date) -> Window:
    before = PlanningRun.objects.filter(on__lt=on).order_by("-on").values_list("on", flat=True)
    return Window(
        since=before.first() or on - dt.timedelta(days=1), until=on, workday=is_workday(on)
    )


def _wanted(window: Window, standard: ReminderStandard) -> Iterator[outbox.Wanted]:
    stages: list[tuple[dt.date, Stage]] = []
    items: list[Item] = []
    for item in items_due(window):
        if item.deadline is None or item.gone:
            continue
        stage = newest_stage(item.deadline, window, late=item.late_days > 0, standard=standard)
        if stage is not None:
            stages.append((item.deadline, stage))
            items.append(item)
    addressed = Addressbook(on=window.until, standard=standard).address(items)
    for (deadline, stage), (item, recipients) in zip(stages, addressed, strict=True):
        for person in recipients:
            for channel in (Channel.IN_APP, Channel.MAIL) if person.has_mail else (Channel.IN_APP,):
                yield outbox.Wanted(
                    kind=item.kind,
                    item_id=item.item_id,
                    task_id=item.task_id,
                    stage=stage,
                    deadline=deadline,
                    recipient_id=person.user_id,
                    copied=person.copied,
                    channel=channel,
                )


def _missing(
    wanted: list[outbox.Wanted], window: Window
) -> tuple[list[outbox.Wanted], dict[outbox.Wanted, int]]:
    """Return what has no row yet, and what has a superseded one (with its id)."""
    known = outbox.known(window)
    fresh = [one for one in wanted if one.key not in known]
    returning = {
        one: known[one.key][0]
        for one in wanted
        if one.key in known and known[one.key][1] == ReminderState.SUPERSEDED
    }
    return fresh, returning


def _codes_of(task_ids: set[int]) -> dict[int, str]:
    codes: dict[int, str] = {}
    for chunk in chunked(sorted(task_ids)):
        tasks = Task.objects.filter(pk__in=chunk)
        shared = set(
            Task.objects.filter(code__in=tasks.values("code"))
            .values("code")
            .annotate(plans=Count("plan"))
            .filter(plans__gt=1)
            .values_list("code", flat=True)
        )
        for pk, code, plan in tasks.values_list("pk", "code", "plan__code"):
            codes[pk] = f"{plan}/{code}" if code in shared else code
    return codes
