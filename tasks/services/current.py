"""Keep the current-state columns of tasks equal to the as-of reading of their facts."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from tasks import standards
from tasks.choices import ReportCycle, TaskState
from tasks.models import Task
from tasks.models.tasks import TaskQuerySet
from tasks.rules.numbers import rounded
from tasks.rules.policy import TaskPolicy
from tasks.rules.reading import CurrentState, current_state
from tasks.services.readings import history_of, with_history
from tasks.services.rolling import roll_up

# How many tasks one transaction of the nightly run holds.
BATCH = 500
_COLUMNS = (
    "state",
    "holder_id",
    "effective_deadline",
    "counted_percent",
    "overdue_banked",
    "overdue_anchor",
    "progress_light",
)
# Reported on within a month, so a new period may begin on any day.
_SHORT_CYCLES = (ReportCycle.WEEKLY, ReportCycle.TEN_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A task whose columns differ from the reading: column → (stored, read)."""

    task: Task
    columns: dict[str, tuple[Any, Any]]


def refresh(task: Task, *, on: dt.date, carry: bool = True) -> Task:
    """Write the task's columns as read on the day, one version later; return the task.

    Call it in the transaction of a new fact, with the task locked. What the fact changes in the
    progress of the tasks above is recorded there, unless `carry` is off.
    """
    fresh = with_history(Task.objects.all()).get(pk=task.pk)
    for name, value in columns_as_of(fresh, on, standards.task_policy(on)).items():
        setattr(task, name, value)
    task.read_on = on
    task.version += 1
    task.save(update_fields=[*_saved(_COLUMNS), "read_on", "version"])
    if task.rolls_up and carry:
        roll_up(task, on=on, refresh=refresh)
    return task


def refresh_current(*, on: dt.date) -> int:
    """Bring the columns up to the day where only the calendar moved; return how many changed.

    The rest of a row holds until its next fact: of open tasks the progress lamp may turn when a
    month or a reporting period has ended, or a soft deadline has passed, since it was last read.
    """
    changed = 0
    last = 0
    policy = standards.task_policy(on)
    while True:
        with transaction.atomic():
            batch = list(
                with_history(_stale(on)).select_for_update(of=("self",)).filter(pk__gt=last)[:BATCH]
            )
            for task in batch:
                changed += _bring_up(task, on, policy)
        if not batch:
            return changed
        last = batch[-1].pk


def compare(*, on: dt.date) -> Iterator[Difference]:
    """Yield every issued task whose columns differ from the as-of reading of the day.

    Columns last read earlier are right as of that day, so run `refresh_current` first.
    """
    policy = standards.task_policy(on)
    for task in with_history(Task.objects.issued()).order_by("pk").iterator(chunk_size=BATCH):
        read = columns_as_of(task, on, policy)
        columns = {
            name: (getattr(task, name), value)
            for name, value in read.items()
            if getattr(task, name) != value
        }
        if columns:
            yield Difference(task=task, columns=columns)


def _stale(on: dt.date) -> TaskQuerySet:
    """Open tasks whose progress lamp the calendar may have turned since it was read."""
    month = on.replace(day=1)
    # The last day of a month has ended the month by itself (§2), so it counts as the next one.
    turned = Q(read_on__lt=month) | Q(read_on=None)
    if (on + dt.timedelta(days=1)).day == 1:
        turned |= Q(read_on__lt=on)
    return (
        Task.objects.filter(state=TaskState.OPEN)
        .filter(
            turned
            | Q(report_cycle__in=_SHORT_CYCLES, read_on__lt=on)
            | Q(soft=True, effective_deadline__lt=on, read_on__lte=F("effective_deadline"))
        )
        .order_by("pk")
    )


def _bring_up(task: Task, on: dt.date, policy: TaskPolicy) -> bool:
    """Write what differs; a new date of reading alone is no new version."""
    read = columns_as_of(task, on, policy)
    differs = any(getattr(task, name) != value for name, value in read.items())
    for name, value in read.items():
        setattr(task, name, value)
    task.read_on = on
    task.version += differs
    task.save(update_fields=[*_saved(_COLUMNS), "read_on", "version"])
    return differs


def columns_as_of(task: Task, on: dt.date, policy: TaskPolicy) -> dict[str, Any]:
    """Return the columns by name, as the rules read the task on the day by the policy's thresholds.

    Fetch many tasks with `with_history` first.
    """
    state = current_state(history_of(task), on, policy)
    return {**columns_of(state), "holder_id": _holder_id(task, state.holder)}


def columns_of(state: CurrentState) -> dict[str, Any]:
    """Return the columns by name that a reading fills, all but the holder."""
    return {
        "state": TaskState(state.state),
        "effective_deadline": state.effective_deadline,
        "counted_percent": rounded(state.counted_percent),
        "overdue_banked": state.overdue.banked,
        "overdue_anchor": state.overdue.anchor,
        "progress_light": state.progress_light.value,
    }


def _holder_id(task: Task, staff_number: str | None) -> int | None:
    """Return the id of the holder, who is the first one or came by a handover."""
    people: list[User | None] = [task.responsible, *(fact.person for fact in task.facts.all())]
    return next((p.pk for p in people if p is not None and p.staff_number == staff_number), None)


def _saved(columns: tuple[str, ...]) -> list[str]:
    return [name.removesuffix("_id") for name in columns]
