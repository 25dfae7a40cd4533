"""Give one point or span its reading: which day ends it, and what is unclear about it."""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _

from tasks.ledger.deadlines import model as m
from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.days import Context, NoSuchDateError, Period, period_of
from tasks.ledger.deadlines.model import Deadline
from tasks.ledger.deadlines.points import NO_MONTH_WORD
from tasks.ledger.deadlines.tree import Point, Span

_GRANULARITY = {
    tree.MONTH: "month",
    tree.QUARTER: "quarter",
    tree.YEAR: "year",
    tree.PLAN: "year",
}
_KIND = {
    tree.DAY: m.DATE,
    tree.WEEK: m.DATE,
    tree.FEAST: m.DATE,
    tree.SEASON: m.DATE,
    tree.MONTH: m.MONTH_END,
    tree.YEAR: m.MONTH_END,
    tree.QUARTER: m.QUARTER_END,
    tree.HALF: m.HALF_YEAR,
}


def read_dated(node: Point | Span, context: Context) -> tuple[Deadline, dt.date | None, Context]:
    """Return the reading of one point or span, its first day, and the context for the next."""
    if isinstance(node, Span):
        reading, context = _read_span(node, context)
        return reading, reading.start, context
    period = period_of(node, context)
    if node.year is not None or node.year_offset is not None:
        context = replace(context, year=context.year_of(node))
    if node.unit == tree.DAY:
        context = replace(context, month=period.last.month)
    return _point(node, period, context), period.first, context


def _read_span(span: Span, context: Context) -> tuple[Deadline, Context]:
    """Return a range; the end takes year and month from the start unless it has its own."""
    if span.first is None:
        first = Period(first=context.reference, last=context.reference)
        inner = context
    else:
        start, last_point = span.first, span.last
        if start.year is None and last_point.year is not None and start.year_offset is None:
            start = _before(replace(start, year=last_point.year), last_point, context)
        if start.unit == last_point.unit == tree.SEASON and start.name == last_point.name:
            season = period_of(start, context)
            reading = Deadline(raw="", kind=m.RANGE, date=season.last, start=season.first)
            return reading, context
        first = period_of(start, context)
        inner = replace(context, year=first.first.year, month=first.first.month)
    last = period_of(span.last, inner)
    written = span.last.year is not None or span.last.year_offset is not None
    if last.last < first.first and not written:
        last = period_of(replace(span.last, year=inner.year_of(span.last) + 1), inner)
    if last.last < first.first:
        raise NoSuchDateError(f"{first.first}至{last.last}")
    years = span.first is not None and span.first.unit == tree.YEAR
    reading = Deadline(
        raw="",
        kind=m.RANGE,
        date=last.last,
        start=first.first,
        granularity="year" if years and span.last.unit == tree.YEAR else "",
    )
    return reading, replace(context, year=last.last.year)


def _before(start: Point, last: Point, context: Context) -> Point:
    """Return the start of a span whose year stands only at the end, not behind that end."""
    if period_of(start, context).first > period_of(last, context).last and start.year:
        return replace(start, year=start.year - 1)
    return start


def _point(point: Point, period: Period, context: Context) -> Deadline:
    """Return the reading of one point by its unit, edge and bound."""
    if point.bound in (tree.SINCE, tree.AFTER):
        return _open_ended(point, period)
    one_day = point.unit == tree.DAY or (point.unit == tree.WEEK and point.number is not None)
    if point.bound == tree.BEFORE and not point.edge and not one_day:
        return _before_period(point, period, context)
    if point.unit == tree.SEASON and "unsettled" in (point.months or ()):
        return _unsettled(period)
    if point.unit in (tree.SEASON, tree.PLAN, tree.TEN_DAYS) and not point.edge:
        return Deadline(
            raw="",
            kind=m.RANGE,
            date=period.last,
            start=period.first,
            granularity=_GRANULARITY.get(point.unit, ""),
        )
    if point.edge in (tree.START, tree.MIDDLE):
        return _inside(point, period)
    if point.other_month is not None:
        return _lost_nought(point, period, context)
    return Deadline(
        raw="",
        kind=_KIND.get(point.unit, m.MONTH_END),
        date=period.last,
        granularity=_GRANULARITY.get(point.unit, ""),
        note=_point_note(point, period, context),
    )


def _point_note(point: Point, period: Period, context: Context) -> str:
    if point.note == NO_MONTH_WORD:
        return _("原文漏写“月”字，读作%(month)s月。") % {"month": period.last.month}
    if point.unit in (tree.HALF, tree.QUARTER) and period.last < context.reference:
        return _("该时限在文件日期前已经过去。")
    return ""


def _open_ended(point: Point, period: Period) -> Deadline:
    if point.bound == tree.AFTER:
        note = _("只写了“之后”，没有最后期限，请补充。")
        return Deadline(raw="", kind=m.AMBIGUOUS, note=note)
    return Deadline(raw="", kind=m.ONGOING, start=period.first)


def _before_period(point: Point, period: Period, context: Context) -> Deadline:
    """Return 四季度前: the day before it begins; for numbered periods its end is meant as often."""
    before = period.first - dt.timedelta(days=1)
    if point.unit in (tree.FEAST, tree.SEASON, tree.WEEK):
        written = point.year is not None or point.year_offset is not None
        if written or before >= context.reference or context.year is not None:
            return Deadline(raw="", kind=m.DATE, date=before)
        following = period_of(replace(point, year=period.first.year + 1), context)
        note = _("%(day)s在文件日期前已经过去，请确认是否指下一年。") % {"day": before}
        return Deadline(
            raw="",
            kind=m.AMBIGUOUS,
            date=before,
            alternatives=(following.first - dt.timedelta(days=1),),
            note=note,
        )
    note = _("“前”可以读作到来之前，也可以读作结束之前，请确认。")
    return Deadline(raw="", kind=m.AMBIGUOUS, date=before, alternatives=(period.last,), note=note)


def _unsettled(period: Period) -> Deadline:
    """Return a season whose bounds differ from place to place."""
    note = _("各地起止不同，请确认起止日期。")
    return Deadline(
        raw="", kind=m.AMBIGUOUS, start=period.first, alternatives=(period.last,), note=note
    )


def _inside(point: Point, period: Period) -> Deadline:
    """Return 10月初, 年中: no agreed day, so a default that has to be confirmed."""
    if point.edge == tree.MIDDLE and point.unit == tree.YEAR:
        day = dt.date(period.first.year, 6, 30)
    elif point.edge == tree.START and point.unit == tree.YEAR:
        day = dt.date(period.first.year, 3, 31)
    elif point.unit == tree.MONTH:
        day = period.first + dt.timedelta(days=9 if point.edge == tree.START else 19)
    else:
        day = period.first + (period.last - period.first) // (6 if point.edge == tree.START else 2)
    return Deadline(raw="", kind=m.AMBIGUOUS, date=day, note=_("没有写明哪一天，请确认。"))


def _lost_nought(point: Point, period: Period, context: Context) -> Deadline:
    other = period_of(replace(point, month=point.other_month), context)
    note = _("数值可能丢了末尾的 0：是1月还是10月，请确认。")
    return Deadline(raw="", kind=m.AMBIGUOUS, alternatives=(period.last, other.last), note=note)
