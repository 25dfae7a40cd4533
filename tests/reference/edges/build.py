"""Write edge cases briefly: a small scenario and what must come out on each of several days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

UNITS = ("A", "B", "C")
PEOPLE = ("p1", "p2", "p3")


def task(code: str = "T1", **fields: Any) -> Json:
    """Return a task of unit A from New Year to the end of June 2023, but for what is named."""
    return {
        "code": code,
        "lead": "A",
        "start": "2023-01-01",
        "deadline": "2023-06-30",
        **fields,
    }


def event(on: str, type_: str, **fields: Any) -> Json:
    """Return an event; one of task T1 unless another task, or an id, is named."""
    named = {} if "id" in fields else {"task": "T1"}
    return {"on": on, "type": type_, **named, **fields}


def done(code: str = "T1", on: str = "2023-01-02") -> Json:
    """Return an early report of 100 %, which keeps the progress lamp green."""
    return event(on, "progress", task=code, percent=100)


def closed(submitted: str, verified: str, code: str = "T1") -> list[Json]:
    """Return an application and its verification."""
    return [
        event(submitted, "closure_submitted", task=code),
        event(verified, "closure_verified", task=code),
    ]


def judged(**row: Any) -> Json:
    """Expect these values of task T1."""
    return {"tasks": {"T1": row}}


def found(*lines: str) -> Json:
    """Expect exactly these findings, none when no line is given."""
    return {"findings": list(lines)}


def interviews(rule: str, *subjects: str) -> Json:
    """Expect exactly an interview of each subject for one rule."""
    return found(*(f"interview {subject} {rule}" for subject in subjects))


def scored(month: str, score: str, unit: str = "A") -> Json:
    """Expect a unit's score, alone in its group."""
    return {"rankings": {f"{month} g{unit}": {unit: [score, 1, False]}}}


def edge(
    why: str,
    days: Mapping[str, Json],
    *,
    tasks: Sequence[Json] = (),
    events: Sequence[Json] = (),
    groups: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, Json, Json]]:
    """Yield (name, scenario, expect) for each day; "2024-01-31 for 2023" names the year too."""
    groups = groups or {unit: f"g{unit}" for unit in UNITS}
    for label, expect in days.items():
        as_of, _, year = label.partition(" for ")
        scenario: Json = {
            "policy": "taiyuan-2023",
            "as_of": as_of,
            "units": [{"code": c, "name": c, "group": g} for c, g in groups.items()],
            "people": [{"id": name, "unit": next(iter(groups))} for name in PEOPLE],
            "tasks": list(tasks),
            "events": list(events),
        }
        if year:
            scenario["year"] = int(year)
        yield f"{why} [{label}]", scenario, expect
