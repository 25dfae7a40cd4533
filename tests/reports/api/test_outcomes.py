"""Proposals, interviews and exclusions by REST: deciding once, and only what one may see."""

import datetime as dt

import pytest

from reports.choices import FindingKind, InterviewState, ProposalState
from reports.models import Exclusion, Interview, Proposal
from reports.services.proposals import confirm_proposal
from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.reports.making import (
    LAGGING,
    excluded_unit,
    held_interview,
    in_force,
    late_task,
    only_proposal,
    run,
)
from tests.tasks.api.conftest import ClientOf

__all__ = ["set_clock"]

PROPOSALS, INTERVIEWS, EXCLUSIONS = (
    "/api/v1/proposals/",
    "/api/v1/interviews/",
    "/api/v1/exclusions/",
)


@pytest.fixture(autouse=True)
def on_the_thirtieth_day(set_clock: SetClock) -> None:
    set_clock(LAGGING)


def waiting(cast: Cast) -> Proposal:
    in_force()
    late_task(cast)
    run(LAGGING)
    return only_proposal(unit=cast.air)


def test_a_leader_confirms_by_rest(cast: Cast, client_of: ClientOf) -> None:
    proposal = waiting(cast)
    client = client_of(cast.leader)
    row = client.get(f"{PROPOSALS}{proposal.pk}/").json()
    assert row["subject"] == {"kind": "unit", "id": "DQK", "name": "大气环境科"}
    assert "逾期 30 天" in row["sentences"][0]
    assert all(gate["passed"] and gate["sentence"] for gate in row["gates"])
    answer = client.post(
        f"{PROPOSALS}{proposal.pk}/confirm/",
        {"reason": "属实", "scheduled_on": "2023-08-03", "place": "三楼"},
        format="json",
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "confirmed"
    interview = Interview.objects.get(pk=answer.json()["interview"])
    assert (str(interview.scheduled_on), interview.place) == ("2023-08-03", "三楼")
    again = client.post(f"{PROPOSALS}{proposal.pk}/confirm/", {"reason": "再"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


def test_a_dismissal_needs_its_review_date(cast: Cast, client_of: ClientOf) -> None:
    address = f"{PROPOSALS}{waiting(cast).pk}/dismiss/"
    client = client_of(cast.leader)
    answer = client.post(address, {"reason": "协调中"}, format="json")
    assert (answer.status_code, "review_on" in answer.json()["fields"]) == (422, True)
    answer = client.post(address, {"reason": "协调中", "review_on": "2023-08-30"}, format="json")
    assert answer.json()["review_on"] == "2023-08-30"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("supervisor", 403),
        ("head", 403),
        ("hr", 404),
        ("discipline", 404),
        ("water_head", 404),
        ("clerk", 404),
        ("auditor", 404),
    ],
)
def test_others_may_not_confirm_or_do_not_even_find_it(
    cast: Cast, client_of: ClientOf, name: str, status: int
) -> None:
    proposal = waiting(cast)
    answer = client_of(cast.named(name)).post(
        f"{PROPOSALS}{proposal.pk}/confirm/", {"reason": "属实"}, format="json"
    )
    assert answer.status_code == status
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WAITING


def test_an_interview_goes_its_way_by_rest(cast: Cast, client_of: ClientOf) -> None:
    supervisor, leader = client_of(cast.supervisor), client_of(cast.leader)
    made = supervisor.post(INTERVIEWS, {"unit": "SHK", "cause": "推进不力"}, format="json")
    assert made.status_code == 201, made.content
    address = f"{INTERVIEWS}{made.json()['id']}/"
    approved = leader.post(
        f"{address}approve/", {"scheduled_on": "2023-08-02", "on": "2023-07-28"}, format="json"
    )
    assert approved.json()["number"] == "并环约〔2023〕1号"
    early = supervisor.post(f"{address}hold/", {"minutes": "纪要"}, format="json")
    assert early.json()["code"] == "before_notice"
    revoked = leader.post(f"{address}revoke/", {"reason": "误"}, format="json")
    assert (revoked.status_code, revoked.json()["code"]) == (409, "interview_state")
    cancelled = leader.post(f"{address}cancel/", {"reason": "已赶上"}, format="json")
    assert cancelled.json()["state"] == InterviewState.CANCELLED


@pytest.mark.parametrize("body", [{}, {"unit": "SHK", "person": "TY-clerk"}])
def test_an_interview_has_one_subject(
    cast: Cast, client_of: ClientOf, body: dict[str, str]
) -> None:
    answer = client_of(cast.supervisor).post(INTERVIEWS, {"cause": "甲", **body}, format="json")
    assert answer.status_code == 422
    assert "一个单位或一名个人" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "count"),
    [("leader", 1), ("supervisor", 1), ("water_head", 1), ("hr", 0), ("head", 0), ("auditor", 0)],
)
def test_interviews_with_their_minutes_are_for_who_may_see_them(
    cast: Cast, client_of: ClientOf, name: str, count: int
) -> None:
    interview = held_interview(cast, cast.water, dt.date(2023, 5, 8))
    client = client_of(cast.named(name))
    assert client.get(INTERVIEWS).json()["count"] == count
    assert client.get(f"{INTERVIEWS}{interview.pk}/").status_code == (200 if count else 404)


def test_exclusions_are_listed_for_hr_and_referrals_for_discipline(
    cast: Cast, client_of: ClientOf
) -> None:
    in_force()
    excluded_unit(cast)
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    run(LAGGING)
    referral = only_proposal(kind=FindingKind.DISCIPLINE_REFERRAL)
    confirm_proposal(referral, on=LAGGING, by=cast.leader, reason="移送")
    kinds = {
        name: {row["kind"] for row in client_of(cast.named(name)).get(EXCLUSIONS).json()["results"]}
        for name in ("leader", "hr", "supervisor", "discipline", "water_head", "head", "secadmin")
    }
    cancelled, sealed = {"excellence_cancelled"}, {"discipline_referral"}
    assert kinds == {
        "leader": cancelled | sealed,
        "hr": cancelled,
        "supervisor": cancelled,
        "discipline": sealed,
        "water_head": cancelled,
        "head": set(),
        "secadmin": set(),
    }
    row = client_of(cast.hr).get(EXCLUSIONS, {"year": 2023}).json()["results"][0]
    assert (row["number"], row["unit"]) == ("并环评〔2023〕1号", "SHK")
    sealed_row = Exclusion.objects.get(kind=FindingKind.DISCIPLINE_REFERRAL)
    assert client_of(cast.hr).get(f"{EXCLUSIONS}{sealed_row.pk}/").status_code == 404


def test_a_leader_withdraws_by_rest(cast: Cast, client_of: ClientOf) -> None:
    in_force()
    address = f"{EXCLUSIONS}{excluded_unit(cast).pk}/withdraw/"
    assert client_of(cast.hr).post(address, {"reason": "撤"}, format="json").status_code == 403
    answer = client_of(cast.leader).post(address, {"reason": "复核不成立"}, format="json")
    assert answer.json()["state"] == "withdrawn"
