"""The reference reading gives what was computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from .edges import judgements, lights, ranks, refused, scores, states
from .expectations import differences, hand_computed
from .reading import evaluate_scenario, validate_scenario

HAND_COMPUTED = list(hand_computed())


@pytest.mark.parametrize(
    ("scenario", "expect"),
    [pytest.param(scenario, expect, id=name) for name, scenario, expect in HAND_COMPUTED],
)
def test_a_shipped_scenario_comes_out_as_computed_by_hand(
    scenario: dict[str, Any], expect: dict[str, Any]
) -> None:
    assert validate_scenario(scenario) == []
    assert differences(evaluate_scenario(scenario), expect) == []


EDGES = [*states.cases(), *lights.cases(), *judgements.cases(), *scores.cases(), *ranks.cases()]


@pytest.mark.parametrize(
    ("scenario", "expect"),
    [pytest.param(scenario, expect, id=why) for why, scenario, expect in EDGES],
)
def test_an_edge_of_the_rules_comes_out_as_computed_by_hand(
    scenario: dict[str, Any], expect: dict[str, Any]
) -> None:
    assert validate_scenario(scenario) == []
    assert differences(evaluate_scenario(scenario), expect) == []


@pytest.mark.parametrize(
    ("scenario", "good"),
    [pytest.param(scenario, good, id=what) for what, scenario, good in refused.cases()],
)
def test_a_scenario_is_refused_for_what_the_rules_name_and_for_nothing_else(
    scenario: dict[str, Any], good: bool
) -> None:
    assert (validate_scenario(scenario) == []) is good
