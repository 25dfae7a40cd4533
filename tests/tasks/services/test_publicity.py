"""A close-out that is made public first: checked, shown for so many days, then closed."""

import datetime as dt

import pytest

from accounts.errors import ConflictError
from tasks.choices import TaskState, Verdict
from tasks.models import Campaign, Closure, Task
from tasks.services.closing import (
    conclude_publicity,
    reject_closure,
    submit_closure,
    terminate_task,
    verify_closure,
)
from tests.cast import Cast
from tests.making import fresh, issued_task

SUBMITTED = dt.date(2023, 6, 20)
CHECKED = dt.date(2023, 6, 26)
UNTIL = dt.date(2023, 7, 3)


@pytest.fixture
def public(cast: Cast) -> tuple[Task, Closure]:
    """A close-out checked on 26 June and public for seven days."""
    campaign = Campaign.objects.create(code="DQ", name="空气", publicity_days=7)
    task = issued_task(cast, campaign=campaign)
    closure = submit_closure(task, on=SUBMITTED, text="全部完成", by=cast.head)
    return task, verify_closure(closure, on=CHECKED, by=cast.supervisor, comment="属实")


def test_a_checked_close_out_waits_in_public(cast: Cast, public: tuple[Task, Closure]) -> None:
    task, closure = public
    assert (closure.checked_by, closure.checked_on) == (cast.supervisor, CHECKED)
    assert (closure.public_until, closure.verdict) == (UNTIL, Verdict.WAITING)
    assert fresh(task).state == TaskState.PENDING
    assert not Closure.objects.unchecked().exists()
    assert Closure.objects.public(on=UNTIL).exists()
    assert not Closure.objects.public(on=UNTIL + dt.timedelta(days=1)).exists()


@pytest.mark.parametrize(("on", "closed"), [(UNTIL, 0), (UNTIL + dt.timedelta(days=1), 1)])
def test_it_is_closed_the_day_after_the_last(
    cast: Cast, public: tuple[Task, Closure], on: dt.date, closed: int
) -> None:
    task, closure = public
    assert conclude_publicity(on=on) == closed
    assert (fresh(task).state == TaskState.COMPLETED) is bool(closed)
    assert conclude_publicity(on=on) == 0
    if closed:
        closure.refresh_from_db()
        assert (closure.decided_by, closure.decision) == (cast.supervisor, "属实")
        # Completed as of the submission, so nothing is late.
        assert fresh(task).overdue_days(on=on) == 0


def test_it_is_not_checked_a_second_time(cast: Cast, public: tuple[Task, Closure]) -> None:
    _task, closure = public
    with pytest.raises(ConflictError, match="督察办主任已核查通过，公示至 2023-07-03"):
        verify_closure(closure, on=UNTIL, by=cast.second_supervisor)


def test_an_objection_sends_it_back(cast: Cast, public: tuple[Task, Closure]) -> None:
    task, closure = public
    reject_closure(closure, reason="群众反映未完工", on=UNTIL, by=cast.second_supervisor)
    assert fresh(task).state == TaskState.OPEN
    assert conclude_publicity(on=dt.date(2023, 8, 1)) == 0
    again = submit_closure(task, on=dt.date(2023, 7, 10), text="已补做", by=cast.head)
    assert (again.public_until, again.verdict) == (None, Verdict.WAITING)


def test_an_ended_task_keeps_no_other_from_closing(
    cast: Cast, public: tuple[Task, Closure]
) -> None:
    task, _closure = public
    other = issued_task(cast, code="T2", campaign=task.campaign)
    applied = submit_closure(other, on=SUBMITTED, text="全部完成", by=cast.head)
    verify_closure(applied, on=CHECKED, by=cast.supervisor)
    terminate_task(task, reason="任务取消", on=CHECKED, by=cast.leader)
    assert conclude_publicity(on=dt.date(2023, 8, 1)) == 1
    assert (fresh(task).state, fresh(other).state) == (TaskState.TERMINATED, TaskState.COMPLETED)
