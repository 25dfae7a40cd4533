"""Gather what was known at a moment: the facts of tasks, interviews and determinations.

The only place that reads the database for a judgement; a fixed number of set-based queries.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet

from accounts.models import Unit
from reports.choices import InterviewFactType
from reports.evaluation.inputs import (
    DeterminationInput,
    Inputs,
    InterviewInput,
    Subject,
    TaskInput,
    UnitInput,
)
from reports.models import Determination, InterviewFact
from tasks.choices import DutyRole, FactType
from tasks.models import Measure, Responsibility, Task, TaskFact
from tasks.rules import facts as rules
from tasks.rules.periods import Cycle
from tasks.rules.terms import Kind, Level, MeasureTerms, TaskTerms, read_terms


def gather(
    *, as_of: dt.date, year: int, known_at: dt.datetime, using: str = DEFAULT_DB_ALIAS
) -> Inputs:
    """Return everything recorded by `known_at` and dated up to `as_of` (assignments: any day).

    A fact that a known one supersedes is left out, and its successor takes its place in the order
    of the day. Tasks without a known assignment are drafts and are left out.
    """
    facts, assigned = _facts(as_of=as_of, known_at=known_at, using=using)
    tasks, ids = _tasks(facts, assigned, using=using)
    interviews = _interviews(as_of=as_of, known_at=known_at, using=using)
    return Inputs(
        as_of=as_of,
        year=year,
        known_at=known_at,
        units=_units(as_of, tasks, interviews, using=using),
        tasks=tasks,
        interviews=interviews,
        determinations=_determinations(ids, as_of=as_of, known_at=known_at, using=using),
    )


_FACT_COLUMNS = (
    "id",
    "task_id",
    "type",
    "on",
    "percent",
    "about_id",
    "measure__seq",
    "to",
    "requested_on",
    "person__staff_number",
)


def _facts(
    *, as_of: dt.date, known_at: dt.datetime, using: str
) -> tuple[dict[int, list[rules.Fact]], dict[int, dt.date]]:
    """Return the facts and the day of assignment, by task."""
    known = TaskFact.objects.using(using).filter(recorded_at__lte=known_at)
    places = _places(known)
    rows = (
        known.exclude(superseded_by__recorded_at__lte=known_at)
        .filter(Q(on__lte=as_of) | Q(type=FactType.ASSIGNED))
        .order_by("id")
        .values_list(*_FACT_COLUMNS)
    )
    facts: dict[int, list[rules.Fact]] = defaultdict(list)
    assigned: dict[int, dt.date] = {}
    for id, task, type, on, percent, about, measure, to, requested_on, person in rows:
        if type == FactType.ASSIGNED:
            assigned[task] = on
            continue
        facts[task].append(
            rules.Fact(
                order=places.get(id, id),
                on=on,
                type=rules.FactType(type),
                percent=None if percent is None else Fraction(percent),
                about=places.get(about, about),
                measure=measure,
                to=to,
                requested_on=requested_on,
                holder=person,
            )
        )
    return facts, assigned


def _places(known: "QuerySet[TaskFact]") -> dict[int, int]:
    """Return, for each correcting fact, the id of the first fact in its chain of corrections."""
    places: dict[int, int] = {}
    corrections = known.filter(supersedes__isnull=False).order_by("id")
    for id, superseded in corrections.values_list("id", "supersedes_id"):
        places[id] = places.get(superseded, superseded)
    return places


_TASK_COLUMNS = (
    "id",
    "code",
    "plan__code",
    "level",
    "kind",
    "start",
    "assigned_on",
    "original_deadline",
    "soft",
    "report_cycle",
    "responsible__staff_number",
)


def _tasks(
    facts: dict[int, list[rules.Fact]], assigned: dict[int, dt.date], *, using: str
) -> tuple[tuple[TaskInput, ...], dict[int, str]]:
    """Return the assigned tasks, and their keys by id."""
    leads, supporting = _duties(using)
    measures = _measures(using)
    rows = [
        row
        for row in Task.objects.using(using).order_by("id").values_list(*_TASK_COLUMNS)
        if row[0] in assigned
    ]
    codes = Counter(row[1] for row in rows)
    keys = {row[0]: row[1] if codes[row[1]] == 1 else f"{row[2]}/{row[1]}" for row in rows}
    tasks = []
    for id, _, _, level, kind, start, assigned_on, deadline, soft, cycle, person in rows:
        terms = TaskTerms(
            code=keys[id],
            leads=tuple(leads[id]),
            supporting=tuple(supporting[id]),
            level=Level(level),
            kind=Kind(kind),
            start=start,
            assigned=assigned[id],
            deadline=deadline,
            soft=soft,
            report_cycle=Cycle(cycle) if cycle else None,
            measures=tuple(measures[id]),
            responsible=person,
        )
        # Without a day of its own the task counts as assigned on its start (scenarios only).
        read = read_terms(terms, assigned=assigned[id] if assigned_on else None)
        tasks.append(TaskInput(key=keys[id], terms=read, facts=tuple(facts.get(id, ()))))
    return tuple(tasks), keys


def _duties(using: str) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return the codes of the units that lead and of those that cooperate, by task."""
    leads: dict[int, list[str]] = defaultdict(list)
    supporting: dict[int, list[str]] = defaultdict(list)
    rows = Responsibility.objects.using(using).order_by("task_id", "position", "id")
    for task, unit, role in rows.values_list("task_id", "unit__code", "role"):
        (leads if role == DutyRole.LEAD else supporting)[task].append(unit)
    return leads, supporting


def _measures(using: str) -> dict[int, list[MeasureTerms]]:
    measures: dict[int, list[MeasureTerms]] = defaultdict(list)
    rows = Measure.objects.using(using).order_by("task_id", "seq")
    for task, seq, deadline, weight, owner in rows.values_list(
        "task_id", "seq", "deadline", "weight", "owner__code"
    ):
        measures[task].append(
            MeasureTerms(seq=seq, deadline=deadline, weight=Fraction(weight), owner=owner)
        )
    return measures


def _interviews(*, as_of: dt.date, known_at: dt.datetime, using: str) -> tuple[InterviewInput, ...]:
    rows = (
        InterviewFact.objects.using(using)
        .filter(recorded_at__lte=known_at, on__lte=as_of)
        .order_by("id")
        .values_list(
            "interview_id",
            "type",
            "on",
            "interview__unit__code",
            "interview__person__staff_number",
        )
    )
    held: dict[int, InterviewInput] = {}
    revoked: dict[int, dt.date] = {}
    for id, type, on, unit, person in rows:
        if type == InterviewFactType.HELD:
            subject = Subject.unit(unit) if unit else Subject.person(person)
            held[id] = InterviewInput(subject=subject, held_on=on)
        else:
            revoked[id] = on
    return tuple(replace(row, revoked_on=revoked.get(id)) for id, row in held.items())


def _determinations(
    keys: dict[int, str], *, as_of: dt.date, known_at: dt.datetime, using: str
) -> tuple[DeterminationInput, ...]:
    rows: Any = (
        Determination.objects.using(using)
        .filter(recorded_at__lte=known_at, on__lte=as_of)
        .order_by("id")
        .values_list("task_id", "on", "revocation__on", "revocation__recorded_at")
    )
    return tuple(
        DeterminationInput(
            task=keys[task],
            on=on,
            revoked_on=revoked if recorded is not None and recorded <= known_at else None,
        )
        for task, on, revoked, recorded in rows
        if task in keys
    )


def _units(
    as_of: dt.date,
    tasks: tuple[TaskInput, ...],
    interviews: tuple[InterviewInput, ...],
    *,
    using: str,
) -> tuple[UnitInput, ...]:
    """Return the units that exist on the day, and closed ones that still answer for something."""
    used = {unit for task in tasks for unit in (*task.terms.leads, *task.terms.supporting)}
    used |= {row.subject.id for row in interviews if row.subject.kind == "unit"}
    rows = Unit.objects.using(using).values_list("code", "group", "closed_on")
    return tuple(
        UnitInput(code=code, group=group)
        for code, group, closed_on in rows
        if closed_on is None or closed_on > as_of or code in used
    )
