"""Everything the rules say about one task on one day, and its current-state columns."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from tasks.rules.deadline import OverdueClock, days_left, overdue_clock, overdue_days
from tasks.rules.facts import State
from tasks.rules.history import History, Holding
from tasks.rules.lag import Reason, serious_lag
from tasks.rules.lights import Lamp, Light, deadline_lamp, progress_lamp, worse
from tasks.rules.policy import TaskPolicy
from tasks.rules.progress import counted_percent, newest_report, planned_percent
from tasks.rules.reporting import missed_in_a_row


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReading:
    """A task as judged on the day `at`.

    Percents and the gap are exact; `reported` is the newest self-reported percent, whatever became
    of it. `submitted_on` and `verified_on` are those of the close-out a pending or completed task
    stands on. `lag` holds why it lags seriously, empty when it does not.
    """

    at: dt.date
    state: State
    original_deadline: dt.date | None
    effective_deadline: dt.date | None
    days_left: int | None
    overdue_days: int
    reported: Fraction | None
    counted: Fraction
    planned: Fraction | None
    gap: Fraction | None
    missed_in_a_row: int
    holding: Holding | None
    submitted_on: dt.date | None
    verified_on: dt.date | None
    deadline_lamp: Lamp
    progress_lamp: Lamp
    lag: tuple[Reason, ...]

    @property
    def light(self) -> Light:
        """The task's light: the worse of its two lamps."""
        return worse(self.deadline_lamp, self.progress_lamp)

    @property
    def seriously_lagging(self) -> bool:
        """Whether the task lags seriously (严重滞后)."""
        return bool(self.lag)


def read_task(history: History, at: dt.date, policy: TaskPolicy) -> TaskReading:
    """Return the task's reading on the day, as if it were today."""
    state = history.state_at(at)
    planned = planned_percent(history, at)
    counted = counted_percent(history, at)
    newest = newest_report(history, at)
    handed_in = state in (State.PENDING, State.COMPLETED)
    return TaskReading(
        at=at,
        state=state,
        original_deadline=history.terms.deadline,
        effective_deadline=history.deadline_at(at),
        days_left=days_left(history, at),
        overdue_days=overdue_days(history, at),
        reported=newest.percent if newest else None,
        counted=counted,
        planned=planned,
        gap=None if planned is None else planned - counted,
        missed_in_a_row=missed_in_a_row(history, at),
        holding=history.holder_at(at),
        submitted_on=history.submitted_on(at) if handed_in else None,
        verified_on=history.verified_on(at) if state is State.COMPLETED else None,
        deadline_lamp=deadline_lamp(history, at, policy.lights),
        progress_lamp=progress_lamp(history, at, policy.lights),
        lag=serious_lag(history, at, policy),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentState:
    """The columns a task's row repeats for fast pages; `tasks.services` writes them."""

    state: State
    holder: str | None
    effective_deadline: dt.date | None
    counted_percent: Fraction
    overdue: OverdueClock
    progress_light: Light


def current_state(history: History, on: dt.date, policy: TaskPolicy) -> CurrentState:
    """Return the task's current-state columns as of the day.

    All but the progress lamp hold until the next fact; the lamp is read anew each day.
    """
    holding = history.holder_at(on)
    return CurrentState(
        state=history.state_at(on),
        holder=holding.holder if holding else None,
        effective_deadline=history.deadline_at(on),
        counted_percent=counted_percent(history, on),
        overdue=overdue_clock(history, on),
        progress_light=progress_lamp(history, on, policy.lights).light,
    )
