"""Compare two evaluations of a scenario, and shrink a scenario on which they differ."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .lives import Json
from .refusals import refusals

MISSING = "(nothing)"


def deviations(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Return where a production evaluation differs from the reference's, one line for each leaf.

    Production may say more ("Add to it freely"), so its further keys are left alone.
    """
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        lines = []
        for key, our in ours.items():
            lines += deviations(our, theirs.get(key, MISSING), f"{path}.{key}")
        return lines
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        lines = []
        for number, (our, their) in enumerate(zip(ours, theirs, strict=True)):
            lines += deviations(our, their, f"{path}[{number}]")
        return lines
    return [] if ours == theirs else [f"{path}: reference {ours!r}, production {theirs!r}"]


def smaller(scenario: Json) -> Iterator[Json]:
    """Yield scenarios with one task, event, unit, person, measure or optional key less."""
    for number, task in enumerate(scenario["tasks"]):
        less = copy.deepcopy(scenario)
        del less["tasks"][number]
        dropped = {e.get("id") for e in less["events"] if e.get("task") == task["code"]} - {None}
        less["events"] = [
            event
            for event in less["events"]
            if event.get("task") != task["code"]
            and not (event["type"] == "determination_revoked" and event["id"] in dropped)
        ]
        yield less
    for section in ("events", "units", "people"):
        for number in range(len(scenario[section])):
            less = copy.deepcopy(scenario)
            del less[section][number]
            yield less
    for number, task in enumerate(scenario["tasks"]):
        for key in task.keys() - {"code", "lead", "start", "deadline"}:
            less = copy.deepcopy(scenario)
            del less["tasks"][number][key]
            yield less
        for place in range(len(task.get("measures", ()))):
            less = copy.deepcopy(scenario)
            del less["tasks"][number]["measures"][place]
            yield less
    for number, event in enumerate(scenario["events"]):
        for key in event.keys() & {"returned_on", "requested_on"}:
            less = copy.deepcopy(scenario)
            del less["events"][number][key]
            yield less


def shrunk(scenario: Json, differs: Callable[[Json], bool]) -> Json:
    """Return the smallest good scenario reached by single removals on which `differs` holds."""
    found = True
    while found:
        found = False
        for less in smaller(scenario):
            if not refusals(less) and differs(less):
                scenario, found = less, True
                break
    return scenario
