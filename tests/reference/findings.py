"""Read §4's findings: R1 to R4 of the default policy `taiyuan-2023`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from . import scores, tasks
from .days import ended_months
from .facts import Held, Scenario, Task


class Finding(NamedTuple):
    """One finding; the fields stand in the order in which findings are sorted."""

    kind: str
    subject_kind: str
    subject: str
    rule: str
    first_met_on: date | None = None


def units_of(task: Task) -> list[tuple[str, str]]:
    """Return the lead units: "each is judged as lead"."""
    return [("unit", unit) for unit in task.leads]


def person(name: str | None) -> list[tuple[str, str]]:
    """Return a person as a subject; nobody where nobody held the task."""
    return [] if name is None else [("person", name)]


# ---------------------------------------------------------------- R1 interview


def seriously_lagging(scenario: Scenario) -> Iterator[Finding]:
    """Find the `seriously_lagging`.

    "an open task that is seriously lagging. Subjects: the lead unit; the holder at D", the latter
    "only as far as the cause lasted under them".
    """
    day = scenario.as_of
    for task in scenario.tasks:
        subjects = units_of(task) if tasks.seriously_lagging(task, day) else []
        if tasks.seriously_lagging(task, day, since=tasks.took_over(task, day)):
            subjects += person(tasks.holder(task, day))
        for subject in subjects:
            yield Finding("interview", *subject, "seriously_lagging")


def poor_implementation(scenario: Scenario) -> Iterator[Finding]:
    """Find the `poor_implementation`.

    "the unit leads >= 3 open tasks with overdue_days >= 1, or a task it leads that is open or
    pending has >= 2 consecutive missed reports up to the newest ended month. Subject: the unit."
    """
    day = scenario.as_of
    for unit in scenario.groups:
        led = scores.leads(scenario, unit)
        overdue = [
            task
            for task in led
            if tasks.state(task, day) == tasks.OPEN and tasks.overdue_days(task, day) >= 1
        ]
        silent = [
            task
            for task in led
            if tasks.state(task, day) in {tasks.OPEN, tasks.PENDING}
            and tasks.missed_in_a_row(task, day) >= 2
        ]
        if len(overdue) >= 3 or silent:
            yield Finding("interview", "unit", unit, "poor_implementation")


def rectification_fails(task: Task, day: date, since: date = tasks.LONG_AGO) -> bool:
    """Tell whether a rectification is inadequate; with `since`, as far as after day h.

    "a rectification task (整改) that is open with overdue_days >= 1, or that is open or pending and
    whose close-out was rejected >= 2 times in all." Under a new holder "overdue days x > h,
    rejections dated > h … alone are counted against the same thresholds".
    """
    now = tasks.state(task, day)
    if task.kind != "rectification" or now not in {tasks.OPEN, tasks.PENDING}:
        return False
    rejected = [on for on in tasks.rejections(task, day) if on > since]
    return (now == tasks.OPEN and tasks.overdue_days(task, day, since) >= 1) or len(rejected) >= 2


def rectification_inadequate(scenario: Scenario) -> Iterator[Finding]:
    """Find the `rectification_inadequate`. "Subjects: the lead unit; the holder at D." """
    day = scenario.as_of
    for task in scenario.tasks:
        subjects = units_of(task) if rectification_fails(task, day) else []
        if rectification_fails(task, day, since=tasks.took_over(task, day)):
            subjects += person(tasks.holder(task, day))
        for subject in subjects:
            yield Finding("interview", *subject, "rectification_inadequate")


# ---------------------------------------------------------------- R2, R3


def stands(held: Held, scenario: Scenario) -> bool:
    """Tell whether an interview or determination is of Y, "dated <= D, not revoked by D"."""
    day = scenario.as_of
    revoked = held.revoked_on is not None and held.revoked_on <= day
    return held.on.year == scenario.year and held.on <= day and not revoked


def counted_interviews(scenario: Scenario, subject: tuple[str, str]) -> list[date]:
    """Return the days of a subject's counted interviews, oldest first.

    "interviews **held** in Y, dated <= D, not revoked by D, at most one counted a day for a
    subject"; "A unit's interviews and a person's are counted apart."
    """
    held = [i.on for i in scenario.interviews if i.subject == subject and stands(i, scenario)]
    return sorted(set(held))


def interviewed(scenario: Scenario) -> Iterator[Finding]:
    """Find the `interviews_in_year` (">= 2") and `repeatedly_interviewed` (">= 3").

    `first_met_on` is "the date of the n-th counted interview … of those that count at D".
    """
    subjects = [("unit", code) for code in scenario.groups]
    subjects += [("person", name) for name in scenario.people]
    for subject in subjects:
        counted = counted_interviews(scenario, subject)
        if len(counted) >= 2:
            yield Finding("excellence_cancelled", *subject, "interviews_in_year", counted[1])
        if len(counted) >= 3:
            yield Finding("discipline_referral", *subject, "repeatedly_interviewed", counted[2])


def repeatedly_bottom(scenario: Scenario) -> Iterator[Finding]:
    """Find the `repeatedly_bottom`.

    "bottom in >= 3 monthly rankings of Y (cumulative, months ended by D; units)"; `first_met_on`
    is "the last day of the n-th bottom month".
    """
    for unit, group in scenario.groups.items():
        bottom = [
            end
            for end in ended_months(scenario.year, scenario.as_of)
            if any(row.unit == unit and row.bottom for row in scores.ranking(scenario, group, end))
        ]
        if len(bottom) >= 3:
            yield Finding("discipline_referral", "unit", unit, "repeatedly_bottom", bottom[2])


# ---------------------------------------------------------------- R4 veto


def not_completed(task: Task, scenario: Scenario) -> bool:
    """Tell whether a task brings a veto.

    "D is 31 December of Y or later, and a *major* task whose effective deadline is not soft and
    lies in Y is open with overdue_days >= 1, or is pending or completed with a submission after 31
    December of Y."
    """
    day = scenario.as_of
    year_end = date(scenario.year, 12, 31)
    deadline = tasks.effective_deadline(task, day)
    if day < year_end or task.level != "major" or task.soft:
        return False
    if deadline is None or deadline.year != scenario.year:
        return False
    now = tasks.state(task, day)
    if now == tasks.OPEN:
        return tasks.overdue_days(task, day) >= 1
    submitted = tasks.submission(task, day)
    return (
        now in {tasks.PENDING, tasks.COMPLETED} and submitted is not None and submitted > year_end
    )


def task_not_completed(scenario: Scenario) -> Iterator[Finding]:
    """Find the `task_not_completed`.

    "Subjects: the lead unit; who held the task on its effective deadline."
    """
    for task in scenario.tasks:
        deadline = tasks.effective_deadline(task, scenario.as_of)
        if deadline is not None and not_completed(task, scenario):
            for subject in units_of(task) + person(tasks.holder(task, deadline)):
                yield Finding("veto", *subject, "task_not_completed")


def affects_overall(scenario: Scenario) -> Iterator[Finding]:
    """Find the `affects_overall`.

    "a recorded human determination (影响大局) dated d in Y, d <= D, not revoked by D, on a task
    that was seriously lagging on d. Subjects: the lead unit; the holder on d, as far as the cause
    had lasted under them on d. Later completion does not undo it."
    """
    by_code = {task.code: task for task in scenario.tasks}
    for determination in scenario.determinations:
        task, day = by_code[determination.subject[1]], determination.on
        if not stands(determination, scenario):
            continue
        subjects = units_of(task) if tasks.seriously_lagging(task, day) else []
        if tasks.seriously_lagging(task, day, since=tasks.took_over(task, day)):
            subjects += person(tasks.holder(task, day))
        for subject in subjects:
            yield Finding("veto", *subject, "affects_overall")


def all_findings(scenario: Scenario) -> list[Finding]:
    """Return all findings: "One finding per (kind, subject, rule)", in their order.

    "findings by kind, subject kind, subject id, rule", by code point.
    """
    found = {
        *seriously_lagging(scenario),
        *poor_implementation(scenario),
        *rectification_inadequate(scenario),
        *interviewed(scenario),
        *repeatedly_bottom(scenario),
        *task_not_completed(scenario),
        *affects_overall(scenario),
    }
    return sorted(found, key=lambda finding: finding[:4])
