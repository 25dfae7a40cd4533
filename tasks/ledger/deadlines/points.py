"""The grammar of days and periods: 2023年12月底前, 三季度, 明年2月, 2023.12.31, 汛期前.

    point   = numeric | [year] part {bound} | week | plan | season | feast
    part    = month [day | ten days | edge] | quarter | half year | edge | nothing

Every method takes a position in the token list and returns what it read with the position behind
it, or None; nothing is consumed on failure.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from tasks.ledger.deadlines import tokens as t
from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.tokens import Token
from tasks.ledger.deadlines.tree import Point

Read = tuple[Point, int] | None

_SEPARATORS = (t.DASH, t.DOT, t.SLASH)
_EDGES = {"end": tree.END, "start": tree.START, "middle": tree.MIDDLE}
# With which edges a unit needs no number: 年底, 月内, 季度末.
_ALONE = {
    "year": ("end", "middle", "within", "start"),
    "month": ("end", "middle", "within"),
    "quarter": ("end",),
}
_BOUNDS = {
    "before": tree.BEFORE,
    "within": tree.WITHIN,
    "after": tree.AFTER,
    "since": tree.SINCE,
    "until": tree.UNTIL,
}
# A bare number may be a day counted as spreadsheets do: 1990 to 2099.
_FIRST_SERIAL, _LAST_SERIAL, _EPOCH = 32874, 73050, dt.date(1899, 12, 30)
# What a point remarks about its wording.
NO_MONTH_WORD, WHOLE_YEAR = "no_month_word", "whole_year"


class PointGrammar:
    """Reads points from the tokens of one phrase."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens

    def kind(self, at: int) -> str:
        """Return the kind of the token at the position, blank behind the end."""
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def number(self, at: int, *, digits: Sequence[int] | None = None) -> int | None:
        """Return the number at the position, when it was written with one of the digit counts."""
        if self.kind(at) != t.NUMBER:
            return None
        token = self.tokens[at]
        if digits is not None and token.digits not in digits:
            return None
        return int(token.value)

    def clock(self, at: int) -> tuple[str, int] | None:
        """Read a time of day: 18:00, 18时, 下午5点半, 中午12时."""
        later = self.tokens[at].value if self.kind(at) == "part_of_day" else None
        start = at if later is None else at + 1
        if self.kind(start) == "time":
            return str(self.tokens[start].value), start + 1
        hour = self.number(start)
        if hour is None or hour > 24 or self.kind(start + 1) != "clock":
            return None
        hour += 12 if later and hour < 12 else 0
        half = self.kind(start + 2) == "half"
        return f"{hour:02d}:{30 if half else 0:02d}", start + (3 if half else 2)

    # ---- points ------------------------------------------------------------------------------

    def point(self, at: int) -> Read:
        """Read one point with its bounds."""
        read = (
            self._numeric(at)
            or self._with_year(at)
            or self._part(at, Point(unit=tree.YEAR))
            or self._year_word(at)
            or self._week(at)
            or self._plan(at)
            or self._day_word(at)
        )
        return self._bounded(*read) if read is not None else None

    def _bounded(self, point: Point, at: int) -> tuple[Point, int]:
        """Read the edges, times of day and bounds that follow a point: 底, 24时, 前, 内."""
        while True:
            kind = self.kind(at)
            if kind in _EDGES and point.unit not in (tree.DAY, tree.FEAST) and not point.bound:
                point = replace(point, edge=_EDGES[kind])
            elif kind == "before_end":
                point = replace(point, edge=tree.END, bound=tree.BEFORE)
            elif kind in _BOUNDS:
                point = replace(point, bound=_BOUNDS[kind])
            elif point.unit in (tree.DAY, tree.WEEK) and (clock := self.clock(at)) is not None:
                at = clock[1]
                continue
            else:
                return point, at
            at += 1

    def _numeric(self, at: int) -> Read:
        """Read dates in digits only: 2023-12-31, 23.12.31, 2023.12, 12.31, 20231231."""
        first = self.number(at)
        if first is None or not self.tokens[at].digits:
            return None
        digits = self.tokens[at].digits
        if len(self.tokens) == 1 and digits == len("45107"):
            return self._alone(at, first)
        if digits in (6, 8) and self.tokens[at].text[:2] in ("19", "20"):
            return self._compact(at)
        if self.kind(at + 1) not in _SEPARATORS:
            return None
        second, third = self.number(at + 2, digits=(1, 2)), None
        if self.kind(at + 3) == self.kind(at + 1):
            third = self.number(at + 4, digits=(1, 2))
        if second is None:
            return None
        if third is not None and digits in (2, 4):
            day = Point(unit=tree.DAY, year=_full_year(first), month=second, day=third)
            return day, at + 6 if self.kind(at + 5) == "day" else at + 5
        return self._numeric_pair(at, first, second)

    def _alone(self, at: int, value: int) -> Read:
        """Read a cell that holds one number: the serial number of a day."""
        if not _FIRST_SERIAL <= value <= _LAST_SERIAL:
            return None
        day = _EPOCH + dt.timedelta(days=value)
        return Point(unit=tree.DAY, year=day.year, month=day.month, day=day.day), at + 1

    def _compact(self, at: int) -> Read:
        """Read 20231231 or 202312."""
        text = self.tokens[at].text
        year, month = int(text[:4]), int(text[4:6])
        if len(text) == len("20231231"):
            return Point(unit=tree.DAY, year=year, month=month, day=int(text[6:])), at + 1
        return Point(unit=tree.MONTH, year=year, month=month), at + 1

    def _numeric_pair(self, at: int, first: int, second: int) -> Read:
        """Read 2023.12 (a month) or 12.31 (a day); 2023.1 may have lost a nought."""
        behind = self.kind(at + 3)
        if self.tokens[at].digits == 4 and 1 <= second <= 12:
            if behind == "year":
                return None
            lost = self.tokens[at + 2].text == "1" and self.kind(at + 1) == t.DOT
            month = Point(
                unit=tree.MONTH,
                year=first,
                month=second,
                other_month=10 if lost and behind != "month" else None,
            )
            return month, at + 4 if behind == "month" else at + 3
        if self.tokens[at].digits > 2 or behind in ("year", "month", "quarter", "piece", "week"):
            return None
        # 控制在11.88亿立方米: a quantity goes on with its unit.
        if behind == t.TEXT:
            return None
        if behind in ("days", "hours", "workdays", "times", "half_year"):
            return None
        day = Point(unit=tree.DAY, month=first, day=second)
        if first <= 12 and second <= 12 and behind != "day" and self.kind(at + 1) == t.DASH:
            day = replace(day, note="month_or_day")
        return day, at + 4 if behind == "day" else at + 3

    def _year(self, at: int) -> tuple[Point, int] | None:
        """Read a year: 2023年, 23年(6月), 明年, 二〇二三年."""
        if self.kind(at) == "year_offset":
            return Point(unit=tree.YEAR, year_offset=int(self.tokens[at].value)), at + 1
        value = self.number(at)
        if value is None or self.kind(at + 1) != "year":
            return None
        digits = self.tokens[at].digits
        short = digits == 2 and 10 <= value <= 60 and self._year_goes_on(at + 2)
        if short or 1900 <= value <= 2200:
            return Point(unit=tree.YEAR, year=_full_year(value)), at + 2
        return None

    def _year_goes_on(self, at: int) -> bool:
        """Whether a two-digit number before 年 is a year and no length of time."""
        return self.kind(at) in (t.NUMBER, "end", "half_index", "season", "feast", "moving_feast")

    def _with_year(self, at: int) -> Read:
        """Read a year and what stands in it."""
        read = self._year(at)
        if read is None:
            return None
        year, behind = read
        # 2023年年底 says the year twice.
        if self.kind(behind) == "year" and self.kind(behind + 1) in (*_EDGES, "within"):
            return year, behind + 1
        return self._part(behind, year) or self._loose_month(behind, year) or read

    def _loose_month(self, at: int, year: Point) -> Read:
        """Read 2016年6底前: the word 月 was left out."""
        month = self.number(at, digits=(1, 2))
        if month is None or self.kind(at + 1) not in ("end", "start", "before"):
            return None
        return replace(year, unit=tree.MONTH, month=month, note=NO_MONTH_WORD), at + 1

    def _part(self, at: int, year: Point) -> Read:
        """Read what stands in a year, with or without the year before it."""
        return (
            self._month(at, year)
            or self._quarter(at, year)
            or self._named(at, year)
            or self._month_and_day(at, year)
            or self._months_so_far(at, year)
        )

    def _months_so_far(self, at: int, year: Point) -> Read:
        """Read 前9个月."""
        if (self.kind(at), self.kind(at + 2), self.kind(at + 3)) != ("before", "piece", "month"):
            return None
        month = self.number(at + 1)
        return None if month is None else (replace(year, unit=tree.MONTH, month=month), at + 4)

    def _month(self, at: int, year: Point) -> Read:
        """Read a month, or a day in it: 6月, 本月, 6月30日, 6月上旬, 6月30(日)."""
        if self.kind(at) == "month_offset" and year.year is None and year.year_offset is None:
            month = replace(year, unit=tree.MONTH, offset=int(self.tokens[at].value))
            behind = at + 1
        else:
            value = self.number(at)
            if value is None or self.kind(at + 1) != "month":
                return None
            month, behind = replace(year, unit=tree.MONTH, month=value), at + 2
        return self._in_month(behind, month)

    def _in_month(self, at: int, month: Point) -> tuple[Point, int]:
        if self.kind(at) == "ten_days":
            number = int(self.tokens[at].value)
            return replace(month, unit=tree.TEN_DAYS, number=number), at + 1
        day = self.number(at)
        if day is None:
            return month, at
        if self.kind(at + 1) == "day":
            return replace(month, unit=tree.DAY, day=day), at + 2
        # 6月30前: the word 日 was left out; 6月3家 is a month and a count.
        if self.tokens[at].digits and self.kind(at + 1) in ("", "before", t.COMMA, t.CLOSE, t.DASH):
            return replace(month, unit=tree.DAY, day=day), at + 1
        return month, at

    def _month_and_day(self, at: int, year: Point) -> Read:
        """Read 2023年6.30."""
        if year.year is None and year.year_offset is None:
            return None
        month, day = self.number(at, digits=(1, 2)), self.number(at + 2, digits=(1, 2))
        if month is None or day is None or self.kind(at + 1) not in (t.DOT, t.SLASH):
            return None
        return replace(year, unit=tree.DAY, month=month, day=day), at + 3

    def _quarter(self, at: int, year: Point) -> Read:
        """Read a quarter or a half-year: 三季度, 第3季度, Q3, 前三季度, 上半年, 本季度."""
        kind = self.kind(at)
        value = self.tokens[at].value if kind else 0
        if kind == "quarters_so_far":
            return replace(year, unit=tree.QUARTER, number=int(value)), at + 1
        if kind == "half_index":
            return replace(year, unit=tree.HALF, number=int(value)), at + 1
        if kind == "quarter_offset":
            return replace(year, unit=tree.QUARTER, offset=int(value)), at + 1
        if kind == "quarter_letter" and (number := self.number(at + 1)) is not None:
            return replace(year, unit=tree.QUARTER, number=number), at + 2
        start = at + 1 if kind == "ordinal" else at
        number = self.number(start)
        behind = start + 2 if self.kind(start + 1) == "piece" else start + 1
        if number is None or self.kind(behind) != "quarter":
            return None
        if behind == start + 2 and kind != "ordinal":
            return None
        return replace(year, unit=tree.QUARTER, number=number), behind + 1

    def _named(self, at: int, year: Point) -> Read:
        """Read a season or a holiday."""
        kind = self.kind(at)
        if kind == "season":
            token = self.tokens[at]
            point = replace(year, unit=tree.SEASON, name=token.text, months=token.value)
            return point, at + 1
        if kind in ("feast", "moving_feast"):
            token = self.tokens[at]
            point = replace(year, unit=tree.FEAST, name=str(token.value))
            # The word itself says whether the next one is meant; keep it for a holiday by date.
            return replace(point, note=token.text), at + 1
        return None

    def _year_word(self, at: int) -> Read:
        """Read 年底, 年内, 全年, 月底: a period named without its number."""
        if self.kind(at) == "whole_year":
            return Point(unit=tree.YEAR, bound=tree.WITHIN, note=WHOLE_YEAR), at + 1
        edges = _ALONE.get(self.kind(at), ())
        if self.kind(at + 1) not in edges or (at and self.kind(at - 1) in (t.NUMBER, "piece")):
            return None
        unit = self.kind(at)
        return Point(unit=unit, offset=None if unit == tree.YEAR else 0), at + 1

    def _week(self, at: int) -> Read:
        """Read 本周五, 下周末."""
        if self.kind(at) != "week_offset":
            return None
        week = Point(unit=tree.WEEK, offset=int(self.tokens[at].value))
        day = self.number(at + 1)
        if day is not None and 1 <= day <= 6:
            return replace(week, number=day), at + 2
        if self.kind(at + 1) in ("day", "days"):
            return replace(week, number=7), at + 2
        return week, at + 1

    def _plan(self, at: int) -> Read:
        """Read “十四五”."""
        if self.kind(at) != t.PLAN:
            return None
        return Point(unit=tree.PLAN, number=int(self.tokens[at].value)), at + 1

    def _day_word(self, at: int) -> Read:
        """Read 明天."""
        if self.kind(at) != "day_offset":
            return None
        return Point(unit=tree.DAY, offset=int(self.tokens[at].value)), at + 1


def _full_year(value: int) -> int:
    """Return the year of two or four digits."""
    return value if value >= 100 else 2000 + value
