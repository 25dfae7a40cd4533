"""Thresholds, causes and how they combine are data: another policy judges otherwise."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from reports.evaluation.output import as_json
from reports.policy.load import SHIPPED
from reports.policy.notation import read_document
from reports.services.simulations import simulate
from tests.reference.expectations import finding_line

pytestmark = pytest.mark.usefixtures("scratch")

WRITTEN: dict[str, Any] = read_document((SHIPPED / "taiyuan-2023.yaml").read_text("utf-8"))
Change = Callable[[dict[str, Any]], object]

# Unit A leads: T1, 40 days late on 9 August, taken over by p2 on 20 July; R1, a rectification whose
# close-out was rejected once; both were asked to be extended too late. A was interviewed twice.
STORY: dict[str, Any] = {
    "as_of": "2023-08-09",
    "units": [{"code": "A", "group": "g"}],
    "people": [{"id": "p1", "unit": "A"}, {"id": "p2", "unit": "A"}],
    "tasks": [
        {
            "code": "T1",
            "lead": "A",
            "responsible": "p1",
            "start": "2023-01-01",
            "deadline": "2023-06-30",
        },
        {
            "code": "R1",
            "lead": "A",
            "kind": "rectification",
            "start": "2023-01-01",
            "deadline": "2023-08-31",
        },
    ],
    "events": [
        {"on": "2023-01-02", "type": "progress", "task": "T1", "percent": 100},
        {"on": "2023-01-02", "type": "progress", "task": "R1", "percent": 100},
        {"on": "2023-07-01", "type": "closure_submitted", "task": "R1"},
        {"on": "2023-07-02", "type": "closure_rejected", "task": "R1"},
        {"on": "2023-07-20", "type": "handover", "task": "T1", "to": "p2"},
        {
            "on": "2023-08-01",
            "type": "extension_granted",
            "task": "T1",
            "requested_on": "2023-07-05",
            "to": "2023-07-31",
        },
        {"on": "2023-03-01", "type": "interview_held", "id": "i1", "unit": "A"},
        {"on": "2023-04-01", "type": "interview_held", "id": "i2", "unit": "A"},
    ],
}


def found(*changes: Change) -> list[str]:
    """Return the findings of the story by the shipped policy with changes."""
    content = copy.deepcopy(WRITTEN)
    for change in changes:
        change(content)
    text = json.dumps({**STORY, "policy": content}, default=float)
    return [finding_line(finding) for finding in as_json(simulate(text))["findings"]]


LAGGING = "interview unit:A seriously_lagging"
EXCELLENCE = "excellence_cancelled unit:A interviews_in_year @2023-04-01"


def rule(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a rule of the policy by name."""
    rules = [one for effect in content["effects"] for one in effect["any"] if one["rule"] == name]
    found: dict[str, Any] = rules[0]
    return found


def test_an_inline_copy_of_the_shipped_policy_judges_as_it_does() -> None:
    assert found() == [EXCELLENCE, LAGGING]


@pytest.mark.parametrize(("days", "lines"), [(40, [EXCELLENCE, LAGGING]), (41, [EXCELLENCE])])
def test_the_days_of_serious_lag_are_data(days: int, lines: list[str]) -> None:
    assert found(lambda p: p["seriously_lagging"].update(overdue_days={"at_least": days})) == lines


def test_whether_a_number_is_included_is_data() -> None:
    def beyond(content: dict[str, Any]) -> None:
        rule(content, "interviews_in_year")["any"] = [{"metric": "interviews", "more_than": 2}]

    assert found(beyond) == [LAGGING]


def test_what_a_new_holder_answers_for_is_data() -> None:
    whole = found(lambda p: p["new_holder"].update(answers_for="whole"))
    assert whole == [EXCELLENCE, "interview person:p2 seriously_lagging", LAGGING]


def test_whether_late_requests_count_is_data() -> None:
    counted = found(lambda p: p["deadlines"].update(late_extension_requests="counted"))
    assert counted == [EXCELLENCE]


def test_who_is_a_subject_is_data() -> None:
    def people_only(content: dict[str, Any]) -> None:
        rule(content, "interviews_in_year")["subjects"] = ["person"]
        rule(content, "seriously_lagging")["subjects"] = ["holder_on_deadline"]

    # The deadline of 30 June lay before the handover.
    assert found(people_only) == ["interview person:p1 seriously_lagging"]


def test_which_kinds_and_levels_are_looked_at_is_data() -> None:
    def any_kind(content: dict[str, Any]) -> None:
        del rule(content, "rectification_inadequate")["kinds"]

    assert found(any_kind) == [
        EXCELLENCE,
        "interview person:p2 rectification_inadequate",
        "interview unit:A rectification_inadequate",
        LAGGING,
    ]

    def major_only(content: dict[str, Any]) -> None:
        rule(content, "seriously_lagging")["levels"] = ["major"]

    assert found(major_only) == [EXCELLENCE]


@pytest.mark.parametrize(("combine", "is_found"), [("any", True), ("all", False)])
def test_whether_one_cause_is_enough_is_data(combine: str, is_found: bool) -> None:
    def two_causes(content: dict[str, Any]) -> None:
        inadequate = rule(content, "rectification_inadequate")
        del inadequate["kinds"], inadequate["any"]
        # T1 is late and R1 was rejected: each task meets one of the two.
        inadequate["subjects"] = ["lead"]
        inadequate[combine] = [
            {"metric": "overdue_days", "at_least": 1},
            {"metric": "rejections", "at_least": 1},
        ]

    line = "interview unit:A rectification_inadequate"
    assert (line in found(two_causes)) is is_found


@pytest.mark.parametrize(("combine", "is_found"), [("any", True), ("all", False)])
def test_whether_one_rule_is_enough_for_an_effect_is_data(combine: str, is_found: bool) -> None:
    def two_rules(content: dict[str, Any]) -> None:
        referral = content["effects"][2]
        rules = referral.pop("any")
        rules[1]["any"] = [{"metric": "interviews", "at_least": 2}]
        referral[combine] = rules

    # Interviewed often enough, but never bottom.
    line = "discipline_referral unit:A repeatedly_interviewed @2023-04-01"
    assert (line in found(two_rules)) is is_found


def test_a_rule_of_tallies_and_tasks_asks_all_of_one_subject() -> None:
    def both(content: dict[str, Any]) -> None:
        strict = rule(content, "interviews_in_year")
        strict["subjects"] = ["lead", "person"]
        strict["all"] = [
            *strict.pop("any"),
            {"metric": "overdue_tasks", "at_least": 1, "each": {"at_least": 40}},
            {"metric": "seriously_lagging"},
        ]

    assert found(both) == [EXCELLENCE, LAGGING]


def test_the_points_of_the_score_are_data() -> None:
    content = copy.deepcopy(WRITTEN)
    content["score"]["lead"]["red"] = 0.5
    content["score"]["lead"]["green"] = 0.9
    text = json.dumps({**STORY, "policy": content}, default=float)
    rankings = as_json(simulate(text))["rankings"]
    # T1 was red at the end of July; R1, green, lost 2 for the rejection.
    assert rankings[6]["rows"][0]["score"] == "43.00"
