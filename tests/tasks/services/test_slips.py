"""Supervision slips: numbered, delivered, answered."""

import datetime as dt

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from tasks.choices import SlipColour
from tasks.services.slips import answer_slip, deliver_slip, issue_slip
from tests.cast import Cast
from tests.making import SetClock, issued_task

DAY = dt.date(2023, 9, 28)


def test_a_slip_is_numbered_and_answered_within_five_working_days(
    cast: Cast, set_clock: SetClock
) -> None:
    set_clock(DAY)
    task = issued_task(cast)
    slips = [
        issue_slip(
            task, unit=cast.air, cause="overdue", requirement="限期办结", on=DAY, by=cast.supervisor
        )
        for _ in range(2)
    ]
    assert [slip.number for slip in slips] == ["并环督〔2023〕1号", "并环督〔2023〕2号"]
    assert slips[0].colour == SlipColour.RED
    # Mid-Autumn and National Day rest; 7 and 8 October are made up for.
    assert slips[0].feedback_due == dt.date(2023, 10, 11)


def test_a_refused_slip_leaves_no_gap(cast: Cast) -> None:
    task = issued_task(cast)
    with pytest.raises(DomainError, match="既不牵头也不配合"):
        issue_slip(
            task, unit=cast.water, cause="overdue", requirement="限期", on=DAY, by=cast.supervisor
        )
    with pytest.raises(DomainError, match="督办要求"):
        issue_slip(task, unit=cast.air, cause="overdue", requirement="", on=DAY, by=cast.supervisor)
    with pytest.raises(DomainError, match=r"督办事由：.*不超过 64 字符"):
        issue_slip(
            task, unit=cast.air, cause="长" * 65, requirement="限期", on=DAY, by=cast.supervisor
        )
    slip = issue_slip(
        task, unit=cast.air, cause="overdue", requirement="限期", on=DAY, by=cast.supervisor
    )
    assert slip.number.endswith("〕1号")


@pytest.mark.parametrize("who", ["head", "leader", "hr"])
def test_only_a_supervisor_issues(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError, match="只有督办人员可以签发督办单"):
        issue_slip(
            issued_task(cast),
            unit=cast.air,
            cause="overdue",
            requirement="限期",
            on=DAY,
            by=cast.named(who),
        )


def test_a_slip_is_delivered_and_answered_once_and_in_this_order(cast: Cast) -> None:
    slip = issue_slip(
        issued_task(cast),
        unit=cast.air,
        cause="overdue",
        requirement="限期",
        on=DAY,
        by=cast.supervisor,
    )
    with pytest.raises(DomainError, match="尚未送达"):
        answer_slip(slip, answer="在办", on=DAY, by=cast.head)
    with pytest.raises(DomainError, match="不能早于签发日期"):
        deliver_slip(slip, on=DAY - dt.timedelta(days=1), by=cast.supervisor)
    deliver_slip(slip, on=DAY, by=cast.supervisor)
    with pytest.raises(ConflictError, match="已于 2023-09-28 送达"):
        deliver_slip(slip, on=DAY, by=cast.supervisor)
    with pytest.raises(NotAllowedError, match="只有承办单位"):
        answer_slip(slip, answer="在办", on=DAY, by=cast.water_head)
    answered = answer_slip(slip, answer="已整改", on=DAY, by=cast.liaison)
    assert (answered.answer, answered.answered_by) == ("已整改", cast.liaison)
    with pytest.raises(ConflictError, match="已于 2023-09-28 反馈"):
        answer_slip(slip, answer="再答", on=DAY, by=cast.head)
