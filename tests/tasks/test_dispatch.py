"""Silence is counted as the rules count it, and so is how often a unit was asked."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit
from tasks.choices import ReportCycle
from tasks.dispatch import Answers, Asked, answers, asked, month_of
from tasks.models import Task
from tasks.rules.periods import Cycle, Period, ended_periods
from tasks.rules.reporting import missed
from tasks.services.closing import reject_closure, reopen_task, submit_closure, verify_closure
from tasks.services.progress import return_report, submit_report
from tasks.services.readings import history_of
from tasks.services.slips import issue_slip
from tests.cast import Cast
from tests.making import SetClock, issued_task

ON = dt.date(2023, 6, 30)


def day(month: int, number: int) -> dt.date:
    return dt.date(2023, month, number)


@pytest.fixture(autouse=True)
def end_of_june(set_clock: SetClock) -> None:
    set_clock(ON)


def of(unit: Unit, month: int, *, on: dt.date = ON) -> Answers:
    return answers([unit], {"m": month_of(day(month, 1))}, on=on)[unit.pk]["m"]


def test_due_reported_unchanged_and_silent_are_told_apart(cast: Cast) -> None:
    tasks = [issued_task(cast, code=f"T{n}", report_cycle="monthly") for n in range(3)]
    submit_report(tasks[0], on=day(5, 28), percent=10, by=cast.head)
    submit_report(tasks[1], on=day(5, 28), unchanged=True, by=cast.head)
    counted = of(cast.air, 5)
    assert counted == Answers(due=3, reported=2, unchanged=1)
    assert counted.silent == 1
    assert of(cast.water, 5) == Answers()


def test_what_the_newest_report_of_a_period_said_decides(cast: Cast) -> None:
    task = issued_task(cast, report_cycle="monthly")
    submit_report(task, on=day(5, 3), unchanged=True, by=cast.head)
    submit_report(task, on=day(5, 20), percent=10, by=cast.head)
    assert of(cast.air, 5) == Answers(due=1, reported=1, unchanged=0)


@pytest.mark.parametrize(("on", "due"), [(day(5, 30), 0), (day(5, 31), 1), (day(6, 1), 1)])
def test_a_period_counts_from_the_day_it_has_ended(cast: Cast, on: dt.date, due: int) -> None:
    issued_task(cast, report_cycle="monthly")
    assert of(cast.air, 5, on=on).due == due


@pytest.mark.parametrize(("start", "due"), [(day(4, 30), 1), (day(5, 1), 1), (day(5, 2), 0)])
def test_a_task_owes_no_report_for_the_month_it_was_assigned_in(
    cast: Cast, start: dt.date, due: int
) -> None:
    issued_task(cast, report_cycle="monthly", on=start)
    assert of(cast.air, 5).due == due


def test_cycles_end_in_the_month_of_their_last_day(cast: Cast) -> None:
    for cycle in ReportCycle:
        issued_task(cast, code=f"T-{cycle}", report_cycle=cycle)
    # Weeks ending 7, 14, 21, 28 May; tens ending 10, 20, 31; one month.
    assert of(cast.air, 5).due == 4 + 3 + 1
    # Weeks ending 4, 11, 18, 25 June; tens; month, quarter and half year ending today.
    assert of(cast.air, 6).due == 4 + 3 + 1 + 1 + 1


def busy_tasks(cast: Cast) -> list[Task]:
    """Issue tasks on every cycle with lives that open and close them within periods."""
    tasks = []
    for cycle in ReportCycle:
        plain, closed, rejected, reopened = (
            issued_task(cast, code=f"{cycle}-{n}", report_cycle=cycle) for n in range(4)
        )
        submit_report(plain, on=day(3, 9), percent=10, by=cast.head)
        returned = submit_report(plain, on=day(4, 12), percent=20, by=cast.head)
        return_report(returned, reason="重报", on=day(4, 20), by=cast.supervisor)
        submit_closure(closed, on=day(4, 30), text="完成", by=cast.head)
        first = submit_closure(rejected, on=day(3, 31), text="完成", by=cast.head)
        reject_closure(first, reason="未完成", on=day(4, 10), by=cast.supervisor)
        done = submit_closure(reopened, on=day(3, 1), text="完成", by=cast.head)
        verify_closure(done, on=day(3, 5), by=cast.supervisor)
        reopen_task(reopened, to=day(9, 30), reason="反弹", on=day(5, 1), by=cast.supervisor)
        tasks += [plain, closed, rejected, reopened]
    return tasks


def test_silence_is_what_the_rules_call_missed(cast: Cast) -> None:
    busy_tasks(cast)
    spans: dict[Any, Period] = {month: month_of(day(month, 1)) for month in range(1, 7)}
    counted = answers([cast.air], spans, on=ON)[cast.air.pk]
    for month, span in spans.items():
        by_rule = sum(
            missed(history_of(task), period)
            for task in Task.objects.all()
            for period in ended_periods_in(task, span)
        )
        assert counted[month].silent == by_rule, month
    assert sum(one.silent for one in counted.values()) > 20


def ended_periods_in(task: Task, span: Period) -> list[Period]:
    found = []
    for period in ended_periods(Cycle(task.report_cycle), ON):
        if period.last < span.first:
            break
        if period.last <= span.last:
            found.append(period)
    return found


def test_each_joint_lead_answers_and_outsiders_do_not(cast: Cast) -> None:
    issued_task(
        cast, report_cycle="monthly", leads=(cast.air, cast.water), cooperating=(cast.branch_unit,)
    )
    found = answers(Unit.objects.all(), {"m": month_of(day(5, 1))}, on=ON)
    assert {unit: spans["m"].due for unit, spans in found.items()} == {
        cast.air.pk: 1,
        cast.water.pk: 1,
    }


def test_how_often_a_unit_was_asked_in_30_and_90_days(cast: Cast) -> None:
    task = issued_task(cast, report_cycle="monthly")
    for number, on in enumerate((day(4, 1), day(4, 2), day(5, 31), day(6, 1))):
        report = submit_report(task, on=day(3, 1), percent=number, by=cast.head)
        return_report(report, reason="重报", on=on, by=cast.supervisor)
    for on in (day(4, 2), day(6, 30)):
        issue_slip(
            task, unit=cast.air, cause="overdue", requirement="限期", on=on, by=cast.supervisor
        )
    closure = submit_closure(task, on=day(6, 30), text="完成", by=cast.head)
    reject_closure(closure, reason="未完成", on=day(6, 30), by=cast.supervisor)
    counted = asked([cast.air], on=ON)[cast.air.pk]
    # 30 days begin on 1 June, 90 days on 2 April.
    assert counted[30] == Asked(reports=1, slips=1, returns=2)
    assert counted[90] == Asked(reports=3, slips=2, returns=4)
    assert counted[90].total == 9
    assert asked([cast.water], on=ON) == {}


def test_many_tasks_ask_the_database_no_more_often(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            asked(Unit.objects.all(), on=ON)
        return len(seen)

    issued_task(cast, report_cycle="weekly")
    few = queries()
    for number in range(5):
        issued_task(cast, code=f"N{number}", report_cycle="weekly", leads=(cast.water,))
    assert queries() == few <= 8
