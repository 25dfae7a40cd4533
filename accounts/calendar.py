"""Working days (工作日) as the State Council's yearly holiday notice sets them.

Make-up workdays (调休) are working days although they fall on a weekend. The years up to the newest
notice come with a library; a year that the office entered or corrected itself stands in the
database and goes before it. A year without a notice that somebody confirmed is *provisional*:
whoever prints a date computed with it says so (`provisional_note`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import chinese_calendar
from django.core.signals import request_started
from django.utils.translation import gettext as _

from accounts.models import HolidayDay, HolidayYear
from accounts.rules.holidays import SpecialDay

LIBRARY = "chinesecalendar-1.11.0"
_KNOWN_YEARS = range(
    min(day.year for day in chinese_calendar.constants.holidays),
    max(day.year for day in chinese_calendar.constants.holidays) + 1,
)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entered:
    """The years of the database: whether each is confirmed, and the days of them all."""

    years: Mapping[int, bool]
    days: Mapping[dt.date, SpecialDay]


_entered: _Entered | None = None


def forget(**_signal: object) -> None:
    """Read the entered years again at the next question; called when a request or job begins."""
    global _entered
    _entered = None


request_started.connect(forget, dispatch_uid="accounts.calendar")


def is_provisional(year: int) -> bool:
    """Whether the year has no confirmed holiday notice, so its working days may still change."""
    confirmed = _from_database().years.get(year)
    return year not in _KNOWN_YEARS if confirmed is None else not confirmed


def is_entered(year: int) -> bool:
    """Whether the office keeps the year itself."""
    return year in _from_database().years


def is_workday(day: dt.date) -> bool:
    """Whether the day is a working day; Monday to Friday where no notice says otherwise."""
    entered = _from_database()
    special = entered.days.get(day)
    if special is not None:
        return special.works
    if day.year in entered.years or day.year not in _KNOWN_YEARS:
        return day.weekday() < _SATURDAY
    return bool(chinese_calendar.is_workday(day))


def special_days(year: int) -> dict[dt.date, SpecialDay]:
    """Return the holidays and make-up workdays of a year, in order of date."""
    entered = _from_database()
    own = {day: special for day, special in entered.days.items() if day.year == year}
    if year in entered.years:
        return dict(sorted(own.items()))
    return dict(sorted((published_days(year) | own).items()))


def published_days(year: int) -> dict[dt.date, SpecialDay]:
    """Return the special days of a year that come with the library; none of an unknown year."""
    found: dict[dt.date, SpecialDay] = {}
    for days, works in (
        (chinese_calendar.constants.holidays, False),
        (chinese_calendar.constants.workdays, True),
    ):
        for day, name in days.items():
            if day.year == year:
                found[day] = SpecialDay(works=works, name=_HOLIDAYS.get(name, name))
    return dict(sorted(found.items()))


def is_published(year: int) -> bool:
    """Whether the library brings the year's notice."""
    return year in _KNOWN_YEARS


def provisional_note(*days: dt.date | None) -> str:
    """Return the sentence that goes with dates computed in provisional years; else nothing."""
    years = sorted({day.year for day in days if day is not None and is_provisional(day.year)})
    if not years:
        return ""
    named = "、".join(str(year) for year in years)
    return _("%(years)s 年放假安排尚未核对，工作日暂按现有日历推算，日期可能调整。") % {
        "years": named
    }


def written(day: dt.date) -> str:
    """Return a computed date as text; one in a provisional year says so."""
    if not is_provisional(day.year):
        return day.isoformat()
    return _("%(day)s（暂定）") % {"day": day}


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


def _from_database() -> _Entered:
    global _entered
    found = _entered
    if found is None:
        found = _entered = _Entered(
            years=dict(HolidayYear.objects.values_list("year", "confirmed")),
            days={
                day: SpecialDay(works=works, name=name)
                for day, works, name in HolidayDay.objects.values_list("day", "works", "name")
            },
        )
    return found


# The library's names of holidays, and the notices' own.
_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
