"""The terms of an assigned task: who, how important, from when, by when, in which steps."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from tasks.rules.errors import RuleViolationError
from tasks.rules.periods import Cycle


class Level(StrEnum):
    """How much a task weighs (级别)."""

    ORDINARY = "ordinary"
    KEY = "key"
    MAJOR = "major"


class Kind(StrEnum):
    """Whether a task is planned work or repairs a found problem (整改)."""

    TASK = "task"
    RECTIFICATION = "rectification"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTerms:
    """A measure (措施): its number from 1, date (none: undated), weight and owning unit."""

    seq: int
    deadline: dt.date | None
    weight: Fraction = Fraction(1)
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTerms:
    """A task's terms as the rules read them; build them with `read_terms`.

    Units and the first holder are known by code and staff number. `deadline` is the original one;
    none means 长期坚持. A soft deadline (力争、预计) stays soft through every new deadline.
    """

    code: str
    leads: tuple[str, ...]
    supporting: tuple[str, ...] = ()
    level: Level = Level.ORDINARY
    kind: Kind = Kind.TASK
    start: dt.date
    assigned: dt.date
    deadline: dt.date | None
    soft: bool = False
    report_cycle: Cycle | None = None
    measures: tuple[MeasureTerms, ...] = ()
    responsible: str | None = None


def read_terms(terms: TaskTerms, *, assigned: dt.date | None) -> TaskTerms:
    """Return the terms as read by the assignment (交办), §2: nothing counts before it.

    A start, original deadline or measure's date before a given `assigned` is read as that day;
    without one the task counts as assigned on its start.
    """
    if assigned is None:
        return replace(terms, assigned=terms.start)
    return replace(
        terms,
        assigned=assigned,
        start=max(terms.start, assigned),
        deadline=_not_before(terms.deadline, assigned),
        measures=tuple(
            replace(measure, deadline=_not_before(measure.deadline, assigned))
            for measure in terms.measures
        ),
    )


def check_terms(terms: TaskTerms) -> None:
    """Raise RuleViolationError when terms, as read by the assignment, contradict themselves."""
    if not terms.leads:
        raise RuleViolationError("no_lead", {"task": terms.code})
    repeated = _first_repeated([*terms.leads]) or _first_repeated([*terms.supporting])
    if repeated:
        raise RuleViolationError("unit_twice", {"task": terms.code, "unit": repeated})
    for unit in terms.supporting:
        if unit in terms.leads:
            raise RuleViolationError("lead_also_supports", {"task": terms.code, "unit": unit})
    if terms.deadline is not None and terms.deadline < terms.start:
        raise RuleViolationError(
            "deadline_before_start",
            {"task": terms.code, "deadline": terms.deadline, "start": terms.start},
        )
    for measure in terms.measures:
        about = {"task": terms.code, "measure": measure.seq}
        if measure.weight <= 0:
            raise RuleViolationError("weight_not_positive", {**about, "weight": measure.weight})
        if measure.owner not in terms.leads and measure.owner not in terms.supporting:
            raise RuleViolationError("owner_not_involved", {**about, "unit": measure.owner})


def _not_before(day: dt.date | None, floor: dt.date) -> dt.date | None:
    return None if day is None else max(day, floor)


def _first_repeated(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
