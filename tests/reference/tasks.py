"""Read §2 and §3 of the rules for one task on one day, each sentence by itself.

Every function takes the task and the day D it is judged at; facts dated later play no part, so
that "Whatever is judged *at* an earlier date … is judged as if that date were `as_of`" holds by
calling it with that date.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from .days import ONE_DAY, Period, newest_ended_period, newest_month_end, two_newest_month_ends
from .facts import Fact, Task

OPEN = "open"
PENDING = "pending_verification"
COMPLETED = "completed"
SUSPENDED = "suspended"
TERMINATED = "terminated"

STATE_AFTER = {
    "closure_submitted": PENDING,
    "closure_verified": COMPLETED,
    "closure_rejected": OPEN,
    "reopened": OPEN,
    "suspended": SUSPENDED,
    "resumed": OPEN,
    "terminated": TERMINATED,
}

LONG_AGO = date.min


def facts_by(task: Task, day: date, *types: str) -> list[Fact]:
    """Return the facts of some types dated <= D, oldest first.

    "`as_of` D: only facts whose own date is <= D count."
    """
    return [fact for fact in task.facts if fact.on <= day and fact.type in types]


# ---------------------------------------------------------------- state


@lru_cache(maxsize=100_000)
def state(task: Task, day: date) -> str:
    """Return the state at the end of a day.

    "`closure_submitted` makes an open task pending; `closure_verified` completes it …;
    `closure_rejected` opens it again; `reopened` … opens a completed one …; `suspended` stops an
    open task, `resumed` opens it …; `terminated` ends any task that is not completed."
    "Tasks not yet assigned or started are listed and counted as open."
    """
    now = OPEN
    for fact in task.facts:
        if fact.on <= day:
            now = STATE_AFTER.get(fact.type, now)
    return now


def submission(task: Task, day: date) -> date | None:
    """Return the day of the newest close-out application dated <= D.

    "`closure_verified` completes it **as of the submission date**."
    """
    submitted = facts_by(task, day, "closure_submitted")
    return submitted[-1].on if submitted else None


def rejections(task: Task, day: date) -> list[date]:
    """Return the days of the rejections dated <= D, "in all"."""
    return [fact.on for fact in facts_by(task, day, "closure_rejected")]


# ---------------------------------------------------------------- deadline


def deadline_set_by(task: Task, facts: Iterable[Fact]) -> date | None:
    """Return the deadline that some facts, oldest first, leave in force.

    "set by the newest, by date and then file order, of the extensions that count, the reopenings
    and the resumptions dated <= D; else the original."
    """
    deadline = task.deadline
    for fact in facts:
        if fact.type in {"reopened", "resumed"} or (
            fact.type == "extension_granted" and extension_counts(task, fact)
        ):
            deadline = fact.to
    return deadline


def extension_counts(task: Task, extension: Fact) -> bool:
    """Tell whether an extension was asked for in time.

    "An extension counts when it was requested by the deadline in force on the day of the request,
    facts of that day standing before it included." Read: facts of the day of the request that
    stand before the extension in the file. Where no deadline is in force, no request is late.
    """
    asked = extension.requested_on
    before = [
        fact
        for fact in task.facts
        if fact.on < asked or (fact.on == asked and fact.position < extension.position)
    ]
    in_force = deadline_set_by(task, before)
    return in_force is None or asked <= in_force


@lru_cache(maxsize=20_000)
def effective_deadline(task: Task, day: date) -> date | None:
    """Return the effective deadline at D; None for a task without one (长期坚持)."""
    return deadline_set_by(task, [fact for fact in task.facts if fact.on <= day])


@lru_cache(maxsize=20_000)
def overdue_dates(task: Task, day: date) -> tuple[date, ...]:
    """Return the days x that count as overdue at D.

    "the number of days x, effective deadline < x <= D, at whose beginning (the end of the day
    before) the task was open." "No deadline (长期坚持) → 0. A *soft* deadline … → 0 too".
    """
    deadline = effective_deadline(task, day)
    if deadline is None or task.soft:
        return ()
    late = []
    x = deadline + ONE_DAY
    while x <= day:
        if state(task, x - ONE_DAY) == OPEN:
            late.append(x)
        x += ONE_DAY
    return tuple(late)


def overdue_days(task: Task, day: date, since: date = LONG_AGO) -> int:
    """Count the overdue days at D; with `since`, only "overdue days x > h"."""
    return len([x for x in overdue_dates(task, day) if x > since])


# ---------------------------------------------------------------- progress


def counted_percent(task: Task, day: date) -> Fraction:
    """Return the percent that counts at D.

    "`counted_percent` at D = that of the newest report (by date and then file order, also one from
    before a reopening) dated <= D and not returned by D; 0 if none; 100 when completed."
    """
    if state(task, day) == COMPLETED:
        return Fraction(100)
    standing = [
        report
        for report in facts_by(task, day, "progress")
        if report.returned_on is None or report.returned_on > day
    ]
    return standing[-1].percent if standing else Fraction(0)


def planned_percent(task: Task, day: date) -> Fraction | None:
    """Return the 序时进度 at D, exactly; None where there is none.

    "taken at the checkpoint c, the newest month-end <= D, with the effective deadline of D; none
    without one, or once D is past a soft one. With dated measures: the weight of those due on or
    before c over the weight of all dated ones, ×100 …. Otherwise linear: 100 when c >= effective
    deadline, else 0 when c <= start, else 100 × (c - start) ÷ (effective deadline - start) in
    days."
    "nothing counts before a task was assigned": until then no measure is due.
    """
    deadline = effective_deadline(task, day)
    if deadline is None or (task.soft and day > deadline):
        return None
    if day < task.assigned:
        return Fraction(0)
    checkpoint = newest_month_end(day)
    dated = [(m.deadline, m.weight) for m in task.measures if m.deadline is not None]
    if dated:
        due = sum((weight for on, weight in dated if on <= checkpoint), Fraction(0))
        return 100 * due / sum((weight for _, weight in dated), Fraction(0))
    if checkpoint >= deadline:
        return Fraction(100)
    if checkpoint <= task.start:
        return Fraction(0)
    return Fraction(100 * (checkpoint - task.start).days, (deadline - task.start).days)


def gap(task: Task, day: date) -> Fraction | None:
    """Return "**gap** = planned - counted", exactly."""
    planned = planned_percent(task, day)
    return None if planned is None else planned - counted_percent(task, day)


def report_missed(task: Task, period: Period) -> bool:
    """Tell whether the report of an ended period was missed.

    "misses month M when start <= the first day of M, its state is `open` at the end of the first
    day and at the end of the last day of M, M has ended by D, and no progress was reported with a
    date in M (a returned report is a report; a close-out application is not)."
    "Other cycles alike with their own period ends".
    """
    reported = [
        report
        for report in facts_by(task, period.last, "progress")
        if period.first <= report.on <= period.last
    ]
    return (
        task.start <= period.first
        and state(task, period.first) == OPEN
        and state(task, period.last) == OPEN
        and not reported
    )


def missed_in_a_row(task: Task, day: date) -> int:
    """Count the "consecutive reports missed up to the newest ended month", or period, at D."""
    if task.report_cycle is None:
        return 0
    missed = 0
    period = newest_ended_period(task.report_cycle, day)
    while report_missed(task, period):
        missed += 1
        period = newest_ended_period(task.report_cycle, period.first - ONE_DAY)
    return missed


# ---------------------------------------------------------------- holder


def holder(task: Task, day: date) -> str | None:
    """Return "`responsible` until a `handover`, which counts from its own day on"."""
    handovers = facts_by(task, day, "handover")
    return handovers[-1].person if handovers else task.responsible


def took_over(task: Task, day: date) -> date:
    """Return h, the "newest handover to them dated h <= D", of the holder at D.

    A holder from the beginning answers for everything: LONG_AGO.
    """
    handovers = facts_by(task, day, "handover")
    return handovers[-1].on if handovers else LONG_AGO


# ---------------------------------------------------------------- lamps


def deadline_light(task: Task, day: date) -> str:
    """Return the deadline lamp.

    red "open and overdue_days >= 1"; yellow "open and <= 3 days left or past; or pending or
    completed with overdue_days >= 1 (late catch-up is remembered)"; green "else".
    """
    now = state(task, day)
    deadline = effective_deadline(task, day)
    late = overdue_days(task, day) >= 1
    if now == OPEN and late:
        return "red"
    if now == OPEN and deadline is not None and deadline - day <= timedelta(days=3):
        return "yellow"
    if now in {PENDING, COMPLETED} and late:
        return "yellow"
    return "green"


@lru_cache(maxsize=20_000)
def progress_light(task: Task, day: date) -> str:
    """Return the progress lamp.

    With a planned percent: red "open and gap > 30", yellow "open and 10 <= gap <= 30". Without:
    red "open and >= 2 consecutive reports missed up to the newest ended month", yellow "open and
    1 missed". Green "else".
    """
    if state(task, day) != OPEN:
        return "green"
    behind = gap(task, day)
    if behind is not None:
        if behind > 30:
            return "red"
        return "yellow" if behind >= 10 else "green"
    missed = missed_in_a_row(task, day)
    if missed >= 2:
        return "red"
    return "yellow" if missed == 1 else "green"


def light(task: Task, day: date) -> str:
    """Return the task's light: "Two lamps, and the worse one is the task's light"."""
    lamps = {deadline_light(task, day), progress_light(task, day)}
    return next(colour for colour in ("red", "yellow", "green") if colour in lamps)


def seriously_lagging(task: Task, day: date, since: date = LONG_AGO) -> bool:
    """Tell whether the task is 严重滞后 at D; with `since`, as far as that lasted after day h.

    "at D, only for an open task: overdue_days >= 30, **or** the progress lamp is red at D and at
    each of the two newest month-ends <= D." Under a new holder "overdue days x > h, …,
    month-ends > h alone are counted against the same thresholds (the lamp itself stays the
    task's)".
    """
    if state(task, day) != OPEN:
        return False
    if overdue_days(task, day, since) >= 30:
        return True
    red_ends = [
        end
        for end in two_newest_month_ends(day)
        if end > since and progress_light(task, end) == "red"
    ]
    return progress_light(task, day) == "red" and len(red_ends) == 2
