"""Interviews: who may, in which order, from which day they count."""

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts import clock
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry, User
from reports.choices import InterviewFactType, InterviewState
from reports.models import Interview, InterviewFact
from reports.services.interviews import (
    approve_interview,
    cancel_interview,
    close_interview,
    hold_interview,
    propose_interview,
    revoke_interview,
)
from tests.cast import Cast, build_cast

PROPOSED = dt.date(2023, 7, 3)  # a Monday
MEETING = dt.date(2023, 7, 6)  # three working days later
CAUSE = "太榆退水渠综合治理进度严重滞后"


def proposed(cast: Cast, by: User | None = None) -> Interview:
    return propose_interview(
        cast.water, cause=CAUSE, on=PROPOSED, by=by if by is not None else cast.supervisor
    )


def approved(cast: Cast) -> Interview:
    return approve_interview(
        proposed(cast), scheduled_on=MEETING, on=PROPOSED, place="三楼会议室", by=cast.leader
    )


def held(cast: Cast) -> Interview:
    return hold_interview(approved(cast), on=MEETING, minutes="限期整改。", by=cast.supervisor)


def test_an_interview_is_proposed_approved_held_and_closed(cast: Cast) -> None:
    interview = held(cast)
    assert interview.number == "并环约〔2023〕1号"
    assert interview.held_on == MEETING
    assert interview.rectify_by == dt.date(2023, 8, 5)
    fact = InterviewFact.objects.get()
    assert (fact.type, fact.on) == (InterviewFactType.HELD, MEETING)
    assert fact.recorded_at == fact.entry.at
    closed = close_interview(interview, on=dt.date(2023, 8, 1), by=cast.supervisor)
    assert closed.state == InterviewState.CLOSED
    assert InterviewFact.objects.count() == 1
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [
        "interview.propose",
        "interview.approve",
        "interview.hold",
        "interview.close",
    ]


@pytest.mark.parametrize(
    "name",
    ["head", "liaison", "clerk", "water_head", "hr", "discipline", "sysadmin", "auditor"],
)
def test_only_supervisors_and_leaders_propose_interviews(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError, match="只有督办人员或局领导"):
        proposed(cast, by=cast.named(name))
    assert not Interview.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["head", "water_head", "second_supervisor", "hr", "discipline", "secadmin"],
)
def test_only_leaders_approve_interviews(cast: Cast, name: str) -> None:
    interview = proposed(cast)
    with pytest.raises(NotAllowedError, match="只有局领导"):
        approve_interview(interview, scheduled_on=MEETING, on=PROPOSED, by=cast.named(name))
    interview.refresh_from_db()
    assert interview.state == InterviewState.PROPOSED


def test_who_proposes_never_approves(cast: Cast) -> None:
    interview = proposed(cast, by=cast.leader)
    with pytest.raises(NotAllowedError) as refusal:
        approve_interview(interview, scheduled_on=MEETING, on=PROPOSED, by=cast.leader)
    assert refusal.value.code == "own_proposal"
    approve_interview(interview, scheduled_on=MEETING, on=PROPOSED, by=cast.principal)


def test_nobody_proposes_an_interview_with_their_own_unit(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        propose_interview(cast.inspection, cause=CAUSE, on=PROPOSED, by=cast.supervisor)
    propose_interview(cast.inspection, cause=CAUSE, on=PROPOSED, by=cast.leader)


def test_nobody_decides_about_themselves(cast: Cast) -> None:
    interview = propose_interview(cast.leader, cause=CAUSE, on=PROPOSED, by=cast.principal)
    with pytest.raises(NotAllowedError, match="回避"):
        approve_interview(interview, scheduled_on=MEETING, on=PROPOSED, by=cast.leader)


@pytest.mark.parametrize(
    ("day", "allowed"),
    [(dt.date(2023, 7, 5), False), (dt.date(2023, 7, 6), True), (dt.date(2023, 7, 7), True)],
)
def test_notice_is_given_three_working_days_ahead(cast: Cast, day: dt.date, allowed: bool) -> None:
    interview = proposed(cast)
    if allowed:
        approve_interview(interview, scheduled_on=day, on=PROPOSED, by=cast.leader)
    else:
        with pytest.raises(DomainError, match="最早 2023-07-06") as refusal:
            approve_interview(interview, scheduled_on=day, on=PROPOSED, by=cast.leader)
        assert refusal.value.code == "notice_too_short"


def test_an_interview_is_not_held_before_the_day_of_its_notice(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        hold_interview(approved(cast), on=dt.date(2023, 7, 5), minutes="纪要", by=cast.leader)
    assert refusal.value.code == "before_notice"
    assert not InterviewFact.objects.exists()


def test_an_interview_is_not_recorded_before_it_took_place(cast: Cast) -> None:
    tomorrow = clock.today() + dt.timedelta(days=1)
    with pytest.raises(DomainError, match="晚于今天"):
        hold_interview(approved(cast), on=tomorrow, minutes="纪要", by=cast.leader)
    assert Interview.objects.get().state == InterviewState.APPROVED


@pytest.mark.parametrize("minutes", ["", "  \n"])
def test_an_interview_without_minutes_is_refused(cast: Cast, minutes: str) -> None:
    with pytest.raises(DomainError, match="纪要"):
        hold_interview(approved(cast), on=MEETING, minutes=minutes, by=cast.leader)


def test_an_interview_without_a_cause_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="事由"):
        propose_interview(cast.water, cause=" ", on=PROPOSED, by=cast.supervisor)


def test_rectification_is_not_due_before_the_interview(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        hold_interview(
            approved(cast),
            on=MEETING,
            minutes="纪要",
            rectify_by=dt.date(2023, 7, 5),
            by=cast.leader,
        )
    assert refusal.value.code == "rectify_before_interview"


def test_an_interview_is_held_once(cast: Cast) -> None:
    interview = held(cast)
    with pytest.raises(ConflictError, match="已约谈"):
        hold_interview(interview, on=MEETING, minutes="再来", by=cast.leader)
    assert InterviewFact.objects.count() == 1


def test_a_revoked_interview_leaves_a_fact_with_its_own_date(cast: Cast) -> None:
    interview = revoke_interview(
        held(cast), on=dt.date(2023, 8, 20), reason="复核认定事由不成立", by=cast.leader
    )
    assert interview.state == InterviewState.REVOKED
    fact = InterviewFact.objects.get(type=InterviewFactType.REVOKED)
    assert (fact.on, fact.reason) == (dt.date(2023, 8, 20), "复核认定事由不成立")


def test_an_interview_is_not_revoked_before_it_was_held(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        revoke_interview(held(cast), on=dt.date(2023, 7, 5), reason="误", by=cast.leader)
    assert refusal.value.code == "revoked_before_held"


def test_only_leaders_revoke(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        revoke_interview(held(cast), on=MEETING, reason="误", by=cast.supervisor)


def test_a_cancelled_interview_cannot_be_held(cast: Cast) -> None:
    interview = cancel_interview(approved(cast), on=PROPOSED, reason="已赶上进度", by=cast.leader)
    assert interview.cancellation == "已赶上进度"
    with pytest.raises(ConflictError):
        hold_interview(interview, on=MEETING, minutes="纪要", by=cast.leader)


def test_a_held_interview_is_revoked_not_cancelled(cast: Cast) -> None:
    with pytest.raises(ConflictError):
        cancel_interview(held(cast), on=MEETING, reason="误", by=cast.leader)


def test_watchers_see_all_a_head_its_units_a_person_their_own(cast: Cast) -> None:
    about_unit = proposed(cast)
    about_person = propose_interview(cast.clerk, cause=CAUSE, on=PROPOSED, by=cast.supervisor)
    seen = {
        name: set(Interview.objects.visible_to(cast.named(name), on=PROPOSED))
        for name in ("leader", "supervisor", "water_head", "head", "clerk", "hr", "auditor")
    }
    assert seen == {
        "leader": {about_unit, about_person},
        "supervisor": {about_unit, about_person},
        "water_head": {about_unit},
        "head": set(),
        "clerk": {about_person},
        "hr": set(),
        "auditor": set(),
    }


@pytest.mark.django_db(transaction=True)
def test_two_leaders_approving_at_once_give_one_notice() -> None:
    cast = build_cast()
    interview = proposed(cast)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def approve(by: User) -> None:
        try:
            ready.wait()
            approve_interview(interview, scheduled_on=MEETING, on=PROPOSED, by=by)
            outcomes.append("approved")
        except ConflictError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(by,)) for by in (cast.leader, cast.principal)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "interview_state"]
    assert Interview.objects.get().number == "并环约〔2023〕1号"
