"""Tasks for tests, made the way people make them, and a clock that stands where a test puts it."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts import clock
from accounts.models import Unit
from tasks.models import Plan, Task
from tasks.services.issuing import NewTask, add_measure, assign_task, create_task
from tests.cast import Cast

START = dt.date(2023, 1, 1)
DEADLINE = dt.date(2023, 6, 30)


def draft_task(cast: Cast, *, code: str = "T1", on: dt.date = START, **terms: Any) -> Task:
    """Draft a task led by 大气环境科 with a deadline on 30 June; `terms` are those of NewTask."""
    plan, _ = Plan.objects.get_or_create(code="P1", defaults={"name": "攻坚计划", "year": 2023})
    values = {
        "plan": plan,
        "code": code,
        "title": f"任务{code}",
        "leads": (cast.air,),
        "start": START,
        "deadline": DEADLINE,
        **terms,
    }
    return create_task(NewTask(**values), on=on, by=cast.supervisor)


def issued_task(
    cast: Cast,
    *,
    code: str = "T1",
    on: dt.date = START,
    measures: tuple[tuple[Unit, dt.date | None], ...] = (),
    **terms: Any,
) -> Task:
    """Draft a task with measures (owner, deadline) and assign it; its holder is the principal."""
    task = draft_task(cast, code=code, on=on, **terms)
    for number, (owner, deadline) in enumerate(measures, start=1):
        add_measure(
            task,
            text=f"措施{number}",
            owner=owner,
            deadline=deadline,
            on=on,
            by=cast.supervisor,
        )
    return assign_task(task, on=on, by=cast.supervisor, gap_reason="先行交办")


def fresh(task: Task) -> Task:
    """Return the task's row as stored now."""
    return Task.objects.get(pk=task.pk)


SetClock = Callable[[dt.date], None]


def stop_clock(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    """Put the clock at noon, Beijing time, of a day."""
    moment = dt.datetime.combine(day, dt.time(12), tzinfo=clock.BEIJING)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Let a test put the clock at noon, Beijing time, of a day."""
    return partial(stop_clock, monkeypatch)
