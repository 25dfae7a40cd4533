"""Give the JSON of contract §4 for a scenario of rules §6, and say why one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from . import findings, scores, tasks
from .days import ended_months
from .facts import Scenario, Task, read_scenario
from .refusals import refusals


def validate_scenario(scenario: Mapping[str, Any]) -> list[str]:
    """Return the reasons for which rules §6 refuses a scenario; empty when it is a good one."""
    return refusals(scenario)


def evaluate_scenario(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evaluation of a good scenario at its `as_of` for its year, as JSON values.

    All of contract §4 but `known_at`, `policy_digest` and, in tasks and findings, `reasons` and
    `clause`.
    """
    facts = read_scenario(scenario)
    return {
        "as_of": facts.as_of.isoformat(),
        "year": facts.year,
        "policy": facts.policy,
        "tasks": [task_row(t, facts.as_of) for t in sorted(facts.tasks, key=lambda t: t.code)],
        "units": [unit_row(facts, unit) for unit in sorted(facts.groups)],
        "rankings": list(ranking_rows(facts)),
        "findings": [finding_row(finding) for finding in findings.all_findings(facts)],
    }


def two_places(number: Fraction | None) -> str | None:
    """Print a number: "2 places, half away from zero, never `-0.00`, or null"."""
    if number is None:
        return None
    hundredths = floor(abs(number) * 100 + Fraction(1, 2))
    sign = "-" if number < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def iso(day: date | None) -> str | None:
    """Print a date, or null."""
    return None if day is None else day.isoformat()


def task_row(task: Task, day: date) -> dict[str, Any]:
    """Return one of `tasks`."""
    return {
        "code": task.code,
        "state": tasks.state(task, day),
        "effective_deadline": iso(tasks.effective_deadline(task, day)),
        "overdue_days": tasks.overdue_days(task, day),
        "planned_percent": two_places(tasks.planned_percent(task, day)),
        "counted_percent": two_places(tasks.counted_percent(task, day)),
        "gap": two_places(tasks.gap(task, day)),
        "deadline_light": tasks.deadline_light(task, day),
        "progress_light": tasks.progress_light(task, day),
        "light": tasks.light(task, day),
        "seriously_lagging": tasks.seriously_lagging(task, day),
    }


def unit_row(scenario: Scenario, unit: str) -> dict[str, Any]:
    """Return one of `units`.

    "`units[].overdue` counts open overdue tasks the unit leads; the other unit counts are over
    tasks it leads."
    """
    day = scenario.as_of
    led = scores.leads(scenario, unit)
    states = [tasks.state(task, day) for task in led]
    late = [t for t in led if tasks.state(t, day) == tasks.OPEN and tasks.overdue_days(t, day) > 0]
    return {
        "code": unit,
        "group": scenario.groups[unit],
        "tasks": len(led),
        "open": states.count(tasks.OPEN),
        "pending": states.count(tasks.PENDING),
        "completed": states.count(tasks.COMPLETED),
        "suspended": states.count(tasks.SUSPENDED),
        "terminated": states.count(tasks.TERMINATED),
        "overdue": len(late),
        "seriously_lagging": len([t for t in led if tasks.seriously_lagging(t, day)]),
    }


def ranking_rows(scenario: Scenario) -> list[dict[str, Any]]:
    """Return `rankings`: "each month of `year` that has ended by `as_of`", then by group.

    "A group with no ranked unit in a month is left out."
    """
    rankings = []
    for end in ended_months(scenario.year, scenario.as_of):
        for group in sorted(set(scenario.groups.values())):
            rows = [
                {
                    "unit": row.unit,
                    "score": two_places(row.score),
                    "rank": row.rank,
                    "bottom": row.bottom,
                }
                for row in scores.ranking(scenario, group, end)
            ]
            if rows:
                rankings.append({"month": end.isoformat()[:7], "group": group, "rows": rows})
    return rankings


def finding_row(finding: findings.Finding) -> dict[str, Any]:
    """Return one of `findings`."""
    return {
        "kind": finding.kind,
        "subject": {"kind": finding.subject_kind, "id": finding.subject},
        "rule": finding.rule,
        "first_met_on": iso(finding.first_met_on),
    }
