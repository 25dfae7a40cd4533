"""Give the points of a phrase their days: plan year, document date, holidays and seasons."""

import calendar
import datetime as dt
from dataclasses import dataclass

import chinese_calendar

from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.tree import Point
from tasks.ledger.deadlines.words import lunar_days, next_to_come

# The sixth plan (六五) began in 1981; each lasts five years.
_SIXTH_PLAN = 1981


class NoSuchDateError(Exception):
    """The phrase names a day that does not exist (2023年2月30日); `text` is that day."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """First and last day of a point."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a phrase leaves out: the plan's year and the date of the document.

    `year` overrides the plan year inside a list or span (2023年6月底、12月底); `offset_from` is
    the year 次年 counts from.
    """

    plan_year: int
    reference: dt.date
    year: int | None = None
    month: int | None = None

    def year_of(self, point: Point) -> int:
        """Return the year a point lies in."""
        if point.year is not None:
            return point.year
        if point.year_offset is not None:
            return (self.year or self.plan_year) + point.year_offset
        return self.year or self.plan_year


def period_of(point: Point, context: Context) -> Period:
    """Return the days of a point, its edges not applied; raise NoSuchDateError."""
    year = context.year_of(point)
    match point.unit:
        case tree.DAY:
            return _day(point, year, context)
        case tree.MONTH:
            return _months(*_month(point, year, context), 1)
        case tree.TEN_DAYS:
            return _ten_days(point, year, context)
        case tree.QUARTER:
            return _quarter(point, year, context)
        case tree.HALF:
            return _months(year, 1 if point.number == 1 else 7, 6)
        case tree.WEEK:
            return _week(point, context)
        case tree.PLAN:
            first = _SIXTH_PLAN + 5 * ((point.number or 6) - 6)
            return Period(first=_date(first, 1, 1), last=_date(first + 4, 12, 31))
        case tree.SEASON:
            return _season(point, year)
        case tree.FEAST:
            return _feast(point, year, context)
    return _months(year, 1, 12)


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        raise NoSuchDateError(f"{year}年{month}月{day}日") from None


def _months(year: int, month: int, count: int) -> Period:
    """Return `count` months from the first of the given one."""
    first = _date(year, month, 1)
    year, month = year + (month + count - 2) // 12, (month + count - 2) % 12 + 1
    return Period(first=first, last=_date(year, month, calendar.monthrange(year, month)[1]))


def _month(point: Point, year: int, context: Context) -> tuple[int, int]:
    """Return year and month of a point, counted from the document's month for 下月."""
    if point.month is not None:
        if not 1 <= point.month <= 12:
            raise NoSuchDateError(f"{year}年{point.month}月")
        return year, point.month
    if point.offset is None:
        return year, context.month or context.reference.month
    months = context.reference.year * 12 + context.reference.month - 1 + point.offset
    return months // 12, months % 12 + 1


def _day(point: Point, year: int, context: Context) -> Period:
    if point.day is None:
        day = context.reference + dt.timedelta(days=point.offset or 0)
    else:
        month_year, month = _month(point, year, context)
        day = _date(month_year, month, point.day)
    return Period(first=day, last=day)


def _ten_days(point: Point, year: int, context: Context) -> Period:
    year, month = _month(point, year, context)
    whole = _months(year, month, 1)
    number = point.number or 1
    begin, finish = (number // 10, number % 10) if number > 10 else (number, number)
    first = whole.first + dt.timedelta(days=10 * (begin - 1))
    last = whole.last if finish == 3 else whole.first + dt.timedelta(days=10 * finish - 1)
    return Period(first=first, last=last)


def _quarter(point: Point, year: int, context: Context) -> Period:
    if point.offset is not None:
        quarters = context.reference.year * 4 + (context.reference.month - 1) // 3 + point.offset
        year, number = quarters // 4, quarters % 4 + 1
    else:
        number = point.number or 0
    if not 1 <= number <= 4:
        raise NoSuchDateError(f"第{number}季度")
    return _months(year, 3 * number - 2, 3)


def _week(point: Point, context: Context) -> Period:
    monday = context.reference - dt.timedelta(days=context.reference.weekday())
    monday += dt.timedelta(weeks=point.offset or 0)
    if point.number is None:
        return Period(first=monday, last=monday + dt.timedelta(days=6))
    day = monday + dt.timedelta(days=point.number - 1)
    return Period(first=day, last=day)


def _season(point: Point, year: int) -> Period:
    """Return the days of a season; one that ends before it starts runs into the next year."""
    begin, finish = (point.months or ("01-01", "12-31"))[:2]
    first = _date(year, int(begin[:2]), int(begin[3:]))
    last_year = year if finish > begin else year + 1
    month = int(finish[:2])
    day = min(int(finish[3:]), calendar.monthrange(last_year, month)[1])
    return Period(first=first, last=_date(last_year, month, day))


def _feast(point: Point, year: int, context: Context) -> Period:
    """Return the day of a holiday; 春节 without a year is the next one to come."""
    day = _feast_day(point.name, year)
    written = point.year is not None or point.year_offset is not None
    if not written and point.note in next_to_come():
        year = context.reference.year
        day = _feast_day(point.name, year)
        if day <= context.reference:
            day = _feast_day(point.name, year + 1)
    return Period(first=day, last=day)


def _feast_day(name: str, year: int) -> dt.date:
    if name[:1].isdigit():
        return _date(year, int(name[:2]), int(name[3:]))
    month_day = lunar_days().get((year, name))
    if month_day is not None:
        return _date(year, int(month_day[:2]), int(month_day[3:]))
    if not 1900 <= year <= 2100:
        raise NoSuchDateError(f"{year}年{name}")
    terms = chinese_calendar.get_solar_terms(_date(year, 1, 1), _date(year, 12, 31))
    days: dict[str, dt.date] = {term: day for day, term in terms}
    if name in days:
        return days[name]
    raise NoSuchDateError(f"{year}年{name}")
