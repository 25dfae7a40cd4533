"""Findings, evaluations and policies by REST: the contract's shape, and only the own scope."""

import datetime as dt
import json

import pytest
from rest_framework.test import APIClient

from reports.evaluation.output import as_text
from reports.models import FrozenRun
from reports.services.assessments import judge_day
from reports.services.evaluations import freeze_evaluation
from tests.cast import Cast
from tests.making import SetClock, issued_task, set_clock
from tests.reports.making import LAGGING, held_interview, in_force, late_task
from tests.tasks.api.conftest import ClientOf

__all__ = ["set_clock"]

FINDINGS = "/api/v1/findings/"
EVALUATIONS = "/api/v1/evaluations/"


@pytest.fixture
def busy(cast: Cast, set_clock: SetClock) -> Cast:
    """A lagging task of 大气环境科 and a referral of 水生态环境科."""
    in_force()
    late_task(cast)
    for day in (dt.date(2023, 3, 1), dt.date(2023, 5, 8), dt.date(2023, 6, 5)):
        held_interview(cast, cast.water, day)
    set_clock(LAGGING)
    return cast


def found(client_of: ClientOf, cast: Cast, name: str) -> set[tuple[str, str]]:
    """Return the (kind, subject) pairs a person is shown."""
    answer = client_of(cast.named(name)).get(FINDINGS)
    assert answer.status_code == 200, answer.content
    return {(row["kind"], row["subject"]["id"]) for row in answer.json()["results"]}


AIR = {("interview", "DQK"), ("interview", "TY-head")}
WATER = {("excellence_cancelled", "SHK"), ("discipline_referral", "SHK")}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("leader", AIR | WATER),
        ("supervisor", AIR | {("excellence_cancelled", "SHK")}),
        ("hr", {("excellence_cancelled", "SHK")}),
        ("discipline", {("discipline_referral", "SHK")}),
        ("head", AIR),
        ("water_head", WATER),
        ("liaison", set()),
        ("clerk", set()),
        ("branch", set()),
        ("sysadmin", set()),
        ("secadmin", set()),
        ("auditor", set()),
    ],
)
def test_findings_are_shown_by_role_and_kind(
    busy: Cast, client_of: ClientOf, name: str, shown: set[tuple[str, str]]
) -> None:
    assert found(client_of, busy, name) == shown


def test_a_finding_has_the_shape_of_the_contract(busy: Cast, client_of: ClientOf) -> None:
    answer = client_of(busy.leader).get(
        FINDINGS, {"subject": "SHK", "kind": "excellence_cancelled"}
    )
    (row,) = answer.json()["results"]
    assert row["rule"] == "interviews_in_year"
    assert row["subject"] == {"kind": "unit", "id": "SHK"}
    assert row["first_met_on"] == "2023-05-08"
    assert row["clause"]
    (why,) = row["reasons"]
    assert (why["value"], why["comparison"], why["threshold"]) == ("3", ">=", "2")


def test_findings_are_paged(busy: Cast, client_of: ClientOf) -> None:
    answer = client_of(busy.leader).get(FINDINGS, {"page_size": 1, "page": 2}).json()
    assert answer["count"] == 4
    assert len(answer["results"]) == 1
    assert answer["next"]


def test_a_leader_reads_a_frozen_evaluation_whole(busy: Cast, client_of: ClientOf) -> None:
    evaluation = judge_day(on=LAGGING).evaluation
    run = freeze_evaluation(evaluation, by=None)
    answer = client_of(busy.leader).get(f"{EVALUATIONS}{run.pk}/")
    assert answer.json() == json.loads(as_text(evaluation))
    (row,) = client_of(busy.leader).get(EVALUATIONS, {"year": 2023}).json()["results"]
    assert (row["id"], row["digest"]) == (run.pk, run.digest)
    assert client_of(busy.leader).get(EVALUATIONS, {"year": 2022}).json()["count"] == 0


def test_a_head_reads_only_the_own_part(busy: Cast, client_of: ClientOf) -> None:
    issued_task(busy, code="S1", leads=(busy.water,))
    freeze_evaluation(judge_day(on=LAGGING).evaluation, by=None)
    body = client_of(busy.head).get(f"{EVALUATIONS}{FrozenRun.objects.get().pk}/").json()
    assert [row["code"] for row in body["tasks"]] == ["T1"]
    assert [row["code"] for row in body["units"]] == ["DQK"]
    assert {row["subject"]["id"] for row in body["findings"]} == {"DQK", "TY-head"}
    units = {row["unit"] for ranking in body["rankings"] for row in ranking["rows"]}
    assert units == {"DQK"}
    assert "SHK" not in json.dumps(body)


def test_a_supervisor_never_reads_a_referral(busy: Cast, client_of: ClientOf) -> None:
    body = client_of(busy.supervisor).get(f"{EVALUATIONS}today/").json()
    assert {row["kind"] for row in body["findings"]} == {"interview", "excellence_cancelled"}


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "auditor", "clerk"])
def test_who_holds_no_business_role_finds_no_evaluation(
    busy: Cast, client_of: ClientOf, name: str
) -> None:
    run = freeze_evaluation(judge_day(on=LAGGING).evaluation, by=None)
    client = client_of(busy.named(name))
    assert client.get(EVALUATIONS).json()["count"] == 0
    assert client.get(f"{EVALUATIONS}{run.pk}/").status_code == 404
    assert client.get(f"{EVALUATIONS}today/").json()["tasks"] == []


def test_policies_are_read_by_who_is_judged_by_them(busy: Cast, client_of: ClientOf) -> None:
    (row,) = client_of(busy.head).get("/api/v1/policies/").json()["results"]
    assert (row["name"], row["go_live"]) == ("taiyuan-2023", "2023-01-01")
    assert client_of(busy.secadmin).get("/api/v1/policies/").json()["count"] == 1
    assert client_of(busy.auditor).get("/api/v1/policies/").json()["count"] == 0


@pytest.mark.parametrize(
    "path", [FINDINGS, EVALUATIONS, f"{EVALUATIONS}today/", "/api/v1/policies/"]
)
def test_nobody_reads_without_signing_in(busy: Cast, path: str) -> None:
    assert APIClient().get(path).status_code == 401
