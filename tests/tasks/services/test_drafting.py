"""Drafts: written as one sheet, changed, given up, approved; and what assigning asks of them."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.choices import Role
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry, RoleGrant
from accounts.scopes import standing_of
from tasks.choices import DutyRole, GapRule, TaskState, Verdict
from tasks.models import Campaign, CustomColumn, Plan, Task
from tasks.services.approving import approval_due, approve_draft, return_draft, submit_approval
from tasks.services.drafting import (
    DutyLine,
    MeasureLine,
    Sheet,
    deadline_terms,
    discard_draft,
    read_wording,
    write_draft,
)
from tasks.services.issuing import NewTask, add_measure, assign_all, assign_task
from tasks.views.buttons import of_approval
from tests.cast import Cast
from tests.making import DEADLINE, START, draft_task, fresh

pytestmark = pytest.mark.django_db


def sheet_of(cast: Cast, **terms: Any) -> Sheet:
    plan, _ = Plan.objects.get_or_create(code="P1", defaults={"name": "攻坚计划", "year": 2023})
    values = {
        "plan": plan,
        "code": "T1",
        "title": "扬尘治理",
        "leads": (),
        "start": START,
        "deadline": DEADLINE,
        **terms,
    }
    return Sheet(
        terms=NewTask(**values),
        duties=(
            DutyLine(unit=cast.water, role=DutyRole.COOPERATING, duty="提供数据"),
            DutyLine(unit=cast.air, role=DutyRole.LEAD),
        ),
        measures=(
            MeasureLine(text="排查", owner=cast.air, deadline=DEADLINE, expected_output="清单"),
            MeasureLine(text="整治", owner=cast.water, deadline=DEADLINE, expected_output="报告"),
        ),
        results=("PM10 下降",),
    )


def whole_draft(cast: Cast, **terms: Any) -> Task:
    return write_draft(sheet_of(cast, **terms), on=START, by=cast.supervisor)


def lists(task: Task) -> tuple[list[Any], list[Any], list[str]]:
    return (
        [(duty.unit.code, duty.role, duty.duty) for duty in task.responsibilities.all()],
        [(row.seq, row.text, row.owner.code) for row in task.measures.all()],
        [row.expected for row in task.results.all()],
    )


def test_a_sheet_becomes_a_draft_with_its_four_lists(cast: Cast) -> None:
    task = whole_draft(cast)
    duties, measures, results = lists(task)
    assert sorted(duties) == [
        ("DQK", DutyRole.LEAD, ""),
        ("SHK", DutyRole.COOPERATING, "提供数据"),
    ]
    assert measures == [(1, "排查", "DQK"), (2, "整治", "SHK")]
    assert results == ["PM10 下降"]
    assert assign_task(task, on=START, by=cast.supervisor).state == TaskState.OPEN


def test_a_changed_sheet_keeps_what_it_said_before_in_the_log(cast: Cast) -> None:
    task = whole_draft(cast)
    sheet = sheet_of(cast, title="扬尘全面治理")
    second = replace(sheet.measures[1], seq=2, text="全面整治", owner=cast.branch_unit)
    sheet = replace(
        sheet,
        duties=(sheet.duties[1], DutyLine(unit=cast.branch_unit, role=DutyRole.COOPERATING)),
        measures=(second, MeasureLine(text="验收", owner=cast.air)),
        results=("PM10 下降", "群众满意"),
    )
    changed = write_draft(sheet, on=START, by=cast.supervisor, task=task)
    duties, measures, results = lists(fresh(changed))
    assert sorted(unit for unit, _role, _duty in duties) == ["DQK", "XDFJ"]
    assert measures == [(1, "全面整治", "XDFJ"), (2, "验收", "DQK")]
    assert results == ["PM10 下降", "群众满意"]
    entry = AuditEntry.objects.get(action="task.edit")
    assert entry.data["before"]["任务名称"] == "扬尘治理"
    assert entry.data["after"]["任务名称"] == "扬尘全面治理"
    assert any("排查" in line for line in entry.data["before"]["措施清单"])
    assert "目标" not in entry.data["before"]
    assert changed.version == task.version + 1


@pytest.mark.parametrize("code", ["no_lead", "owner_not_involved"])
def test_a_sheet_that_contradicts_itself_is_refused_whole(cast: Cast, code: str) -> None:
    task = whole_draft(cast)
    outsider = MeasureLine(text="x", owner=cast.branch_unit)
    change: Any = {"duties": ()} if code == "no_lead" else {"measures": (outsider,)}
    with pytest.raises(DomainError) as refusal:
        write_draft(
            replace(sheet_of(cast, title="改"), **change), on=START, by=cast.supervisor, task=task
        )
    assert refusal.value.code == code
    assert fresh(task).title == "扬尘治理"


@pytest.mark.parametrize("who", ["head", "liaison", "leader", "hr", "auditor", "clerk"])
def test_only_supervisors_write_drafts(cast: Cast, who: str) -> None:
    task = whole_draft(cast)
    for target in (None, task):
        with pytest.raises(NotAllowedError):
            write_draft(sheet_of(cast, code="T2"), on=START, by=cast.named(who), task=target)
    with pytest.raises(NotAllowedError):
        discard_draft(task, reason="重复", on=START, by=cast.named(who))


def test_an_issued_task_is_no_draft_any_more(cast: Cast) -> None:
    task = assign_task(whole_draft(cast), on=START, by=cast.supervisor)
    with pytest.raises(DomainError, match="编辑草稿") as refusal:
        write_draft(sheet_of(cast), on=START, by=cast.supervisor, task=task)
    assert refusal.value.code == "wrong_state"


def test_a_discarded_draft_stays_and_can_be_nothing_else(cast: Cast) -> None:
    task = discard_draft(whole_draft(cast), reason="重复拟定", on=START, by=cast.supervisor)
    assert fresh(task).discarded_on == START
    assert not Task.objects.drafts().exists()
    by = cast.supervisor
    refused("discarded", lambda: assign_task(task, on=START, by=by))
    refused("discarded", lambda: write_draft(sheet_of(cast), on=START, by=by, task=task))
    refused("discarded", lambda: discard_draft(task, reason="再来", on=START, by=by))
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state=TaskState.OPEN, assigned_on=START)


def test_a_draft_is_not_discarded_without_a_reason(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        discard_draft(whole_draft(cast), reason=" ", on=START, by=cast.supervisor)
    assert refusal.value.code == "reason_missing"


@pytest.mark.parametrize(
    ("raw", "chosen", "expected"),
    [
        ("2023年6月底前", None, ("month_end", dt.date(2023, 6, 30), "dated")),
        ("6月底前", None, ("month_end", dt.date(2023, 6, 30), "dated")),
        ("长期坚持", None, ("ongoing", None, "standing")),
        ("方案批复后30日内", None, ("relative", None, "dated")),
        ("方案批复后30日内", dt.date(2023, 5, 1), ("date", dt.date(2023, 5, 1), "dated")),
    ],
)
def test_a_wording_is_read_and_a_person_settles_what_it_leaves_open(
    raw: str, chosen: dt.date | None, expected: tuple[Any, ...]
) -> None:
    reading = read_wording(raw, plan=Plan(code="P", year=2023), reference=START)
    terms = deadline_terms(reading, chosen=chosen)
    assert (terms["deadline_kind"], terms["deadline"], terms["type"]) == expected
    assert terms["deadline_raw"] == raw


def test_a_day_that_contradicts_its_wording_is_refused() -> None:
    reading = read_wording("2023年6月底前", plan=Plan(code="P", year=2023), reference=START)
    with pytest.raises(DomainError, match="2023-06-30"):
        deadline_terms(reading, chosen=dt.date(2023, 7, 1))


def test_the_campaigns_own_columns_are_typed_and_required_by_the_check(cast: Cast) -> None:
    campaign = Campaign.objects.create(code="DQ", name="大气")
    CustomColumn.objects.create(
        campaign=campaign, key="money", label="投资", kind="number", required=True
    )
    sheet = sheet_of(cast, campaign=campaign)
    with pytest.raises(DomainError, match="很多") as refusal:
        write_draft(replace(sheet, custom={"money": "很多"}), on=START, by=cast.supervisor)
    assert list(refusal.value.fields) == ["custom_money"]
    task = write_draft(sheet, on=START, by=cast.supervisor)
    with pytest.raises(DomainError, match="必填栏目“投资”没有填写"):
        assign_task(task, on=START, by=cast.supervisor)
    task = write_draft(
        replace(sheet, custom={"money": "1,200", "other": "x"}),
        on=START,
        by=cast.supervisor,
        task=task,
    )
    assert task.custom == {"money": "1200"}
    assert assign_task(task, on=START, by=cast.supervisor).state == TaskState.OPEN


def test_gaps_need_a_reason_or_are_refused_as_the_plan_says(cast: Cast) -> None:
    task = draft_task(cast)
    with pytest.raises(DomainError, match="没有列出措施；没有预期成果") as refusal:
        assign_task(task, on=START, by=cast.supervisor)
    assert refusal.value.code == "gaps_need_reason"
    Plan.objects.update(gaps=GapRule.REFUSE)
    with pytest.raises(DomainError) as refusal:
        assign_task(task, on=START, by=cast.supervisor, gap_reason="先办")
    assert refusal.value.code == "gaps_refused"
    Plan.objects.update(gaps=GapRule.REASON)
    assign_task(task, on=START, by=cast.supervisor, gap_reason="先办")
    assert AuditEntry.objects.get(action="task.assign").data["gap_reason"] == "先办"


# ---- approval ----------------------------------------------------------------------------------


def strict(cast: Cast) -> Task:
    Plan.objects.create(code="P1", name="攻坚计划", year=2023, needs_approval=True)
    return whole_draft(cast)


def refused(code: str, act: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code


def test_a_plan_that_asks_for_approval_assigns_nothing_before(cast: Cast) -> None:
    task = strict(cast)
    refused("not_approved", lambda: assign_task(task, on=START, by=cast.supervisor))
    approval = submit_approval(task, on=START, by=cast.supervisor, note="请审")
    refused("approval_waiting", lambda: submit_approval(task, on=START, by=cast.supervisor))
    refused(
        "approval_waiting",
        lambda: write_draft(sheet_of(cast), on=START, by=cast.supervisor, task=task),
    )
    refused("not_approved", lambda: assign_task(task, on=START, by=cast.supervisor))
    assert approve_draft(approval, on=START, by=cast.leader).verdict == Verdict.ACCEPTED
    refused("already_approved", lambda: submit_approval(task, on=START, by=cast.supervisor))
    assert assign_task(task, on=START, by=cast.supervisor).state == TaskState.OPEN


def test_a_change_after_approval_needs_another(cast: Cast) -> None:
    task = strict(cast)
    approve_draft(submit_approval(task, on=START, by=cast.supervisor), on=START, by=cast.leader)
    add_measure(task, text="补充", owner=cast.air, on=START, by=cast.supervisor)
    refused("not_approved", lambda: assign_task(task, on=START, by=cast.supervisor))
    again = submit_approval(task, on=START, by=cast.supervisor)
    return_draft(again, reason="节点不清", on=START, by=cast.leader)
    refused("not_approved", lambda: assign_task(task, on=START, by=cast.supervisor))
    with pytest.raises(ConflictError):
        approve_draft(again, on=START, by=cast.principal)


def test_a_leader_who_is_supervisor_too_does_not_approve_what_they_handed_in(cast: Cast) -> None:
    RoleGrant.objects.create(
        user=cast.leader, role=Role.SUPERVISOR, unit=cast.bureau, since=dt.date(2022, 1, 1)
    )
    approval = submit_approval(strict(cast), on=START, by=cast.leader)
    assert of_approval(standing_of(cast.leader, on=START), approval, approval.task) == ()
    with pytest.raises(NotAllowedError, match="提交人不能立项审核自己提交的内容") as own:
        approve_draft(approval, on=START, by=cast.leader)
    assert own.value.code == "own_submission"
    with pytest.raises(NotAllowedError, match="提交人不能立项审核自己提交的内容"):
        return_draft(approval, reason="改", on=START, by=cast.leader)
    assert of_approval(standing_of(cast.principal, on=START), approval, approval.task) != ()
    assert approve_draft(approval, on=START, by=cast.principal).verdict == Verdict.ACCEPTED


def test_only_a_leader_approves_and_an_unasked_plan_needs_none(cast: Cast) -> None:
    task = strict(cast)
    approval = submit_approval(task, on=START, by=cast.supervisor)
    for who in ("supervisor", "second_supervisor", "head", "hr"):
        refused(
            "not_allowed", lambda who=who: approve_draft(approval, on=START, by=cast.named(who))
        )
    Plan.objects.update(needs_approval=False)
    other = whole_draft(cast, code="T2")
    refused("approval_not_needed", lambda: submit_approval(other, on=START, by=cast.supervisor))


def test_approval_is_due_on_the_third_working_day(cast: Cast) -> None:
    # Friday; the weekend does not count.
    approval = submit_approval(strict(cast), on=dt.date(2023, 3, 10), by=cast.supervisor)
    assert approval_due(approval) == dt.date(2023, 3, 15)


def test_bulk_assignment_is_all_or_nothing(cast: Cast) -> None:
    whole, holed = whole_draft(cast), draft_task(cast, code="T2")
    with pytest.raises(DomainError, match="T2"):
        assign_all([whole, holed], on=START, by=cast.supervisor)
    assert fresh(whole).state == TaskState.DRAFT
    count = assign_all([whole, holed], on=START, by=cast.supervisor, gap_reason="先行交办")
    assert count == 2
    assert {fresh(task).state for task in (whole, holed)} == {TaskState.OPEN}
