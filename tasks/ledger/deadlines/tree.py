"""What the grammar finds in a phrase, before it is given dates."""

from dataclasses import dataclass

# Units of a point, from fine to coarse; `season` and `feast` carry a name instead of a number.
DAY, WEEK, TEN_DAYS, MONTH, QUARTER, HALF, YEAR, PLAN, SEASON, FEAST = (
    "day", "week", "ten_days", "month", "quarter", "half", "year", "plan", "season", "feast",
)  # fmt: skip

# Where inside its unit a point stands, and what it bounds.
END, START, MIDDLE = "end", "start", "middle"
BEFORE, WITHIN, AFTER, SINCE, UNTIL = "before", "within", "after", "since", "until"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A day or a period as written: what was left out is None and supplied by the context.

    `offset` counts units from the document's own (下月 is a month with offset 1);
    `year_offset` counts years from the plan year, or in a span from the span's start.
    """

    unit: str
    year: int | None = None
    year_offset: int | None = None
    month: int | None = None
    day: int | None = None
    number: int | None = None
    offset: int | None = None
    name: str = ""
    months: tuple[str, ...] | None = None
    edge: str = ""
    bound: str = ""
    note: str = ""
    other_month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one point to another; `since_now` when it starts on the day of the document."""

    first: Point | None
    last: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Something done again and again; details as in the `recurrence` of the contract."""

    freq: str
    details: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A length of time from an event (an ISO 8601 duration, WD for working days).

    `since` is the point it runs from when that is a date, else `event` in the words used.
    """

    length: str
    event: str = ""
    since: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word with a meaning of its own: ongoing, immediate, soft, vague, done …"""

    kind: str
    text: str


Node = Point | Span | Every | Within | Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A node and the stretch of the phrase it was read from."""

    node: Node
    start: int
    end: int
