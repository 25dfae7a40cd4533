"""From findings to proposals: what is proposed once, held back, and withdrawn."""

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts.models import AuditEntry
from reports.choices import FindingKind, ProposalState
from reports.models import Proposal
from reports.policy.load import load_shipped
from reports.services.assessments import as_subject, assess, judge_day
from reports.services.proposals import propose_from_findings
from reports.services.waivers import waive_slip
from tasks.models import Task
from tasks.services.closing import submit_closure
from tasks.services.handover import hand_over
from tests.cast import Cast, build_cast
from tests.reports.making import (
    LAGGING,
    SLIP_DUE,
    held_interview,
    in_force,
    late_task,
    only_proposal,
    quiet_task,
    run,
    slip_on,
)

DAY = dt.timedelta(days=1)
NEXT = LAGGING + DAY


def gates_of(cast: Cast, on: dt.date) -> dict[str, bool]:
    """The gates of the first cause about 大气环境科, by code."""
    found = assess(judge_day(on=on), on=on, subjects={as_subject(cast.air)})
    return {gate.code: gate.passed for gate in found[0].gates}


def test_a_seriously_lagging_task_is_proposed_once_for_unit_and_holder(cast: Cast) -> None:
    in_force()
    task = late_task(cast)
    assert run(LAGGING - DAY).found == 0
    done = run(LAGGING)
    assert (done.found, done.proposed, done.held_back, done.withdrawn) == (2, 2, 0, 0)
    again = run(LAGGING)
    assert (again.proposed, again.withdrawn) == (0, 0)
    assert run(NEXT).proposed == 0
    about_unit = only_proposal(unit=cast.air)
    about_person = only_proposal(person=cast.head)
    for proposal in (about_unit, about_person):
        assert proposal.kind == FindingKind.INTERVIEW
        assert proposal.rule == "seriously_lagging"
        assert proposal.cause == "seriously_lagging:P1/T1"
        assert proposal.task == task
        assert proposal.clause == load_shipped("taiyuan-2023").clauses["R1"].text
        assert proposal.reasons[0]["value"] == "30"
        assert all(gate["passed"] for gate in proposal.gates)
        assert proposal.proposed_by is None
    assert AuditEntry.objects.filter(action="proposal.make").count() == 2


def test_a_finding_can_be_made_again_from_what_its_proposal_stores(cast: Cast) -> None:
    in_force()
    late_task(cast)
    run(LAGGING)
    proposal = only_proposal(unit=cast.air)
    held_interview(cast, cast.air, LAGGING)
    again = judge_day(on=proposal.as_of, year=proposal.year, known_at=proposal.known_at)
    assert again.evaluation.policy_digest == proposal.policy_digest
    (found,) = assess(again, on=proposal.as_of, subjects={as_subject(cast.air)})
    assert found.cause.cause == proposal.cause
    assert [(why.code, why.value) for why in found.ground.reasons] == [
        (why["code"], why["value"]) for why in proposal.reasons
    ]


def test_without_a_slip_nothing_is_proposed_but_the_finding_shows_its_gate(cast: Cast) -> None:
    in_force()
    quiet_task(cast)
    done = run(LAGGING)
    assert (done.found, done.proposed, done.held_back) == (2, 0, 2)
    assert gates_of(cast, LAGGING)["slip_missing"] is False
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("due", "proposed"), [(LAGGING - DAY, 2), (LAGGING, 0), (LAGGING + DAY, 0)]
)
def test_an_interview_waits_until_the_feedback_date_has_passed(
    cast: Cast, due: dt.date, proposed: int
) -> None:
    in_force()
    slip_on(quiet_task(cast), cast, feedback_due=due)
    assert run(LAGGING).proposed == proposed


def test_a_slip_that_was_never_delivered_opens_nothing(cast: Cast) -> None:
    in_force()
    slip_on(quiet_task(cast), cast, delivered=False)
    assert run(LAGGING).proposed == 0


def test_a_slip_to_a_cooperating_unit_is_no_notice_to_the_lead(cast: Cast) -> None:
    in_force()
    slip_on(quiet_task(cast, cooperating=(cast.water,)), cast, unit=cast.water)
    run(LAGGING)
    assert not Proposal.objects.filter(unit=cast.air).exists()


def test_a_leader_may_waive_the_slip_with_a_reason(cast: Cast) -> None:
    in_force()
    quiet_task(cast)
    waive_slip(
        cast.air,
        rule="seriously_lagging",
        cause="seriously_lagging:P1/T1",
        on=LAGGING,
        reason="重大舆情",
        by=cast.leader,
    )
    assert run(LAGGING - DAY).found == 0
    assert run(LAGGING).proposed == 2
    waived = next(g for g in only_proposal(unit=cast.air).gates if g["code"] == "slip_waived")
    assert waived["values"]["reason"] == "重大舆情"


@pytest.mark.parametrize(
    ("go_live", "proposed"), [(dt.date(2023, 7, 1), 2), (dt.date(2023, 7, 2), 0)]
)
def test_days_before_go_live_do_not_count(cast: Cast, go_live: dt.date, proposed: int) -> None:
    in_force(go_live=go_live)
    late_task(cast)
    done = run(LAGGING)
    assert (done.found, done.proposed) == (2, proposed)
    if not proposed:
        assert gates_of(cast, LAGGING)["before_go_live"] is False
        assert run(NEXT).proposed == 2


def test_interviews_before_go_live_do_not_count(cast: Cast) -> None:
    in_force(go_live=dt.date(2023, 3, 1))
    held_interview(cast, cast.water, dt.date(2023, 2, 28))
    held_interview(cast, cast.water, dt.date(2023, 4, 3))
    assert run(LAGGING).proposed == 0
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    assert run(LAGGING).proposed == 1
    proposal = only_proposal(unit=cast.water)
    assert proposal.cause == "2023:interviews:2023-06-05"
    assert proposal.reasons[0]["dates"] == ["2023-04-03", "2023-06-05"]


def test_two_interviews_cancel_excellence_and_a_third_refers(cast: Cast) -> None:
    in_force()
    held_interview(cast, cast.water, dt.date(2023, 3, 1))
    assert run(dt.date(2023, 4, 30)).proposed == 0
    held_interview(cast, cast.water, dt.date(2023, 5, 8))
    assert run(dt.date(2023, 5, 7)).proposed == 0
    assert run(dt.date(2023, 5, 8)).proposed == 1
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    assert run(dt.date(2023, 6, 5)).proposed == 1
    assert list(Proposal.objects.order_by("id").values_list("kind", "rule", "cause")) == [
        ("excellence_cancelled", "interviews_in_year", "2023:interviews:2023-05-08"),
        ("discipline_referral", "repeatedly_interviewed", "2023:interviews:2023-06-05"),
    ]


def test_catching_up_withdraws_a_waiting_proposal_and_keeps_it(cast: Cast) -> None:
    in_force()
    task = late_task(cast)
    run(LAGGING)
    submit_closure(task, text="已完成", on=NEXT, by=cast.head)
    assert run(NEXT).withdrawn == 2
    proposal = only_proposal(unit=cast.air)
    assert proposal.state == ProposalState.WITHDRAWN
    assert proposal.decided_on == NEXT
    assert proposal.decided_by is None
    assert run(NEXT).withdrawn == 0


def test_a_new_holder_is_proposed_only_for_what_lasted_under_them(cast: Cast) -> None:
    in_force()
    task = late_task(cast)
    hand_over(task, to=cast.clerk, on=LAGGING - DAY, by=cast.head)
    run(LAGGING)
    assert [proposal.subject for proposal in Proposal.objects.all()] == [cast.air]


def test_a_slip_that_ran_out_under_the_last_holder_was_no_notice_to_the_new_one(
    cast: Cast,
) -> None:
    in_force()
    task = late_task(cast)
    hand_over(task, to=cast.clerk, on=SLIP_DUE, by=cast.head)
    later = SLIP_DUE + 30 * DAY
    run(later)
    assert not Proposal.objects.filter(person=cast.clerk).exists()
    slip_on(task, cast, on=later, feedback_due=later + DAY)
    run(later + 2 * DAY)
    assert Proposal.objects.filter(person=cast.clerk).exists()


def test_three_late_tasks_need_three_slips(cast: Cast) -> None:
    in_force()
    on = dt.date(2023, 7, 18)
    for code in ("T1", "T2"):
        late_task(cast, code=code)
    third = quiet_task(cast, code="T3")
    assert run(on).proposed == 0
    slip_on(third, cast)
    assert run(on).proposed == 1
    proposal = only_proposal()
    assert (proposal.rule, proposal.cause) == ("poor_implementation", "overdue_tasks")
    assert proposal.task is None
    assert {why["task"] for why in proposal.reasons} == {"T1", "T2", "T3"}


@pytest.mark.parametrize(
    ("rectify_by", "proposed"), [(LAGGING - DAY, 1), (LAGGING, 0), (LAGGING + DAY, 0)]
)
def test_a_cause_is_not_proposed_before_the_interview_on_it_is_rectified(
    cast: Cast, rectify_by: dt.date, proposed: int
) -> None:
    in_force()
    task = late_task(cast)
    held_interview(cast, cast.air, dt.date(2023, 7, 20), tasks=[task], rectify_by=rectify_by)
    run(LAGGING)
    assert Proposal.objects.filter(unit=cast.air).count() == proposed
    assert Proposal.objects.filter(person=cast.head).count() == 1


def test_a_year_that_is_over_is_still_judged_for_what_rests_on_it(cast: Cast) -> None:
    in_force()
    held_interview(cast, cast.water, dt.date(2023, 10, 25))
    held_interview(cast, cast.water, dt.date(2023, 12, 12))
    late_task(cast)
    on = dt.date(2024, 1, 15)
    run(on, year=2023)
    assert only_proposal().kind == FindingKind.EXCELLENCE_CANCELLED
    run(on)
    assert Proposal.objects.waiting().count() == 3
    run(on, year=2023)
    assert Proposal.objects.waiting().count() == 3


def test_a_task_named_by_two_plans_keeps_one_cause(cast: Cast) -> None:
    in_force()
    late_task(cast)
    run(LAGGING)
    plan = Task.objects.get().plan
    twin = type(plan).objects.create(code="P2", name="另一计划", year=2023)
    quiet_task(cast, plan=twin)
    assert run(LAGGING).proposed == 0
    assert Proposal.objects.waiting().count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_propose_once() -> None:
    cast = build_cast()
    in_force()
    late_task(cast)
    judgement = judge_day(on=LAGGING)
    ready = threading.Barrier(2)
    proposed: list[int] = []

    def work() -> None:
        try:
            ready.wait()
            proposed.append(propose_from_findings(judgement, on=LAGGING).proposed)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(proposed) == [0, 2]
    assert Proposal.objects.count() == 2
