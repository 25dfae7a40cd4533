"""Production judges as the reference reading does, which was written without sight of it.

`AGREEMENT_SEEDS` is the number of made-up scenarios to compare (default 200), `AGREEMENT_FIRST`
the first seed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from reports.evaluation.output import as_json
from reports.evaluation.scenario import ScenarioError
from reports.services.simulations import simulate
from tests.reference.breaking import broken_scenario
from tests.reference.edges import judgements, lights, ranks, refused, scores, states
from tests.reference.expectations import differences, hand_computed
from tests.reference.generator import dice, random_scenario
from tests.reference.reading import evaluate_scenario
from tests.reference.shrinking import deviations, shrunk

FIRST = int(os.environ.get("AGREEMENT_FIRST", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("AGREEMENT_SEEDS", "200")))

COMPUTED = [
    *hand_computed(),
    *states.cases(),
    *lights.cases(),
    *judgements.cases(),
    *scores.cases(),
    *ranks.cases(),
]


@pytest.fixture(autouse=True)
def scratch_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a simulation lay out its own scratch database; that of the tests is not used."""
    with django_db_blocker.unblock():
        yield


def produced(scenario: dict[str, Any]) -> dict[str, Any]:
    """Judge a scenario by production."""
    return as_json(simulate(json.dumps(scenario, ensure_ascii=False)))


def disagreements(scenario: dict[str, Any]) -> list[str]:
    """Return where production and the reference reading differ on a good scenario."""
    try:
        evaluation = produced(scenario)
    except ScenarioError as refusal:
        return [f"refused: {refusal}"]
    return deviations(evaluate_scenario(scenario), evaluation)


def smallest(scenario: dict[str, Any]) -> str:
    """Shrink a scenario on which the two differ, for a person to read."""
    is_refused = disagreements(scenario)[0].startswith("refused")

    def still(less: dict[str, Any]) -> bool:
        found = disagreements(less)
        return bool(found) and found[0].startswith("refused") is is_refused

    least = shrunk(scenario, still)
    return "\n".join([json.dumps(least, ensure_ascii=False), *disagreements(least)])


@pytest.mark.parametrize("seed", SEEDS)
def test_production_and_the_reference_reading_agree_on_a_made_up_scenario(seed: int) -> None:
    scenario = random_scenario(dice(seed))
    if disagreements(scenario):
        pytest.fail(smallest(scenario))


@pytest.mark.parametrize("seed", SEEDS)
def test_production_refuses_a_spoilt_scenario(seed: int) -> None:
    scenario, why = broken_scenario(dice(seed))
    with pytest.raises(ScenarioError):
        pytest.fail(f"accepted, {why}: {produced(scenario)}")


@pytest.mark.parametrize(
    ("scenario", "expect"),
    [pytest.param(scenario, expect, id=why) for why, scenario, expect in COMPUTED],
)
def test_production_gives_what_was_computed_by_hand(
    scenario: dict[str, Any], expect: dict[str, Any]
) -> None:
    evaluation = produced(scenario)
    assert differences(evaluation, expect) == []
    assert deviations(evaluate_scenario(scenario), evaluation) == []


@pytest.mark.parametrize(
    ("scenario", "good"),
    [pytest.param(scenario, good, id=what) for what, scenario, good in refused.cases()],
)
def test_production_refuses_what_the_rules_name_and_nothing_else(
    scenario: dict[str, Any], good: bool
) -> None:
    if good:
        produced(scenario)
    else:
        with pytest.raises(ScenarioError):
            produced(scenario)
