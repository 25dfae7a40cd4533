"""The two lamps (红黄绿灯) of a task; each says why, and what would turn it green."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tasks.rules.deadline import days_left, overdue_days
from tasks.rules.facts import State
from tasks.rules.history import History
from tasks.rules.numbers import plain, rounded
from tasks.rules.policy import LightPolicy
from tasks.rules.progress import counted_percent, planned_percent
from tasks.rules.reporting import missed_in_a_row


class Light(StrEnum):
    """A lamp's colour; always shown with its word."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


_SEVERITY = {Light.GREEN: 0, Light.YELLOW: 1, Light.RED: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """A colour, the code of its cause, the numbers of its sentence, and what turns it green.

    `remedy` is None for a green lamp and for one that can never be green again (late catch-up is
    remembered). Sentences are made by `tasks.wording`.
    """

    light: Light
    code: str
    values: Mapping[str, str]
    remedy: str | None = None


def worse(one: Lamp, other: Lamp) -> Light:
    """Return the worse of two lamps' colours, which is the task's light."""
    return max(one.light, other.light, key=_SEVERITY.__getitem__)


def deadline_lamp(history: History, at: dt.date, policy: LightPolicy) -> Lamp:
    """Return the deadline lamp (§3).

    Red: open and overdue. Yellow: open and near its deadline or past it without a day counted
    (soft, or rejected that very day); or pending or completed late. Green otherwise.
    """
    state = history.state_at(at)
    overdue = overdue_days(history, at)
    left = days_left(history, at)
    deadline = history.deadline_at(at)
    values = {"days": str(overdue), "deadline": str(deadline)}
    if state is State.OPEN:
        if policy.overdue_red.holds(overdue):
            return Lamp(light=Light.RED, code="overdue", values=values, remedy="close_out_late")
        if left is None:
            return Lamp(light=Light.GREEN, code="standing", values={})
        values["days"] = str(abs(left))
        if policy.near_yellow.holds(left):
            code = "near" if left >= 0 else "soft_past" if history.terms.soft else "past"
            return Lamp(light=Light.YELLOW, code=code, values=values, remedy="close_out")
        return Lamp(light=Light.GREEN, code="ahead", values=values)
    submitted = history.submitted_on(at)
    if state in (State.PENDING, State.COMPLETED) and submitted is not None:
        values |= {"submitted": str(submitted), "waited": str((at - submitted).days)}
        if policy.late_yellow.holds(overdue):
            code = "pending_late" if state is State.PENDING else "completed_late"
            return Lamp(light=Light.YELLOW, code=code, values=values)
        code = "pending" if state is State.PENDING else "completed"
        return Lamp(light=Light.GREEN, code=code, values=values)
    return Lamp(light=Light.GREEN, code=str(state), values={})


def progress_lamp(history: History, at: dt.date, policy: LightPolicy) -> Lamp:
    """Return the progress lamp (§3): by the gap to plan, or by missed reports without a plan."""
    if history.state_at(at) is not State.OPEN:
        return Lamp(light=Light.GREEN, code="not_open", values={})
    planned = planned_percent(history, at)
    if planned is not None:
        return _by_gap(history, at, policy, planned)
    missed = missed_in_a_row(history, at)
    values = {"missed": str(missed)}
    if policy.missed_red.holds(missed):
        return Lamp(light=Light.RED, code="missed", values=values, remedy="report")
    if policy.missed_yellow.holds(missed):
        return Lamp(light=Light.YELLOW, code="missed", values=values, remedy="report")
    return Lamp(light=Light.GREEN, code="reported", values=values)


def _by_gap(history: History, at: dt.date, policy: LightPolicy, planned: Fraction) -> Lamp:
    counted = counted_percent(history, at)
    gap = planned - counted
    values = {
        "gap": str(rounded(gap)),
        "planned": str(rounded(planned)),
        "counted": str(rounded(counted)),
        "limit": plain(policy.gap_yellow.value),
    }
    if policy.gap_red.holds(gap):
        return Lamp(light=Light.RED, code="behind", values=values, remedy="catch_up")
    if policy.gap_yellow.holds(gap):
        return Lamp(light=Light.YELLOW, code="behind", values=values, remedy="catch_up")
    return Lamp(light=Light.GREEN, code="on_course", values=values)
