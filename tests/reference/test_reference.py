"""The reference reading gives what was computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

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
