"""The grammar of spans: 9月至12月, 2023-2025年, 即日起至年底, 9月1-15日, 一至三季度.

span = [from] point ("至" | "-") point | number ("-" | "、") point
"""

from dataclasses import replace

from tasks.ledger.deadlines import tokens as t
from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.points import PointGrammar, Read
from tasks.ledger.deadlines.tree import Point, Span


class SpanGrammar(PointGrammar):
    """Reads spans besides points."""

    def span(self, at: int) -> tuple[Span, int] | None:
        """Read a span from one point to another."""
        start = at + 1 if self.kind(at) == "from" else at
        if self.kind(start) == "now":
            return self._since_now(start + 1)
        return self._between_points(start) or self._between_numbers(start)

    def _since_now(self, at: int) -> tuple[Span, int] | None:
        """Read 即日起至12月底."""
        behind = at + 1 if self.kind(at) == "since" else at
        if self.kind(behind) not in ("to", t.DASH):
            return None
        read = self.point(behind + 1)
        return (Span(first=None, last=read[0]), read[1]) if read is not None else None

    def _between_points(self, at: int) -> tuple[Span, int] | None:
        left = self.point(at)
        if left is None or left[0].bound in (tree.BEFORE, tree.AFTER):
            return None
        behind = left[1] + 1 if self.kind(left[1]) == t.COMMA else left[1]
        if self.kind(behind) not in ("to", t.DASH):
            return None
        right = self.point(behind + 1) or self._rest_of(left[0], behind + 1)
        if right is None:
            return None
        return Span(first=replace(left[0], bound=""), last=right[0]), right[1]

    def _rest_of(self, left: Point, at: int) -> Read:
        """Read an end that repeats only the last part of the start: 9月1日-15日, 2023.1-6."""
        value = self.number(at)
        if value is None:
            return None
        if self.kind(at + 1) == "day" and left.unit == tree.DAY:
            point = Point(unit=tree.DAY, day=value)
            return self._bounded(point, at + 2)
        if self.kind(at + 1) in ("", "before", "until", t.COMMA, t.CLOSE):
            if left.unit == tree.DAY:
                return self._bounded(Point(unit=tree.DAY, day=value), at + 1)
            if left.unit == tree.MONTH and value <= 12:
                return self._bounded(Point(unit=tree.MONTH, month=value), at + 1)
        return None

    def _between_numbers(self, at: int) -> tuple[Span, int] | None:
        """Read 2023-2025年, 1-6月, 2023年7-9月, 9月1-15日, 一至三季度."""
        prefix, start = self._year(at) or (Point(unit=tree.YEAR), at)
        if self.kind(start) == "ordinal":
            start += 1
        value = self.number(start)
        if value is None or self.kind(start + 1) not in ("to", t.DASH, t.LIST, "then"):
            return self._between_days(at)
        listed = self.kind(start + 1) in (t.LIST, "then")
        if listed and "quarter" not in (self.kind(start + 3), self.kind(start + 4)):
            return None
        right = self.point(start + 2)
        if right is None:
            return self._between_bare_years(start)
        left = self._same_unit(value, right[0], prefix)
        if left is None:
            return None
        last = right[0]
        if last.year is None and last.year_offset is None:
            last = replace(last, year=prefix.year, year_offset=prefix.year_offset)
        return Span(first=left, last=last), right[1]

    def _same_unit(self, value: int, right: Point, prefix: Point) -> Point | None:
        """Give a bare number the coarsest unit written in the point it leads to."""
        if right.year is not None and 1900 <= value <= 2200:
            # 2020-2021年秋冬季 is one season that begins in the first of the two years.
            if right.unit == tree.SEASON:
                return replace(right, year=value)
            return Point(unit=tree.YEAR, year=value)
        if right.unit == tree.QUARTER:
            return replace(prefix, unit=tree.QUARTER, number=value)
        if right.unit == tree.MONTH and right.year is None and value <= 12:
            return replace(prefix, unit=tree.MONTH, month=value)
        return None

    def _between_bare_years(self, at: int) -> tuple[Span, int] | None:
        """Read 2023-2025 without the word 年."""
        first, last = self.number(at, digits=(4,)), self.number(at + 2, digits=(4,))
        if first is None or last is None or not 1900 <= first <= last <= 2200:
            return None
        if self.kind(at + 3) == "season" and (season := self._named(at + 3, Point(unit=""))):
            both = (replace(season[0], year=year) for year in (first, last))
            return Span(first=next(both), last=next(both)), season[1]
        years = Span(first=Point(unit=tree.YEAR, year=first), last=Point(unit=tree.YEAR, year=last))
        return years, at + 3

    def _between_days(self, at: int) -> tuple[Span, int] | None:
        """Read 9月1-15日."""
        prefix, start = self._year(at) or (Point(unit=tree.YEAR), at)
        month, first = self.number(start), self.number(start + 2)
        last, joined = self.number(start + 4), self.kind(start + 3) in ("to", t.DASH)
        if self.kind(start + 1) != "month" or not joined or self.kind(start + 5) != "day":
            return None
        if month is None or first is None or last is None:
            return None
        day = replace(prefix, unit=tree.DAY, month=month)
        right = self._bounded(replace(day, day=last), start + 6)
        return Span(first=replace(day, day=first), last=right[0]), right[1]
