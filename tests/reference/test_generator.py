"""The made-up scenarios are good, and reach every rule, lamp, state and threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Any

import pytest

from .breaking import SPOILS, broken_scenario
from .generator import dice, random_scenario
from .lives import Json
from .reading import evaluate_scenario, validate_scenario

SCENARIOS = 300

OFTEN = 60
SELDOM = 3

EXPECTED: dict[Hashable, int] = {
    **{("task", "state", state): SELDOM for state in ("suspended", "terminated")},
    **{("task", "state", s): OFTEN for s in ("open", "pending_verification", "completed")},
    **{
        ("task", lamp, colour): OFTEN
        for lamp in ("deadline_light", "progress_light", "light")
        for colour in ("red", "yellow", "green")
    },
    ("task", "seriously_lagging", True): OFTEN,
    ("task", "planned_percent", None): OFTEN,
    ("task", "effective_deadline", None): OFTEN,
    **{("task", "overdue_days", n): SELDOM for n in (1, 29, 30, 31)},
    **{("task", "gap", g): SELDOM for g in ("9.99", "10.00", "10.01", "29.99", "30.00", "30.01")},
    **{("row", "bottom", bottom): OFTEN for bottom in (True, False)},
    **{("row", "score", score): SELDOM for score in ("0.00", "30.00", "90.00", "100.00")},
    ("tied rows",): OFTEN,
    **{
        ("finding", rule, subject): SELDOM
        for rule, subjects in {
            "seriously_lagging": ("unit", "person"),
            "poor_implementation": ("unit",),
            "rectification_inadequate": ("unit", "person"),
            "interviews_in_year": ("unit", "person"),
            "repeatedly_bottom": ("unit",),
            "repeatedly_interviewed": ("unit", "person"),
            "task_not_completed": ("unit", "person"),
            "affects_overall": ("unit", "person"),
        }.items()
        for subject in subjects
    },
    **{
        ("event", type_): OFTEN
        for type_ in (
            "progress",
            "measure_done",
            "extension_granted",
            "closure_submitted",
            "closure_verified",
            "closure_rejected",
            "handover",
            "determination",
            "interview_held",
        )
    },
    **{
        ("event", type_): SELDOM
        for type_ in (
            "reopened",
            "suspended",
            "resumed",
            "terminated",
            "determination_revoked",
            "interview_revoked",
        )
    },
    ("returned",): OFTEN,
    ("requested earlier",): SELDOM,
    ("events of a task on one day",): OFTEN,
    ("year before as_of",): OFTEN,
    ("joint leads",): OFTEN,
    ("supporting",): OFTEN,
    ("soft",): SELDOM,
    ("assigned",): OFTEN,
    **{("cycle", c): SELDOM for c in ("weekly", "ten_day", "monthly", "quarterly", "half_yearly")},
}


def features(scenario: Json, evaluation: dict[str, Any]) -> Iterator[Hashable]:
    """Yield what a scenario and its evaluation contain, once for each time."""
    for row in evaluation["tasks"]:
        yield from (("task", key, value) for key, value in row.items() if key != "code")
    for ranking in evaluation["rankings"]:
        for row in ranking["rows"]:
            yield ("row", "bottom", row["bottom"])
            yield ("row", "score", row["score"])
        if len({row["rank"] for row in ranking["rows"]}) < len(ranking["rows"]):
            yield ("tied rows",)
    for finding in evaluation["findings"]:
        yield ("finding", finding["rule"], finding["subject"]["kind"])
    yield from (("event", event["type"]) for event in scenario["events"])
    yield from (("returned",) for event in scenario["events"] if "returned_on" in event)
    yield from (
        ("requested earlier",)
        for event in scenario["events"]
        if event.get("requested_on", event["on"]) < event["on"]
    )
    days = Counter((event.get("task"), event["on"]) for event in scenario["events"])
    yield from (("events of a task on one day",) for (task, _), n in days.items() if task and n > 1)
    if evaluation["year"] < int(evaluation["as_of"][:4]):
        yield ("year before as_of",)
    for task in scenario["tasks"]:
        if isinstance(task["lead"], list):
            yield ("joint leads",)
        yield from ((key,) for key in ("supporting", "soft", "assigned") if key in task)
        yield ("cycle", task.get("report_cycle"))


def test_three_hundred_scenarios_are_good_and_reach_every_rule_and_threshold() -> None:
    seen: Counter[Hashable] = Counter()
    for seed in range(SCENARIOS):
        scenario = random_scenario(dice(seed))
        assert validate_scenario(scenario) == [], f"seed {seed}"
        seen.update(features(scenario, evaluate_scenario(scenario)))
    lacking = {what: seen[what] for what, times in EXPECTED.items() if seen[what] < times}
    assert lacking == {}


def test_the_same_seed_gives_the_same_scenario() -> None:
    assert random_scenario(dice(7)) == random_scenario(dice(7))


@pytest.mark.parametrize("seed", range(100))
def test_a_spoilt_scenario_is_refused(seed: int) -> None:
    scenario, why = broken_scenario(dice(seed))
    assert validate_scenario(scenario) != [], why


def test_every_way_to_spoil_occurs() -> None:
    ways = {broken_scenario(dice(seed))[1] for seed in range(250)}
    assert ways == set(SPOILS)
