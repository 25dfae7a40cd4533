"""Make up good scenarios that are nasty on purpose: every number lands on an edge of a rule."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from .days import last_of_month
from .lives import Json, by_days, edge_near
from .recipes import Maker, revoked

SIZES = (
    *((1,), (2,), (3,), (3,), (3,), (4,), (5,), (6,), (6,)),
    *((7, 2), (3, 3), (9,), (12,), (13,), (1, 1, 1)),
)


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
        year -= rng.choice((0, 1, 1, 1, 1, 2, 3))
        scenario["year"] = year
    scenario["units"] = [{"code": c, "name": f"单位{c}", "group": g} for c, g in groups.items()]
    scenario["people"] = [{"id": person, "unit": rng.choice(units)} for person in people]
    maker = Maker(rng, as_of, year, units, people)
    fill(rng, maker, units)
    scenario["tasks"] = maker.tasks
    rng.shuffle(scenario["tasks"])
    for task in scenario["tasks"]:
        write_out(rng, task)
    free = random_interviews(rng, as_of, year, units, people) + maker.determinations()
    scenario["events"] = in_some_order(rng, [life.events for life in maker.lives] + free)
    return scenario


DEFAULTS: Json = {
    "supporting": [],
    "responsible": None,
    "level": "ordinary",
    "kind": "task",
    "assigned": None,
    "report_cycle": None,
    "soft": False,
    "measures": [],
}


def write_out(rng: random.Random, task: Json) -> None:
    """Write some defaults of a task out, and its only lead as a list, which changes nothing."""
    for key, value in DEFAULTS.items():
        if key not in task and rng.random() < 0.05:
            task[key] = list(value) if isinstance(value, list) else value
    if isinstance(task["lead"], str) and rng.random() < 0.05:
        task["lead"] = [task["lead"]]


def fill(rng: random.Random, maker: Maker, units: Sequence[str]) -> None:
    """Give the units their tasks: stormy, calm but for a few units, or all in the red."""
    mood = rng.choice(("stormy", "stormy", "stormy", "calm", "red"))
    if len(units) > 11:
        mood = rng.choice(("stormy", "red"))
    for unit in units:
        some = (0, 1, 1, 1, 2, 3) if len(units) > 4 else (0, 1, 2, 3, 4)
        for _ in range(rng.choice(some if mood == "stormy" else (1, 1, 2))):
            if mood == "red":
                maker.make_mixed(unit)
            elif mood == "calm" and rng.random() < 0.85:
                maker.make_quiet(unit)
            else:
                maker.make_task(unit)
    ninety = rng.choice(units)
    if rng.random() < 0.5:
        if mood == "calm":
            maker.forget(ninety)
        maker.make_ninety(ninety)
    if rng.random() < 0.4:
        maker.make_early(rng.choice(units))
    if rng.random() < 0.3:
        maker.make_three_late(rng.choice(units))


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
    sizes = rng.choice(SIZES)
    codes = list("ABCDEFGHIJKLM")
    rng.shuffle(codes)
    names = rng.sample(["section", "branch", "甲", "Z"], len(sizes))
    groups = {}
    for name, size in zip(names, sizes, strict=True):
        for _ in range(size):
            groups[codes.pop()] = name
    return groups


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
