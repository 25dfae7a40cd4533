"""Serious lag (严重滞后): the measure that interviews, scores and determinations rest on."""

import datetime as dt
from dataclasses import dataclass
from itertools import islice

from tasks.rules.deadline import overdue_days
from tasks.rules.facts import State
from tasks.rules.history import History
from tasks.rules.lights import Light, progress_lamp
from tasks.rules.numbers import Bound, plain
from tasks.rules.periods import month_ends
from tasks.rules.policy import TaskPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a rule holds: what was measured, and the threshold it was held against."""

    code: str
    value: str
    comparison: str
    threshold: str


def reason(code: str, value: int, bound: Bound) -> Reason:
    """Return the reason that a counted value meets the bound."""
    return Reason(
        code=code,
        value=str(value),
        comparison=bound.comparison.value,
        threshold=plain(bound.value),
    )


def serious_lag(
    history: History, at: dt.date, policy: TaskPolicy, *, since: dt.date | None = None
) -> tuple[Reason, ...]:
    """Return why the task lags seriously on the day, empty when it does not (§3).

    Only an open task can: overdue for long enough, or its progress lamp red on the day and at each
    of the newest month-ends up to it. `since` is the day a new holder took over: only overdue days
    and month-ends after it are held against the same thresholds; the lamp stays the task's.
    """
    if history.state_at(at) is not State.OPEN:
        return ()
    reasons: list[Reason] = []
    overdue = overdue_days(history, at, after=since)
    if policy.lag.overdue.holds(overdue):
        reasons.append(reason("overdue_days", overdue, policy.lag.overdue))
    needed = policy.lag.red_month_ends
    if _is_red(history, at, policy) and all(
        (since is None or end > since) and _is_red(history, end, policy)
        for end in islice(month_ends(at), needed)
    ):
        threshold = str(needed)
        reasons.append(
            Reason(code="red_month_ends", value=threshold, comparison=">=", threshold=threshold)
        )
    return tuple(reasons)


def _is_red(history: History, at: dt.date, policy: TaskPolicy) -> bool:
    return progress_lamp(history, at, policy.lights).light is Light.RED
