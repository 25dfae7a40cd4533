"""Planned curves of indicators (计划曲线), and how far a reading lies from them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveTerms:
    """What an indicator is to do: from the baseline at the start to the target at the end.

    `points` are planned values between, by day; one on the first or last day takes the place of
    baseline or target there. `rising` says that more is better.
    """

    starts_on: dt.date
    ends_on: dt.date
    baseline: Fraction | None
    target: Fraction
    rising: bool
    points: Mapping[dt.date, Fraction]


def knots(terms: CurveTerms) -> tuple[tuple[dt.date, Fraction], ...]:
    """Return the days and values the curve runs through, in order; straight between them.

    Without a baseline and without points the target holds from the first day on.
    """
    found = dict(terms.points)
    if terms.starts_on not in found:
        earliest = min(found, default=terms.ends_on)
        first = found.get(earliest, terms.target)
        found[terms.starts_on] = first if terms.baseline is None else terms.baseline
    found.setdefault(terms.ends_on, terms.target)
    return tuple(sorted(found.items()))


def planned_value(terms: CurveTerms, at: dt.date) -> Fraction | None:
    """Return the planned value on the day; None before the first day, the last one's after it."""
    path = knots(terms)
    if at < path[0][0]:
        return None
    for (day, value), (until, then) in pairwise(path):
        if at <= until:
            return value + (then - value) * Fraction((at - day).days, (until - day).days)
    return path[-1][1]


def shortfall(terms: CurveTerms, value: Fraction, at: dt.date) -> Fraction | None:
    """Return how much worse than planned a reading is, in the indicator's unit.

    Above 0 it is behind the plan; 0 is on it. None where nothing was planned for the day.
    """
    planned = planned_value(terms, at)
    if planned is None:
        return None
    return planned - value if terms.rising else value - planned
