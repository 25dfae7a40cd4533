"""What is reported month by month in the demo, and when it is verified."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from tasks.models import Task
from tasks.rules.history import History
from tasks.rules.progress import planned_percent
from tasks.services.readings import history_of
from tracker.demo.acts import Act, Actor
from tracker.demo.stage import REPORT_BEFORE_END, VERIFY_AFTER, straight_line

# From this many points behind plan on, a task is no longer green.
GREEN_LAG = 10
# Nobody reports more before the close-out.
MOST = Decimal(95)


def reports_at(
    actor: Actor,
    ends: Iterable[dt.date],
    *,
    last: dt.date,
    until: dt.date,
    lag: int,
    base: int = 0,
    regain: int = 0,
    waiting: int = 0,
) -> list[tuple[dt.date, Act]]:
    """Return reports a few days before each end, `lag` points behind plan, and their verification.

    What was done before the task came into the demo is `base`; each month after the deadline makes
    up for `regain` points of the lag. The newest `waiting` reports stay
    unverified, nothing is reported after `until`, and nothing is verified after `last`.
    """
    task = actor.task
    history = history_of(task)
    acts: list[tuple[dt.date, Act]] = []
    chosen = list(ends)
    for position, end in enumerate(chosen):
        day = max(end - dt.timedelta(days=REPORT_BEFORE_END), task.start)
        if day > until:
            break
        percent = _percent(
            history, task, end, lag=lag - regain * _months_late(task, end), base=base
        )
        acts.append((day, partial(actor.report, day, percent, behind=lag >= GREEN_LAG)))
        check = day + dt.timedelta(days=VERIFY_AFTER)
        if position < len(chosen) - waiting and check <= last:
            acts.append((check, partial(actor.verify, check)))
    return acts


def _months_late(task: Task, end: dt.date) -> int:
    deadline = task.original_deadline
    if deadline is None or end <= deadline:
        return 0
    return (end.year - deadline.year) * 12 + end.month - deadline.month


def _percent(history: History, task: Task, at: dt.date, *, lag: int, base: int) -> Decimal:
    """Return what to report so that the gap to plan is `lag` points, from `base` to `MOST`.

    Who is on time also follows the calendar between two measures' dates, as people do.
    """
    planned = Decimal(round(planned_percent(history, at) or 0))
    line = straight_line(task.start, task.original_deadline, at)
    if history.terms.deadline is None or lag < GREEN_LAG:
        planned = max(planned, line)
    done = base + (Decimal(100 - base) * planned / 100).quantize(Decimal(1)) - lag
    return min(max(done, Decimal(base)), MOST)
