"""Edges of rules §6: what is refused, beside the nearest thing that is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .build import Json, closed, edge, event, task

Case = tuple[str, Json, bool]


def cases() -> Iterator[Case]:
    """Yield (what, scenario, whether it is a good one)."""
    yield from life()
    yield from life_after()
    yield from dates()
    yield from names()
    yield from values()


def scenario(*, tasks: list[Json] | None = None, events: list[Json], **more: Any) -> Json:
    """Return a scenario at the end of 2023 with one task, but for what is named."""
    chosen = [task(measures=[{"deadline": "2023-03-31"}])] if tasks is None else tasks
    _, base, _ = next(edge("", {"2023-12-31": {}}, tasks=chosen, events=events))
    return {**base, **more}


def pairs(good: list[list[Json]], bad: list[list[Json]], what: str) -> Iterator[Case]:
    """Yield event lists on the one task that are good, and those that are not."""
    for events in good:
        yield what, scenario(events=events), True
    for events in bad:
        yield what, scenario(events=events), False


SUBMITTED = event("2023-03-01", "closure_submitted")
COMPLETED = closed("2023-03-01", "2023-03-02")
SUSPENDED = event("2023-03-01", "suspended")
TERMINATED = event("2023-03-01", "terminated")
STATES: dict[str, list[Json]] = {
    "open": [],
    "pending": [SUBMITTED],
    "completed": COMPLETED,
    "suspended": [SUSPENDED],
    "terminated": [TERMINATED],
}
NEXT: dict[str, tuple[Json, set[str]]] = {
    "closure_submitted": ({}, {"open"}),
    "suspended": ({}, {"open"}),
    "closure_verified": ({}, {"pending"}),
    "closure_rejected": ({}, {"pending"}),
    "reopened": ({"to": "2023-08-01"}, {"completed"}),
    "resumed": ({"to": "2023-08-01"}, {"suspended"}),
    "terminated": ({}, {"open", "pending", "suspended"}),
    "extension_granted": ({"to": "2023-08-01"}, {"open", "pending"}),
    "progress": ({"percent": 50}, {"open", "pending"}),
    "measure_done": ({"measure": 1}, {"open", "pending"}),
    "handover": ({"to": "p1"}, {"open", "pending", "suspended"}),
}


def life() -> Iterator[Case]:
    """Try every event in every state, on a later day and after `as_of`."""
    for type_, (fields, allowed) in NEXT.items():
        for state, before in STATES.items():
            for on in ("2023-04-01", "2024-06-01"):
                yield (
                    f"{type_} while {state} on {on}",
                    scenario(events=[*before, event(on, type_, **fields)]),
                    state in allowed,
                )


def life_after() -> Iterator[Case]:
    """Try what depends on more than the state."""
    done = event("2023-03-01", "measure_done", measure=1)
    hand = event("2023-03-01", "handover", to="p1")
    yield from pairs([[done]], [[done, {**done, "on": "2023-02-01"}]], "a measure done twice")
    yield from pairs(
        [[{**done, "measure": 1}]],
        [[{**done, "measure": 0}], [{**done, "measure": 2}]],
        "a measure out of range",
    )
    yield from pairs(
        [[hand, {**hand, "to": "p2"}, hand]],
        [[hand, hand], [hand, {**hand, "on": "2023-05-01"}]],
        "a handover to the holder",
    )
    yield (
        "a handover to the responsible person",
        scenario(tasks=[task(responsible="p1")], events=[hand]),
        False,
    )
    yield from pairs(
        [[SUBMITTED, {**SUBMITTED, "type": "closure_rejected"}]],
        [[{**SUBMITTED, "type": "closure_rejected"}, SUBMITTED]],
        "the order of one day",
    )
    held = event("2023-03-01", "interview_held", id="i1", unit="A")
    made = event("2023-03-01", "determination", id="d1", task="T1")
    for fact, revocation in ((held, "interview_revoked"), (made, "determination_revoked")):
        one = str(fact["id"])
        yield from pairs(
            [[event("2023-03-01", revocation, id=one), fact]],
            [[fact, event("2023-02-28", revocation, id=one)]],
            f"{revocation} dated before its fact",
        )
        yield from pairs([], [[fact, event("2023-04-01", revocation, id="x")]], "an unknown id")
        yield from pairs([], [[fact, {**fact, "on": "2023-04-01"}]], "a duplicate id")


def dates() -> Iterator[Case]:
    """Try dates against one another."""
    for on, good in (("2023-02-28", True), ("2023-02-27", False)):
        for assigned in ({"assigned": "2023-02-28"}, {"start": "2023-02-28"}):
            for fields in (
                {"type_": "progress", "percent": 1},
                {"type_": "handover", "to": "p1"},
                {"type_": "determination", "id": "d1", "task": "T1"},
            ):
                yield (
                    f"{fields['type_']} dated before the assignment",
                    scenario(tasks=[task(**assigned)], events=[event(on, **fields)]),
                    good,
                )
    report = event("2023-03-02", "progress", percent=5)
    yield from pairs(
        [[{**report, "returned_on": "2023-03-02"}]],
        [[{**report, "returned_on": "2023-03-01"}]],
        "returned_on before on",
    )
    asked = event("2023-03-02", "extension_granted", to="2023-09-30")
    yield from pairs(
        [[{**asked, "requested_on": "2023-03-02"}]],
        [[{**asked, "requested_on": "2023-03-03"}]],
        "requested_on after on",
    )
    yield from pairs(
        [[{**asked, "to": "2023-01-01"}]],
        [[{**asked, "to": "2022-12-31"}], [{**asked, "to": None}]],
        "a new deadline before the start, or none",
    )
    endless = task(deadline=None)
    for to in (None, "2023-09-30"):
        yield (
            f"an endless task reopened to {to}",
            scenario(tasks=[endless], events=[*COMPLETED, event("2023-04-01", "reopened", to=to)]),
            True,
        )
    for fields, good in (
        ({"start": "2023-06-30"}, True),
        ({"start": "2023-07-01"}, False),
        ({"start": "2023-07-01", "assigned": "2023-07-01"}, True),
        ({"start": "2023-07-01", "assigned": "2023-06-30"}, False),
        ({"start": "2023-07-01", "assigned": "2023-07-02"}, True),
    ):
        yield f"deadline and start: {fields}", scenario(tasks=[task(**fields)], events=[]), good
    for year, good in ((2022, True), (2023, True), (2024, False)):
        yield f"the year {year}", scenario(events=[], year=year), good


def names() -> Iterator[Case]:
    """Try codes and ids."""
    for what, fields, good in (
        ("lead", {"lead": ["B", "A"]}, True),
        ("lead", {"lead": "Z"}, False),
        ("lead also supporter", {"lead": ["A", "B"], "supporting": ["B"]}, False),
        ("supporter", {"supporting": ["Z"]}, False),
        ("responsible", {"responsible": "p9"}, False),
        ("owner", {"supporting": ["B"], "measures": [{"owner": "B"}]}, True),
        ("owner", {"lead": ["A", "B"], "measures": [{"owner": "B"}]}, True),
        ("owner", {"measures": [{"owner": "B"}]}, False),
        ("owner", {"measures": [{"owner": "Z"}]}, False),
    ):
        yield f"{what}: {fields}", scenario(tasks=[task(**fields)], events=[]), good
    yield "a duplicate task", scenario(tasks=[task(), task()], events=[]), False
    base = scenario(events=[])
    for section in ("units", "people"):
        yield (
            f"duplicates among {section}",
            {**base, section: [*base[section], base[section][0]]},
            False,
        )
    yield (
        "a person of an unknown unit",
        {**base, "people": [*base["people"], {"id": "p9", "unit": "Z"}]},
        False,
    )
    yield "an unknown policy", {**base, "policy": "no-such-policy"}, False
    unknown: list[dict[str, Any]] = [
        {"type_": "progress", "task": "T9", "percent": 1},
        {"type_": "determination", "id": "d1", "task": "T9"},
        {"type_": "interview_held", "id": "i1", "unit": "Z"},
        {"type_": "interview_held", "id": "i1", "person": "p9"},
        {"type_": "handover", "to": "p9"},
        {"type_": "closure_sumbitted"},
    ]
    for fields in unknown:
        yield (
            f"an event naming the unknown: {fields}",
            scenario(events=[event("2023-03-01", **fields)]),
            False,
        )


def values() -> Iterator[Case]:
    """Try numbers, words and dates that are none."""
    for percent, good in ((-0.01, False), (0, True), (100, True), (100.01, False), ("x", False)):
        yield (
            f"a percent of {percent}",
            scenario(events=[event("2023-03-01", "progress", percent=percent)]),
            good,
        )
    for weight, good in ((-1, False), (0, False), (0.01, True)):
        yield (
            f"a weight of {weight}",
            scenario(tasks=[task(measures=[{"weight": weight}])], events=[]),
            good,
        )
    for fields in (
        {"level": "minor"},
        {"kind": "chore"},
        {"report_cycle": "hourly"},
        {"soft": "perhaps"},
        {"start": "2023-02-30"},
        {"start": "2023-W05-1"},
        {"start": "20230101"},
        {"lead": ["A", "A"]},
        {"start": None},
        {"deadline": "soon"},
        {"assigned": "2023-13-01"},
        {"measures": [{"deadline": "2023-06-31"}]},
    ):
        yield f"a task with {fields}", scenario(tasks=[task(**fields)], events=[]), False
    yield "an event on no date", scenario(events=[event("2023-02-29", "suspended")]), False
    yield (
        "no start",
        scenario(tasks=[{"code": "T1", "lead": "A", "deadline": None}], events=[]),
        False,
    )
    yield "as_of is no date", {**scenario(events=[]), "as_of": "2023-02-29"}, False
