"""A scenario is refused with a code and a Chinese sentence for each thing that is wrong."""

import json
from typing import Any

import pytest

from reports.evaluation.scenario import ScenarioError
from reports.evaluation.scenario_reader import read_scenario
from reports.wording import problem_code, problem_sentence

TASK = {
    "code": "T1",
    "lead": "A",
    "supporting": ["B"],
    "start": "2023-01-01",
    "deadline": "2023-06-30",
    "measures": [{"deadline": "2023-03-31"}],
}
SUBMITTED = {"on": "2023-03-01", "type": "closure_submitted", "task": "T1"}
HELD = {"on": "2023-03-01", "type": "interview_held", "id": "i1", "unit": "A"}


def scenario(*events: dict[str, Any], task: dict[str, Any] | None = None, **more: Any) -> Any:
    """Return a scenario of one task, two units and two people."""
    return {
        "policy": "taiyuan-2023",
        "as_of": "2023-07-12",
        "units": [{"code": "A", "group": "g"}, {"code": "B", "group": "g"}],
        "people": [{"id": "p1", "unit": "A"}, {"id": "p2", "unit": "B"}],
        "tasks": [{**TASK, **(task or {})}],
        "events": list(events),
        **more,
    }


def event(type: str, on: str = "2023-03-02", **fields: Any) -> dict[str, Any]:
    """Return an event of the task."""
    return {"on": on, "type": type, "task": "T1", **fields}


def codes(content: Any) -> list[str]:
    """Return the codes a scenario is refused with; none when it is good."""
    try:
        read_scenario(json.dumps(content))
    except ScenarioError as refusal:
        for problem in refusal.problems:
            assert problem_sentence(problem).endswith("。"), problem
        return [problem_code(problem) for problem in refusal.problems]
    return []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (scenario(), []),
        (scenario(SUBMITTED, event("closure_submitted")), ["not_open"]),
        (scenario(SUBMITTED, event("suspended")), ["not_open"]),
        (scenario(event("closure_verified")), ["not_pending"]),
        (scenario(event("closure_rejected")), ["not_pending"]),
        (scenario(event("reopened", to="2023-09-30")), ["not_completed"]),
        (scenario(event("resumed", to="2023-09-30")), ["not_suspended"]),
        (scenario(event("terminated"), event("terminated")), ["already_ended"]),
        (scenario(event("terminated"), event("progress", percent=1)), ["not_in_work"]),
        (scenario(event("suspended"), event("handover", to="p1")), []),
        (scenario(event("measure_done", measure=2)), ["unknown_measure"]),
        (
            scenario(event("measure_done", measure=1), event("measure_done", measure=1)),
            ["measure_done_twice"],
        ),
        (scenario(event("measure_done", measure="1")), ["not_a_whole_number"]),
        (scenario(task={"measures": [{"weight": 0}]}), ["weight_not_positive"]),
        (scenario(task={"measures": [{"weight": 0.0000001}]}), ["too_many_decimals"]),
        (scenario(task={"measures": [{"weight": 10**9}]}), ["too_large"]),
        (scenario(task={"measures": [{"owner": "C"}]}), ["unknown_unit"]),
        (
            scenario(task={"supporting": [], "measures": [{"owner": "B"}]}),
            ["owner_not_involved"],
        ),
        (
            scenario(event("progress", percent=1, returned_on="2023-03-01")),
            ["returned_before_report"],
        ),
        (scenario(event("progress", percent=101)), ["percent_out_of_range"]),
        (scenario(event("progress", percent="40")), ["not_a_number"]),
        (scenario(event("progress", percent=True)), ["not_a_number"]),
        (scenario(event("progress")), ["not_a_number"]),
        (
            scenario(event("extension_granted", to="2023-09-30", requested_on="2023-03-03")),
            ["requested_after_grant"],
        ),
        (scenario(event("extension_granted")), ["new_deadline_missing"]),
        (scenario(event("extension_granted", to="2022-12-31")), ["new_deadline_before_start"]),
        (scenario(event("handover", to="p1"), task={"responsible": "p1"}), ["handover_to_holder"]),
        (scenario(event("handover", to="p9")), ["unknown_person"]),
        (scenario(event("progress", on="2022-12-31", percent=1)), ["before_assignment"]),
        (
            scenario(event("determination", on="2022-12-31", id="d1")),
            ["before_assignment"],
        ),
        (
            scenario(HELD, {**HELD, "type": "interview_revoked", "on": "2023-02-28"}),
            ["unknown_key"],
        ),
        (
            scenario(HELD, {"on": "2023-02-28", "type": "interview_revoked", "id": "i1"}),
            ["revoked_before_fact"],
        ),
        (scenario({"on": "2023-02-28", "type": "interview_revoked", "id": "i1"}), ["unknown_id"]),
        (scenario(HELD, HELD), ["duplicate"]),
        (scenario({**HELD, "person": "p1"}), ["one_subject"]),
        (scenario({k: v for k, v in HELD.items() if k != "unit"}), ["one_subject"]),
        (scenario(task={"deadline": "2022-12-31"}), ["deadline_before_start"]),
        (scenario(task={"lead": "B"}), ["lead_also_supports"]),
        (scenario(task={"lead": []}), ["no_lead"]),
        (scenario(task={"lead": ["A", "A"]}), ["unit_twice"]),
        (scenario(task={"lead": "Z"}), ["unknown_unit"]),
        (scenario(task={"level": "minor"}), ["unknown_value"]),
        (scenario(task={"soft": "yes"}), ["not_true_or_false"]),
        (scenario(task={"colour": "red"}), ["unknown_key"]),
        (scenario(task={"title": "道路扬尘治理", "note": "为什么"}), []),
        (scenario(event("progress", percent=1, percnt=2)), ["unknown_key"]),
        (scenario(event("closure_sumbitted")), ["unknown_value"]),
        (scenario(event("suspended", on="2023-02-29")), ["invalid_date"]),
        (scenario({"type": "suspended", "task": "T1"}), ["missing_key"]),
        (scenario(event("suspended") | {"task": "T2"}), ["unknown_task"]),
        (scenario(units=[{"code": "A/B", "group": "g"}], people=[], tasks=[]), ["slash_in_code"]),
        (scenario(units=[{"code": "\ud800", "group": "g"}], people=[], tasks=[]), ["not_text"]),
        (scenario(units="A", people=[], tasks=[]), ["not_a_list"]),
        (scenario(year=2024), ["year_after_as_of"]),
        (scenario(year="2023"), ["not_a_whole_number"]),
        (scenario(year=23), ["unknown_value"]),
        (scenario(policy="beijing"), ["unknown_policy"]),
        (scenario(policy={"policy": "own"}), ["missing_key"]),
        (scenario(remarks="x"), ["unknown_key"]),
        (scenario(why="x", expect={}, also=[]), []),
    ],
)
def test_a_refusal_names_its_reason(content: Any, expected: list[str]) -> None:
    assert codes(content) == expected


def test_every_problem_of_a_file_is_named_at_once() -> None:
    content = scenario(
        event("closure_verified"),
        {**HELD, "unit": "Z"},
        as_of="soon",
        task={"report_cycle": "daily"},
    )
    # What happens to a task that is refused itself is not refused again.
    assert codes(content) == ["invalid_date", "unknown_value", "unknown_unit"]


def test_a_task_with_a_key_too_many_or_too_few_is_still_known_to_its_events() -> None:
    assert codes(scenario(SUBMITTED, task={"levle": "major"})) == ["unknown_key"]
    content = scenario(SUBMITTED)
    del content["tasks"][0]["start"]
    assert codes(content) == ["missing_key"]
    del content["tasks"][0]["code"]
    assert codes(content) == ["missing_key", "unknown_task"]


def test_what_happens_after_as_of_is_checked_too() -> None:
    assert codes(scenario(event("closure_verified", on="2025-01-01"))) == ["not_pending"]


def test_a_refusal_says_in_chinese_which_task_and_day() -> None:
    with pytest.raises(ScenarioError) as refusal:
        read_scenario(json.dumps(scenario(SUBMITTED, event("suspended"))))
    (problem,) = refusal.value.problems
    assert problem_sentence(problem) == (
        "任务 T1 2023-03-02：不能登记“中止”：任务现为“待核查”，只有办理中的任务可以。"
    )
