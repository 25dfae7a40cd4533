"""The grammar of repetition and of lengths of time: 每月5日前, 一季一通报, 收到通知后10个工作日内.

every   = ("每" | "逐" | "按") [n] unit {detail} [times] | "一" unit "一" act | unit act
within  = [event ("后" | "之日起")] n ["个"] unit ["内"]
"""

from tasks.ledger.deadlines import tokens as t
from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.points import PointGrammar
from tasks.ledger.deadlines.tree import Every, Point, Within

_FREQ = {
    "day": "daily",
    "days": "daily",
    "workdays": "daily",
    "week": "weekly",
    "xun": "ten_day",
    "half_month": "semi_monthly",
    "month": "monthly",
    "quarter": "quarterly",
    "half_year": "half_yearly",
    "year": "yearly",
}
_TWICE = {"weekly": "biweekly"}
# ISO 8601 designators; a working day is WD.
_LENGTH = {
    "workdays": "{}WD",
    "day": "{}D",
    "days": "{}D",
    "week": "{}W",
    "month": "{}M",
    "year": "{}Y",
    "hours": "T{}H",
}
_MONTHS_OF = {"quarter": 3, "half_year": 6}

Details = dict[str, object]


class CycleGrammar(PointGrammar):
    """Reads repetitions and lengths of time besides points and spans."""

    # ---- repetition --------------------------------------------------------------------------

    def every(self, at: int) -> tuple[Every, int] | None:
        """Read a repetition with its details."""
        return self._each(at) or self._one_by_one(at) or self._act(at)

    def _each(self, at: int) -> tuple[Every, int] | None:
        """Read 每月5日前, 每两周一次, 逐月, 按季度."""
        kind = self.kind(at)
        if kind not in ("every", "by_each"):
            return None
        interval, behind = self._interval(at + 1)
        unit = self.kind(behind)
        if unit == "quarter_offset" or unit not in _FREQ:
            named = self._each_season(behind) if kind == "every" else None
            return named or self._each_short(at, behind)
        return self._detailed(_FREQ[unit], interval, behind + 1)

    def _each_short(self, at: int, behind: int) -> tuple[Every, int] | None:
        """Read 每1-2个月 as its longer interval; nothing else is a repetition."""
        first, last = self.number(behind - 1), self.number(behind + 1)
        if first is None or last is None or self.kind(behind) != t.DASH:
            return None
        interval, behind = self._interval(behind + 1)
        unit = self.kind(behind)
        return self._detailed(_FREQ[unit], interval, behind + 1) if unit in _FREQ else None

    def _interval(self, at: int) -> tuple[int, int]:
        """Read how many units lie between two times, 1 when not written."""
        number = self.number(at)
        behind = at if number is None else at + 1
        if self.kind(behind) == "piece":
            behind += 1
        return (1 if number is None else number), behind

    def _detailed(self, freq: str, interval: int, at: int) -> tuple[Every, int]:
        """Read what stands behind the unit, and how often within it."""
        details: Details = {}
        if interval == 2 and freq in _TWICE:
            freq = _TWICE[freq]
        elif interval == 3 and freq == "monthly":
            freq = "quarterly"
        elif interval == 6 and freq == "monthly":
            freq = "half_yearly"
        elif interval != 1:
            details["interval"] = interval
        read = {
            "monthly": self._in_every_month,
            "weekly": self._in_every_week,
            "biweekly": self._in_every_week,
            "daily": self._in_every_day,
            "quarterly": self._in_every_quarter,
            "yearly": self._in_every_year,
        }.get(freq)
        at = read(at, details) if read is not None else self._edge(at, details)
        at = self._times(at, details)
        return Every(freq=freq, details=tuple(details.items())), at

    def _edge(self, at: int, details: Details) -> int:
        """Read 末, 底 and the bounds behind it."""
        if self.kind(at) in ("month", "quarter") and self.kind(at + 1) == "end":
            at += 1
        if self.kind(at) == "end":
            details["day"] = "last"
            at += 1
        return self._skip_bounds(at)

    def _skip_bounds(self, at: int) -> int:
        while self.kind(at) in ("before", "within", "until", t.PERCENT) and at < len(self.tokens):
            at += 1
        return at

    def _in_every_month(self, at: int, details: Details) -> int:
        """Read 5日前, 5日、20日, 上旬, 底."""
        if self.kind(at) == "ordinal":
            return at
        if self.kind(at) == "ten_days":
            details["day"] = {1: 10, 2: 20, 3: "last"}[int(self.tokens[at].value)]
            return self._skip_bounds(at + 1)
        if self.kind(at) in ("middle", "start"):
            details["day"] = 15 if self.kind(at) == "middle" else 10
            return self._skip_bounds(at + 1)
        days: list[int] = []
        while (day := self.number(at)) is not None and 1 <= day <= 31:
            behind = at + 2 if self.kind(at + 1) == "day" else at + 1
            listed = self.kind(at + 1) in (t.LIST, t.DASH, "to") and self.number(at + 2)
            if behind == at + 1 and not listed and self.kind(at + 1) not in ("before", "", t.COMMA):
                break
            days.append(day)
            at = behind
            if self.kind(at) not in (t.LIST, t.DASH, "to", "then"):
                break
            at += 1
        if not days:
            return self._edge(at, details)
        if len(days) == 1:
            details["day"] = days[0]
        else:
            details["days"] = days
        return self._skip_bounds(at)

    def _in_every_week(self, at: int, details: Details) -> int:
        """Read 五, 周五, 日, 末."""
        start = at + 1 if self.kind(at) == "week" else at
        day = self.number(start)
        if day is not None and 1 <= day <= 6 and self.kind(start + 1) != "times":
            details["weekday"] = day
            return self._skip_bounds(start + 1)
        if self.kind(start) in ("day", "days"):
            details["weekday"] = 7
            return self._skip_bounds(start + 1)
        return self._edge(at, details)

    def _in_every_day(self, at: int, details: Details) -> int:
        """Read 18时前, 18:00前."""
        hour = self.number(at)
        if self.kind(at) == "time":
            details["time"] = self.tokens[at].value
            at += 1
        elif hour is not None and hour <= 24 and self.kind(at + 1) == "clock":
            details["time"] = f"{hour:02d}:00"
            at += 2
        return self._skip_bounds(at)

    def _in_every_quarter(self, at: int, details: Details) -> int:
        """Read 首月10日前, 末月底, 第一个月, 末."""
        month, behind = None, at
        if self.kind(at) in ("start", "end") and self.kind(at + 1) == "month":
            month, behind = (1 if self.kind(at) == "start" else 3), at + 2
        elif self.kind(at) == "ordinal" and (number := self.number(at + 1)) is not None:
            piece = at + 3 if self.kind(at + 2) == "piece" else at + 2
            if self.kind(piece) == "month":
                month, behind = number, piece + 1
        if month is None:
            return self._edge(at, details)
        details["month_in_quarter"] = month
        return self._in_every_month(behind, details)

    def _in_every_year(self, at: int, details: Details) -> int:
        """Read 12月底前, 6月30日、12月31日, 汛期前, 底."""
        start = at + 1 if self.kind(at) == "year" else at
        if self.kind(start) == "end":
            details["date"] = "12-31"
            return self._skip_bounds(start + 1)
        dates: list[str] = []
        while (read := self.point(at)) is not None:
            date = _yearly_date(read[0])
            if date is None:
                break
            dates.append(date)
            at = read[1]
            if self.kind(at) not in (t.LIST, "then") or self.point(at + 1) is None:
                break
            at += 1
        if len(dates) == 1:
            details["date"] = dates[0]
        elif dates:
            details["dates"] = dates
        return self._skip_bounds(at)

    def _each_season(self, at: int) -> tuple[Every, int] | None:
        """Read 每采暖季."""
        read = self._named(at, Point(unit=tree.YEAR)) if self.kind(at) == "season" else None
        return (Every(freq="yearly"), self._skip_bounds(read[1])) if read is not None else None

    def _times(self, at: int, details: Details) -> int:
        """Read 一次, 至少2次."""
        start = at + 1 if self.kind(at) == "at_least" else at
        if (behind := self._once(start)) is not None:
            # 每周一次 is the unit itself; 每周进行一次 counts.
            if start > at:
                details["times"] = 1
            return behind
        times = self.number(start)
        if times is not None and self.kind(start + 1) == "times":
            if times > 1:
                details["times"] = times
            return start + 2
        return at

    def _one_by_one(self, at: int) -> tuple[Every, int] | None:
        """Read 一月一调度, 两月一次, 半年一报."""
        if self.kind(at) in ("half_year", "half_month"):
            once = self._once(at + 1)
            return (Every(freq=_FREQ[self.kind(at)]), once) if once is not None else None
        if self.number(at) is None:
            return None
        interval, behind = self._interval(at)
        unit = self.kind(behind)
        if unit not in _FREQ or self._once(behind + 1) is None:
            return None
        return self._detailed(_FREQ[unit], interval, behind + 1)

    def _once(self, at: int) -> int | None:
        """Read 一次, 一调度: once, or once an act."""
        if self.kind(at) == "once":
            return at + 1
        if self.number(at) == 1 and self.kind(at + 1) == "routine":
            return at + 2
        return None

    def _act(self, at: int) -> tuple[Every, int] | None:
        """Read 月调度, 季度通报, 周一次; a bare unit needs the act beside it."""
        unit = self.kind(at)
        if unit not in _FREQ or (at and self.kind(at - 1) in (t.NUMBER, "half", "piece")):
            return None
        alone = len(self.tokens) == 1
        if unit in ("days", "workdays"):
            return None
        once = self._once(at + 1)
        if not alone and once is None and self.kind(at + 1) != "routine":
            return None
        return Every(freq=_FREQ[unit]), at + 1 if alone else once or at + 2

    # ---- lengths of time ---------------------------------------------------------------------

    def length(self, at: int) -> tuple[str, int, bool] | None:
        """Read a length as ISO duration; the flag says whether it can only be a length.

        Of a range (3-5年) the longer end counts.
        """
        if self.kind(at) == "half_month":
            return "P15D", at + 1, True
        if self.kind(at) == "half_year":
            return "P6M", at + 1, False
        number = self.number(at)
        if number is None or number <= 0:
            return None
        if self.kind(at + 1) in (t.DASH, "to") and (longer := self.length(at + 2)) is not None:
            return longer[0], longer[1], True
        piece = self.kind(at + 1) == "piece"
        behind = at + 2 if piece else at + 1
        half = piece and self.kind(behind) == "half"
        unit = self.kind(behind + 1 if half else behind)
        behind += 2 if half else 1
        if unit in _MONTHS_OF:
            return f"P{number * _MONTHS_OF[unit]}M", behind, piece
        if unit not in _LENGTH or (unit == "year" and number > 50):
            return None
        if half and unit == "month":
            return f"P{number}M15D", behind, True
        sure = piece or unit in ("workdays", "days", "hours", "week")
        return "P" + _LENGTH[unit].format(number), behind, sure

    def within(self, at: int) -> tuple[Within, int] | None:
        """Read a length that ends with 内, or one that cannot be a date (3个月, 10个工作日)."""
        read = self.length(at)
        if read is None:
            return None
        length, behind, sure = read
        if self.kind(behind) == "within":
            return Within(length=length), behind + 1
        return (Within(length=length), behind) if sure else None


def _yearly_date(point: Point) -> str | None:
    """Return the month-day a year-less point ends on, or None when it has none."""
    if point.year is not None or point.year_offset is not None:
        return None
    if point.unit == tree.DAY and point.month is not None and point.day is not None:
        return f"{point.month:02d}-{point.day:02d}"
    if point.unit == tree.MONTH and point.month is not None:
        return f"{point.month:02d}-{_LAST_DAY.get(point.month, 31):02d}"
    if point.unit == tree.QUARTER and point.number is not None:
        return f"{point.number * 3:02d}-{_LAST_DAY.get(point.number * 3, 31):02d}"
    if point.unit == tree.HALF:
        return "06-30" if point.number == 1 else "12-31"
    return None


# The last day of months that are shorter than 31 days, in a common year.
_LAST_DAY = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
