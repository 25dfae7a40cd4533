"""Drawings without scripts: the geometry of an indicator's curve and of a roadmap, for inline SVG.

A drawing is made twice, wide for a desk and paper, narrow for a phone, so that its words keep one
size; the stylesheet shows the one that fits. Lengths are SVG units of its own `width` and `height`.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tasks.rules.curves import CurveTerms, knots

WIDE, NARROW = 960, 340
# Round steps of an axis, times a power of ten.
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of an axis and its words; `anchor` is SVG's `text-anchor`."""

    at: str
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A reading in the drawing; `behind` draws another shape than one on or ahead of the plan."""

    x: str
    y: str
    behind: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The drawing of an indicator; `planned` and `read` are the points of polylines."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    planned: str
    read: str
    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    target: str
    today: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A reading to draw: its day and value, whether it is behind the plan, and its sentence."""

    on: dt.date
    value: Fraction
    behind: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stage in the drawing of a roadmap; `marks` are its milestones as (x, mark) pairs."""

    number: int
    name: str
    phase: str
    x: str
    width: str
    y: int
    middle: int
    inside: bool
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    """The drawing of a roadmap: a bar for each stage on one axis of days."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    today: str
    today_anchor: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stage to draw; `marks` are days of milestones with their mark."""

    name: str
    phase: str
    starts_on: dt.date
    ends_on: dt.date
    marks: tuple[tuple[dt.date, str], ...]


def draw_curve(
    terms: CurveTerms, readings: Sequence[Reading], *, today: dt.date, width: int
) -> Curve:
    """Draw the plan against the readings."""
    narrow = width == NARROW
    height, left, right = (250, 44, width - 10) if narrow else (300, 64, width - 24)
    top, bottom = 14, height - 28
    path = knots(terms)
    days = [day for day, _value in path] + [one.on for one in readings]
    first, last = min(days), max(days)
    values = [value for _day, value in path] + [one.value for one in readings]
    lines = _lines(min(values), max(values))

    def x(day: dt.date) -> str:
        return _along(day, first, last, left, right)

    def y(value: Fraction) -> str:
        share = (value - lines[0]) / (lines[-1] - lines[0])
        return f"{float(bottom - share * (bottom - top)):.1f}"

    return Curve(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        planned=" ".join(f"{x(day)},{y(value)}" for day, value in path),
        read=" ".join(f"{x(one.on)},{y(one.value)}" for one in readings),
        dots=tuple(
            Dot(x=x(one.on), y=y(one.value), behind=one.behind, title=one.title) for one in readings
        ),
        across=_days(first, last, left, right, most=4 if narrow else 9),
        up=tuple(Tick(at=y(line), label=number(line)) for line in lines),
        target=y(terms.target),
        today=x(today) if first <= today <= last else "",
        kind="narrow" if narrow else "wide",
    )


def draw_roadmap(spans: Sequence[Span], *, today: dt.date, width: int) -> Roadmap:
    """Draw the stages below one another on one axis of days."""
    narrow = width == NARROW
    left, right, step, top = 28, width - 12, 34, 26
    bottom = top + step * len(spans)
    first = min(span.starts_on for span in spans)
    last = max(span.ends_on for span in spans)

    def x(day: dt.date) -> str:
        return _along(day, first, last, left, right)

    bars = []
    for place, span in enumerate(spans):
        start, end = float(x(span.starts_on)), float(x(span.ends_on))
        y = top + place * step + 6
        bars.append(
            Bar(
                number=place + 1,
                name=span.name,
                phase=span.phase,
                x=f"{start:.1f}",
                width=f"{max(end - start, 3):.1f}",
                y=y,
                middle=y + 11,
                # A Chinese character of the drawing is about 13 units wide.
                inside=not narrow and end - start > 13 * len(span.name) + 16,
                marks=tuple((x(day), mark) for day, mark in _spread(span.marks)),
            )
        )
    within = first <= today <= last
    at = float(x(today)) if within else 0.0
    return Roadmap(
        width=width,
        height=bottom + 24,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        bars=tuple(bars),
        across=_days(first, last, left, right, most=4 if narrow else 10),
        today=x(today) if within else "",
        today_anchor="start" if at < left + 40 else "end" if at > right - 40 else "middle",
        kind="narrow" if narrow else "wide",
    )


def number(value: Fraction) -> str:
    """Return a value for people: at most four places, no trailing noughts."""
    text = f"{float(value):.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _spread(marks: Iterable[tuple[dt.date, str]]) -> list[tuple[dt.date, str]]:
    """Return one mark a day; the worst of a day stands for it."""
    worst = {"done": 0, "open": 1, "late": 2}
    found: dict[dt.date, str] = {}
    for day, mark in marks:
        if day not in found or worst[mark] > worst[found[day]]:
            found[day] = mark
    return sorted(found.items())


def _along(day: dt.date, first: dt.date, last: dt.date, left: int, right: int) -> str:
    share = (day - first).days / max((last - first).days, 1)
    return f"{left + share * (right - left):.1f}"


def _lines(lowest: Fraction, highest: Fraction) -> list[Fraction]:
    """Return four to eight round values that hold all others between them."""
    spread = highest - lowest or abs(highest) or Fraction(1)
    power = Fraction(10) ** math.floor(math.log10(spread / 4))
    step = next(power * one for one in _STEPS if power * one * 5 >= spread)
    first = math.floor(lowest / step)
    last = max(math.ceil(highest / step), first + 1)
    return [step * count for count in range(first, last + 1)]


def _days(first: dt.date, last: dt.date, left: int, right: int, *, most: int) -> tuple[Tick, ...]:
    """Return the months an axis names: every one, or every second, third, sixth, or years."""
    starts = _month_starts(first, last)
    for every in (1, 2, 3, 6, 12, 24, 60, 120):
        chosen = [day for day in starts if (day.year * 12 + day.month - 1) % every == 0]
        if len(chosen) <= most:
            break
    if not chosen:
        chosen = [first]
    return tuple(
        Tick(
            at=_along(day, first, last, left, right),
            label=f"{day:%Y}" if every >= 12 else f"{day:%Y-%m}",
            anchor=_anchor(float(_along(day, first, last, left, right)), left, right),
        )
        for day in chosen
    )


def _anchor(at: float, left: int, right: int) -> str:
    return "start" if at < left + 20 else "end" if at > right - 20 else "middle"


def _month_starts(first: dt.date, last: dt.date) -> list[dt.date]:
    day = first if first.day == 1 else _next_month(first)
    found = []
    while day <= last:
        found.append(day)
        day = _next_month(day)
    return found


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
