"""Working days (工作日) as the State Council's yearly holiday notice sets them.

Make-up workdays (调休) are working days although they fall on a weekend. A year whose notice is
not known yet is read as Monday to Friday and is *provisional*; whoever prints such a date says so.
"""

import datetime as dt

import chinese_calendar

# Named beside every judgement that counted working days, so that it can be repeated.
VERSION = "chinesecalendar-1.11.0"
_LAST_YEAR = max(day.year for day in chinese_calendar.constants.holidays)
_FIRST_YEAR = min(day.year for day in chinese_calendar.constants.holidays)
_SATURDAY = 5


def is_provisional(year: int) -> bool:
    """Whether the year's holiday notice is unknown, so its working days may still change."""
    return not _FIRST_YEAR <= year <= _LAST_YEAR


def is_workday(day: dt.date) -> bool:
    """Whether the day is a working day; Monday to Friday in a provisional year."""
    if is_provisional(day.year):
        return day.weekday() < _SATURDAY
    return bool(chinese_calendar.is_workday(day))


def add_workdays(day: dt.date, days: int) -> dt.date:
    """Return the last day of a period of `days` ≥ 1 working days.

    The start day is not counted (民法典 201), so one working day after a Friday is the Monday.
    """
    if days < 1:
        raise ValueError("a period has at least one day")
    while days:
        day += dt.timedelta(days=1)
        days -= is_workday(day)
    return day


def workdays_between(start: dt.date, end: dt.date) -> int:
    """Return how many working days lie in start < x ≤ end; 0 when the end is not later."""
    return sum(
        is_workday(start + dt.timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1)
    )


def next_workday(day: dt.date) -> dt.date:
    """Return the day itself or the first working day after it (民法典 203)."""
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return day
