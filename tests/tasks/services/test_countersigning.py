"""Countersigning: the leader in charge signs before anybody checks, and waiting costs nobody."""

import datetime as dt

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.scopes import standing_of
from tasks.choices import FactType, TaskKind, TaskState, Verdict
from tasks.models import Campaign, Closure, Countersignature, ProgressReport, Task
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.countersigning import countersign, hand_back
from tasks.services.progress import submit_report, verify_report
from tasks.services.readings import history_of
from tasks.services.verification import sort_waiting, verify_many
from tests.cast import Cast
from tests.making import DEADLINE, SetClock, fresh, issued_task

DAY = dt.date(2023, 6, 28)
LATER = dt.date(2023, 7, 12)


@pytest.fixture(autouse=True)
def on_the_day(set_clock: SetClock) -> None:
    set_clock(DAY)


def in_charge(cast: Cast, *, countersigned: bool = True, **terms: object) -> Task:
    """Issue a task of a campaign that asks for countersigning, led by 分管副局长."""
    campaign = Campaign.objects.create(code="DQ", name="空气", countersigned=countersigned)
    task = issued_task(cast, campaign=campaign, **terms)  # type: ignore[arg-type]
    Task.objects.filter(pk=task.pk).update(leader=cast.leader)
    return fresh(task)


def offered(cast: Cast) -> int:
    found = sort_waiting(standing_of(cast.supervisor, on=DAY))
    return len(found.must) + len(found.rest)


def test_a_report_waits_for_the_leader_before_it_is_offered_for_verification(cast: Cast) -> None:
    report = submit_report(in_charge(cast), on=DAY, percent=10, by=cast.head)
    held = Countersignature.objects.get()
    assert (held.report, held.leader, held.verdict) == (report, cast.leader, Verdict.WAITING)
    assert offered(cast) == 0
    with pytest.raises(DomainError, match="尚待分管领导分管副局长审签") as refusal:
        verify_report(report, on=DAY, by=cast.supervisor)
    assert refusal.value.code == "not_countersigned"
    left = verify_many([report.pk], on=DAY, by=cast.supervisor, comment="批量核查").left
    assert "尚待分管领导" in left[0][1]
    countersign(held, on=DAY, by=cast.leader)
    assert offered(cast) == 1
    report = ProgressReport.objects.get()
    assert verify_report(report, on=DAY, by=cast.supervisor).verdict == Verdict.ACCEPTED


@pytest.mark.parametrize("who", ["head", "liaison", "supervisor", "principal", "hr", "sysadmin"])
def test_only_the_leader_in_charge_signs(cast: Cast, who: str) -> None:
    submit_report(in_charge(cast), on=DAY, percent=10, by=cast.head)
    with pytest.raises(NotAllowedError, match="只有任务的分管领导可以审签"):
        countersign(Countersignature.objects.get(), on=DAY, by=cast.named(who))


def test_a_report_handed_back_is_returned_and_stops_counting(cast: Cast) -> None:
    task = in_charge(cast)
    submit_report(task, on=DAY, percent=60, by=cast.head)
    assert fresh(task).counted_percent == 60
    with pytest.raises(DomainError, match="退回必须写明理由"):
        hand_back(Countersignature.objects.get(), reason=" ", on=DAY, by=cast.leader)
    hand_back(Countersignature.objects.get(), reason="数据不全", on=DAY, by=cast.leader)
    report = ProgressReport.objects.get()
    assert (report.verdict, report.decision) == (Verdict.RETURNED, "数据不全")
    assert report.decided_by == cast.leader
    assert fresh(task).counted_percent == 0
    with pytest.raises(ConflictError):
        countersign(Countersignature.objects.get(), on=DAY, by=cast.leader)


def test_no_day_is_charged_while_a_close_out_waits_for_its_signature(
    cast: Cast, set_clock: SetClock
) -> None:
    task = in_charge(cast, kind=TaskKind.RECTIFICATION)
    submit_closure(task, on=DAY, text="完成", by=cast.head)
    assert fresh(task).state == TaskState.PENDING
    set_clock(LATER)
    assert fresh(task).overdue_days(on=LATER) == 0
    held = Countersignature.objects.get()
    hand_back(held, reason="缺少验收材料", on=LATER, by=cast.leader)
    task = fresh(task)
    assert task.state == TaskState.OPEN
    # Twelve days past the deadline, all of them spent waiting for the leader.
    assert (LATER - DEADLINE).days == 12
    assert task.overdue_days(on=LATER) == 0
    assert task.overdue_days(on=LATER + dt.timedelta(days=1)) == 1
    # It never reached a check, so nothing was rejected by one.
    history = history_of(task)
    assert task.facts.filter(type=FactType.CLOSURE_REJECTED).count() == 1
    assert history.rejections_between(None, LATER) == 0


def test_a_signed_close_out_is_checked_and_completes_as_of_its_submission(cast: Cast) -> None:
    task = in_charge(cast)
    closure = submit_closure(task, on=DAY, text="完成", by=cast.head)
    with pytest.raises(DomainError, match="尚待分管领导"):
        verify_closure(closure, on=DAY, by=cast.supervisor)
    countersign(Countersignature.objects.get(), on=DAY, by=cast.leader, comment="同意")
    verify_closure(Closure.objects.get(), on=DAY, by=cast.supervisor)
    assert fresh(task).state == TaskState.COMPLETED


def test_nobody_is_made_to_wait_for_a_signature_nobody_can_give(cast: Cast) -> None:
    task = in_charge(cast)
    Task.objects.update(leader=None)
    submit_report(fresh(task), on=DAY, percent=10, by=cast.head)
    Task.objects.update(leader=cast.head)
    submit_report(fresh(task), on=DAY, percent=20, by=cast.head)
    assert not Countersignature.objects.exists()


def test_a_campaign_that_does_not_ask_for_it_is_not_countersigned(cast: Cast) -> None:
    submit_report(in_charge(cast, countersigned=False), on=DAY, percent=10, by=cast.head)
    assert not Countersignature.objects.exists()
