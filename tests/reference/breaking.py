"""Spoil good scenarios in one way that rules §6 refuses."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from .facts import TASK_EVENTS, Task, read_scenario, read_task
from .generator import random_scenario
from .lives import Json
from .refusals import ALLOWED_IN
from .tasks import OPEN, SUSPENDED, TERMINATED, holder, state

Spoil = Callable[[random.Random, Json], bool]

FAR = date(2030, 1, 1)
FIELDS: dict[str, Json] = {
    "reopened": {"to": "2030-06-01"},
    "resumed": {"to": "2030-06-01"},
    "extension_granted": {"to": "2030-06-01"},
    "progress": {"percent": 50},
}


def broken_scenario(rng: random.Random) -> tuple[Json, str]:
    """Return a scenario that must be refused, and what was done to it."""
    while True:
        scenario = random_scenario(rng)
        if not scenario["tasks"] or not scenario["events"]:
            continue
        why = rng.choice(list(SPOILS))
        if SPOILS[why](rng, scenario):
            return scenario, why


def some_task(rng: random.Random, scenario: Json) -> tuple[Json, Task]:
    """Pick a task, as written and as read."""
    raw = rng.choice(scenario["tasks"])
    return raw, read_task(raw, scenario["events"])


def some_event(rng: random.Random, scenario: Json, *types: str) -> Json | None:
    """Pick an event of some types; None when there is none."""
    events = [event for event in scenario["events"] if event["type"] in types]
    return rng.choice(events) if events else None


def insert(rng: random.Random, scenario: Json, event: Json) -> bool:
    """Put an event anywhere in the file."""
    scenario["events"].insert(rng.randrange(len(scenario["events"]) + 1), event)
    return True


def event_in_a_wrong_state(rng: random.Random, scenario: Json) -> bool:
    """Append to a task's life what its last state does not allow."""
    raw, task = some_task(rng, scenario)
    last = max([fact.on for fact in task.facts], default=task.assigned)
    now = state(task, last)
    wrong = [t for t, allowed in ALLOWED_IN.items() if now not in allowed and t != "measure_done"]
    type_ = rng.choice(wrong)
    fields = dict(FIELDS.get(type_, {}))
    if type_ == "handover":
        people = [person["id"] for person in scenario["people"]]
        fields["to"] = rng.choice([name for name in people if name != holder(task, last)])
    day = rng.choice((last + timedelta(days=1), FAR)).isoformat()
    return insert(rng, scenario, {"on": day, "type": type_, "task": raw["code"], **fields})


def measure_done_twice(rng: random.Random, scenario: Json) -> bool:
    event = some_event(rng, scenario, "measure_done")
    return event is not None and insert(rng, scenario, dict(event))


def measure_out_of_range(rng: random.Random, scenario: Json) -> bool:
    event = some_event(rng, scenario, "measure_done")
    if event is None:
        return False
    raw = next(task for task in scenario["tasks"] if task["code"] == event["task"])
    event["measure"] = rng.choice((0, -1, len(raw["measures"]) + 1))
    return True


def weight_not_above_zero(rng: random.Random, scenario: Json) -> bool:
    raw, _ = some_task(rng, scenario)
    raw.setdefault("measures", []).append({"weight": rng.choice((0, -1, -0.5))})
    return True


def returned_before_reported(rng: random.Random, scenario: Json) -> bool:
    event = some_event(rng, scenario, "progress")
    if event is None:
        return False
    event["returned_on"] = day_before(event["on"])
    return True


def requested_after_granted(rng: random.Random, scenario: Json) -> bool:
    event = some_event(rng, scenario, "extension_granted")
    if event is None:
        return False
    event["requested_on"] = day_after(event["on"])
    return True


def revoked_before_its_fact(rng: random.Random, scenario: Json) -> bool:
    event = some_event(rng, scenario, "interview_held", "determination")
    if event is None:
        return False
    type_ = "interview_revoked" if event["type"] == "interview_held" else "determination_revoked"
    return insert(rng, scenario, {"on": day_before(event["on"]), "type": type_, "id": event["id"]})


def fact_before_the_assignment(rng: random.Random, scenario: Json) -> bool:
    raw, task = some_task(rng, scenario)
    day = (task.assigned - timedelta(days=1)).isoformat()
    kind = rng.choice(({"type": "progress", "percent": 5}, {"type": "determination", "id": "d99"}))
    return insert(rng, scenario, {"on": day, "task": raw["code"], **kind})


def deadline_before_the_start(rng: random.Random, scenario: Json) -> bool:
    raw, task = some_task(rng, scenario)
    if task.start == task.assigned:
        raw["deadline"] = (task.start - timedelta(days=1)).isoformat()
        return "assigned" not in raw
    raw["deadline"] = (task.start - timedelta(days=1)).isoformat()
    return True


def new_deadline_before_the_start(rng: random.Random, scenario: Json) -> bool:
    event = some_event(rng, scenario, "extension_granted", "reopened", "resumed")
    if event is None:
        return False
    raw = next(task for task in scenario["tasks"] if task["code"] == event["task"])
    task = read_task(raw, [])
    spoilt = rng.choice((None, (task.start - timedelta(days=1)).isoformat()))
    event["to"] = spoilt
    return spoilt is not None or task.deadline is not None


def year_after_as_of(rng: random.Random, scenario: Json) -> bool:
    scenario["year"] = int(scenario["as_of"][:4]) + rng.choice((1, 1, 7))
    return True


def handover_to_the_holder(rng: random.Random, scenario: Json) -> bool:
    raw, task = some_task(rng, scenario)
    last = max([fact.on for fact in task.facts], default=task.assigned)
    person = holder(task, last)
    if person is None or state(task, last) not in {OPEN, SUSPENDED}:
        return False
    event = {"on": last.isoformat(), "type": "handover", "task": raw["code"], "to": person}
    scenario["events"].append(event)
    return True


def foreign_owner(rng: random.Random, scenario: Json) -> bool:
    raw, task = some_task(rng, scenario)
    others = [u["code"] for u in scenario["units"] if u["code"] not in task.leads + task.supporting]
    raw.setdefault("measures", []).append({"owner": rng.choice([*others, "nobody"])})
    return True


def lead_also_supporter(rng: random.Random, scenario: Json) -> bool:
    raw, task = some_task(rng, scenario)
    raw["supporting"] = [*task.supporting, rng.choice(task.leads)]
    return True


def unknown_name(rng: random.Random, scenario: Json) -> bool:
    raw, task = some_task(rng, scenario)
    event = some_event(rng, scenario, *TASK_EVENTS)
    choices: list[tuple[Json, str, Any]] = [
        (raw, "lead", "ZZ"),
        (raw, "lead", [*task.leads, "ZZ"]),
        (raw, "supporting", [*task.supporting, "ZZ"]),
        (raw, "responsible", "zz"),
        (raw, "level", "huge"),
        (raw, "kind", "errand"),
        (raw, "report_cycle", "hourly"),
        (raw, "start", "2023-02-30"),
        (scenario, "policy", "taiyuan-1999"),
        (scenario["people"][0], "unit", "ZZ"),
    ]
    if event is not None:
        choices += [(event, "task", "T999"), (event, "type", "sighed"), (event, "on", "2023-06-31")]
    place, key, value = rng.choice(choices)
    place[key] = value
    return True


def unknown_id(rng: random.Random, scenario: Json) -> bool:
    type_ = rng.choice(("interview_revoked", "determination_revoked"))
    return insert(rng, scenario, {"on": "2029-01-01", "type": type_, "id": "x99"})


def duplicate(rng: random.Random, scenario: Json) -> bool:
    section = rng.choice(("units", "people", "tasks", "events"))
    if section == "events":
        event = some_event(rng, scenario, "interview_held", "determination")
        if event is None:
            return False
        scenario["events"].append(dict(event))
    else:
        scenario[section].append(dict(rng.choice(scenario[section])))
    return True


def percent_out_of_range(rng: random.Random, scenario: Json) -> bool:
    event = some_event(rng, scenario, "progress")
    if event is None:
        return False
    event["percent"] = rng.choice((-1, -0.01, 100.01, 101, 140))
    return True


def no_start(rng: random.Random, scenario: Json) -> bool:
    raw, _ = some_task(rng, scenario)
    del raw["start"]
    return True


def state_of_terminated(rng: random.Random, scenario: Json) -> bool:
    """Terminate once more what has been terminated."""
    ended = [t for t in read_scenario(scenario).tasks if state(t, FAR) == TERMINATED]
    if not ended:
        return False
    return insert(
        rng, scenario, {"on": FAR.isoformat(), "type": "terminated", "task": rng.choice(ended).code}
    )


def day_before(day: str) -> str:
    """Return the day before, as text."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def day_after(day: str) -> str:
    """Return the day after, as text."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


SPOILS: dict[str, Spoil] = {
    "an event its state does not allow": event_in_a_wrong_state,
    "a measure done twice": measure_done_twice,
    "a measure out of range": measure_out_of_range,
    "a weight not above 0": weight_not_above_zero,
    "returned_on before on": returned_before_reported,
    "requested_on after on": requested_after_granted,
    "a revocation dated before its fact": revoked_before_its_fact,
    "a fact of a task dated before its assignment": fact_before_the_assignment,
    "a deadline before the start": deadline_before_the_start,
    "a new deadline before the start, or null": new_deadline_before_the_start,
    "a year after that of as_of": year_after_as_of,
    "a handover to the holder": handover_to_the_holder,
    "an owner that neither leads nor supports": foreign_owner,
    "a lead also named as supporter": lead_also_supporter,
    "an unknown code, type or value": unknown_name,
    "an unknown id": unknown_id,
    "a duplicate code or id": duplicate,
    "a percent outside 0-100": percent_out_of_range,
    "no start": no_start,
    "terminated twice": state_of_terminated,
}
