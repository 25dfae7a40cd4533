"""Make up good scenarios that are nasty on purpose: every number lands on an edge of a rule."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from .days import CYCLES, last_of_month, newest_month_end
from .lives import Json, Life, by_days, edge_near

LATE_BY = (-10, -4, -3, -1, 0, 1, 2, 28, 29, 30, 31, 45, 90, 150)
WEIGHTS = ((1, 9), (5, 5), (2, 3, 5), (1, 2, 3, 4), (4, 3, 3), (0.5, 9.5), (1, 1, 1))


def dice(seed: int) -> random.Random:
    """Return the dice of a seed, the same everywhere."""
    return random.Random(seed)  # noqa: S311  reproducible on purpose, nothing is kept secret


def random_scenario(rng: random.Random) -> Json:
    """Return a good scenario; the same generator state gives the same one."""
    as_of = random_day(rng)
    groups = random_groups(rng)
    units = list(groups)
    people = [f"p{n}" for n in range(1, rng.choice((2, 3, 3, 5)) + 1)]
    scenario: Json = {"policy": "taiyuan-2023", "as_of": as_of.isoformat()}
    year = as_of.year
    if rng.random() < 0.35:
        year -= rng.choice((0, 1, 1, 1, 2))
        scenario["year"] = year
    scenario["units"] = [{"code": c, "name": f"单位{c}", "group": g} for c, g in groups.items()]
    scenario["people"] = [{"id": person, "unit": rng.choice(units)} for person in people]
    maker = Maker(rng, as_of, year, units, people)
    for unit in units:
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3) if len(units) > 4 else (0, 1, 2, 3, 4))):
            maker.make_task(unit)
    if rng.random() < 0.5:
        maker.make_ninety(rng.choice(units))
    if rng.random() < 0.4:
        maker.make_early(rng.choice(units))
    if rng.random() < 0.3:
        maker.make_three_late(rng.choice(units))
    scenario["tasks"] = maker.tasks
    rng.shuffle(scenario["tasks"])
    free = random_interviews(rng, as_of, year, units, people) + maker.determinations()
    scenario["events"] = in_some_order(rng, [life.events for life in maker.lives] + free)
    return scenario


def random_day(rng: random.Random) -> date:
    """Return a day, mostly a month-end, its neighbour, a year's end or a leap day."""
    year = rng.choice((2023, 2023, 2024, 2024, 2025))
    day = date(year, 1, 1) + timedelta(days=rng.randrange(365))
    kind = rng.random()
    if kind < 0.35:
        return edge_near(rng, day)
    if kind < 0.55:
        return rng.choice((date(year, 12, 31), date(year, 12, 30), date(year + 1, 1, 1)))
    if kind < 0.75:
        return by_days(last_of_month(year, rng.choice((9, 10, 11, 12))), rng.choice((-1, 0, 0, 1)))
    return rng.choice((day, date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)))


def random_groups(rng: random.Random) -> dict[str, str]:
    """Return unit codes with their groups: one big, several small, some of one unit."""
    sizes = rng.choice(
        [(1,), (2,), (3,), (3,), (4,), (5,), (6,), (6,), (7, 2), (3, 3), (9,), (12,), (1, 1, 1)]
    )
    codes = list("ABCDEFGHIJKLM")
    rng.shuffle(codes)
    names = rng.sample(["section", "branch", "甲", "Z"], len(sizes))
    groups = {}
    for name, size in zip(names, sizes, strict=True):
        for _ in range(size):
            groups[codes.pop()] = name
    return groups


class Maker:
    """Makes the tasks of one scenario, each with its life."""

    def __init__(
        self, rng: random.Random, as_of: date, year: int, units: list[str], people: list[str]
    ) -> None:
        self.rng = rng
        self.as_of = as_of
        self.year = year
        self.units = units
        self.people = people
        self.tasks: list[Json] = []
        self.lives: list[Life] = []
        self.judged = as_of if as_of.year == year else date(year, 12, 31)

    def begin(self, unit: str, deadline: date | None, start: date, **fields: Any) -> Json:
        """Register a task led by a unit."""
        task = {
            "code": f"T{len(self.tasks) + 1}",
            "lead": unit,
            "start": start.isoformat(),
            "deadline": None if deadline is None else deadline.isoformat(),
            **fields,
        }
        self.tasks.append(task)
        return task

    def live(self, task: Json, events: int, **temper: float) -> Life:
        """Give a task a life of at most some events."""
        life = Life(self.rng, task, self.people, self.judged, temper)
        self.lives.append(life)
        life.live(events)
        return life

    def make_task(self, unit: str) -> None:
        """Make a task of any of the recipes."""
        recipes: list[tuple[int, Callable[[str], None]]] = [
            (5, self.make_plain),
            (3, self.make_endless),
            (3, self.make_late),
            (2, self.make_rectification),
            (3, self.make_year_end),
            (2, self.make_handed_over),
            (2, self.make_neglected),
        ]
        weights = [weight for weight, _ in recipes]
        self.rng.choices([make for _, make in recipes], weights)[0](unit)

    def a_deadline(self) -> date:
        """Return a deadline near the day on which the scenario turns."""
        rng = self.rng
        near = by_days(self.judged, -rng.choice(LATE_BY))
        far = by_days(self.judged, rng.randrange(-200, 200))
        return rng.choice((near, near, edge_near(rng, self.judged), edge_near(rng, far), far))

    def a_start(self, deadline: date) -> date:
        """Return a start: long ago, on a first or a second, a hundred days before."""
        rng = self.rng
        early = by_days(deadline, -rng.randrange(0, 300))
        return rng.choice(
            (
                early,
                by_days(deadline, -100),
                early.replace(day=1),
                early.replace(day=2),
                date(deadline.year, 1, 1),
                date(deadline.year - 1, 12, 31),
            )
        )

    def some(self, task: Json, start: date, deadline: date | None) -> Json:
        """Add to a task what any may have: level, people, supporters, measures, assignment."""
        rng = self.rng
        if rng.random() < 0.6:
            task["level"] = rng.choice(("ordinary", "key", "major"))
        if rng.random() < 0.7:
            task["responsible"] = rng.choice(self.people)
        others = [unit for unit in self.units if unit != task["lead"]]
        if others and rng.random() < 0.2:
            task["lead"] = [task["lead"], others.pop(rng.randrange(len(others)))]
            rng.shuffle(task["lead"])
        if others and rng.random() < 0.4:
            task["supporting"] = rng.sample(others, rng.randint(1, min(3, len(others))))
        if rng.random() < (0.7 if "supporting" in task else 0.4):
            task["measures"] = self.some_measures(task, start, deadline or by_days(start, 200))
        if rng.random() < 0.3:
            moved = by_days(start, rng.choice((-40, -1, 0, 1, 10, 60, 200)))
            task["assigned"] = moved.isoformat()
        return task

    def some_measures(self, task: Json, start: date, deadline: date) -> list[Json]:
        """Return measures, dated or not, with owners of every role."""
        rng = self.rng
        leads = task["lead"] if isinstance(task["lead"], list) else [task["lead"]]
        owners = [*leads, *task.get("supporting", ()), *task.get("supporting", ())]
        measures: list[Json] = []
        for weight in rng.choice(WEIGHTS):
            measure: Json = {}
            if rng.random() < 0.85:
                span = max((deadline - start).days, 1)
                day = by_days(start, rng.randrange(span + 20))
                day = rng.choice((day, edge_near(rng, day), newest_month_end(self.judged)))
                measure["deadline"] = max(day, start).isoformat()
            elif rng.random() < 0.5:
                measure["deadline"] = None
            if rng.random() < 0.8:
                measure["weight"] = weight
            if rng.random() < 0.7:
                measure["owner"] = rng.choice(owners)
            measures.append(measure)
        return measures

    def make_plain(self, unit: str) -> None:
        """Make a task with a deadline, soft at times, with or without a report cycle."""
        rng = self.rng
        deadline = self.a_deadline()
        start = min(self.a_start(deadline), deadline)
        task = self.some(self.begin(unit, deadline, start), start, deadline)
        if rng.random() < 0.2:
            task["soft"] = True
        if rng.random() < 0.4:
            task["report_cycle"] = rng.choice((*CYCLES, "monthly", "monthly"))
        self.live(task, rng.randrange(12))

    def make_endless(self, unit: str) -> None:
        """Make a task without a deadline, mostly with a report cycle."""
        rng = self.rng
        start = min(self.a_start(self.judged), by_days(self.as_of, 20))
        task = self.some(self.begin(unit, None, start), start, None)
        if rng.random() < 0.8:
            task["report_cycle"] = rng.choice((*CYCLES, "monthly", "monthly", "monthly"))
        self.live(task, rng.randrange(8), progress=2)

    def make_late(self, unit: str) -> None:
        """Make a task reported in full at once, so that only its deadline counts."""
        rng = self.rng
        deadline = by_days(self.judged, -rng.choice(LATE_BY))
        start = by_days(deadline, -rng.choice((0, 20, 100, 200)))
        task = self.some(self.begin(unit, deadline, start), start, deadline)
        life = Life(rng, task, self.people, self.judged, {"progress": 0, "terminated": 0.2})
        life.add(life.today, "progress", percent=100)
        self.lives.append(life)
        life.live(rng.choice((0, 0, 1, 2, 3, 6)))

    def make_rectification(self, unit: str) -> None:
        """Make a rectification that is rejected often."""
        deadline = self.a_deadline()
        start = min(self.a_start(deadline), deadline)
        task = self.some(self.begin(unit, deadline, start, kind="rectification"), start, deadline)
        if self.rng.random() < 0.1:
            task["soft"] = True
        self.live(
            task, self.rng.randrange(14), closure_submitted=4, closure_rejected=3, terminated=0.2
        )

    def make_year_end(self, unit: str) -> None:
        """Make a major task that turns around 31 December of the judged year."""
        rng = self.rng
        end = date(self.year, 12, 31)
        deadline = by_days(end, rng.choice((-40, -30, -2, -1, 0, 0, 0, 1, 30)))
        start = by_days(deadline, -rng.choice((10, 100, 300)))
        task = self.some(self.begin(unit, deadline, start), start, deadline)
        task["level"] = rng.choice(("major", "major", "major", "key"))
        if rng.random() < 0.1:
            task["soft"] = True
        life = Life(rng, task, self.people, end, {"closure_submitted": 2, "terminated": 0.2})
        self.lives.append(life)
        life.live(rng.randrange(3))
        for days in sorted(rng.choices((-2, -1, 0, 0, 1, 2, 10, 11), k=rng.randrange(4))):
            day = by_days(end, days)
            step = {"open": "closure_submitted", "pending_verification": "closure_rejected"}
            if day >= life.today and life.state in step:
                life.add(day, step[life.state])
        life.live(rng.randrange(3))

    def make_handed_over(self, unit: str) -> None:
        """Make a late or lagging task that changes hands around its edges."""
        rng = self.rng
        judged = self.judged
        deadline = by_days(judged, -rng.choice((1, 29, 30, 31, 40, 60, 61, 90, -60)))
        start = by_days(deadline, -rng.choice((30, 150)))
        kind = rng.choice(("task", "rectification"))
        task = self.begin(unit, deadline, start, kind=kind, responsible=rng.choice(self.people))
        life = Life(rng, task, self.people, judged, {"terminated": 0})
        self.lives.append(life)
        if rng.random() < 0.6:
            life.add(start, "progress", percent=100)
        newest = newest_month_end(judged)
        days = [by_days(deadline, n) for n in (-1, 0, 1, 10)]
        days += [by_days(judged, -n) for n in (0, 1, 29, 30, 31)]
        days += [by_days(newest_month_end(by_days(newest, -1)), n) for n in (-1, 0, 1)]
        for day in sorted(rng.choices(days, k=rng.randint(1, 4))):
            if day >= life.today:
                life.add(day, "handover")
        life.live(rng.choice((0, 0, 2, 4)))

    def make_neglected(self, unit: str) -> None:
        """Make a task on which next to nothing is ever reported."""
        rng = self.rng
        start = date(self.judged.year - rng.choice((0, 0, 1)), 1, 1)
        length = rng.choice((60, 120, 250, 364))
        deadline = by_days(start, length)
        task = self.some(self.begin(unit, deadline, start), start, deadline)
        task.pop("assigned", None)
        if rng.random() < 0.6:
            task["report_cycle"] = rng.choice(("monthly", "monthly", "quarterly", "ten_day"))
        self.live(task, rng.choice((0, 1, 1, 2, 3)), closure_submitted=0.3, terminated=0.1)

    def make_ninety(self, unit: str) -> None:
        """Bring a unit to 90.00 exactly, or beside it: (2 × 3 × 1 + 1 × 0.3) ÷ 7."""
        rng = self.rng
        start = date(self.judged.year, 1, 1)
        for _ in range(2):
            task = self.begin(unit, None, start, level="major")
            self.live(task, rng.choice((0, 0, 0, 1)), terminated=0.1)
        end = last_of_month(self.judged.year, rng.randint(1, 12))
        deadline = max(by_days(end, -rng.choice((1, 5, 29, 30))), start)
        task = self.begin(unit, deadline, start)
        life = Life(rng, task, self.people, self.judged, {})
        life.add(start, "progress", percent=100)
        self.lives.append(life)

    def make_early(self, unit: str) -> None:
        """Complete up to seven tasks of a unit nine to eleven days early."""
        rng = self.rng
        end = newest_month_end(self.judged)
        for _ in range(rng.choice((1, 2, 4, 5, 6, 7))):
            verified = by_days(end, rng.choice((-40, -29, -20, -3, 0, 0, 1)))
            submitted = by_days(verified, -rng.choice((0, 0, 5, 31)))
            deadline = by_days(submitted, rng.choice((9, 10, 10, 10, 11)))
            task = self.begin(unit, deadline, by_days(submitted, -rng.choice((0, 60))))
            life = Life(rng, task, self.people, self.judged, {})
            life.add(submitted, "closure_submitted")
            life.add(verified, "closure_verified")
            self.lives.append(life)
            if rng.random() < 0.15:
                life.live(2)

    def make_three_late(self, unit: str) -> None:
        """Make two to four tasks of a unit that are a few days late, or just not."""
        rng = self.rng
        for _ in range(rng.choice((2, 3, 3, 4))):
            deadline = by_days(self.judged, -rng.choice((0, 1, 1, 2, 5)))
            task = self.begin(unit, deadline, by_days(deadline, -60))
            life = Life(rng, task, self.people, self.judged, {"terminated": 0.2})
            life.add(life.today, "progress", percent=100)
            self.lives.append(life)
            life.live(rng.choice((0, 0, 0, 0, 2)))

    def determinations(self) -> list[list[Json]]:
        """Determine that some tasks harm the whole, on days that matter; revoke some."""
        rng = self.rng
        made: list[list[Json]] = []
        for life in self.lives:
            if rng.random() > 0.25:
                continue
            days = [by_days(self.judged, n) for n in (-30, -1, 0, 1)]
            days += [newest_month_end(self.judged), life.today, date(self.year, 12, 31)]
            if life.deadline is not None:
                days += [by_days(life.deadline, n) for n in (29, 30, 31, 40)]
            day = rng.choice([day for day in days if day >= life.assigned] or [life.today])
            name = f"d{len(made) + 1}"
            code = life.raw["code"]
            event = {"on": day.isoformat(), "type": "determination", "id": name, "task": code}
            made.append([event, *revoked(rng, day, self.as_of, name, "determination_revoked")])
        return made


def revoked(rng: random.Random, day: date, as_of: date, name: str, type_: str) -> list[Json]:
    """Revoke some facts: at once, on the day judged or beside it."""
    if rng.random() > 0.3:
        return []
    days = (day, by_days(day, 20), by_days(as_of, -1), as_of, by_days(as_of, 1))
    on = rng.choice([other for other in days if other >= day])
    return [{"on": on.isoformat(), "type": type_, "id": name}]


def random_interviews(
    rng: random.Random, as_of: date, year: int, units: Sequence[str], people: Sequence[str]
) -> list[list[Json]]:
    """Interview a few units and people up to five times, some twice a day, some revoked."""
    subjects = [("unit", unit) for unit in units] + [("person", person) for person in people]
    held: list[list[Json]] = []
    for kind, name in rng.sample(subjects, min(len(subjects), rng.randrange(4))):
        day = date(year, 1, 1)
        for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5))):
            edges = (date(year, 12, 31), date(year - 1, 12, 31), date(year, 1, 1), as_of)
            drawn = by_days(date(year, 1, 1), rng.randrange(366))
            day = rng.choice((day, drawn, drawn, rng.choice(edges), by_days(as_of, 1)))
            one = f"i{len(held) + 1}"
            event = {"on": day.isoformat(), "type": "interview_held", "id": one, kind: name}
            held.append([event, *revoked(rng, day, as_of, one, "interview_revoked")])
    return held


def in_some_order(rng: random.Random, threads: list[list[Json]]) -> list[Json]:
    """Lay threads of events into one file, keeping the order of each thread's single days.

    By date mostly, thread by thread at times, and at times with the days of a thread shuffled.
    """
    kind = rng.random()
    if kind < 0.15:
        threads = [shuffled_days(rng, thread) for thread in threads]
    turns = [number for number, thread in enumerate(threads) for _ in thread]
    if kind < 0.85:
        rng.shuffle(turns)
    rests = [iter(thread) for thread in threads]
    merged = [next(rests[number]) for number in turns]
    return sorted(merged, key=lambda event: event["on"]) if 0.15 <= kind < 0.75 else merged


def shuffled_days(rng: random.Random, thread: list[Json]) -> list[Json]:
    """Shuffle the days of a thread, each day's events in their order."""
    days = [list(events) for _, events in groupby(thread, key=lambda event: event["on"])]
    rng.shuffle(days)
    return [event for day in days for event in day]
