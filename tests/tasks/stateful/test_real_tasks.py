"""The tasks of published plans go through a year, and end closed, overdue or as standing duties.

Missing units are registered, joint leads kept; where no lead is named the first unit leads. What a
deadline leaves open is settled by a person before the task is assigned.
"""

import datetime as dt
import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.choices import PostKind, Role, UnitKind
from accounts.models import Post, RoleGrant, Unit, User
from tasks import standards
from tasks.choices import TaskState, TaskType
from tasks.ledger.deadlines import read_deadline
from tasks.models import Plan, Task
from tasks.rules.reading import TaskReading, read_task
from tasks.services import closing, issuing, progress
from tasks.services.readings import history_of, with_history
from tasks.wording import lag_sentence, lamp_sentence
from tests.cast import SINCE, Cast
from tests.data import DATA
from tests.making import SetClock

ROWS: list[dict[str, Any]] = yaml.safe_load((DATA / "real_tasks.yaml").read_text("utf-8"))
YEAR = dt.timedelta(days=365)
LONG_AGO = dt.date(2000, 1, 1)
# How often each task lives its year; `make soak` lets them live more.
YEARS = int(os.environ.get("YEARS", "2"))
# A reading that needs a person, who then names a day of the plan's year.
BY_HAND = (6, 30)
ENDS = {"closed", "overdue", "standing"}


@dataclass(frozen=True, kw_only=True)
class Life:
    """What becomes of one task: reports after so many days, and a close-out, if any."""

    lead_time: int
    reports: list[tuple[int, int]]
    closed_after: int | None
    checked_after: int
    rejected_first: bool


LIVES = st.builds(
    Life,
    lead_time=st.integers(30, 300),
    reports=st.lists(st.tuples(st.integers(1, 360), st.integers(0, 100)), max_size=3),
    closed_after=st.one_of(st.none(), st.integers(10, 340)),
    checked_after=st.integers(0, 9),
    rejected_first=st.booleans(),
)


class Registry:
    """Units by name, registered with a head when a task first names them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.heads: dict[str, tuple[Unit, User]] = {}

    def unit(self, name: str) -> Unit:
        """Return the unit of a name."""
        if name not in self.heads:
            code = f"R{len(self.heads):03d}"
            unit = Unit.objects.create(
                code=code,
                name=f"{name}（{code}）",
                kind=UnitKind.DEPARTMENT,
                group="department",
                parent=self.cast.bureau,
                path=f"{self.cast.bureau.path}{code}/",
            )
            head = User(username=code.lower(), staff_number=code, name=f"{name}负责人", unit=unit)
            head.set_unusable_password()
            head.save()
            RoleGrant.objects.create(
                user=head, role=Role.HEAD, unit=unit, since=dt.date(2000, 1, 1)
            )
            Post.objects.create(
                user=head, unit=unit, title="负责人", kind=PostKind.PRINCIPAL, since=SINCE
            )
            self.heads[name] = (unit, head)
        return self.heads[name][0]

    def head(self, name: str) -> User:
        """Return who heads the unit."""
        self.unit(name)
        return self.heads[name][1]


def test_the_rows_are_the_published_ones_with_a_unit_and_a_deadline() -> None:
    assert len(ROWS) == 41
    assert all(row["lead"] or row["cooperating"] or row["collective"] for row in ROWS)


@pytest.mark.timeout(1800)
def test_real_tasks_end_closed_overdue_or_standing(cast: Cast, set_clock: SetClock) -> None:
    # The bureau's supervisor worked there in 2009 already.
    RoleGrant.objects.update(since=LONG_AGO)
    registry = Registry(cast)
    for row in ROWS:
        for name in (*row["lead"], *row["cooperating"], *row["collective"]):
            registry.unit(name)
    found: Counter[str] = Counter()

    @settings(
        max_examples=YEARS, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(lives=st.lists(LIVES, min_size=len(ROWS), max_size=len(ROWS)))
    def a_year(lives: list[Life]) -> None:
        savepoint = transaction.savepoint()
        for row, life in zip(ROWS, lives, strict=True):
            found[_live(row, life, registry, set_clock)] += 1
        transaction.savepoint_rollback(savepoint)

    a_year()
    assert set(found) == ENDS


def _live(row: dict[str, Any], life: Life, registry: Registry, put_clock: SetClock) -> str:
    """Let a task live its year; return how it ends."""
    year = row["plan_year"]
    read = read_deadline(row["deadline"], plan_year=year, reference_date=dt.date(year, 1, 1))
    due = read.date if read.settled else read.date or dt.date(year, *BY_HAND)
    start = due - dt.timedelta(days=life.lead_time) if due else dt.date(year, 1, 1)
    put_clock(start)
    by, task, head = registry.cast.supervisor, _drafted(row, read, start, due, registry), ""
    if not read.settled:
        with pytest.raises(Exception, match="还没有明确读法"), transaction.atomic():
            issuing.assign_task(task, on=start, by=by)
        issuing.confirm_deadline(task, deadline=due, on=start, by=by)
    issuing.assign_task(task, on=start, by=by, gap_reason="先行交办")
    head = (row["lead"] or row["cooperating"] or row["collective"])[0]
    last = start + YEAR
    for day, act in _acts(task, life, start, last, registry.head(head), by):
        put_clock(day)
        act(day)
        _explained(task, day)
    put_clock(last)
    return _explained(task, last)


def _drafted(
    row: dict[str, Any], read: Any, start: dt.date, due: dt.date | None, registry: Registry
) -> Task:
    leads = row["lead"] or row["cooperating"][:1] or row["collective"][:1]
    others = [name for name in (*row["cooperating"], *row["collective"]) if name not in leads]
    plan, _made = Plan.objects.get_or_create(
        code=f"R{row['plan_year']}", defaults={"name": row["source"], "year": row["plan_year"]}
    )
    new = issuing.NewTask(
        plan=plan,
        code=row["id"],
        title=row["task"][:300],
        leads=tuple(registry.unit(name) for name in leads),
        cooperating=tuple(
            registry.unit(name) for name in dict.fromkeys(others) if name not in leads
        ),
        start=start,
        deadline=due if read.settled else None,
        deadline_raw=row["deadline"],
        deadline_kind=read.kind,
        continues_after=read.continues_after,
        type=TaskType.DATED if due else TaskType.STANDING,
        report_cycle="monthly",
    )
    task = issuing.create_task(new, on=start, by=registry.cast.supervisor)
    for text in row["measures"]:
        issuing.add_measure(
            task, text=text, owner=new.leads[0], on=start, by=registry.cast.supervisor
        )
    return task


def _acts(
    task: Task, life: Life, start: dt.date, last: dt.date, head: User, by: User
) -> list[tuple[dt.date, Any]]:
    """Return the acts of a life by day; nothing is reported once the task was handed in."""

    def fresh() -> Task:
        return Task.objects.get(pk=task.pk)

    def report(percent: int) -> Any:
        return lambda on: progress.submit_report(
            fresh(), on=on, percent=percent, text="进展", by=head
        )

    def apply(on: dt.date) -> None:
        closing.submit_closure(fresh(), on=on, text="完成", by=head)

    def reject(on: dt.date) -> None:
        closing.reject_closure(fresh().closures.all()[0], reason="补", on=on, by=by)

    def verify(on: dt.date) -> None:
        closing.verify_closure(fresh().closures.all()[0], on=on, by=by)

    handed_in = start + dt.timedelta(days=life.closed_after or 400)
    acts: list[tuple[dt.date, Any]] = [
        (start + dt.timedelta(days=after), report(percent))
        for after, percent in sorted(life.reports)
        if start + dt.timedelta(days=after) < handed_in
    ]
    if life.closed_after is not None:
        check = handed_in + dt.timedelta(days=life.checked_after)
        acts.append((handed_in, apply))
        if life.rejected_first:
            acts += [(check, reject), (check, apply)]
        acts.append((check, verify))
    return [(min(day, last), act) for day, act in acts]


def _explained(task: Task, on: dt.date) -> str:
    """Require a sentence for every lamp and lag; return where the task stands."""
    row = with_history(Task.objects.filter(pk=task.pk)).get()
    reading: TaskReading = read_task(history_of(row), on, standards.task_policy(on))
    for lamp in (reading.deadline_lamp, reading.progress_lamp):
        assert lamp_sentence(lamp)
    assert all(lag_sentence(reason) for reason in reading.lag)
    assert row.state == reading.state.value
    assert row.overdue_days(on=on) == reading.overdue_days
    if row.state == TaskState.COMPLETED:
        return "closed"
    if row.effective_deadline is None:
        return "standing"
    return "overdue" if reading.overdue_days else "in hand"
