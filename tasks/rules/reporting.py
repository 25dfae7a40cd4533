"""Missed reports (漏报): periods a task stood open through without any progress reported."""

import datetime as dt

from tasks.rules.facts import State
from tasks.rules.history import History
from tasks.rules.periods import Period, ended_periods


def missed(history: History, period: Period) -> bool:
    """Say whether an ended period was missed (§2).

    The task had started by its first day, was open at the end of its first and of its last day,
    and no progress was reported in it; a returned report is a report, a close-out is not.
    """
    return (
        history.terms.start <= period.first
        and history.state_at(period.first) is State.OPEN
        and history.state_at(period.last) is State.OPEN
        and not history.reported_between(period.first, period.last)
    )


def missed_in_a_row(history: History, at: dt.date, *, after: dt.date | None = None) -> int:
    """Count the consecutive missed reports up to the newest period ended by the day.

    `after` leaves out the periods that ended by the day a new holder took over.
    """
    count = 0
    if history.terms.report_cycle is not None:
        for period in ended_periods(history.terms.report_cycle, at):
            if (after is not None and period.last <= after) or not missed(history, period):
                break
            count += 1
    return count


def missed_in_month(history: History, end: dt.date) -> int:
    """Count the missed reports whose period ended in the month that ends on `end`."""
    count = 0
    if history.terms.report_cycle is not None:
        for period in ended_periods(history.terms.report_cycle, end):
            if period.last < end.replace(day=1):
                break
            count += missed(history, period)
    return count
