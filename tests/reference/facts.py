"""Read a scenario's dictionary (rules §6) into plain facts.

Takes for granted that the scenario is a good one; `refusals` says what is wrong with a bad one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from .days import HYPHENATED

Raw = Mapping[str, Any]

TASK_EVENTS = (
    "progress",
    "measure_done",
    "extension_granted",
    "closure_submitted",
    "closure_verified",
    "closure_rejected",
    "reopened",
    "suspended",
    "resumed",
    "handover",
    "terminated",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fact:
    """One event of a task; `position` is its place in the file."""

    on: date
    position: int
    type: str
    to: date | None = None
    requested_on: date
    percent: Fraction = Fraction(0)
    returned_on: date | None = None
    measure: int = 0
    person: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Measure:
    """A measure; undated when its deadline is None."""

    number: int
    deadline: date | None
    weight: Fraction
    owner: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """A task with the facts about it, in the order of their dates, then of the file."""

    code: str
    leads: tuple[str, ...]
    supporting: tuple[str, ...]
    responsible: str | None
    level: str
    kind: str
    assigned: date
    start: date
    deadline: date | None
    soft: bool
    report_cycle: str | None
    measures: tuple[Measure, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """An interview held or a determination made; revoked on a day, or never."""

    on: date
    subject: tuple[str, str]
    revoked_on: date | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Scenario:
    """All of a scenario; subjects of interviews are ("unit", code) or ("person", id)."""

    policy: str
    as_of: date
    year: int
    groups: dict[str, str]
    people: tuple[str, ...]
    tasks: tuple[Task, ...]
    interviews: tuple[Held, ...]
    determinations: tuple[Held, ...]


def read_day(value: Any) -> date:
    """Read an ISO date, or take the date YAML has read already."""
    if isinstance(value, datetime):
        raise TypeError("a plain date has no time")
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError(f"not a date: {value!r}")
    return date.fromisoformat(value)


def read_optional_day(value: Any) -> date | None:
    """Read a date or null."""
    return None if value is None else read_day(value)


def read_number(value: Any) -> Fraction:
    """Read a number exactly as it is written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"not a number: {value!r}")
    return Fraction(str(value))


def read_leads(raw_task: Raw) -> tuple[str, ...]:
    """Read "lead: one unit or a list"."""
    lead = raw_task["lead"]
    return (lead,) if isinstance(lead, str) else tuple(lead)


@dataclass(frozen=True)
class Span:
    """The dates of a task after reading them by the assignment.

    "`assigned` defaults to the start; a start, an original deadline or a measure's date before a
    *given* `assigned` is read as that day."
    """

    given: date | None
    assigned: date
    start: date
    deadline: date | None

    def by_assignment(self, day: date) -> date:
        """Move a day to a given assignment that comes after it."""
        return day if self.given is None else max(day, self.given)


def read_span(raw_task: Raw) -> Span:
    """Read a task's assignment, start and original deadline."""
    given = read_optional_day(raw_task.get("assigned"))
    start = read_day(raw_task["start"])
    deadline = read_optional_day(raw_task.get("deadline"))
    if given is None:
        return Span(None, start, start, deadline)
    return Span(given, given, max(start, given), None if deadline is None else max(deadline, given))


def read_measure(raw_task: Raw, number: int, span: Span) -> Measure:
    """Read measure `number`, counted from 1; owner defaults to the lead, weight to 1."""
    raw = raw_task["measures"][number - 1]
    deadline = read_optional_day(raw.get("deadline"))
    return Measure(
        number=number,
        deadline=None if deadline is None else span.by_assignment(deadline),
        weight=read_number(raw.get("weight", 1)),
        owner=raw.get("owner") or read_leads(raw_task)[0],
    )


def read_fact(raw: Raw, position: int) -> Fact:
    """Read one event of a task; "`requested_on` defaults to the extension's own date"."""
    on = read_day(raw["on"])
    handover = raw["type"] == "handover"
    return Fact(
        on=on,
        position=position,
        type=raw["type"],
        to=None if handover else read_optional_day(raw.get("to")),
        requested_on=read_optional_day(raw.get("requested_on")) or on,
        percent=read_number(raw.get("percent", 0)),
        returned_on=read_optional_day(raw.get("returned_on")),
        measure=raw.get("measure", 0),
        person=raw["to"] if handover else None,
    )


def read_task(raw: Raw, events: Sequence[Raw]) -> Task:
    """Read a task and its events; "Events of one day apply in the file's order"."""
    span = read_span(raw)
    facts = [
        read_fact(event, position)
        for position, event in enumerate(events)
        if event["type"] in TASK_EVENTS and event["task"] == raw["code"]
    ]
    return Task(
        code=raw["code"],
        leads=read_leads(raw),
        supporting=tuple(raw.get("supporting") or ()),
        responsible=raw.get("responsible"),
        level=raw.get("level", "ordinary"),
        kind=raw.get("kind", "task"),
        assigned=span.assigned,
        start=span.start,
        deadline=span.deadline,
        soft=bool(raw.get("soft", False)),
        report_cycle=HYPHENATED.get(raw.get("report_cycle") or "", raw.get("report_cycle")),
        measures=tuple(
            read_measure(raw, number, span)
            for number in range(1, len(raw.get("measures") or ()) + 1)
        ),
        facts=tuple(sorted(facts, key=lambda fact: (fact.on, fact.position))),
    )


def read_held(raw: Raw, subject: tuple[str, str], revocation: str, events: list[Raw]) -> Held:
    """Read an interview or a determination with its first revocation."""
    revoked = [
        read_day(event["on"])
        for event in events
        if event["type"] == revocation and event["id"] == raw["id"]
    ]
    return Held(
        on=read_day(raw["on"]), subject=subject, revoked_on=min(revoked) if revoked else None
    )


def read_scenario(raw: Raw) -> Scenario:
    """Read a whole scenario; "year: optional, default the year of as_of"."""
    as_of = read_day(raw["as_of"])
    events = list(raw.get("events") or ())
    interviews = [
        read_held(
            event,
            ("unit", event["unit"]) if event.get("unit") else ("person", event["person"]),
            "interview_revoked",
            events,
        )
        for event in events
        if event["type"] == "interview_held"
    ]
    determinations = [
        read_held(event, ("task", event["task"]), "determination_revoked", events)
        for event in events
        if event["type"] == "determination"
    ]
    return Scenario(
        policy=raw["policy"],
        as_of=as_of,
        year=as_of.year if raw.get("year") is None else raw["year"],
        groups={unit["code"]: unit["group"] for unit in raw.get("units") or ()},
        people=tuple(person["id"] for person in raw.get("people") or ()),
        tasks=tuple(read_task(task, events) for task in raw.get("tasks") or ()),
        interviews=tuple(interviews),
        determinations=tuple(determinations),
    )
