"""Drafting, assigning and accepting tasks; measures, handovers."""

import datetime as dt

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.choices import DeadlineKind, FactType, TaskState, TaskType
from tasks.models import Task
from tasks.services.handover import hand_over
from tasks.services.issuing import (
    accept_responsibility,
    add_measure,
    add_result,
    assign_task,
    confirm_deadline,
)
from tasks.services.measures import complete_measure
from tests.cast import Cast
from tests.making import DEADLINE, START, draft_task, fresh, issued_task

DAY = dt.date(2023, 2, 1)


def test_a_draft_is_seen_by_who_prepares_it_and_nobody_else(cast: Cast) -> None:
    task = draft_task(cast)
    seen_by = {
        name
        for name in ("head", "liaison", "water_head", "supervisor", "leader", "hr", "auditor")
        if task in Task.objects.visible_to(cast.named(name), on=DAY)
    }
    assert seen_by == {"supervisor", "leader"}


def test_an_issued_task_is_seen_by_its_units_and_over_the_bureau(cast: Cast) -> None:
    task = issued_task(cast, cooperating=(cast.branch_unit,))
    seen_by = {
        name
        for name in Cast.__annotations__
        if name in ("head", "branch", "water_head", "clerk", "hr", "discipline", "auditor")
        and task in Task.objects.visible_to(cast.named(name), on=DAY)
    }
    assert seen_by == {"head", "branch", "hr", "discipline"}


def test_the_person_responsible_sees_the_task_without_a_role(cast: Cast) -> None:
    task = issued_task(cast, responsible=cast.clerk)
    assert list(Task.objects.visible_to(cast.clerk, on=DAY)) == [task]


def test_assigning_opens_the_task_and_names_the_principal(cast: Cast) -> None:
    task = issued_task(cast)
    assert (task.state, task.assigned_on, task.holder) == (TaskState.OPEN, START, cast.head)
    fact = task.facts.get()
    assert (fact.type, fact.on) == (FactType.ASSIGNED, START)
    assert AuditEntry.objects.filter(subject_kind="task", subject_id=str(task.pk)).count() == 2


@pytest.mark.parametrize("who", ["head", "leader", "hr", "secadmin"])
def test_only_a_supervisor_assigns(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError, match="只有督办人员可以交办"):
        assign_task(draft_task(cast), on=START, by=cast.named(who))


def test_an_assigned_task_is_not_assigned_again(cast: Cast) -> None:
    with pytest.raises(DomainError, match="目前是“办理中”，不能交办"):
        assign_task(issued_task(cast), on=DAY, by=cast.supervisor)


@pytest.mark.parametrize("kind", [DeadlineKind.AMBIGUOUS, DeadlineKind.RELATIVE])
def test_a_deadline_nobody_has_read_keeps_a_task_a_draft(cast: Cast, kind: str) -> None:
    task = draft_task(cast, deadline=None, deadline_kind=kind, deadline_raw="7月底至8月初")
    with pytest.raises(DomainError, match="“7月底至8月初”还没有明确读法"):
        assign_task(task, on=START, by=cast.supervisor)
    confirm_deadline(task, deadline=DEADLINE, on=START, by=cast.supervisor)
    row = assign_task(task, on=START, by=cast.supervisor, gap_reason="先行交办")
    assert (row.original_deadline, row.deadline_raw) == (DEADLINE, "7月底至8月初")


def test_a_deadline_may_turn_out_to_be_none(cast: Cast) -> None:
    task = draft_task(cast, deadline=None, deadline_kind=DeadlineKind.AMBIGUOUS)
    row = confirm_deadline(task, deadline=None, on=START, by=cast.supervisor)
    assert (row.type, row.deadline_kind) == (TaskType.STANDING, DeadlineKind.ONGOING)


def test_a_deadline_before_the_start_is_refused(cast: Cast) -> None:
    task = draft_task(cast, deadline=None, deadline_kind=DeadlineKind.AMBIGUOUS)
    with pytest.raises(DomainError, match="早于起始日期 2023-01-01"):
        confirm_deadline(task, deadline=dt.date(2022, 12, 31), on=START, by=cast.supervisor)


def test_a_task_needs_a_lead_and_a_code_of_its_own(cast: Cast) -> None:
    with pytest.raises(DomainError, match="必须有牵头单位"):
        draft_task(cast, leads=())
    draft_task(cast, code="T9")
    with pytest.raises(DomainError, match="该计划中已有此任务编号"):
        draft_task(cast, code="T9")


def test_a_unit_appears_once_in_a_task(cast: Cast) -> None:
    with pytest.raises(DomainError, match="只能出现一次"):
        draft_task(cast, cooperating=(cast.air,))


def test_each_unit_accepts_for_itself_once(cast: Cast) -> None:
    task = issued_task(cast, cooperating=(cast.water,))
    lead, helper = task.responsibilities.order_by("position")
    with pytest.raises(NotAllowedError, match="只有该单位的主要负责人或联络员可以签收"):
        accept_responsibility(helper, on=DAY, by=cast.head)
    accept_responsibility(lead, on=DAY, by=cast.liaison)
    accept_responsibility(helper, on=DAY, by=cast.water_head)
    with pytest.raises(ConflictError, match="已由大气环境科联络员于 2023-02-01 签收"):
        accept_responsibility(lead, on=DAY, by=cast.head)


def test_nothing_is_accepted_before_it_was_assigned(cast: Cast) -> None:
    task = issued_task(cast, on=DAY)
    with pytest.raises(DomainError, match="早于交办日期 2023-02-01"):
        accept_responsibility(
            task.responsibilities.get(), on=DAY - dt.timedelta(days=1), by=cast.head
        )


def test_measures_and_results_are_numbered_and_only_drafts_take_them(cast: Cast) -> None:
    task = draft_task(cast)
    values = {"owner": cast.air, "on": DAY, "by": cast.supervisor}
    assert add_measure(task, text="一", **values).seq == 1  # type: ignore[arg-type]
    assert add_measure(task, text="二", **values).seq == 2  # type: ignore[arg-type]
    assert add_result(task, expected="达标", on=DAY, by=cast.supervisor).seq == 1
    with pytest.raises(DomainError, match="既不牵头也不配合"):
        add_measure(task, text="三", owner=cast.water, on=DAY, by=cast.supervisor)
    assign_task(task, on=DAY, by=cast.supervisor, gap_reason="先行交办")
    with pytest.raises(DomainError, match="不能编辑草稿"):
        add_measure(task, text="三", **values)  # type: ignore[arg-type]


def test_a_measure_is_done_once_by_its_owner_or_the_lead(cast: Cast) -> None:
    task = issued_task(
        cast,
        cooperating=(cast.water, cast.branch_unit),
        measures=((cast.water, DEADLINE), (cast.water, DEADLINE)),
    )
    first, second = task.measures.all()
    with pytest.raises(NotAllowedError):
        complete_measure(first, on=DAY, by=cast.branch)
    assert complete_measure(first, on=DAY, by=cast.water_head).done_on == DAY
    assert complete_measure(second, on=DAY, by=cast.head).done_on == DAY
    with pytest.raises(DomainError) as refusal:
        complete_measure(first, on=DAY, by=cast.head)
    assert refusal.value.code == "measure_done_twice"


def test_a_task_is_handed_over_within_the_lead_unit(cast: Cast) -> None:
    task = issued_task(cast)
    assert hand_over(task, to=cast.clerk, on=DAY, by=cast.head).holder == cast.clerk
    with pytest.raises(DomainError, match="不是牵头单位"):
        hand_over(task, to=cast.water_head, on=DAY, by=cast.head)
    with pytest.raises(DomainError) as refusal:
        hand_over(task, to=cast.clerk, on=DAY, by=cast.supervisor)
    assert refusal.value.code == "handover_to_holder"
    with pytest.raises(NotAllowedError, match="可以交接责任人"):
        hand_over(task, to=cast.head, on=DAY, by=cast.water_head)
    assert fresh(task).holder == cast.clerk
