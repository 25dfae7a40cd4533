"""The page of findings and proposals, and deciding on it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from reports.choices import FindingKind, InterviewState, ProposalState
from reports.models import Exclusion, Interview, Proposal, SlipWaiver
from reports.services.proposals import confirm_proposal
from tasks.services.closing import submit_closure
from tests.cast import Cast
from tests.reports.making import (
    LAGGING,
    excluded_unit,
    held_interview,
    in_force,
    late_task,
    only_proposal,
    quiet_task,
    run,
)
from tests.reports.views.conftest import PageOf


def waiting(cast: Cast) -> Proposal:
    in_force()
    late_task(cast)
    run(LAGGING)
    return only_proposal(unit=cast.air)


def address(proposal: Proposal, what: str = "proposal") -> str:
    return reverse(f"reports:{what}", args=[proposal.pk])


def address_of_interview(proposal: Proposal) -> str:
    return reverse("reports:interview", args=[proposal.interview_id])


@pytest.mark.parametrize("name", ["leader", "supervisor"])
@pytest.mark.parametrize("show", ["waiting", "held", "interviews", "decided", "nonsense"])
def test_the_lists_open_for_who_watches(
    cast: Cast, as_person: PageOf, name: str, show: str
) -> None:
    waiting(cast)
    quiet_task(cast, code="T2")
    held_interview(cast, cast.water, dt.date(2023, 5, 8))
    page = as_person(cast.named(name)).get(reverse("reports:proposals"), {"show": show})
    assert page.status_code == 200
    assert "大气环境科" in page.content.decode() or show in ("interviews", "decided")


def test_a_waiting_proposal_says_why_and_links_to_itself(cast: Cast, as_person: PageOf) -> None:
    proposal = waiting(cast)
    page = as_person(cast.leader).get(reverse("reports:proposals")).content.decode()
    assert "任务 T1 逾期 30 天" in page
    assert f'<a href="/tasks/{proposal.task_id}/">任务T1</a>' in page
    assert address(proposal) in page


def test_the_interview_that_came_of_a_proposal_tells_how(cast: Cast, as_person: PageOf) -> None:
    done = confirm_proposal(waiting(cast), on=LAGGING, by=cast.leader, reason="情况属实")
    assert done.interview is not None
    page = as_person(cast.supervisor).get(address_of_interview(done)).content.decode()
    assert "按规则建议对大气环境科约谈" in page
    assert "确认对大气环境科约谈" in page
    assert "还没有办理动态" not in page


def test_what_a_gate_holds_back_is_shown_with_its_sentence_and_waived_by_a_leader(
    cast: Cast, as_person: PageOf
) -> None:
    in_force()
    quiet_task(cast)
    held = {"show": "held"}
    page = as_person(cast.supervisor).get(reverse("reports:proposals"), held).content.decode()
    assert "约谈前须先就此事由送达督办单" in page
    assert "批准免予督办" not in page
    leader = as_person(cast.leader)
    assert "批准免予督办" in leader.get(reverse("reports:proposals"), held).content.decode()
    given = {"unit": "DQK", "rule": "seriously_lagging", "cause": "seriously_lagging:P1/T1"}
    leader.post(reverse("reports:waive"), {**given, "reason": ""})
    assert not SlipWaiver.objects.exists()
    answer = leader.post(reverse("reports:waive"), {**given, "reason": "重大舆情"}, follow=True)
    assert "已批准免予督办" in answer.content.decode()
    assert run(LAGGING).proposed == 2


@pytest.mark.parametrize("name", ["supervisor", "head", "hr"])
def test_nobody_else_waives(cast: Cast, as_person: PageOf, name: str) -> None:
    given = {"unit": "DQK", "rule": "r", "cause": "c", "reason": "无"}
    answer = as_person(cast.named(name)).post(reverse("reports:waive"), given)
    assert answer.status_code == 403
    assert not SlipWaiver.objects.exists()


def test_the_page_of_a_proposal_shows_clause_reasons_gates_and_forms(
    cast: Cast, as_person: PageOf
) -> None:
    proposal = waiting(cast)
    page = as_person(cast.leader).get(address(proposal)).content.decode()
    for part in (
        proposal.clause,
        "办理中的任务严重滞后（逾期 30 天以上",
        "任务 T1 逾期 30 天",
        "反馈时限 2023-07-17 已过",
        proposal.policy_digest,
        "确认约谈",
        "不予采纳",
    ):
        assert part in page, part


@pytest.mark.parametrize(
    ("name", "status", "decides"),
    [
        ("leader", 200, True),
        ("supervisor", 200, False),
        ("head", 200, False),
        ("liaison", 404, False),
        ("clerk", 404, False),
        ("water_head", 404, False),
        ("hr", 404, False),
        ("discipline", 404, False),
        ("sysadmin", 404, False),
        ("auditor", 404, False),
    ],
)
def test_a_proposal_opens_for_its_subject_and_the_watchers(
    cast: Cast, as_person: PageOf, name: str, status: int, decides: bool
) -> None:
    proposal = waiting(cast)
    client = as_person(cast.named(name))
    page = client.get(address(proposal))
    assert page.status_code == status
    assert (address(proposal, "confirm") in page.content.decode()) is decides
    if not decides:
        post = client.post(address(proposal, "confirm"), {"reason": "属实"})
        assert post.status_code == (403 if status == 200 else 404)
        proposal.refresh_from_db()
        assert proposal.state == ProposalState.WAITING


def test_a_leader_confirms_in_the_browser_and_lands_on_the_interview(
    cast: Cast, as_person: PageOf
) -> None:
    proposal = waiting(cast)
    client = as_person(cast.leader)
    assert client.post(address(proposal, "confirm"), {"reason": " "}).status_code == 422
    answer = client.post(
        address(proposal, "confirm"),
        {"reason": "属实", "scheduled_on": "2023-08-01"},
    )
    assert answer.status_code == 422
    assert "最早 2023-08-02" in answer.content.decode()
    answer = client.post(
        address(proposal, "confirm"), {"reason": "属实", "place": "三楼"}, follow=True
    )
    interview = Interview.objects.get()
    assert interview.state == InterviewState.APPROVED
    assert answer.redirect_chain[-1][0] == reverse("reports:interview", args=[interview.pk])
    assert "并环约〔2023〕1号" in answer.content.decode()


def test_who_was_slower_is_told_what_became_of_it(cast: Cast, as_person: PageOf) -> None:
    proposal = waiting(cast)
    confirm_proposal(proposal, on=LAGGING, by=cast.principal, reason="属实")
    answer = as_person(cast.leader).post(
        address(proposal, "confirm"), {"reason": "属实"}, follow=True
    )
    assert "由局长办理" in answer.content.decode()


def test_what_ended_is_not_confirmed_and_the_page_says_so(cast: Cast, as_person: PageOf) -> None:
    proposal = waiting(cast)
    assert proposal.task is not None
    submit_closure(proposal.task, text="已完成", on=LAGGING, by=cast.head)
    answer = as_person(cast.leader).post(address(proposal, "confirm"), {"reason": "属实"})
    assert answer.status_code == 422
    assert "已不成立" in answer.content.decode()


def test_a_dismissal_asks_for_its_review_date(cast: Cast, as_person: PageOf) -> None:
    proposal = waiting(cast)
    client = as_person(cast.leader)
    values = {"dismiss-reason": "协调中", "dismiss-review_on": "2023-07-30"}
    assert client.post(address(proposal, "dismiss"), values).status_code == 422
    values["dismiss-review_on"] = "2023-08-30"
    client.post(address(proposal, "dismiss"), values)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.review_on) == (
        ProposalState.DISMISSED,
        dt.date(2023, 8, 30),
    )
    assert client.get(address(proposal)).status_code == 200


def test_an_exclusion_is_confirmed_in_the_browser(cast: Cast, as_person: PageOf) -> None:
    in_force()
    held_interview(cast, cast.water, dt.date(2023, 3, 1))
    held_interview(cast, cast.water, dt.date(2023, 5, 8))
    run(LAGGING)
    proposal = only_proposal()
    page = as_person(cast.leader).post(
        address(proposal, "confirm"), {"reason": "情况属实"}, follow=True
    )
    assert Exclusion.objects.get().number in page.content.decode()


def test_a_referral_is_sealed_from_supervisors(cast: Cast, as_person: PageOf) -> None:
    in_force()
    excluded_unit(cast)
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    run(LAGGING)
    referral = only_proposal(kind=FindingKind.DISCIPLINE_REFERRAL)
    statuses = {
        name: as_person(cast.named(name)).get(address(referral)).status_code
        for name in ("leader", "discipline", "supervisor", "water_head", "hr")
    }
    assert statuses == {
        "leader": 200,
        "discipline": 200,
        "supervisor": 404,
        "water_head": 404,
        "hr": 404,
    }


def test_a_countdown_warns_who_is_one_interview_away(cast: Cast, as_person: PageOf) -> None:
    proposal = waiting(cast)
    held_interview(cast, cast.air, dt.date(2023, 3, 1))
    page = as_person(cast.head).get(address(proposal)).content.decode()
    assert "再被约谈一次将失去评优资格" in page


@pytest.mark.parametrize("name", ["head", "clerk", "hr"])
def test_everybody_else_is_led_to_their_own_findings(
    cast: Cast, as_person: PageOf, name: str
) -> None:
    answer = as_person(cast.named(name)).get(reverse("reports:proposals"))
    assert answer.headers["Location"] == reverse("reports:mine")


def test_without_a_policy_the_page_says_so(cast: Cast, as_person: PageOf) -> None:
    page = as_person(cast.leader).get(reverse("reports:proposals"), {"show": "held"})
    assert "尚无施行的考核办法" in page.content.decode()


@pytest.mark.django_db
def test_nobody_opens_it_without_signing_in(client: Client) -> None:
    assert client.get(reverse("reports:proposals")).status_code == 302
