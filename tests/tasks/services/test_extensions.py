"""Extensions: asked for by the deadline, decided by another."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from tasks.choices import Verdict
from tasks.models import Task, TaskFact
from tasks.services.extensions import (
    grant_extension,
    refuse_extension,
    request_extension,
    set_extension_budget,
)
from tests.cast import Cast
from tests.making import DEADLINE, fresh, issued_task

DAY_AFTER = DEADLINE + dt.timedelta(days=1)
TO = dt.date(2023, 9, 30)


def test_a_granted_extension_moves_the_deadline_and_keeps_the_original(cast: Cast) -> None:
    task = issued_task(cast)
    request = request_extension(task, to=TO, reason="设备延迟到货", on=DEADLINE, by=cast.head)
    assert fresh(task).effective_deadline == DEADLINE
    grant_extension(request, on=DAY_AFTER, by=cast.leader)
    row = fresh(task)
    assert (row.effective_deadline, row.original_deadline) == (TO, DEADLINE)
    fact = TaskFact.objects.get(extension=request)
    assert (fact.on, fact.requested_on, fact.to) == (DAY_AFTER, DEADLINE, TO)


def test_a_refused_extension_changes_nothing(cast: Cast) -> None:
    task = issued_task(cast)
    request = request_extension(task, to=TO, reason="设备延迟到货", on=DEADLINE, by=cast.head)
    refused = refuse_extension(request, reason="理由不充分", on=DAY_AFTER, by=cast.supervisor)
    assert refused.verdict == Verdict.RETURNED
    assert fresh(task).effective_deadline == DEADLINE


def test_a_request_after_the_deadline_is_too_late(cast: Cast) -> None:
    task = issued_task(cast)
    with pytest.raises(DomainError, match="现行时限 2023-06-30，申请日期 2023-07-01 已逾期"):
        request_extension(task, to=TO, reason="忙", on=DAY_AFTER, by=cast.head)


@pytest.mark.parametrize("to", [DEADLINE, DEADLINE - dt.timedelta(days=1)])
def test_the_new_date_lies_after_the_one_in_force(cast: Cast, to: dt.date) -> None:
    with pytest.raises(DomainError, match="不晚于现行时限 2023-06-30"):
        request_extension(issued_task(cast), to=to, reason="忙", on=DEADLINE, by=cast.head)


def test_a_standing_task_has_nothing_to_extend(cast: Cast) -> None:
    task = issued_task(cast, deadline=None)
    with pytest.raises(DomainError, match="没有完成时限"):
        request_extension(task, to=TO, reason="忙", on=DEADLINE, by=cast.head)


def test_one_request_waits_at_a_time(cast: Cast) -> None:
    task = issued_task(cast)
    request_extension(task, to=TO, reason="忙", on=DEADLINE, by=cast.head)
    with pytest.raises(ConflictError, match="已有一件延期申请待审批"):
        request_extension(task, to=TO, reason="忙", on=DEADLINE, by=cast.liaison)


def test_a_reason_is_needed(cast: Cast) -> None:
    with pytest.raises(DomainError, match="必须写明理由"):
        request_extension(issued_task(cast), to=TO, reason=" ", on=DEADLINE, by=cast.head)


@pytest.mark.parametrize("who", ["water_head", "supervisor", "leader", "clerk", "hr"])
def test_only_the_lead_side_asks(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError, match="可以申请延期"):
        request_extension(issued_task(cast), to=TO, reason="忙", on=DEADLINE, by=cast.named(who))


@pytest.mark.parametrize("who", ["head", "liaison", "branch", "hr", "discipline", "sysadmin"])
def test_nobody_else_decides(cast: Cast, who: str) -> None:
    request = request_extension(issued_task(cast), to=TO, reason="忙", on=DEADLINE, by=cast.head)
    with pytest.raises(NotAllowedError, match="可以审批延期"):
        grant_extension(request, on=DAY_AFTER, by=cast.named(who))


def test_the_requester_does_not_decide(cast: Cast) -> None:
    task = issued_task(cast, responsible=cast.leader, leads=(cast.water,))
    request = request_extension(task, to=TO, reason="忙", on=DEADLINE, by=cast.leader)
    with pytest.raises(NotAllowedError):
        grant_extension(request, on=DAY_AFTER, by=cast.leader)


def granted(cast: Cast, task: Task, *, to: dt.date, on: dt.date) -> None:
    request = request_extension(task, to=to, reason="设备延迟", on=on, by=cast.head)
    grant_extension(request, on=on, by=cast.leader)


def test_a_third_extension_is_refused_until_a_leader_raises_the_budget(cast: Cast) -> None:
    task = issued_task(cast)
    granted(cast, task, to=dt.date(2023, 7, 31), on=dt.date(2023, 6, 1))
    granted(cast, task, to=dt.date(2023, 8, 31), on=dt.date(2023, 7, 1))
    third: Any = {"to": dt.date(2023, 9, 10), "reason": "再延", "on": dt.date(2023, 8, 1)}
    with pytest.raises(DomainError, match="已批准延期 2 次，达到上限 2 次") as refusal:
        request_extension(task, by=cast.head, **third)
    assert refusal.value.code == "extension_budget"
    with pytest.raises(NotAllowedError, match="只有局领导可以调整延期额度"):
        set_extension_budget(
            task, times=3, days=180, reason="特批", on=dt.date(2023, 8, 1), by=cast.supervisor
        )
    set_extension_budget(
        task, times=3, days=180, reason="特批", on=dt.date(2023, 8, 1), by=cast.leader
    )
    assert request_extension(task, by=cast.head, **third).to == dt.date(2023, 9, 10)


@pytest.mark.parametrize(("to", "fits"), [("2023-12-27", True), ("2023-12-28", False)])
def test_the_days_of_all_extensions_have_a_limit(cast: Cast, to: str, fits: bool) -> None:
    # 180 days after 30 June is 27 December.
    task, asked = issued_task(cast), dt.date.fromisoformat(to)
    if fits:
        granted(cast, task, to=asked, on=DEADLINE)
    else:
        with pytest.raises(DomainError, match="最多可延至 2023-12-27"):
            granted(cast, task, to=asked, on=DEADLINE)


def test_a_budget_is_never_below_what_was_used(cast: Cast) -> None:
    task = issued_task(cast)
    granted(cast, task, to=TO, on=DEADLINE)
    with pytest.raises(DomainError, match="已批准延期 1 次、共 92 天"):
        set_extension_budget(task, times=1, days=91, reason="压缩", on=DAY_AFTER, by=cast.leader)
