"""Know month-ends and the reporting periods of each cycle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)

CYCLES = ("weekly", "ten_day", "monthly", "quarterly", "half_yearly")
# Read like the spelling with an underscore.
HYPHENATED = {"ten-day": "ten_day", "half-yearly": "half_yearly"}


class Period(NamedTuple):
    """A reporting period, both days included."""

    first: date
    last: date


def last_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return following - ONE_DAY


def is_month_end(day: date) -> bool:
    """Tell whether the next day is a first."""
    return (day + ONE_DAY).day == 1


def newest_month_end(day: date) -> date:
    """Return the newest month-end <= day; the day itself when it is one."""
    while not is_month_end(day):
        day -= ONE_DAY
    return day


def two_newest_month_ends(day: date) -> list[date]:
    """Return the two newest month-ends <= day, newest first."""
    newest = newest_month_end(day)
    return [newest, newest_month_end(newest - ONE_DAY)]


def ended_months(year: int, day: date) -> list[date]:
    """Return the last days of the months of a year that have ended by a day.

    "A month has ended by D when its last day <= D."
    """
    ends = [last_of_month(year, month) for month in range(1, 13)]
    return [end for end in ends if end <= day]


def period_of(cycle: str, day: date) -> Period:
    """Return the period of a cycle in which a day lies.

    A week is Monday to Sunday; the ten-day periods (旬) are 1-10, 11-20 and 21 to the month's end.
    """
    if cycle == "weekly":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if cycle == "ten_day":
        if day.day <= 10:
            return Period(day.replace(day=1), day.replace(day=10))
        if day.day <= 20:
            return Period(day.replace(day=11), day.replace(day=20))
        return Period(day.replace(day=21), last_of_month(day.year, day.month))
    months = {"monthly": 1, "quarterly": 3, "half_yearly": 6}[cycle]
    first_month = (day.month - 1) // months * months + 1
    return Period(date(day.year, first_month, 1), last_of_month(day.year, first_month + months - 1))


def newest_ended_period(cycle: str, day: date) -> Period:
    """Return the newest period of a cycle whose last day <= day."""
    period = period_of(cycle, day)
    return period if period.last <= day else period_of(cycle, period.first - ONE_DAY)
