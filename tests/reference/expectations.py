"""Compare an evaluation with the partial `expect` of a hand-computed scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SCENARIOS = Path(__file__).parents[1] / "reports" / "scenarios"


def hand_computed() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield (name, scenario, expect) of every shipped scenario and of each of its `also`."""
    for path in sorted(SCENARIOS.glob("*.json")):
        with path.open(encoding="utf-8") as file:
            yield from variants(path.stem, json.load(file))


def variants(
    name: str, scenario: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield a scenario with its expectation, and the same on its other days and years."""
    facts = {k: v for k, v in scenario.items() if k not in {"why", "expect", "also"}}
    yield f"{name}@{facts['as_of']}", facts, scenario["expect"]
    for other in scenario.get("also", ()):
        moved = {k: v for k, v in other.items() if k != "expect"}
        label = f"{name}@{moved['as_of']}" + (f" for {moved['year']}" if "year" in moved else "")
        yield label, {**facts, **moved}, other["expect"]


def finding_line(finding: Mapping[str, Any]) -> str:
    """Write a finding as the scenarios do: "kind subject-kind:id rule", then " @date"."""
    subject = finding["subject"]
    line = f"{finding['kind']} {subject['kind']}:{subject['id']} {finding['rule']}"
    return line + (f" @{finding['first_met_on']}" if finding["first_met_on"] else "")


def differences(evaluation: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    """Return what an evaluation lacks of an expectation; empty when every path in it is equal."""
    found: list[str] = []
    for section in ("tasks", "units"):
        rows = {row["code"]: row for row in evaluation[section]}
        for code, wanted in expect.get(section, {}).items():
            found += [
                f"{section} {code} {key}: {rows[code][key]!r}, not {value!r}"
                for key, value in wanted.items()
                if rows[code][key] != value
            ]
    ranked = {
        f"{ranking['month']} {ranking['group']}": {
            row["unit"]: [row["score"], row["rank"], row["bottom"]] for row in ranking["rows"]
        }
        for ranking in evaluation["rankings"]
    }
    for key, wanted in expect.get("rankings", {}).items():
        if wanted is None:
            found += [f"ranking {key} is there"] if key in ranked else []
            continue
        for unit, row in wanted.items():
            if ranked.get(key, {}).get(unit) != row:
                found.append(f"{key} {unit}: {ranked.get(key, {}).get(unit)}, not {row}")
    if "findings" in expect:
        lines = [finding_line(finding) for finding in evaluation["findings"]]
        if sorted(lines) != sorted(expect["findings"]):
            found.append(f"findings {lines}, not {expect['findings']}")
    return found
