"""The grammar of repetition: 每月5日前, 一季一通报, 逢周一, 每季度首月10日前.

every   = ("每" | "逐" | "按") [n] unit {detail} [times] | "一" unit "一" act | unit act
"""

import datetime as dt

from tasks.ledger.deadlines import tokens as t
from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.lengths import LengthGrammar
from tasks.ledger.deadlines.tree import Every, Point

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

Details = dict[str, object]


class CycleGrammar(LengthGrammar):
    """Reads repetitions besides lengths, points and spans."""

    def every(self, at: int) -> tuple[Every, int] | None:
        """Read a repetition with its details."""
        if self.kind(at) == "cycle_word":
            return self._detailed(self.tokens[at].value, 1, at + 1)
        return self._each(at) or self._on_each(at) or self._one_by_one(at) or self._act(at)

    def _on_each(self, at: int) -> tuple[Every, int] | None:
        """Read 逢周一, 逢5日、20日, 逢五逢十 (every day of the month that ends so)."""
        if self.kind(at) != "on_each":
            return None
        if self.kind(at + 1) == "cycle_word":
            return self._detailed(self.tokens[at + 1].value, 1, at + 2)
        if self.kind(at + 1) == "week":
            return self._detailed("weekly", 1, at + 2)
        if self.number(at + 1) is None:
            return None
        details: Details = {}
        if self.kind(at + 2) in ("day", t.LIST):
            behind = self._in_every_month(at + 1, details)
        else:
            endings, behind = [], at
            while self.kind(behind) == "on_each" and (end := self.number(behind + 1)) is not None:
                endings.append(end)
                behind += 2
            days = sorted({end + ten for end in endings for ten in (0, 10, 20) if end + ten <= 30})
            details["days"] = days
        return Every(freq="monthly", details=tuple(details.items())), behind

    def _each(self, at: int) -> tuple[Every, int] | None:
        """Read 每月5日前, 每两周一次, 逐月, 按季度."""
        kind = self.kind(at)
        if kind not in ("every", "by_each"):
            return None
        interval, behind = self._interval(at + 1)
        if interval == 1 and self.tokens[at].text == "每隔" and behind > at + 1:
            interval = 2
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
        at = self._skip_of(at)
        if self.kind(at) == "last_of" and self.kind(at + 1) in ("workdays", "day", "days"):
            details["day"] = "last"
            return self._skip_bounds(at + 2)
        if (days_after := self._days_after(at, details)) is not None:
            return days_after
        if self.kind(at) == "on_each" and (read := self._on_each(at)) is not None:
            details.update(read[0].details)
            return read[1]
        if self.kind(at) == "ordinal":
            if self.kind(at + 2) != "workdays" or (number := self.number(at + 1)) is None:
                return at
            details["workday"] = number
            return self._skip_bounds(at + 3)
        return self._part_of_month(at, details) or self._days_of_month(at, details)

    def _part_of_month(self, at: int, details: Details) -> int | None:
        """Read 上旬, 初, 中."""
        if self.kind(at) == "ten_days":
            details["day"] = {1: 10, 2: 20, 3: "last"}[int(self.tokens[at].value) % 10]
            return self._skip_bounds(at + 1)
        if self.kind(at) in ("middle", "start"):
            details["day"] = 15 if self.kind(at) == "middle" else 10
            return self._skip_bounds(at + 1)
        return None

    def _days_of_month(self, at: int, details: Details) -> int:
        """Read 5日前, 5日、20日, 1日至5日, 底."""
        days: list[int] = []
        spanned = False
        while (day := self.number(at)) is not None and 1 <= day <= 31:
            behind = at + 2 if self.kind(at + 1) == "day" else at + 1
            listed = self.kind(at + 1) in (t.LIST, t.DASH, "to") and self.number(at + 2)
            if behind == at + 1 and not listed and self.kind(at + 1) not in ("before", "", t.COMMA):
                break
            days.append(day)
            at = behind
            if self.kind(at) not in (t.LIST, t.DASH, "to", "then"):
                break
            spanned = self.kind(at) in (t.DASH, "to")
            at += 1
        if not days:
            return self._edge(at, details)
        if len(days) == 1 or spanned:
            details["day"] = days[-1]
        else:
            details["days"] = days
        return self._skip_bounds(at)

    def _days_after(self, at: int, details: Details) -> int | None:
        """Read 结束后10日内: so many days into the next one."""
        day = self.number(at + 1)
        if self.kind(at) != "after" or day is None or self.kind(at + 2) not in ("day", "days"):
            return None
        details["day"] = day
        return self._skip_bounds(at + 3)

    def _in_every_week(self, at: int, details: Details) -> int:
        """Read 五, 周五, 日, 末, 二中午12时前."""
        start = self._skip_of(at)
        start = start + 1 if self.kind(start) == "week" else start
        days: list[int] = []
        while (day := self.number(start)) is not None and 1 <= day <= 6:
            if "times" in (self.kind(start + 1), self.kind(start + 3)):
                break
            days.append(day)
            start += 1
            if self.kind(start) not in (t.LIST, "then"):
                break
            start += 2 if self.kind(start + 1) == "week" else 1
        if days:
            details |= {"weekday": days[0]} if len(days) == 1 else {"weekdays": days}
            return self._in_every_day(start, details)
        if self.kind(start) in ("day", "days"):
            details["weekday"] = 7
            return self._in_every_day(start + 1, details)
        return self._edge(at, details)

    def _in_every_day(self, at: int, details: Details) -> int:
        """Read 18时前, 18:00前, 下午5点前."""
        if (clock := self.clock(at)) is not None:
            details["time"], at = clock
        return self._skip_bounds(at)

    def _skip_of(self, at: int) -> int:
        """Step over 的."""
        return at + 1 if self.kind(at) == "of" else at

    def _in_every_quarter(self, at: int, details: Details) -> int:
        """Read 首月10日前, 末月底, 第一个月, 末."""
        month, at = None, self._skip_of(at)
        behind = at
        if self.kind(at) == "after" or self.kind(at) == "month_offset":
            month, behind = 1, at if self.kind(at) == "after" else at + 1
        elif self.kind(at) in ("start", "end") and self.kind(at + 1) == "month":
            month, behind = (1 if self.kind(at) == "start" else 3), at + 2
        elif self.kind(at) == "ordinal" and (number := self.number(at + 1)) is not None:
            piece = at + 3 if self.kind(at + 2) == "piece" else at + 2
            if self.kind(piece) == "month":
                month, behind = number, piece + 1
        elif self.kind(at) == "last_of" and self.kind(at + 1) == "month":
            month, behind = 3, at + 2
        if month is None:
            dated = self.number(at) is not None and self.kind(at + 1) == "day"
            return self._in_every_month(at, details) if dated else self._edge(at, details)
        details["month_in_quarter"] = month
        return self._in_every_month(behind, details)

    def _in_every_year(self, at: int, details: Details) -> int:
        """Read 12月底前, 6月30日、12月31日, 汛期前, 底."""
        at = self._skip_of(at)
        start = at + 1 if self.kind(at) == "year" else at
        if self.kind(start) == "end":
            details["date"] = "12-31"
            return self._skip_bounds(start + 1)
        dates: list[str] = []
        while (read := self.point(at)) is not None:
            date = _yearly_date(read[0])
            if date is None and read[0].unit != tree.SEASON:
                break
            dates += [date] if date is not None else []
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
        start = at
        # 每月巡河不少于两次, 每季度调度2次: what is done may stand before how often.
        while self.kind(start) in (t.TEXT, "routine", "finish") and start < at + 3:
            start += 1
        if self.kind(start) != "at_least" and self.kind(start + 1) != "times":
            start = at
        least = self.kind(start) == "at_least"
        while self.kind(start) == "at_least":
            start += 1
        if (behind := self._once(start)) is not None:
            # 每周一次 is the unit itself; 每周进行一次 counts.
            if least:
                details["times"] = 1
            return behind
        # Of 1-2次 the higher counts, as of every range.
        start = start + 2 if self.kind(start + 1) in (t.DASH, "to") else start
        times = self.number(start)
        if times is not None and self.kind(start + 1) == "times":
            if times > 1 or least:
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
        # 11月30日前报送年度总结: the summary is what is reported.
        if at and self.kind(at - 1) == "routine":
            return None
        if unit not in _FREQ or (at and self.kind(at - 1) in (t.NUMBER, "half", "piece")):
            return None
        alone = len(self.tokens) == 1
        if unit in ("days", "workdays"):
            return None
        once = self._once(at + 1)
        if not alone and once is None and self.kind(at + 1) != "routine":
            return None
        return Every(freq=_FREQ[unit]), at + 1 if alone else once or at + 2


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
    if point.unit == tree.SEASON and point.bound == tree.BEFORE and point.months:
        first = point.months[1] if point.edge == tree.END else point.months[0]
        day = dt.date(2023, int(first[:2]), min(int(first[3:]), 28 if first[:2] == "02" else 31))
        return f"{day if point.edge == tree.END else day - dt.timedelta(days=1):%m-%d}"
    return None


# The last day of months that are shorter than 31 days, in a common year.
_LAST_DAY = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
