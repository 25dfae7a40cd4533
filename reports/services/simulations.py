"""Judge scenarios by the same code as stored data."""

import datetime as dt

from reports.evaluation.engine import judge
from reports.evaluation.engine.results import Evaluation
from reports.evaluation.facts import gather
from reports.evaluation.scenario_reader import read_scenario
from reports.evaluation.scratch import known_on, laid_out


def simulate(text: str, *, known_at: dt.datetime | None = None) -> Evaluation:
    """Return the evaluation of a scenario written in YAML or JSON; touches no stored data.

    A scenario's tasks are known from the beginning and what happens becomes known on its own day;
    by default everything in the file is known. Raises ScenarioError when the file is refused.
    """
    scenario = read_scenario(text)
    with laid_out(scenario) as database:
        inputs = gather(
            as_of=scenario.as_of,
            year=scenario.year,
            known_at=known_at or known_on(scenario.last_day),
            using=database,
        )
    return judge(inputs, scenario.policy)
