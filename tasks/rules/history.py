"""A task's history as questions about a day: state, deadline, holder, close-outs, measures."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tasks.rules.facts import State
from tasks.rules.terms import TaskTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A progress report (进展填报); it counts from `on` until the day it is returned."""

    order: int
    on: dt.date
    percent: Fraction
    returned_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineStep:
    """A new deadline (新时限) by an extension, a reopening or a resumption.

    `requested_on` and `in_force` (the deadline on the day of the request) are an extension's;
    one that was requested late does not count when the policy ignores it.
    """

    order: int
    on: dt.date
    to: dt.date | None
    requested_on: dt.date | None = None
    in_force: dt.date | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A holder (责任人) from a day on; `since` is None for the one the task was assigned to."""

    since: dt.date | None
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Days in a row at whose end the task was open: from `opened` up to, without, `left`.

    None: it was open from the beginning, or still is after the last fact.
    """

    opened: dt.date | None
    left: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A task's terms and replayed facts; made by `tasks.rules.replay.replay`.

    Every question takes a day and is answered as if that day were today: facts dated later do
    not change the answer. All sequences are in the order of date, then of the facts.
    """

    terms: TaskTerms
    state_days: tuple[dt.date, ...] = ()
    states: tuple[State, ...] = ()
    spells: tuple[Spell, ...] = ()
    steps: tuple[DeadlineStep, ...] = ()
    reports: tuple[Report, ...] = ()
    report_days: tuple[dt.date, ...] = ()
    holdings: tuple[Holding, ...] = ()
    submissions: tuple[dt.date, ...] = ()
    verifications: tuple[dt.date, ...] = ()
    rejections: tuple[dt.date, ...] = ()
    measures_done: Mapping[int, dt.date] = field(default_factory=dict)
    fact_days: tuple[dt.date, ...] = ()

    def state_at(self, at: dt.date) -> State:
        """Return the state at the end of the day; open before anything happened."""
        index = bisect_right(self.state_days, at)
        return self.states[index - 1] if index else State.OPEN

    def deadline_at(self, at: dt.date) -> dt.date | None:
        """Return the effective deadline: the newest new one that counts, or the original."""
        for step in reversed(self.steps):
            if step.on <= at and step.counts:
                return step.to
        return self.terms.deadline

    def holder_at(self, at: dt.date) -> Holding | None:
        """Return who holds the task on the day; a handover counts from its own day on."""
        for holding in reversed(self.holdings):
            if holding.since is None or holding.since <= at:
                return holding
        return None

    def submitted_on(self, at: dt.date) -> dt.date | None:
        """Return the newest close-out application's day; a completed task is so as of it."""
        return _newest(self.submissions, at)

    def verified_on(self, at: dt.date) -> dt.date | None:
        """Return the day of the newest verification."""
        return _newest(self.verifications, at)

    def rejections_between(self, after: dt.date | None, upto: dt.date) -> int:
        """Count rejected close-outs dated after the one day (None: ever) and up to the other."""
        first = bisect_right(self.rejections, after) if after else 0
        return max(bisect_right(self.rejections, upto) - first, 0)

    def reported_between(self, first: dt.date, last: dt.date) -> bool:
        """Say whether any progress, returned or not, was reported from day to day."""
        newest = _newest(self.report_days, last)
        return newest is not None and newest >= first

    def measure_done_by(self, seq: int, at: dt.date) -> bool:
        """Say whether the measure was done on the day or before."""
        done = self.measures_done.get(seq)
        return done is not None and done <= at

    def last_fact_on(self, at: dt.date) -> dt.date:
        """Return the newest fact's day up to `at`; the assignment's when there is none."""
        return _newest(self.fact_days, at) or self.terms.assigned


def _newest(days: tuple[dt.date, ...], at: dt.date) -> dt.date | None:
    index = bisect_right(days, at)
    return days[index - 1] if index else None
