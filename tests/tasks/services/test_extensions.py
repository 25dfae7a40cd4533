"""Extensions: asked for by the deadline, decided by another."""

import datetime as dt

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from tasks.choices import Verdict
from tasks.models import TaskFact
from tasks.services.extensions import grant_extension, refuse_extension, request_extension
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
