"""Make a draft's sheet from named terms, so that programs draft exactly as the page does."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from tasks.choices import DeadlineKind, DutyRole, TaskType
from tasks.models import Task
from tasks.services.drafting import (
    DutyLine,
    MeasureLine,
    Sheet,
    deadline_terms,
    read_wording,
)
from tasks.services.issuing import NewTask

_LISTS = frozenset({"leads", "cooperating", "duties", "measures", "results", "custom"})
# What a wording decides unless it is said apart.
_BY_WORDING = ("soft", "continues_after", "type")


def new_sheet(values: Mapping[str, Any]) -> Sheet:
    """Return the sheet of a new draft: columns of `NewTask`, and the lists as in `changed_sheet`.

    With `deadline_raw` the wording is read as on the page, and `deadline` is the day a person read
    in it; without one `deadline` stands alone.
    """
    terms = {name: value for name, value in values.items() if name not in _LISTS}
    if terms.get("deadline_raw"):
        terms = {**_read(terms), **{name: terms[name] for name in _BY_WORDING if name in terms}}
    return _with_lists(Sheet(terms=NewTask(leads=(), **terms)), values)


def changed_sheet(task: Task, values: Mapping[str, Any]) -> Sheet:
    """Return a draft's sheet with what is named changed; a list that is named is replaced whole.

    `duties`, `measures` and `results` are lines as mappings of the fields of `DutyLine`,
    `MeasureLine` and the expected texts; `leads` and `cooperating` (units) stand for duties
    without words. A measure's `seq` names the line it was.
    """
    sheet = sheet_of(task)
    terms = {name: value for name, value in values.items() if name not in _LISTS}
    if "plan" in terms and terms.pop("plan") != task.plan:
        sentence = _("草稿的计划不能更换，请作废后在另一计划中拟定。")
        raise DomainError("plan_fixed", sentence, fields={"plan": sentence})
    if "deadline_raw" in terms or "deadline" in terms:
        raw = terms.get("deadline_raw", task.deadline_raw)
        start = terms.get("start", task.start)
        day = terms.get("deadline")
        read = (
            _read({"plan": task.plan, "start": start, "deadline_raw": raw, "deadline": day})
            if raw
            else _standing_alone(day)
        )
        terms = {**terms, **read, **{name: terms[name] for name in _BY_WORDING if name in terms}}
    terms.pop("plan", None)
    return _with_lists(replace(sheet, terms=replace(sheet.terms, **terms)), values)


def sheet_of(task: Task) -> Sheet:
    """Return a stored draft as its sheet."""
    apart = {"leads", "cooperating", "deadline"}
    columns = {
        name: getattr(task, name) for name in NewTask.__dataclass_fields__ if name not in apart
    }
    return Sheet(
        terms=NewTask(leads=(), deadline=task.original_deadline, **columns),
        duties=tuple(
            DutyLine(unit=row.unit, role=row.role, duty=row.duty, liaison=row.liaison)
            for row in task.responsibilities.select_related("unit", "liaison").order_by("position")
        ),
        measures=tuple(
            MeasureLine(
                seq=row.seq,
                text=row.text,
                owner=row.owner,
                deadline=row.deadline,
                weight=row.weight,
                expected_output=row.expected_output,
                proof_required=row.proof_required,
                serves=tuple(row.also_serves.all()),
            )
            for row in task.measures.select_related("owner").prefetch_related("also_serves")
        ),
        results=tuple(row.expected for row in task.results.all()),
        custom=task.custom,
    )


def _with_lists(sheet: Sheet, values: Mapping[str, Any]) -> Sheet:
    if "duties" in values:
        duties = tuple(DutyLine(**line) for line in values["duties"])
        sheet = replace(sheet, duties=duties)
    elif "leads" in values or "cooperating" in values:
        sheet = replace(sheet, duties=_plain(sheet.duties, values))
    if "measures" in values:
        sheet = replace(sheet, measures=tuple(MeasureLine(**line) for line in values["measures"]))
    if "results" in values:
        sheet = replace(sheet, results=tuple(values["results"]))
    if "custom" in values:
        sheet = replace(sheet, custom={**sheet.custom, **values["custom"]})
    return sheet


def _plain(duties: tuple[DutyLine, ...], values: Mapping[str, Any]) -> tuple[DutyLine, ...]:
    """Return duties by the units named for each role; a role that is not named keeps its lines."""
    found: list[DutyLine] = []
    for name, role in (("leads", DutyRole.LEAD), ("cooperating", DutyRole.COOPERATING)):
        if name in values:
            known = {line.unit: line for line in duties}
            found += [
                replace(known.get(unit, DutyLine(unit=unit, role=role)), role=role)
                for unit in values[name]
            ]
        else:
            found += [line for line in duties if line.role == role]
    return tuple(found)


def _read(terms: Mapping[str, Any]) -> dict[str, Any]:
    start: dt.date = terms["start"]
    reading = read_wording(terms["deadline_raw"], plan=terms["plan"], reference=start)
    return {**terms, **deadline_terms(reading, chosen=terms.get("deadline"))}


def _standing_alone(day: dt.date | None) -> dict[str, Any]:
    kind = DeadlineKind.ONGOING if day is None else DeadlineKind.DATE
    kept = {"type": TaskType.STANDING} if day is None else {}
    return {
        "deadline": day,
        "deadline_raw": "",
        "deadline_kind": kind,
        "deadline_reading": {},
        **kept,
    }
