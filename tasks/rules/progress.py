"""Reported, counted and planned percent (自报、计入、序时进度) and the gap between them."""

import datetime as dt
from fractions import Fraction

from tasks.rules.facts import State
from tasks.rules.history import History, Report
from tasks.rules.numbers import HUNDRED
from tasks.rules.periods import newest_month_end

NOTHING = Fraction(0)


def newest_report(history: History, at: dt.date) -> Report | None:
    """Return the newest report dated up to the day, returned or not."""
    for report in reversed(history.reports):
        if report.on <= at:
            return report
    return None


def counted_percent(history: History, at: dt.date) -> Fraction:
    """Return the percent of the newest report not returned by the day (§2).

    Also one from before a reopening; 0 when there is none, 100 when the task is completed. A
    report that waits for its verdict counts.
    """
    if history.state_at(at) is State.COMPLETED:
        return HUNDRED
    for report in reversed(history.reports):
        if report.on <= at and (report.returned_on is None or report.returned_on > at):
            return report.percent
    return NOTHING


def planned_percent(history: History, at: dt.date) -> Fraction | None:
    """Return the percent that ought to be done, at the newest month-end up to the day (§2).

    With dated measures their due share by weight; otherwise in proportion to the days from start
    to the effective deadline of the day. None without a deadline, or once a soft one is past.
    Nothing counts before the assignment.
    """
    terms = history.terms
    deadline = history.deadline_at(at)
    if deadline is None or (terms.soft and at > deadline):
        return None
    if at < terms.assigned:
        return NOTHING
    checkpoint = newest_month_end(at)
    dated = [(m.deadline, m.weight) for m in terms.measures if m.deadline is not None]
    if dated:
        due = sum((weight for day, weight in dated if day <= checkpoint), NOTHING)
        return HUNDRED * due / sum((weight for _, weight in dated), NOTHING)
    if checkpoint >= deadline:
        return HUNDRED
    if checkpoint <= terms.start:
        return NOTHING
    return HUNDRED * (checkpoint - terms.start).days / (deadline - terms.start).days
