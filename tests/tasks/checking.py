"""Many waiting reports for the tests of checking, written in bulk as the services write one."""

import datetime as dt

from django.db import transaction

from accounts import clock
from accounts.models import Unit, User
from accounts.services import audit
from tasks.choices import DutyRole, FactType, TaskState
from tasks.models import Plan, ProgressReport, Responsibility, Task, TaskFact
from tests.cast import Cast

START = dt.date(2023, 1, 1)
DEADLINE = dt.date(2023, 12, 31)


@transaction.atomic
def many_reports(
    cast: Cast, count: int, *, on: dt.date, unit: Unit | None = None, by: User | None = None
) -> list[ProgressReport]:
    """Issue `count` ordinary tasks to a unit (大气环境科), each with one honest waiting report."""
    unit, by = unit or cast.air, by or cast.head
    plan, _ = Plan.objects.get_or_create(code="P1", defaults={"name": "攻坚计划", "year": 2023})
    entry = audit.record("report.submit", plan, by=by, summary="批量填报")
    first = Task.objects.count()
    tasks = Task.objects.bulk_create(
        Task(
            plan=plan,
            code=f"N{first + number:04d}",
            title=f"第 {first + number} 项任务",
            start=START,
            original_deadline=DEADLINE,
            effective_deadline=DEADLINE,
            assigned_on=START,
            state=TaskState.OPEN,
            counted_percent=10,
            read_on=on,
        )
        for number in range(count)
    )
    Responsibility.objects.bulk_create(
        Responsibility(task=task, unit=unit, role=DutyRole.LEAD) for task in tasks
    )
    common = {"recorded_at": entry.at, "entry": entry, "by": by}
    TaskFact.objects.bulk_create(
        TaskFact(task=task, type=FactType.ASSIGNED, on=START, **common) for task in tasks
    )
    facts = TaskFact.objects.bulk_create(
        TaskFact(task=task, type=FactType.PROGRESS, on=on, percent=10, **common) for task in tasks
    )
    return ProgressReport.objects.bulk_create(
        ProgressReport(
            task=task,
            unit=unit,
            fact=fact,
            on=on,
            percent=10,
            text=f"{task.code} 号点位已完成核查并建立档案。",
            submitted_by=by,
            submitted_at=clock.now(),
        )
        for task, fact in zip(tasks, facts, strict=True)
    )
