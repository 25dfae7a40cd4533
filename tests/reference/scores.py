"""Read §4's monthly score, ranks and bottom places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from math import floor

from . import tasks
from .days import ONE_DAY, newest_ended_period
from .facts import Scenario, Task

LEVEL_WEIGHT = {"ordinary": 1, "key": 2, "major": 3}
LEAD_WEIGHT = Fraction(1)
SUPPORTING_WEIGHT = Fraction(1, 2)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One unit's place in a month's ranking of its peer group."""

    unit: str
    score: Fraction
    rank: int
    bottom: bool


def leads(scenario: Scenario, unit: str) -> list[Task]:
    """Return the tasks a unit leads, joint leads included."""
    return [task for task in scenario.tasks if unit in task.leads]


def scored_in(task: Task, month_end: date) -> bool:
    """Tell whether a task is scored at M.

    "with start <= M, not suspended or terminated at M, and not completed (as of the submission)
    before the first of the month".
    """
    now = tasks.state(task, month_end)
    if task.start > month_end or now in {tasks.SUSPENDED, tasks.TERMINATED}:
        return False
    submitted = tasks.submission(task, month_end)
    return not (
        now == tasks.COMPLETED and submitted is not None and submitted < month_end.replace(day=1)
    )


def lead_score(task: Task, month_end: date) -> Fraction:
    """Score a task for a unit that leads it.

    "1.0 light green, or yellow only because the deadline is near (open, overdue_days 0, progress
    lamp green) · 0.7 other yellow · 0.3 red · 0.0 seriously lagging"
    """
    if tasks.seriously_lagging(task, month_end):
        return Fraction(0)
    colour = tasks.light(task, month_end)
    if colour == "red":
        return Fraction(3, 10)
    only_near = (
        tasks.state(task, month_end) == tasks.OPEN
        and tasks.overdue_days(task, month_end) == 0
        and tasks.progress_light(task, month_end) == "green"
    )
    return Fraction(7, 10) if colour == "yellow" and not only_near else Fraction(1)


def owns_dated_measure(task: Task, unit: str) -> bool:
    """Tell whether a unit "owns a dated measure" of a task."""
    return any(m.owner == unit and m.deadline is not None for m in task.measures)


def supporting_score(task: Task, unit: str, month_end: date) -> Fraction:
    """Score a task for a unit that supports it.

    "0.3 when the task is open and one of the unit's own measures was due before M and not done by
    M · else 1.0"
    """
    done = {fact.measure for fact in tasks.facts_by(task, month_end, "measure_done")}
    late = [
        measure
        for measure in task.measures
        if measure.owner == unit
        and measure.deadline is not None
        and measure.deadline < month_end
        and measure.number not in done
    ]
    is_open = tasks.state(task, month_end) == tasks.OPEN
    return Fraction(3, 10) if is_open and late else Fraction(1)


def missed_in_month(task: Task, month_end: date) -> int:
    """Count the reports missed in a month: of the periods whose last day lies in it."""
    if task.report_cycle is None:
        return 0
    missed = 0
    period = newest_ended_period(task.report_cycle, month_end)
    while period.last >= month_end.replace(day=1):
        missed += tasks.report_missed(task, period)
        period = newest_ended_period(task.report_cycle, period.first - ONE_DAY)
    return missed


def deductions(scenario: Scenario, unit: str, month_end: date) -> int:
    """Return the points a unit loses.

    "1 for each report missed in the month, 2 for each close-out rejected in the month, on tasks it
    leads, scored or not"
    """
    first = month_end.replace(day=1)
    points = 0
    for task in leads(scenario, unit):
        points += missed_in_month(task, month_end)
        points += 2 * len([on for on in tasks.rejections(task, month_end) if on >= first])
    return points


def earns_bonus(task: Task, month_end: date) -> bool:
    """Tell whether a task brings its lead a point.

    "completed at M, was verified in the month and submitted >= 10 days before the effective
    deadline". A soft deadline serves like any other.
    """
    deadline = tasks.effective_deadline(task, month_end)
    submitted = tasks.submission(task, month_end)
    if tasks.state(task, month_end) != tasks.COMPLETED or deadline is None or submitted is None:
        return False
    verified = tasks.facts_by(task, month_end, "closure_verified")[-1].on
    return verified >= month_end.replace(day=1) and deadline - submitted >= timedelta(days=10)


def bonus(scenario: Scenario, unit: str, month_end: date) -> int:
    """Return "1 for each task it leads that …, at most 5 (scored or not)"."""
    return min(5, len([t for t in leads(scenario, unit) if earns_bonus(t, month_end)]))


def monthly_score(scenario: Scenario, unit: str, month_end: date) -> Fraction | None:
    """Return a unit's score, a whole number of hundredths; None when it has nothing scored.

    "base 100 × Σ(weight × task score) ÷ Σ weight"; "score clip(base - deductions + bonus, 0, 100),
    decimal, 2 places, half up".
    """
    parts: list[tuple[Fraction, Fraction]] = []
    for task in scenario.tasks:
        if not scored_in(task, month_end):
            continue
        level = LEVEL_WEIGHT[task.level]
        if unit in task.leads:
            parts.append((level * LEAD_WEIGHT, lead_score(task, month_end)))
        elif unit in task.supporting and owns_dated_measure(task, unit):
            parts.append((level * SUPPORTING_WEIGHT, supporting_score(task, unit, month_end)))
    if not parts:
        return None
    base = 100 * sum(w * s for w, s in parts) / sum(w for w, _ in parts)
    points = base - deductions(scenario, unit, month_end) + bonus(scenario, unit, month_end)
    clipped = min(max(points, Fraction(0)), Fraction(100))
    return Fraction(floor(clipped * 100 + Fraction(1, 2)), 100)


def leads_red(scenario: Scenario, unit: str, month_end: date) -> bool:
    """Tell whether a unit "leads a scored task whose light is red at M"."""
    return any(
        scored_in(task, month_end) and tasks.light(task, month_end) == "red"
        for task in leads(scenario, unit)
    )


@lru_cache(maxsize=500)
def ranking(scenario: Scenario, group: str, month_end: date) -> tuple[Row, ...]:
    """Rank the units of a peer group at M, by rank and then unit.

    "A unit with nothing scored is not ranked. Rank = 1 + units of its peer group with a strictly
    higher score. A unit is *bottom* … when fewer than n units have a strictly lower score, with
    n = min(3, ⌊group size ÷ 3⌋) of the ranked units, its score is below 90, it does not hold the
    group's best score, and it leads a scored task whose light is red at M."
    """
    scores: dict[str, Fraction] = {}
    for unit in (code for code, its_group in scenario.groups.items() if its_group == group):
        score = monthly_score(scenario, unit, month_end)
        if score is not None:
            scores[unit] = score
    n = min(3, len(scores) // 3)
    rows = [
        Row(
            unit=unit,
            score=score,
            rank=1 + len([other for other in scores.values() if other > score]),
            bottom=len([other for other in scores.values() if other < score]) < n
            and score < 90
            and score != max(scores.values())
            and leads_red(scenario, unit, month_end),
        )
        for unit, score in scores.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank, row.unit)))
