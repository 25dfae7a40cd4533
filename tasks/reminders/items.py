"""What can be reminded of: deadlines of tasks and of measures, and monthly reports."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.query import QuerySet

from tasks.choices import FactType, NotSent, ReminderKind, ReportCycle, TaskState
from tasks.models import Measure, Reminder, Task, TaskFact
from tasks.rules.reminders import Window, announced_deadlines, report_due

Key = tuple[str, int, dt.date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something with a deadline, as it stands now.

    `late_days` are the overdue days that count on the day it was read for: 0 for a soft deadline.
    `owner_id` is the unit of a measure, None where the task's lead units own it. `gone` says why
    nobody needs a reminder any more.
    """

    kind: ReminderKind
    item_id: int
    task_id: int
    deadline: dt.date | None
    late_days: int
    holder_id: int | None
    owner_id: int | None = None
    gone: NotSent | None = None


def items_due(window: Window) -> Iterator[Item]:
    """Yield the items with a stage in the window, or overdue on its last day."""
    on = window.until
    yield from _tasks(Task.objects.filter(_dated("effective_deadline", window), _live("", on)), on)
    # A measure dated before its task was assigned is due on the day of assignment.
    brought_forward = Q(
        deadline__lt=F("task__assigned_on"),
        task__assigned_on__gt=window.since,
        task__assigned_on__lte=on,
    )
    yield from _measures(
        Measure.objects.filter(
            _dated("deadline", window) | brought_forward, _live("task__", on), done_on=None
        ),
        on,
    )
    due = report_due(window)
    if due is not None:
        first = due.replace(day=1)
        yield from _reports(
            Task.objects.filter(
                _live("", on),
                report_cycle=ReportCycle.MONTHLY,
                start__lte=first,
                assigned_on__lte=first,
            ),
            due,
        )


def items_of(reminders: Iterable[Reminder], *, on: dt.date) -> dict[Key, Item]:
    """Return the items of planned reminders as they stand now, by `key_of`."""
    wanted: dict[str, set[int]] = {kind: set() for kind in ReminderKind}
    months: dict[dt.date, set[int]] = {}
    for reminder in reminders:
        wanted[reminder.kind].add(reminder.item_id)
        if reminder.kind == ReminderKind.REPORT:
            months.setdefault(reminder.deadline, set()).add(reminder.item_id)
    found: dict[Key, Item] = {}
    for item in _tasks(Task.objects.filter(pk__in=wanted[ReminderKind.TASK]), on):
        found[item.kind, item.item_id, None] = item
    for item in _measures(Measure.objects.filter(pk__in=wanted[ReminderKind.MEASURE]), on):
        found[item.kind, item.item_id, None] = item
    for due, task_ids in months.items():
        for item in _reports(Task.objects.filter(pk__in=task_ids), due):
            found[item.kind, item.item_id, due] = item
    return found


def key_of(reminder: Reminder) -> Key:
    """Return the key of a reminder's item; a report's month belongs to it."""
    month = reminder.deadline if reminder.kind == ReminderKind.REPORT else None
    return reminder.kind, reminder.item_id, month


def _live(prefix: str, on: dt.date) -> Q:
    return Q(**{f"{prefix}state": TaskState.OPEN, f"{prefix}assigned_on__lte": on})


def _dated(field: str, window: Window) -> Q:
    """The ranges of deadlines the window asks for; each is one range of the deadline's index."""
    condition = Q()
    for after, until in announced_deadlines(window):
        condition |= Q(**{f"{field}__gt": after, f"{field}__lte": until})
    if window.workday:
        condition |= Q(**{f"{field}__lt": window.until})
    return condition


def _tasks(tasks: "QuerySet[Task]", on: dt.date) -> Iterator[Item]:
    columns = (
        "id",
        "state",
        "effective_deadline",
        "soft",
        "holder_id",
        "overdue_banked",
        "overdue_anchor",
    )
    rows = tasks.order_by("id").values_list(*columns).iterator(chunk_size=2000)
    for pk, state, deadline, soft, holder_id, banked, anchor in rows:
        late = banked if anchor is None else max(banked, on.toordinal() - anchor)
        yield Item(
            kind=ReminderKind.TASK,
            item_id=pk,
            task_id=pk,
            deadline=deadline,
            late_days=0 if soft or deadline is None else late,
            holder_id=holder_id,
            gone=None if state == TaskState.OPEN else NotSent.NOT_OPEN,
        )


def _measures(measures: "QuerySet[Measure]", on: dt.date) -> Iterator[Item]:
    columns = (
        "id",
        "task_id",
        "owner_id",
        "deadline",
        "done_on",
        "task__state",
        "task__assigned_on",
        "task__holder_id",
    )
    rows = measures.order_by("id").values_list(*columns).iterator(chunk_size=2000)
    for pk, task_id, owner_id, deadline, done_on, state, assigned_on, holder_id in rows:
        if deadline is not None and assigned_on is not None:
            deadline = max(deadline, assigned_on)
        gone = None if state == TaskState.OPEN else NotSent.NOT_OPEN
        yield Item(
            kind=ReminderKind.MEASURE,
            item_id=pk,
            task_id=task_id,
            deadline=deadline,
            late_days=0 if deadline is None else max(0, (on - deadline).days),
            holder_id=holder_id,
            owner_id=owner_id,
            gone=gone if done_on is None else NotSent.DONE,
        )


def _reports(tasks: "QuerySet[Task]", due: dt.date) -> Iterator[Item]:
    """Yield the tasks that have not reported in the month of `due`.

    A returned report is a report; a corrected one counts by its correction.
    """
    reported = TaskFact.objects.filter(
        task=OuterRef("pk"),
        type=FactType.PROGRESS,
        superseded_by=None,
        on__year=due.year,
        on__month=due.month,
    )
    rows = tasks.annotate(reported=Exists(reported)).order_by("id")
    for pk, state, holder_id, done in rows.values_list("id", "state", "holder_id", "reported"):
        gone = NotSent.REPORTED if done else None
        yield Item(
            kind=ReminderKind.REPORT,
            item_id=pk,
            task_id=pk,
            deadline=due,
            late_days=0,
            holder_id=holder_id,
            gone=gone if state == TaskState.OPEN else NotSent.NOT_OPEN,
        )
