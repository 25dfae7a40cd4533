"""Carry the progress of children into their parent, as facts the system records."""

import datetime as dt
from collections.abc import Callable, Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts.services import audit
from tasks.choices import FactType, TaskState
from tasks.models import Task, TaskFact
from tasks.rules.facts import State
from tasks.rules.numbers import rounded
from tasks.rules.progress import counted_percent
from tasks.rules.rolling import rolled_up, stored
from tasks.services.facts import lock_task, record_fact
from tasks.services.readings import history_of, with_history

_WORK = (TaskState.OPEN, TaskState.PENDING)


def rolled_percent(parent: Task, *, on: dt.date) -> Fraction | None:
    """Return what the children of a task amount to on a day; None when none counts."""
    children = with_history(Task.objects.filter(parent=parent, rolls_up=True)).exclude(
        assigned_on=None
    )
    parts = []
    for child in children:
        history = history_of(child)
        if history.terms.assigned <= on and history.state_at(on) is not State.TERMINATED:
            parts.append((Fraction(child.weight), counted_percent(history, on)))
    return rolled_up(parts)


def roll_up(child: Task, *, on: dt.date, refresh: Callable[..., Task]) -> None:
    """Record what a child's newest fact changes in its parent; call it with the child refreshed.

    The parent's fact has the day of the child's own, and today's besides where something later
    counted there; a child's report is one of its parent too, also when it changes no number. The
    parent is locked already, and `refresh` carries the change further up.
    """
    assert child.parent is not None, "held by a database constraint"  # noqa: S101
    parent = lock_task(child.parent)
    if parent.state not in _WORK:
        return
    newest = TaskFact.objects.filter(task=child).order_by("-pk")[:1].get()
    first = max(newest.on, parent.assigned_on or newest.on)
    for day in sorted({first, on}):
        percent = rolled_percent(parent, on=day)
        if percent is None:
            if day == on:
                _set_apart(parent)
            continue
        history = history_of(with_history(Task.objects.all()).get(pk=parent.pk))
        if history.state_at(day) not in (State.OPEN, State.PENDING):
            continue
        reported = newest.type == FactType.PROGRESS and day == newest.on
        if not reported and stored(counted_percent(history, day)) == stored(percent):
            continue
        entry = audit.record(
            "task.roll_up",
            parent,
            by=None,
            summary=_("下级任务 %(code)s 有变动，汇总进度为 %(percent)s%%")
            % {"code": child.code, "percent": rounded(percent)},
            data={"on": day.isoformat(), "child": child.pk, "percent": str(stored(percent))},
        )
        record_fact(
            parent, FactType.PROGRESS, on=day, by=None, entry=entry, percent=stored(percent)
        )
        parent = refresh(parent, on=on)


def _set_apart(parent: Task) -> None:
    """Let a task whose children all ended be reported on directly again."""
    parent.rolled_up = False
    parent.save(update_fields=["rolled_up"])


def differing_parents(*, on: dt.date) -> Iterator[tuple[Task, str, str]]:
    """Yield tasks in work whose percent is not what their children amount to: stored, computed."""
    parents = Task.objects.filter(rolled_up=True, state__in=_WORK).order_by("pk")
    for parent in parents.iterator():
        percent = rolled_percent(parent, on=on)
        if percent is not None and parent.counted_percent != rounded(percent):
            yield parent, str(parent.counted_percent), str(rounded(percent))
