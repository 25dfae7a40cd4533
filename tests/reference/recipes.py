"""Recipes for tasks, each turning on other rules."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

from .days import CYCLES, last_of_month, newest_month_end
from .lives import GAPS, Json, Life, by_days, edge_near
from .tasks import OPEN, PENDING

LATE_BY = (-10, -4, -3, -1, 0, 1, 2, 28, 29, 30, 31, 45, 90, 150)
WEIGHTS = ((1, 9), (5, 5), (2, 3, 5), (1, 2, 3, 4), (4, 3, 3), (0.5, 9.5), (1, 1, 1), (0.1, 0.333))


def revoked(rng: random.Random, day: date, as_of: date, name: str, type_: str) -> list[Json]:
    """Revoke some facts: at once, on the day judged or beside it."""
    if rng.random() > 0.3:
        return []
    near = (day, by_days(day, 20), by_days(as_of, -1), as_of, by_days(as_of, 1))
    days = [other for other in near if other >= day]
    times = rng.choice((1, 1, 1, 2))
    return [{"on": rng.choice(days).isoformat(), "type": type_, "id": name} for _ in range(times)]


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
        self.begun = 0
        self.tasks: list[Json] = []
        self.lives: list[Life] = []
        self.judged = as_of if as_of.year == year else date(year, 12, 31)

    def begin(self, unit: str, deadline: date | None, start: date, **fields: Any) -> Json:
        """Register a task led by a unit."""
        self.begun += 1
        task = {
            "code": f"T{self.begun}",
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
            (2, self.make_measured),
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
                day = by_days(start, rng.randrange(-30, span + 20))
                day = rng.choice((day, edge_near(rng, day), newest_month_end(self.judged)))
                measure["deadline"] = (day if rng.random() < 0.15 else max(day, start)).isoformat()
            elif rng.random() < 0.5:
                measure["deadline"] = None
            if rng.random() < 0.8:
                measure["weight"] = weight
            if rng.random() < 0.7:
                measure["owner"] = rng.choice(owners)
            measures.append(measure)
        return measures

    def forget(self, unit: str) -> None:
        """Take away the tasks a unit leads or supports."""
        for task in list(self.tasks):
            if unit in task["lead"] or unit in task.get("supporting", ()):
                self.tasks.remove(task)
        kept = {task["code"] for task in self.tasks}
        self.lives = [life for life in self.lives if life.raw["code"] in kept]

    def make_quiet(self, unit: str) -> None:
        """Make a task that stays green."""
        rng = self.rng
        deadline = rng.choice((None, by_days(self.judged, 200)))
        start = date(self.judged.year - rng.choice((0, 0, 1)), 1, 1)
        task = self.begin(unit, deadline, start, level=rng.choice(("ordinary", "key", "major")))
        life = Life(rng, task, self.people, self.judged)
        life.add(start, "progress", percent=100)
        self.lives.append(life)

    def make_mixed(self, unit: str) -> None:
        """Make a late task beside green ones, so that the scores of units differ."""
        rng = self.rng
        deadline = by_days(newest_month_end(self.judged), -rng.choice((1, 2, 28, 29, 30, 70)))
        task = self.begin(unit, deadline, by_days(deadline, -100))
        life = Life(rng, task, self.people, self.judged)
        life.add(life.today, "progress", percent=100)
        self.lives.append(life)
        for _ in range(rng.randint(1, 4)):
            self.make_quiet(unit)

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
        life = self.live(
            task, self.rng.randrange(14), closure_submitted=4, closure_rejected=3, terminated=0.2
        )
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            for step in ("closure_submitted", "closure_rejected"):
                if life.state == {"closure_submitted": OPEN, "closure_rejected": PENDING}[step]:
                    life.add(by_days(life.today, self.rng.choice((0, 0, 1, 3))), step)
                if self.rng.random() < 0.4 and life.state in {OPEN, PENDING}:
                    life.add(life.today, "handover")

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
        """Make a task on which next to nothing is reported; it may change hands at a month-end."""
        rng = self.rng
        start = date(self.judged.year - rng.choice((0, 0, 1)), 1, 1)
        length = rng.choice((60, 120, 250, 364))
        deadline = by_days(start, length)
        task = self.some(self.begin(unit, deadline, start), start, deadline)
        task.pop("assigned", None)
        if rng.random() < 0.6:
            task["report_cycle"] = rng.choice(("monthly", "monthly", "quarterly", "ten_day"))
        life = Life(
            rng, task, self.people, self.judged, {"closure_submitted": 0.3, "terminated": 0.1}
        )
        self.lives.append(life)
        if rng.random() < 0.5:
            newest = newest_month_end(self.judged)
            before = newest_month_end(by_days(newest, -1))
            day = by_days(rng.choice((newest, before, before)), rng.choice((-1, 0, 0, 1)))
            if day >= life.today:
                life.add(day, "handover")
        life.live(rng.choice((0, 0, 1, 2, 3)))

    def make_measured(self, unit: str) -> None:
        """Make a task planned by measures and reported on the edge of a gap."""
        rng = self.rng
        checkpoint = newest_month_end(self.judged)
        start = checkpoint.replace(month=1, day=1)
        days = [by_days(checkpoint, n) for n in (-40, -1, 0, 1, 20)]
        dated = sorted(max(day, start) for day in rng.sample(days, 2))
        measures = [{"deadline": day.isoformat()} for day in dated]
        task = self.begin(unit, by_days(checkpoint, 90), start, measures=measures)
        planned = 50 * len([day for day in dated if day <= checkpoint])
        life = Life(rng, task, self.people, self.judged, {"closure_submitted": 0.3})
        self.lives.append(life)
        percent = min(100, max(0, round(planned - rng.choice(GAPS), 2)))
        life.add(by_days(checkpoint, -rng.choice((0, 0, 5))), "progress", percent=percent)
        life.live(rng.choice((0, 0, 0, 1, 2)))

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
        life = Life(rng, task, self.people, self.judged)
        life.add(start, "progress", percent=100)
        self.lives.append(life)

    def make_early(self, unit: str) -> None:
        """Complete up to seven tasks of a unit nine to eleven days early, at times twice."""
        rng = self.rng
        end = newest_month_end(self.judged)
        in_month = rng.choice((-40, -29, -20, -3, 0))
        for _ in range(rng.choice((1, 2, 4, 5, 6, 7, 7))):
            verified = by_days(end, rng.choice((in_month, in_month, in_month, -3, 0, 1)))
            submitted = by_days(verified, -rng.choice((0, 0, 5, 31)))
            deadline = by_days(submitted, rng.choice((9, 10, 10, 10, 10, 11)))
            task = self.begin(unit, deadline, by_days(submitted, -rng.choice((0, 60))))
            life = Life(rng, task, self.people, self.judged)
            self.lives.append(life)
            early = by_days(submitted, -rng.choice((1, 31)))
            if rng.random() < 0.2 and early >= life.assigned:
                life.add(early, "closure_submitted")
                life.add(early, "closure_verified")
                life.add(submitted, "reopened", to=deadline.isoformat())
            life.add(submitted, "closure_submitted")
            life.add(verified, "closure_verified")
            if rng.random() < 0.15:
                life.live(2)
        if rng.random() < 0.6:
            self.make_mixed(unit)

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
