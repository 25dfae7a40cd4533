"""Read the State Council's yearly holiday notice (国务院办公厅关于…节假日安排的通知).

A notice says for each holiday which days are off ("1月21日至27日放假调休，共7天") and which weekend
days are worked instead ("1月28日（星期六）、1月29日（星期日）上班"). Everything else in it (days of
the week, lunar dates, exhortations) says nothing about days.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_TITLE = re.compile(r"(20\d{2})\s*年[^月日。\n]{0,20}(?:节假日|放假)")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
# "一、元旦：…" up to the next holiday.
_HOLIDAY = re.compile(
    r"(?:^|\n|[。；])\s*(?:[一二三四五六七八九十]+、|\d+[.、])?\s*"
    r"([^\s：:。，,、]{2,4}(?:、[^\s：:。，,、]{2,4})*)[：:]"
)
_DAY = r"(?:(?P<{0}y>\d{{4}})年)?(?:(?P<{0}m>\d{{1,2}})月)?(?P<{0}d>\d{{1,2}})日"
_SPAN = re.compile(_DAY.format("a") + r"(?:\s*(?:至|到|—|–|-|~|～)\s*" + _DAY.format("b") + ")?")
_COUNT = re.compile(r"共\s*(\d+)\s*天|放假\s*(\d+)\s*天")
_HALF_WIDTH = str.maketrans({chr(ord("０") + digit): str(digit) for digit in range(10)})
_SATURDAY = 5
# No holiday was ever longer; a longer one is a misprint.
_LONGEST = 15


class NoticeError(Exception):
    """The text is not a notice that can be read; `code` is stable, `value` what stands there."""

    def __init__(self, code: str, value: str = "", *, holiday: str = "") -> None:
        self.code = code
        self.value = value
        self.holiday = holiday
        super().__init__(f"{code}: {holiday} {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """What a notice says of one day: off, or worked although it is a weekend."""

    works: bool
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A year's notice: its special days, in order of date."""

    year: int
    days: Mapping[dt.date, SpecialDay]


def read_notice(text: str, *, year: int | None = None) -> Notice:
    """Return what a notice says; `year` is its year where the text does not name it.

    Raises NoticeError: `no_year`, `other_year`, `no_holiday`, `invalid_day`, `wrong_year`,
    `too_long`, `count_differs` (the days listed are not as many as the notice says), `said_twice`,
    `workday_not_weekend`.
    """
    plain = _BRACKETS.sub("", text.translate(_HALF_WIDTH))
    titled = _TITLE.search(plain)
    if titled is None and year is None:
        raise NoticeError("no_year")
    named = int(titled[1]) if titled else year
    assert named is not None, "one of the two is there"  # noqa: S101
    if year is not None and named != year:
        raise NoticeError("other_year", str(named))
    days: dict[dt.date, SpecialDay] = {}
    for name, said in _holidays(plain):
        for day, works in _days_of(name, said, named):
            if day in days:
                raise NoticeError("said_twice", day.isoformat(), holiday=name)
            days[day] = SpecialDay(works=works, name=name)
    if not days:
        raise NoticeError("no_holiday")
    return Notice(year=named, days=dict(sorted(days.items())))


def _holidays(text: str) -> Iterator[tuple[str, str]]:
    """Yield each holiday's name and what is said of it."""
    found = list(_HOLIDAY.finditer(text))
    ends = [after.start() for after in found[1:]] + [len(text)]
    for at, match in enumerate(found):
        yield match[1], text[match.end() : ends[at]]


def _days_of(name: str, said: str, year: int) -> Iterator[tuple[dt.date, bool]]:
    for sentence in re.split(r"[。；;\n]", said):
        if "上班" in sentence:
            for day in _spans(name, sentence.partition("上班")[0], year):
                if day.weekday() < _SATURDAY:
                    raise NoticeError("workday_not_weekend", day.isoformat(), holiday=name)
                yield day, True
        elif "放假" in sentence:
            off = list(_spans(name, sentence, year))
            count = _COUNT.search(sentence)
            if count and int(count[1] or count[2]) != len(off):
                raise NoticeError("count_differs", f"{count[0]}≠{len(off)}", holiday=name)
            yield from ((day, False) for day in off)


def _spans(name: str, text: str, year: int) -> Iterator[dt.date]:
    """Yield every day that the text names, ranges included."""
    month = 0
    for match in _SPAN.finditer(text):
        month = int(match["am"] or month)
        first = _date(name, match[0], int(match["ay"] or year), month, int(match["ad"]))
        last = first
        if match["bd"]:
            later = int(match["bm"] or month)
            until = int(match["by"] or (year if later < month else first.year))
            last = _date(name, match[0], until, later, int(match["bd"]))
            month = later
        if not 0 <= (last - first).days < _LONGEST:
            raise NoticeError("too_long", match[0], holiday=name)
        for ahead in range((last - first).days + 1):
            day = first + dt.timedelta(days=ahead)
            if not dt.date(year - 1, 12, 25) <= day <= dt.date(year, 12, 31):
                raise NoticeError("wrong_year", day.isoformat(), holiday=name)
            yield day


def _date(name: str, said: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise NoticeError("invalid_day", said, holiday=name) from error
