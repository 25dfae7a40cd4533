"""Confirming and dismissing proposals: by whom, once, and what comes of it."""

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts.choices import Role
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import Delegation, RoleGrant, User
from accounts.scopes import standing_of
from reports.choices import FindingKind, InterviewState, ProposalState
from reports.models import Exclusion, Interview, Proposal
from reports.permissions import may_decide
from reports.services.interviews import cancel_interview, hold_interview, revoke_interview
from reports.services.proposals import confirm_proposal, dismiss_proposal
from tasks.services.closing import submit_closure
from tests.cast import SINCE, Cast, build_cast
from tests.reports.making import (
    LAGGING,
    held_interview,
    in_force,
    late_task,
    only_proposal,
    run,
)

DAY = dt.timedelta(days=1)
# 30 July 2023 is a Sunday: three working days later is Wednesday.
MEETING = dt.date(2023, 8, 2)


def interview_proposal(cast: Cast) -> Proposal:
    in_force()
    late_task(cast)
    run(LAGGING)
    return only_proposal(unit=cast.air)


def excellence_proposal(cast: Cast) -> Proposal:
    in_force()
    held_interview(cast, cast.water, dt.date(2023, 3, 1))
    held_interview(cast, cast.water, dt.date(2023, 5, 8))
    run(LAGGING)
    return only_proposal(kind=FindingKind.EXCELLENCE_CANCELLED)


def referral_proposal(cast: Cast) -> Proposal:
    in_force()
    for day in (dt.date(2023, 3, 1), dt.date(2023, 5, 8), dt.date(2023, 6, 5)):
        held_interview(cast, cast.water, day)
    run(LAGGING)
    return only_proposal(kind=FindingKind.DISCIPLINE_REFERRAL)


def test_a_confirmed_interview_is_approved_and_noticed(cast: Cast) -> None:
    proposal = confirm_proposal(
        interview_proposal(cast), on=LAGGING, by=cast.leader, reason="情况属实"
    )
    assert proposal.state == ProposalState.CONFIRMED
    assert (proposal.decided_by, proposal.decided_on) == (cast.leader, LAGGING)
    interview = Interview.objects.get()
    assert proposal.interview == interview
    assert interview.state == InterviewState.APPROVED
    assert interview.number == "并环约〔2023〕1号"
    assert interview.scheduled_on == MEETING
    assert interview.subject == cast.air
    assert interview.cause == "任务 T1“任务T1”逾期 30 天（≥ 30）"
    assert [task.code for task in interview.tasks.all()] == ["T1"]
    assert not Exclusion.objects.exists()


def test_several_causes_are_one_interview(cast: Cast) -> None:
    first = interview_proposal(cast)
    late_task(cast, code="T2")
    run(LAGGING)
    interview = confirm_proposal(first, on=LAGGING, by=cast.leader, reason="属实").interview
    second = only_proposal(unit=cast.air, state=ProposalState.WAITING)
    joined = confirm_proposal(
        second, on=LAGGING, by=cast.leader, reason="一并约谈", interview=interview
    )
    assert joined.interview == interview
    stored = Interview.objects.get()
    assert {task.code for task in stored.tasks.all()} == {"T1", "T2"}
    assert stored.cause.count("逾期 30 天") == 2


def test_a_cause_joins_no_interview_with_somebody_else(cast: Cast) -> None:
    proposal = interview_proposal(cast)
    other = confirm_proposal(
        only_proposal(person=cast.head), on=LAGGING, by=cast.leader, reason="属实"
    ).interview
    with pytest.raises(DomainError) as refusal:
        confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="并入", interview=other)
    assert refusal.value.code == "interview_not_open"
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WAITING


@pytest.mark.parametrize(
    ("kind", "number", "conclusion"),
    [
        ("excellence", "并环评〔2023〕1号", "取消2023年度考核评优资格"),
        ("referral", "并环移〔2023〕1号", "2023年度问题线索移送纪检部门"),
    ],
)
def test_a_confirmed_exclusion_has_its_number_clause_and_conclusion(
    cast: Cast, kind: str, number: str, conclusion: str
) -> None:
    make = excellence_proposal if kind == "excellence" else referral_proposal
    proposal = confirm_proposal(make(cast), on=LAGGING, by=cast.leader, reason="属实")
    exclusion = Exclusion.objects.get()
    assert exclusion.proposal == proposal
    assert (exclusion.number, exclusion.conclusion) == (number, conclusion)
    assert exclusion.clause == proposal.clause
    assert (exclusion.year, exclusion.effective_on) == (2023, LAGGING)
    assert exclusion.confirmed_by == cast.leader
    assert run(LAGGING + DAY).proposed == 0


@pytest.mark.parametrize(
    "name",
    ["head", "liaison", "clerk", "water_head", "supervisor", "hr", "discipline", "sysadmin"],
)
@pytest.mark.parametrize("kind", ["interview", "excellence"])
def test_only_leaders_decide_interviews_and_exclusions(cast: Cast, kind: str, name: str) -> None:
    proposal = interview_proposal(cast) if kind == "interview" else excellence_proposal(cast)
    by = cast.named(name)
    with pytest.raises(NotAllowedError, match="只有局领导"):
        confirm_proposal(proposal, on=LAGGING, by=by, reason="属实")
    with pytest.raises(NotAllowedError):
        dismiss_proposal(proposal, on=LAGGING, by=by, reason="不属实", review_on=LAGGING + 30 * DAY)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WAITING


def test_discipline_may_confirm_a_referral(cast: Cast) -> None:
    confirm_proposal(referral_proposal(cast), on=LAGGING, by=cast.discipline, reason="受理")
    assert Exclusion.objects.get().confirmed_by == cast.discipline


@pytest.mark.parametrize("name", ["supervisor", "hr", "water_head"])
def test_nobody_else_decides_a_referral(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError, match="纪检"):
        confirm_proposal(referral_proposal(cast), on=LAGGING, by=cast.named(name), reason="受理")


def test_a_leader_who_heads_the_unit_stands_back(cast: Cast) -> None:
    proposal = interview_proposal(cast)
    RoleGrant.objects.create(user=cast.leader, role=Role.HEAD, unit=cast.air, since=SINCE)
    with pytest.raises(NotAllowedError, match="回避"):
        confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="属实")
    confirm_proposal(proposal, on=LAGGING, by=cast.principal, reason="属实")


def test_who_proposed_never_confirms(cast: Cast) -> None:
    proposal = interview_proposal(cast)
    Proposal.objects.filter(pk=proposal.pk).update(proposed_by=cast.leader)
    proposal.refresh_from_db()
    with pytest.raises(NotAllowedError) as refusal:
        confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="属实")
    assert refusal.value.code == "own_proposal"


@pytest.mark.parametrize(
    ("person", "substitute", "first", "last", "may"),
    [
        ("principal", "leader", 0, 0, False),  # the confirmer stands in for the proposer
        ("leader", "principal", 0, 0, False),  # the proposer stands in for the confirmer
        ("principal", "leader", -9, 0, False),  # it ended on the day of the proposal
        ("leader", "principal", -9, 0, False),
        ("leader", "principal", -9, -1, True),  # it was over before
        ("leader", "principal", 2, 3, True),  # it is yet to begin
    ],
)
def test_nor_who_stood_in_for_the_proposer_or_was_stood_in_for(
    cast: Cast, person: str, substitute: str, first: int, last: int, may: bool
) -> None:
    proposal = interview_proposal(cast)
    Proposal.objects.filter(pk=proposal.pk).update(proposed_by=cast.principal)
    proposal.refresh_from_db()
    Delegation.objects.create(
        person=cast.named(person),
        substitute=cast.named(substitute),
        since=LAGGING + first * DAY,
        until=LAGGING + last * DAY,
        reason="出差",
        given_by=cast.named(person),
    )
    on = LAGGING + DAY
    standing = standing_of(cast.leader, on=on)
    assert may_decide(standing, proposal) is may
    if may:
        assert confirm_proposal(proposal, on=on, by=cast.leader, reason="属实").decided_by
        return
    with pytest.raises(NotAllowedError, match="提出人") as refusal:
        confirm_proposal(proposal, on=on, by=cast.leader, reason="属实")
    assert refusal.value.code == "own_proposal"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_has_a_reason(cast: Cast, reason: str) -> None:
    proposal = interview_proposal(cast)
    with pytest.raises(DomainError, match="理由"):
        confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason=reason)
    with pytest.raises(DomainError, match="理由"):
        dismiss_proposal(
            proposal, on=LAGGING, by=cast.leader, reason=reason, review_on=LAGGING + DAY
        )


def test_what_ended_since_the_night_is_not_confirmed(cast: Cast) -> None:
    proposal = interview_proposal(cast)
    assert proposal.task is not None
    submit_closure(proposal.task, text="已完成", on=LAGGING + DAY, by=cast.head)
    with pytest.raises(ConflictError, match="已不成立") as refusal:
        confirm_proposal(proposal, on=LAGGING + DAY, by=cast.leader, reason="属实")
    assert refusal.value.code == "cause_ended"
    assert not Interview.objects.exists()


def test_a_decision_is_not_dated_before_its_proposal(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        dismiss_proposal(
            interview_proposal(cast),
            on=LAGGING - DAY,
            by=cast.leader,
            reason="不属实",
            review_on=LAGGING,
        )
    assert refusal.value.code == "decided_before_proposed"


@pytest.mark.parametrize("review_on", [LAGGING - DAY, LAGGING])
def test_a_review_is_later_than_the_decision(cast: Cast, review_on: dt.date) -> None:
    with pytest.raises(DomainError) as refusal:
        dismiss_proposal(
            interview_proposal(cast), on=LAGGING, by=cast.leader, reason="缓", review_on=review_on
        )
    assert refusal.value.code == "review_not_later"


def test_a_dismissed_cause_comes_back_the_day_after_its_review_date(cast: Cast) -> None:
    proposal = interview_proposal(cast)
    review_on = LAGGING + 10 * DAY
    dismiss_proposal(proposal, on=LAGGING, by=cast.leader, reason="正在协调", review_on=review_on)
    for night in (LAGGING, review_on - DAY, review_on):
        run(night)
        assert not Proposal.objects.filter(unit=cast.air, state=ProposalState.WAITING).exists()
    run(review_on + DAY)
    assert Proposal.objects.filter(unit=cast.air, state=ProposalState.WAITING).count() == 1


def test_an_arranged_interview_holds_back_the_next_proposal_until_it_is_rectified(
    cast: Cast,
) -> None:
    proposal = interview_proposal(cast)
    interview = confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="属实").interview
    assert interview is not None
    run(LAGGING + DAY)
    assert Proposal.objects.filter(unit=cast.air).count() == 1
    hold_interview(interview, on=MEETING, minutes="限期整改", by=cast.supervisor)
    due = Interview.objects.get().rectify_by
    assert due is not None
    run(due)
    assert Proposal.objects.filter(unit=cast.air).count() == 1
    run(due + DAY)
    assert Proposal.objects.filter(unit=cast.air).count() == 2


@pytest.mark.parametrize(("review_in", "again"), [(None, True), (5, False)])
def test_a_cancelled_interview_waits_for_its_review_date(
    cast: Cast, review_in: int | None, again: bool
) -> None:
    proposal = interview_proposal(cast)
    interview = confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="属实").interview
    assert interview is not None
    cancel_interview(
        interview,
        on=LAGGING,
        reason="情况变化",
        by=cast.leader,
        review_on=LAGGING + review_in * DAY if review_in else None,
    )
    run(LAGGING + DAY)
    assert (Proposal.objects.filter(unit=cast.air).count() == 2) is again


def test_a_revoked_interview_is_shown_to_what_rests_on_it_and_the_count_starts_over(
    cast: Cast,
) -> None:
    proposal = excellence_proposal(cast)
    confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="属实")
    first = Interview.objects.get(held_on=dt.date(2023, 3, 1))
    revoke_interview(first, on=LAGGING + DAY, reason="复核不成立", by=cast.leader)
    assert Exclusion.objects.get().withdrawn_on is None
    # A new second interview is another event, but the year is excluded already.
    held_interview(cast, cast.water, dt.date(2023, 8, 21))
    assert run(dt.date(2023, 8, 21)).proposed == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_leaders_deciding_at_once_the_second_is_told() -> None:
    cast = build_cast()
    proposal = excellence_proposal(cast)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def confirm(by: User) -> None:
        try:
            ready.wait()
            confirm_proposal(proposal, on=LAGGING, by=by, reason="属实")
            outcomes.append("confirmed")
        except ConflictError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=(by,)) for by in (cast.leader, cast.principal)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_decided", "confirmed"]
    assert Exclusion.objects.get().number == "并环评〔2023〕1号"
