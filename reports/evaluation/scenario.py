"""A scenario: a small world, checked as a whole, that can be judged like stored data (rules §6)."""

import datetime as dt
from dataclasses import dataclass

from reports.evaluation.inputs import Subject
from reports.policy.language import Policy
from tasks.rules.facts import Fact
from tasks.rules.terms import TaskTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioTask:
    """A task's terms as read by the assignment, and whether that was given."""

    terms: TaskTerms
    assigned_given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioAct:
    """Something recorded apart from a task's facts: an interview held, a determination made.

    `subject` is an interview's, `task` a determination's; `revoked_on` the first revocation's day.
    """

    id: str
    on: dt.date
    subject: Subject | None = None
    task: str | None = None
    revoked_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A checked scenario: every fact in it is allowed, whatever `as_of`."""

    policy: Policy
    as_of: dt.date
    year: int
    units: dict[str, str]
    people: dict[str, str]
    tasks: dict[str, ScenarioTask]
    facts: dict[str, tuple[Fact, ...]]
    interviews: tuple[ScenarioAct, ...]
    determinations: tuple[ScenarioAct, ...]

    @property
    def last_day(self) -> dt.date:
        """The newest day anything in the scenario is dated, at least `as_of`."""
        days = [fact.on for facts in self.facts.values() for fact in facts]
        acts = [*self.interviews, *self.determinations]
        days += [act.on for act in acts] + [act.revoked_on for act in acts if act.revoked_on]
        return max([self.as_of, *days])


class ScenarioError(Exception):
    """A scenario was refused; `problems` name everything that was found wrong, in file order."""

    def __init__(self, problems: list[Exception]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
