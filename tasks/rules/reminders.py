"""When a deadline is announced: stages before it, on its day, and while it is overdue."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderStandard:
    """The days that count in reminding.

    `before`: days ahead of a deadline on which it is announced. `copy_after`: overdue days from
    which (included) the unit's principal gets a copy. `report_day`: day of the month on which a
    missing monthly report is announced.
    """

    before: tuple[int, ...] = (30, 15, 7, 3, 1)
    copy_after: int = 7
    report_day: int = 28


STANDARD = ReminderStandard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days a planning run answers for: `since` < day ≤ `until`.

    `workday` says whether people work on `until`; overdue work is announced on such days only.
    """

    since: dt.date
    until: dt.date
    workday: bool

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.since < day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of the announcements of one deadline, and the day it belongs to.

    `code` is `before_30` … `before_1`, `due`, or `overdue_N`, N being days after the deadline.
    """

    code: str
    on: dt.date


def newest_stage(
    deadline: dt.date, window: Window, *, late: bool, standard: ReminderStandard = STANDARD
) -> Stage | None:
    """Return the newest stage of the deadline that falls into the window, if any does.

    A window of several days (a missed night) gives one stage, not all of them: older ones say
    nothing the newest does not. `late` says that the item counts as overdue on the last day of
    the window; then it is announced on working days, whatever else fell into the window.
    """
    if late and window.workday and deadline < window.until:
        return Stage(code=f"overdue_{(window.until - deadline).days}", on=window.until)
    for days in sorted({0, *standard.before}):
        day = deadline - dt.timedelta(days=days)
        if day in window:
            return Stage(code=f"before_{days}" if days else "due", on=day)
    return None


def announced_deadlines(
    window: Window, *, standard: ReminderStandard = STANDARD
) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the ranges (after, up to and including) of deadlines with a stage in the window.

    They cover the stages up to the deadline's own day; overdue work is a range of its own.
    """
    for days in sorted({0, *standard.before}):
        ahead = dt.timedelta(days=days)
        yield window.since + ahead, window.until + ahead


def report_due(window: Window, *, standard: ReminderStandard = STANDARD) -> dt.date | None:
    """Return the newest due day of monthly reports in the window, if one falls into it."""
    first = window.until.replace(day=1)
    for month in (first, (first - dt.timedelta(days=1)).replace(day=1)):
        day = month.replace(day=standard.report_day)
        if day in window:
            return day
    return None
