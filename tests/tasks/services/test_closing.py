"""Close-out, its check by another, and the tasks that stop, go on, end or come back."""

import datetime as dt

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from tasks.choices import TaskState, TaskType, Verdict
from tasks.models import Closure, Task, TaskFact
from tasks.services.closing import (
    reject_closure,
    reopen_task,
    submit_closure,
    terminate_task,
    verify_closure,
)
from tasks.services.pausing import resume_task, suspend_task
from tests.cast import Cast
from tests.making import DEADLINE, fresh, issued_task

SUBMITTED = dt.date(2023, 7, 4)
CHECKED = dt.date(2023, 7, 10)
LATER = dt.date(2023, 8, 1)


def applied(cast: Cast, task: Task) -> Closure:
    return submit_closure(task, on=SUBMITTED, text="全部完成", by=cast.head)


def test_the_task_waits_and_its_clock_stands_still(cast: Cast) -> None:
    task = issued_task(cast)
    applied(cast, task)
    waiting = fresh(task)
    assert waiting.state == TaskState.PENDING
    # 1, 2, 3 and 4 July began with the task open.
    assert (waiting.overdue_days(on=SUBMITTED), waiting.overdue_days(on=LATER)) == (4, 4)


def test_verifying_completes_as_of_the_submission(cast: Cast) -> None:
    task = issued_task(cast)
    closure = verify_closure(
        applied(cast, task), on=CHECKED, by=cast.supervisor, comment="现场核查"
    )
    done = fresh(task)
    assert done.state == TaskState.COMPLETED
    assert done.counted_percent == 100
    assert done.overdue_days(on=LATER) == 4
    assert (closure.verdict, closure.decided_by) == (Verdict.ACCEPTED, cast.supervisor)


def test_a_rejected_close_out_opens_the_task_again_and_the_days_count_on(cast: Cast) -> None:
    task = issued_task(cast)
    reject_closure(applied(cast, task), reason="未达标", on=CHECKED, by=cast.supervisor)
    reopened = fresh(task)
    assert reopened.state == TaskState.OPEN
    assert reopened.overdue_days(on=CHECKED) == 4
    assert reopened.overdue_days(on=CHECKED + dt.timedelta(days=1)) == 5
    again = submit_closure(reopened, on=LATER, text="已补正", by=cast.head)
    assert again.verdict == Verdict.WAITING


@pytest.mark.parametrize("who", ["head", "liaison", "water_head", "hr", "discipline", "auditor"])
def test_only_a_supervisor_or_leader_checks(cast: Cast, who: str) -> None:
    closure = applied(cast, issued_task(cast))
    with pytest.raises(
        NotAllowedError, match="只有督办人员、局领导或局领导指定的代核人可以核查销号"
    ):
        verify_closure(closure, on=CHECKED, by=cast.named(who))


def test_who_submits_never_checks_even_with_the_right_to(cast: Cast) -> None:
    task = issued_task(cast)
    closure = applied(cast, task)
    Closure.objects.filter(pk=closure.pk).update(submitted_by=cast.supervisor)
    with pytest.raises(NotAllowedError, match="提交人不能核查销号自己提交的内容"):
        verify_closure(closure, on=CHECKED, by=cast.supervisor)


def test_the_holder_stands_back_from_the_own_task(cast: Cast) -> None:
    task = issued_task(cast, leads=(cast.bureau,), responsible=cast.leader)
    closure = submit_closure(task, on=SUBMITTED, text="完成", by=cast.leader)
    with pytest.raises(NotAllowedError, match="须回避"):
        verify_closure(closure, on=CHECKED, by=cast.leader)


def test_one_application_at_a_time(cast: Cast) -> None:
    task = issued_task(cast)
    applied(cast, task)
    with pytest.raises(DomainError, match="目前是“待核查”，不能申请销号"):
        submit_closure(task, on=SUBMITTED, text="再交", by=cast.head)


def test_a_close_out_is_decided_once(cast: Cast) -> None:
    closure = applied(cast, issued_task(cast))
    reject_closure(closure, reason="未达标", on=CHECKED, by=cast.supervisor)
    with pytest.raises(DomainError) as refusal:
        verify_closure(closure, on=CHECKED, by=cast.second_supervisor)
    assert refusal.value.code == "wrong_state"
    submit_closure(closure.task, on=LATER, text="已补正", by=cast.head)
    with pytest.raises(ConflictError, match="督察办主任已于 2023-07-10 办理，结论：退回"):
        verify_closure(closure, on=LATER, by=cast.second_supervisor)


def test_a_task_that_goes_on_gets_one_standing_child(cast: Cast) -> None:
    task = issued_task(cast, continues_after=True, cooperating=(cast.water,))
    verify_closure(applied(cast, task), on=CHECKED, by=cast.supervisor)
    child = task.children.get()
    assert (child.code, child.type, child.state) == ("T1-长期", TaskType.STANDING, TaskState.OPEN)
    assert (child.original_deadline, child.assigned_on, child.holder) == (None, CHECKED, cast.head)
    assert [duty.unit for duty in child.responsibilities.order_by("position")] == [
        cast.air,
        cast.water,
    ]
    reopen_task(task, to=LATER, reason="反弹", on=CHECKED, by=cast.supervisor)
    again = submit_closure(task, on=LATER, text="再次完成", by=cast.head)
    verify_closure(again, on=LATER, by=cast.supervisor)
    assert task.children.count() == 1


def test_a_relapse_opens_a_completed_task_with_a_new_deadline(cast: Cast) -> None:
    task = issued_task(cast)
    verify_closure(applied(cast, task), on=CHECKED, by=cast.supervisor)
    reopen_task(task, to=LATER, reason="回头看发现反弹", on=CHECKED, by=cast.supervisor)
    row = fresh(task)
    assert (row.state, row.effective_deadline, row.original_deadline) == (
        TaskState.OPEN,
        LATER,
        DEADLINE,
    )


def test_a_dated_task_does_not_reopen_without_a_deadline(cast: Cast) -> None:
    task = issued_task(cast)
    verify_closure(applied(cast, task), on=CHECKED, by=cast.supervisor)
    with pytest.raises(DomainError) as refusal:
        reopen_task(task, to=None, reason="反弹", on=LATER, by=cast.supervisor)
    assert refusal.value.code == "new_deadline_missing"


def test_a_suspended_task_does_not_age_and_goes_on_with_a_new_deadline(cast: Cast) -> None:
    task = issued_task(cast)
    suspend_task(task, reason="等待省厅批复", on=SUBMITTED, by=cast.supervisor)
    assert fresh(task).overdue_days(on=LATER) == 4
    resume_task(task, to=LATER, on=CHECKED, by=cast.supervisor)
    assert fresh(task).overdue_days(on=LATER + dt.timedelta(days=1)) == 1


def test_only_a_leader_ends_a_task(cast: Cast) -> None:
    task = issued_task(cast)
    with pytest.raises(NotAllowedError, match="只有局领导可以终止"):
        terminate_task(task, reason="任务取消", on=CHECKED, by=cast.supervisor)
    assert terminate_task(task, reason="任务取消", on=CHECKED, by=cast.leader).state == (
        TaskState.TERMINATED
    )
    with pytest.raises(DomainError, match="目前是“已终止”"):
        terminate_task(task, reason="再次", on=CHECKED, by=cast.leader)


def test_a_fact_dated_before_a_later_one_that_it_contradicts_is_refused(cast: Cast) -> None:
    task = issued_task(cast)
    suspend_task(task, reason="停工", on=CHECKED, by=cast.supervisor)
    resume_task(task, to=LATER, on=LATER, by=cast.supervisor)
    facts = TaskFact.objects.count()
    with pytest.raises(DomainError):
        submit_closure(task, on=SUBMITTED, text="完成", by=cast.head)
    assert TaskFact.objects.count() == facts
