"""Name what is wrong with a scenario: the "Refused" list of rules §6, clause by clause.

First the shape (codes, ids, types, values), then, when the shape is sound, the life of each task:
"The whole file is checked, whatever `as_of`."
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from . import tasks
from .days import CYCLES, HYPHENATED
from .facts import (
    TASK_EVENTS,
    Fact,
    Task,
    read_day,
    read_leads,
    read_number,
    read_optional_day,
    read_span,
    read_task,
)

Raw = Mapping[str, Any]

POLICIES = ("taiyuan-2023",)
LEVELS = ("ordinary", "key", "major")
KINDS = ("task", "rectification")
FREE_EVENTS = (
    "determination",
    "determination_revoked",
    "interview_held",
    "interview_revoked",
)
REVOCATION_OF = {
    "determination_revoked": "determination",
    "interview_revoked": "interview_held",
}


def refusals(scenario: Raw) -> list[str]:
    """Return every reason found; empty when the scenario is good."""
    shape = [
        *head_refusals(scenario),
        *unit_refusals(scenario),
        *people_refusals(scenario),
        *task_refusals(scenario),
        *event_refusals(scenario),
    ]
    if shape:
        return shape
    events = list(scenario.get("events") or ())
    reasons = list(revocation_refusals(events))
    for raw in scenario.get("tasks") or ():
        reasons += assignment_refusals(raw, events)
        reasons += life_refusals(read_task(raw, events))
    return reasons


def unreadable(read: Callable[[Any], Any], value: Any) -> bool:
    """Tell whether a value is one a reader refuses."""
    try:
        read(value)
    except (TypeError, ValueError):
        return True
    return False


def duplicates(values: Sequence[Any]) -> list[Any]:
    """Return the values that stand in a list more than once."""
    return sorted({value for value in values if values.count(value) > 1})


def codes(scenario: Raw, section: str, key: str) -> list[str]:
    """Return the codes or ids of a section."""
    return [entry.get(key) for entry in scenario.get(section) or ()]


# ---------------------------------------------------------------- the shape


def head_refusals(scenario: Raw) -> Iterator[str]:
    """Check policy, as_of and "a year after that of as_of"."""
    if isinstance(scenario.get("policy"), str) and scenario["policy"] not in POLICIES:
        yield f"unknown policy {scenario['policy']}"
    if unreadable(read_day, scenario.get("as_of")):
        yield f"as_of is not a date: {scenario.get('as_of')!r}"
        return
    year = scenario.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        yield f"year is not a number: {year!r}"
    elif year is not None and year > read_day(scenario["as_of"]).year:
        yield f"year {year} is after that of as_of"


def unit_refusals(scenario: Raw) -> Iterator[str]:
    """Check "duplicate codes" of units."""
    for code in duplicates(codes(scenario, "units", "code")):
        yield f"duplicate unit code {code}"


def people_refusals(scenario: Raw) -> Iterator[str]:
    """Check duplicate ids of people and the codes of their units."""
    for name in duplicates(codes(scenario, "people", "id")):
        yield f"duplicate person id {name}"
    for person in scenario.get("people") or ():
        if person.get("unit") not in codes(scenario, "units", "code"):
            yield f"unknown unit {person.get('unit')!r} of person {person['id']}"


def task_refusals(scenario: Raw) -> Iterator[str]:
    """Check each task's own fields."""
    for code in duplicates(codes(scenario, "tasks", "code")):
        yield f"duplicate task code {code}"
    for raw in scenario.get("tasks") or ():
        yield from (f"{raw['code']}: {reason}" for reason in task_role_refusals(scenario, raw))
        yield from (f"{raw['code']}: {reason}" for reason in task_value_refusals(raw))


def task_role_refusals(scenario: Raw, raw: Raw) -> Iterator[str]:
    """Check "a lead also named as supporter" and unknown units and people."""
    units = codes(scenario, "units", "code")
    leads, supporting = read_leads(raw), tuple(raw.get("supporting") or ())
    for unit in (*leads, *supporting):
        if unit not in units:
            yield f"unknown unit {unit!r}"
    for unit in leads:
        if unit in supporting:
            yield f"lead {unit} is also named as supporter"
    if not leads:
        yield "no lead"
    for unit in (*duplicates(leads), *duplicates(supporting)):
        yield f"unit {unit} is named twice"
    people = codes(scenario, "people", "id")
    if raw.get("responsible") is not None and raw["responsible"] not in people:
        yield f"unknown person {raw['responsible']!r}"
    for measure in raw.get("measures") or ():
        owner = measure.get("owner")
        if owner is not None and owner not in (*leads, *supporting):
            yield f"measure owner {owner!r} neither leads nor supports"


def task_value_refusals(raw: Raw) -> Iterator[str]:
    """Check values, weights and "a deadline before the start (after reading both …)"."""
    if raw.get("level", "ordinary") not in LEVELS:
        yield f"unknown level {raw['level']!r}"
    if raw.get("kind", "task") not in KINDS:
        yield f"unknown kind {raw['kind']!r}"
    if raw.get("report_cycle") is not None and raw["report_cycle"] not in (*CYCLES, *HYPHENATED):
        yield f"unknown report_cycle {raw['report_cycle']!r}"
    if not isinstance(raw.get("soft", False), bool):
        yield f"soft is neither true nor false: {raw['soft']!r}"
    for measure in raw.get("measures") or ():
        weight = measure.get("weight", 1)
        if unreadable(read_number, weight) or read_number(weight) <= 0:
            yield f"weight {weight!r} is not above 0"
        if unreadable(read_optional_day, measure.get("deadline")):
            yield f"not a date: {measure['deadline']!r}"
    if unreadable(read_day, raw.get("start")):
        yield f"start is required and must be a date: {raw.get('start')!r}"
    elif any(unreadable(read_optional_day, raw.get(key)) for key in ("deadline", "assigned")):
        yield "deadline or assigned is not a date"
    else:
        span = read_span(raw)
        if span.deadline is not None and span.deadline < span.start:
            yield f"deadline {span.deadline} is before the start {span.start}"


def event_refusals(scenario: Raw) -> Iterator[str]:
    """Check each event's own fields and the codes and ids it names."""
    events = list(scenario.get("events") or ())
    for kind in REVOCATION_OF.values():
        for name in duplicates([e.get("id") for e in events if e.get("type") == kind]):
            yield f"duplicate {kind} id {name}"
    for number, event in enumerate(events, start=1):
        label = f"event {number} ({event.get('type')})"
        if event.get("type") not in TASK_EVENTS + FREE_EVENTS:
            yield f"{label}: unknown type"
        elif unreadable(read_day, event.get("on")):
            yield f"{label}: not a date: {event.get('on')!r}"
        else:
            yield from (f"{label}: {r}" for r in name_refusals(scenario, event, events))
            yield from (f"{label}: {r}" for r in value_refusals(scenario, event))


def name_refusals(scenario: Raw, event: Raw, events: list[Raw]) -> Iterator[str]:
    """Check the "unknown codes, ids" of one event."""
    type_ = event["type"]
    if type_ in (*TASK_EVENTS, "determination") and (
        event.get("task") not in codes(scenario, "tasks", "code")
    ):
        yield f"unknown task {event.get('task')!r}"
    people = codes(scenario, "people", "id")
    if type_ == "handover" and event.get("to") not in people:
        yield f"unknown person {event.get('to')!r}"
    if type_ in REVOCATION_OF:
        known = [e.get("id") for e in events if e.get("type") == REVOCATION_OF[type_]]
        if event.get("id") not in known:
            yield f"unknown id {event.get('id')!r}"
    if type_ == "interview_held":
        unit, person = event.get("unit"), event.get("person")
        if (unit is None) == (person is None):
            yield "an interview names one unit or one person"
        elif unit is not None and unit not in codes(scenario, "units", "code"):
            yield f"unknown unit {unit!r}"
        elif person is not None and person not in people:
            yield f"unknown person {person!r}"
    if type_ in {"determination", "interview_held"} and not isinstance(event.get("id"), str):
        yield "an id is missing"


def value_refusals(scenario: Raw, event: Raw) -> Iterator[str]:
    """Check the values of one event that need no other event."""
    on = read_day(event["on"])
    type_ = event["type"]
    if type_ == "progress":
        percent = event.get("percent")
        if unreadable(read_number, percent) or not 0 <= read_number(percent) <= 100:
            yield f"percent {percent!r} is outside 0-100"
        yield from date_refusals(event, "returned_on", lambda day: day < on, "before on")
    if type_ == "extension_granted":
        yield from date_refusals(event, "requested_on", lambda day: day > on, "after on")
    if type_ in {"extension_granted", "reopened", "resumed"} and (
        unreadable(read_optional_day, event.get("to"))
    ):
        yield f"to is not a date: {event.get('to')!r}"
    if type_ == "measure_done":
        number = event.get("measure")
        owned = [t for t in scenario.get("tasks") or () if t.get("code") == event.get("task")]
        known = len(owned[0].get("measures") or ()) if owned else 0
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= known:
            yield f"measure {number!r} is out of range 1-{known}"


def date_refusals(
    event: Raw, key: str, wrong: Callable[[date], bool], saying: str
) -> Iterator[str]:
    """Check an optional second date of an event against its own date."""
    if unreadable(read_optional_day, event.get(key)):
        yield f"{key} is not a date: {event[key]!r}"
        return
    day = read_optional_day(event.get(key))
    if day is not None and wrong(day):
        yield f"{key} {day} is {saying}"


# ---------------------------------------------------------------- the life of facts


def revocation_refusals(events: list[Raw]) -> Iterator[str]:
    """Check "a revocation dated before its fact"."""
    for event in events:
        for fact in events:
            if (
                REVOCATION_OF.get(event["type"]) == fact["type"]
                and event["id"] == fact["id"]
                and read_day(event["on"]) < read_day(fact["on"])
            ):
                yield f"{event['type']} {event['id']} is dated before its fact"


def assignment_refusals(raw: Raw, events: list[Raw]) -> Iterator[str]:
    """Check "a fact of a task dated before its assignment", determinations included."""
    assigned = read_span(raw).assigned
    for event in events:
        of_this = event["type"] in (*TASK_EVENTS, "determination") and event["task"] == raw["code"]
        if of_this and read_day(event["on"]) < assigned:
            yield f"{raw['code']}: {event['type']} on {event['on']} before the assignment"


ALLOWED_IN = {
    "closure_submitted": {tasks.OPEN},
    "suspended": {tasks.OPEN},
    "closure_verified": {tasks.PENDING},
    "closure_rejected": {tasks.PENDING},
    "reopened": {tasks.COMPLETED},
    "resumed": {tasks.SUSPENDED},
    "terminated": {tasks.OPEN, tasks.PENDING, tasks.SUSPENDED},
    "extension_granted": {tasks.OPEN, tasks.PENDING},
    "progress": {tasks.OPEN, tasks.PENDING},
    "measure_done": {tasks.OPEN, tasks.PENDING},
    "handover": {tasks.OPEN, tasks.PENDING, tasks.SUSPENDED},
}


def life_refusals(task: Task) -> Iterator[str]:
    """Follow a task through its facts and name each that its state does not allow.

    "closure_submitted or suspended on a task not open, closure_verified or closure_rejected on one
    not pending, reopened on one not completed, resumed on one not suspended, terminated on one
    completed or terminated, extension_granted, progress, handover or measure_done on one neither
    open nor pending (handover also while suspended)".
    """
    now = tasks.OPEN
    holder = task.responsible
    done: set[int] = set()
    for fact in task.facts:
        if now not in ALLOWED_IN[fact.type]:
            yield f"{task.code}: {fact.type} on {fact.on} on a task that is {now}"
        now = tasks.STATE_AFTER.get(fact.type, now)
        yield from new_deadline_refusals(task, fact)
        if fact.type == "measure_done" and fact.measure in done:
            yield f"{task.code}: measure {fact.measure} done twice"
        if fact.type == "handover" and fact.person == holder:
            yield f"{task.code}: handover to the holder {holder}"
        if fact.type == "measure_done":
            done.add(fact.measure)
        if fact.type == "handover":
            holder = fact.person


def new_deadline_refusals(task: Task, fact: Fact) -> Iterator[str]:
    """Check a new deadline.

    "`to` may lie in the past but not before the start, and is null only for a task without a
    deadline".
    """
    if fact.type not in {"extension_granted", "reopened", "resumed"}:
        return
    if fact.to is None and task.deadline is not None:
        yield f"{task.code}: {fact.type} on {fact.on} takes the deadline away"
    if fact.to is not None and fact.to < task.start:
        yield f"{task.code}: {fact.type} to {fact.to}, before the start {task.start}"
