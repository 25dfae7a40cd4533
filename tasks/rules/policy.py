"""Thresholds the task rules take as an argument; a policy file fills them in."""

from dataclasses import dataclass

from tasks.rules.numbers import Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class LightPolicy:
    """When lamps turn (§3); red is asked before yellow, and what meets neither is green.

    `overdue_red` and `late_yellow` are days overdue, `near_yellow` days left (negative: past),
    `gap_*` points behind plan, `missed_*` reports missed in a row.
    """

    overdue_red: Bound
    near_yellow: Bound
    late_yellow: Bound
    gap_red: Bound
    gap_yellow: Bound
    missed_red: Bound
    missed_yellow: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class LagPolicy:
    """When an open task lags seriously (严重滞后): either of the two is enough.

    `red_month_ends` is how many of the newest month-ends the progress lamp, red today, has to have
    been red at too.
    """

    overdue: Bound
    red_month_ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPolicy:
    """Everything a policy says about a single task's reading."""

    lights: LightPolicy
    lag: LagPolicy
    late_extension_requests_count: bool = False
