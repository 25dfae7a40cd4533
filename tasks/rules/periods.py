"""Months and reporting periods as plain dates."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

DAY = dt.timedelta(days=1)


class Cycle(StrEnum):
    """How often progress is reported (调度周期); weeks run from Monday to Sunday."""

    WEEKLY = "weekly"
    TEN_DAY = "ten_day"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Consecutive days, the first and the last included."""

    first: dt.date
    last: dt.date


_MONTHS = {Cycle.MONTHLY: 1, Cycle.QUARTERLY: 3, Cycle.HALF_YEARLY: 6}


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def newest_month_end(at: dt.date) -> dt.date:
    """Return the newest last day of a month that is not after `at` (its month has ended)."""
    return at if (at + DAY).day == 1 else at.replace(day=1) - DAY


def month_ends(at: dt.date) -> Iterator[dt.date]:
    """Yield the month-ends up to `at`, newest first, without end."""
    newest = newest_month_end(at)
    while True:
        yield newest
        newest = newest.replace(day=1) - DAY


def ended_months(year: int, at: dt.date) -> list[dt.date]:
    """Return the last days of the year's months that have ended by `at`, in order."""
    ends = (month_end(dt.date(year, month, 1)) for month in range(1, 13))
    return [end for end in ends if end <= at]


def period_of(cycle: Cycle, day: dt.date) -> Period:
    """Return the reporting period the day lies in."""
    if cycle is Cycle.WEEKLY:
        monday = day - day.weekday() * DAY
        return Period(first=monday, last=monday + 6 * DAY)
    if cycle is Cycle.TEN_DAY:
        tens = min((day.day - 1) // 10, 2)
        last = month_end(day) if tens == 2 else day.replace(day=tens * 10 + 10)
        return Period(first=day.replace(day=tens * 10 + 1), last=last)
    months = _MONTHS[cycle]
    first_month = (day.month - 1) // months * months + 1
    last_month = day.replace(month=first_month + months - 1, day=1)
    return Period(first=day.replace(month=first_month, day=1), last=month_end(last_month))


def ended_periods(cycle: Cycle, at: dt.date) -> Iterator[Period]:
    """Yield the periods ended by `at`, newest first, without end."""
    period = period_of(cycle, at)
    if period.last > at:
        period = period_of(cycle, period.first - DAY)
    while True:
        yield period
        period = period_of(cycle, period.first - DAY)
