"""The closure check (四清单闭合): what the four lists of a task do not say yet."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from tasks.rules.numbers import HUNDRED, plain
from tasks.rules.terms import Kind, Level

# Tasks of these levels name beforehand what each measure yields and what proves it.
_PROVEN = frozenset({Level.KEY, Level.MAJOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMeasure:
    """A measure as the third list shows it; an empty owner is none."""

    seq: int
    owner: str = ""
    deadline: dt.date | None = None
    weight: Fraction = Fraction(1)
    output: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedColumn:
    """A custom column of the task's campaign and what it holds, as text."""

    label: str
    required: bool
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FourLists:
    """A task as its four lists show it; `unread` says that nobody has read its deadline.

    `served` says that a measure of another task serves this one too.
    """

    level: Level
    kind: Kind
    leads: tuple[str, ...] = ()
    person: str = ""
    problem: str = ""
    deadline: dt.date | None = None
    unread: bool = False
    measures: tuple[ListedMeasure, ...] = ()
    served: bool = False
    results: tuple[str, ...] = ()
    columns: tuple[ListedColumn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing a list lacks: `of` is the list (1 to 4), `value` what a sentence names."""

    code: str
    of: int
    value: str = ""


def gaps_in(lists: FourLists) -> tuple[Gap, ...]:
    """Return every gap, list by list; none when the four lists are closed.

    Weights are shares: all alike, or percentages that add up to exactly 100. A node on the day of
    the deadline is in time; a measure of a standing task needs no node. A task without measures of
    its own is covered by another task's measure that serves it.
    """
    return (
        *_of_task(lists),
        *_of_responsibility(lists),
        *_of_measures(lists),
        *(() if any(text.strip() for text in lists.results) else (Gap(code="no_result", of=4),)),
    )


def _of_task(lists: FourLists) -> list[Gap]:
    gaps = []
    if lists.unread:
        gaps.append(Gap(code="deadline_unread", of=1))
    if lists.kind is Kind.RECTIFICATION and not lists.problem.strip():
        gaps.append(Gap(code="no_problem", of=1))
    gaps += [
        Gap(code="column_missing", of=1, value=column.label)
        for column in lists.columns
        if column.required and not column.value.strip()
    ]
    return gaps


def _of_responsibility(lists: FourLists) -> list[Gap]:
    gaps = []
    if not lists.leads:
        gaps.append(Gap(code="no_lead", of=2))
    if not lists.person:
        gaps.append(Gap(code="no_person", of=2))
    return gaps


def _of_measures(lists: FourLists) -> list[Gap]:
    if not lists.measures:
        return [] if lists.served else [Gap(code="no_measure", of=3)]
    gaps = []
    for measure in lists.measures:
        number = str(measure.seq)
        if not measure.owner:
            gaps.append(Gap(code="measure_without_owner", of=3, value=number))
        if measure.deadline is None and lists.deadline is not None:
            gaps.append(Gap(code="measure_without_node", of=3, value=number))
        if (
            measure.deadline is not None
            and lists.deadline is not None
            and measure.deadline > lists.deadline
        ):
            gaps.append(Gap(code="node_after_deadline", of=3, value=number))
        if lists.level in _PROVEN and not measure.output.strip():
            gaps.append(Gap(code="measure_without_output", of=3, value=number))
        if lists.level in _PROVEN and not measure.proof.strip():
            gaps.append(Gap(code="measure_without_proof", of=3, value=number))
    weights = [measure.weight for measure in lists.measures]
    if len(set(weights)) > 1 and sum(weights) != HUNDRED:
        gaps.append(Gap(code="weights_not_hundred", of=3, value=plain(sum(weights))))
    return gaps
