"""Make up the life of one task, drawn towards the days and numbers on which rules turn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from . import tasks
from .days import last_of_month, newest_month_end
from .facts import read_task

Json = dict[str, Any]

GAPS = (0, 5, 9, 9.99, 10, 10.01, 11, 20, 29, 29.99, 30, 30.01, 31, 45, 100, -10)
AFTER_DEADLINE = (-31, -11, -10, -9, -4, -3, -1, 0, 1, 2, 3, 10, 28, 29, 30, 31, 32)
STEPS = (0, 0, 0, 1, 1, 2, 5, 9, 10, 28, 30, 31, 60)

NEXT: dict[str, dict[str, int]] = {
    tasks.OPEN: {
        "progress": 8,
        "closure_submitted": 7,
        "extension_granted": 4,
        "handover": 4,
        "measure_done": 4,
        "suspended": 2,
        "terminated": 1,
    },
    tasks.PENDING: {
        "closure_rejected": 6,
        "closure_verified": 8,
        "progress": 1,
        "handover": 1,
        "extension_granted": 1,
        "measure_done": 1,
        "terminated": 1,
    },
    tasks.COMPLETED: {"reopened": 1},
    tasks.SUSPENDED: {"resumed": 8, "handover": 1, "terminated": 1},
    tasks.TERMINATED: {},
}


def by_days(day: date, days: int) -> date:
    """Move a day."""
    return day + timedelta(days=days)


def edge_near(rng: random.Random, day: date) -> date:
    """Return a month-end, a first, a year's end or a leap day near a day."""
    end = last_of_month(day.year, day.month)
    return rng.choice(
        [
            end,
            by_days(end, -1),
            by_days(end, 1),
            day.replace(day=1),
            newest_month_end(by_days(day.replace(day=1), -1)),
            date(day.year, 12, 31),
            date(day.year, 1, 1),
            last_of_month(day.year, 2),
        ]
    )


class Life:
    """A task and its events so far; `add` appends one that its state allows.

    `judged` is the day around which the scenario turns, `temper` multiplies the weights of events.
    """

    def __init__(
        self,
        rng: random.Random,
        raw: Json,
        people: Sequence[str],
        judged: date,
        temper: dict[str, float] | None = None,
    ) -> None:
        self.rng = rng
        self.raw = raw
        self.people = people
        self.judged = judged
        self.temper = temper or {}
        self.events: list[Json] = []
        task = read_task(raw, [])
        self.start, self.assigned, self.deadline = task.start, task.assigned, task.deadline
        self.today = task.assigned
        self.state = tasks.OPEN
        self.holder = task.responsible
        self.done: set[int] = set()

    def live(self, events: int) -> None:
        """Add some events, each on a day not before the last."""
        for _ in range(events):
            day = self.next_day()
            if day > by_days(self.judged, 45):
                return
            allowed = {
                type_: weight * self.temper.get(type_, 1)
                for type_, weight in NEXT[self.state].items()
                if self.possible(type_)
            }
            if not allowed:
                return
            type_ = self.rng.choices(list(allowed), list(allowed.values()))[0]
            self.add(day, type_)

    def next_day(self) -> date:
        """Return the day of the next event: often the same, or one on which something turns."""
        rng = self.rng
        turning = [
            self.today,
            by_days(self.today, rng.choice(STEPS)),
            by_days(self.judged, rng.choice((-31, -30, -1, 0, 0, 1))),
            edge_near(rng, self.today),
            edge_near(rng, self.judged),
            by_days(self.today, rng.randrange(90)),
        ]
        if self.deadline is not None:
            turning += [by_days(self.deadline, rng.choice(AFTER_DEADLINE)) for _ in range(3)]
        return rng.choice([day for day in turning if day >= self.today])

    def possible(self, type_: str) -> bool:
        """Tell whether there is a measure left to do, or somebody to hand over to."""
        if type_ == "measure_done":
            return len(self.done) < len(self.raw.get("measures", ()))
        if type_ == "handover":
            return any(person != self.holder for person in self.people)
        return True

    def add(self, day: date, type_: str, **fields: Any) -> None:
        """Append one event of a type, with made-up fields but for those given."""
        make = getattr(self, f"_{type_}", None)
        made = make(day) if make else {}
        event = {"on": day.isoformat(), "type": type_, "task": self.raw["code"], **made, **fields}
        self.events.append(event)
        self.today = day
        self.state = tasks.STATE_AFTER.get(type_, self.state)
        if type_ == "handover":
            self.holder = event["to"]
        if type_ == "measure_done":
            self.done.add(event["measure"])
        if type_ in {"reopened", "resumed", "extension_granted"}:
            self.deadline = None if event["to"] is None else date.fromisoformat(event["to"])

    def _progress(self, day: date) -> Json:
        event: Json = {"percent": self.percent(day)}
        if self.rng.random() < 0.25:
            back = self.rng.choice((0, 1, 5, 30, (self.judged - day).days))
            event["returned_on"] = by_days(day, max(back, 0)).isoformat()
        return event

    def percent(self, day: date) -> float:
        """Return a percent that lands on the edge of a gap at some month-end soon."""
        rng = self.rng
        if rng.random() < 0.3:
            return rng.choice((0, 100, 100, rng.randrange(101), 33.33, 66.667, 0.004, 12.3456))
        end = last_of_month(day.year, day.month)
        checkpoint = rng.choice((end, newest_month_end(self.judged), newest_month_end(day)))
        task = read_task(self.raw, self.events)
        planned = tasks.planned_percent(task, max(checkpoint, day))
        wanted = float(planned if planned is not None else 50) - rng.choice(GAPS)
        return min(100, max(0, round(wanted, rng.choice((0, 2, 2)))))

    def _extension_granted(self, day: date) -> Json:
        event: Json = {"to": self.new_deadline(day)}
        asked = [by_days(day, -self.rng.choice((0, 1, 3, 10)))]
        if self.deadline is not None:
            asked += [by_days(self.deadline, days) for days in (-1, 0, 1)]
        good = [on for on in asked if on <= day]
        if good and self.rng.random() < 0.7:
            event["requested_on"] = self.rng.choice(good).isoformat()
        return event

    def _reopened(self, day: date) -> Json:
        return {"to": self.new_deadline(day)}

    def _resumed(self, day: date) -> Json:
        return {"to": self.new_deadline(day)}

    def new_deadline(self, day: date) -> str | None:
        """Return a new deadline: ahead, on an edge, or in the past but not before the start."""
        rng = self.rng
        endless = self.raw["deadline"] is None
        if endless and rng.random() < (0.85 if self.deadline is None else 0.3):
            return None
        wanted = rng.choice(
            [
                by_days(day, rng.choice((0, 3, 4, 10, 30, 31, 90))),
                by_days(self.judged, -rng.choice((0, 1, 3, 4, 29, 30, 31))),
                edge_near(rng, by_days(day, 40)),
                by_days(day, -rng.choice((1, 10, 30, 40))),
                by_days(self.deadline or day, rng.choice((-5, 10, 30))),
            ]
        )
        return max(wanted, self.start).isoformat()

    def _handover(self, day: date) -> Json:
        others = [person for person in self.people if person != self.holder]
        return {"to": self.rng.choice(others)}

    def _measure_done(self, day: date) -> Json:
        numbers = range(1, len(self.raw.get("measures", ())) + 1)
        return {"measure": self.rng.choice([n for n in numbers if n not in self.done])}
