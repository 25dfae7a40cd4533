"""A task as a few plain variables, written from the rules without looking at the services.

Everything happens on the model's own day, which only moves on. Each `can_…` says whether an act is
allowed now; each act changes the variables. `facts` counts what must be on record for ever.
"""

import datetime as dt
from dataclasses import dataclass, field

DAY = dt.timedelta(days=1)
LIVE = ("open", "pending_verification")


@dataclass
class Report:
    """A progress report and what became of it."""

    percent: int
    verdict: str = "waiting"


@dataclass
class PlainTask:
    """One task from its draft on."""

    day: dt.date
    original: dt.date | None
    measures: int
    holder: str
    state: str = "draft"
    # Each deadline there was, with the day it came.
    deadlines: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    done: set[int] = field(default_factory=set)
    asked: dt.date | None = None
    extensions: list[int] = field(default_factory=list)
    facts: int = 0
    # The days that ended with the task open.
    ended_open: set[dt.date] = field(default_factory=set)

    def next_day(self, days: int) -> None:
        """Let days pass; each ends in the state it is in."""
        for _ in range(days):
            if self.state == "open":
                self.ended_open.add(self.day)
            self.day += DAY

    def fact(self, state: str = "") -> None:
        """Put one more thing on record, and move."""
        self.facts += 1
        self.state = state or self.state

    def move(self, to: dt.date | None) -> None:
        """Have a new deadline from today on."""
        self.deadlines.append((self.day, to))

    @property
    def deadline(self) -> dt.date | None:
        """The deadline in force."""
        return self.deadlines[-1][1] if self.deadlines else None

    def in_force(self, day: dt.date) -> dt.date:
        """The deadline that was in force at the end of a day."""
        found = [to for on, to in self.deadlines if on <= day][-1]
        assert found is not None
        return found

    @property
    def live(self) -> bool:
        """Whether somebody works on it."""
        return self.state in LIVE

    @property
    def waiting(self) -> list[int]:
        """Reports nobody has judged."""
        return [n for n, report in enumerate(self.reports) if report.verdict == "waiting"]

    def percent(self) -> int:
        """What counts: the newest report that was not sent back; everything once completed."""
        if self.state == "completed":
            return 100
        counted = [report.percent for report in self.reports if report.verdict != "returned"]
        return counted[-1] if counted else 0

    def overdue(self) -> int:
        """Days after the deadline that began open."""
        if self.deadline is None or self.state == "draft":
            return 0
        late = 0
        day = self.deadline + DAY
        while day <= self.day:
            late += day - DAY in self.ended_open
            day += DAY
        return late

    def can_extend(self, to: dt.date) -> bool:
        """One at a time, asked by the deadline, for a later date, two and 180 days in all."""
        return (
            self.live
            and self.deadline is not None
            and self.day <= self.deadline < to
            and self.asked is None
            and len(self.extensions) < 2
            and sum(self.extensions) + (to - self.deadline).days <= 180
        )
