"""Corrections people make in a preview: data that changes how the same file is read.

The file itself is never touched. Every correction is kept with the import, is applied on every
reading in the order it was made, and can be taken back.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.rules.unit_names import UnitRegistry
from tasks.choices import ColumnMeaning, FixKind
from tasks.ledger.deadlines import Deadline, read_deadline
from tasks.ledger.grid import TEXT, Book, Cell, Sheet
from tasks.ledger.headers import header_key
from tasks.ledger.issues import Place, make_issue
from tasks.ledger.model import Issue, LedgerMeasure, LedgerRead, LedgerTask
from tasks.services.landing.comparing import KEEP_SYSTEM, TAKE_FILE

Fix = Mapping[str, Any]
ONGOING = "ongoing"
_LONGEST = 500


def of_kind(fixes: Iterable[Fix], kind: FixKind) -> list[Fix]:
    """Return the corrections of one kind, in order."""
    return [fix for fix in fixes if fix["kind"] == kind]


# ---- made from what a person sent ------------------------------------------------------------


def unit_fix(value: str, unit: str, *, record: bool, registry: UnitRegistry) -> dict[str, Any]:
    """Read an unknown name as a unit (code, name or alias); `record` keeps it as an alias."""
    known = registry.named(unit) if unit.strip() else None
    if known is None:
        message = _("没有名为“%(unit)s”的单位，请从列表里选，或写单位代码、名称、别名。")
        raise DomainError("unknown_unit", message % {"unit": unit.strip()[:60]})
    return {
        "kind": FixKind.UNIT.value,
        "value": value,
        "unit": known.code,
        "record": record,
        "what": _("“%(value)s”读作 %(unit)s") % {"value": value, "unit": known.name}
        + (_("，并登记为别名") if record else ""),
    }


def deadline_fix(
    raw: str, reading: str, *, plan_year: int, reference_date: dt.date
) -> dict[str, Any]:
    """Read a deadline's wording as a day (ISO), as `ongoing`, or as another wording says it."""
    chosen = _chosen(Deadline(raw=raw, kind="ambiguous"), reading, plan_year, reference_date)
    if chosen is None:
        message = _("“%(text)s”读不成明确的时限，请填日期（如 2023-12-31）或“长期坚持”。")
        raise DomainError("deadline_unread", message % {"text": reading.strip()[:60]})
    meant = chosen.date.isoformat() if chosen.date else _("长期坚持")
    return {
        "kind": FixKind.DEADLINE.value,
        "value": raw,
        "reading": reading.strip()[:200],
        "what": _("时限“%(raw)s”读作 %(meant)s") % {"raw": raw, "meant": meant},
    }


def column_fix(header: str, meaning: str) -> dict[str, Any]:
    """Take a column for another field than its header was read as."""
    if meaning not in ColumnMeaning.values:
        message = _("“%(meaning)s”不是栏目含义，表头“%(header)s”请从列表里选一个。")
        raise DomainError("unknown_meaning", message % {"meaning": meaning, "header": header})
    label = ColumnMeaning(meaning).label
    return {
        "kind": FixKind.COLUMN.value,
        "value": header,
        "meaning": meaning,
        "what": _("表头“%(header)s”当作“%(meaning)s”") % {"header": header, "meaning": label},
    }


def cell_fix(places: Sequence[Mapping[str, Any]], text: str) -> dict[str, Any]:
    """Read cells as if this text stood in them."""
    text = text.strip()[:_LONGEST]
    if not text:
        raise DomainError("empty", _("请先写明应当填什么。"))
    cells = [[p["sheet"], p["row"], p["column"]] for p in places if p["row"] and p["column"]]
    if not cells:
        raise DomainError("no_cell", _("这个问题不在某一格里，请在原文件中改正后重新上传。"))
    return {
        "kind": FixKind.CELL.value,
        "cells": cells,
        "value": text,
        "what": _("%(count)s 格按“%(text)s”读取") % {"count": len(cells), "text": text},
    }


def leave_out_fix(places: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Leave rows out."""
    rows = sorted({(place["sheet"], place["first"]) for place in places if place["first"]})
    if not rows:
        raise DomainError("no_row", _("这个问题不在某一行里，请在原文件中改正后重新上传。"))
    return {
        "kind": FixKind.LEAVE_OUT.value,
        "rows": [list(row) for row in rows],
        "value": "",
        "what": _("不导入 %(count)s 行：%(rows)s")
        % {"count": len(rows), "rows": _some([f"{sheet}!{row}" for sheet, row in rows])},
    }


def conflict_fix(fields: Sequence[tuple[str, str]], take: str) -> dict[str, Any]:
    """Let the ledger or the system win, for fields (task's code, name) both changed."""
    if take not in (TAKE_FILE, KEEP_SYSTEM) or not fields:
        raise DomainError("unknown_choice", _("请选择“用台账的”或“保留系统的”。"))
    codes = list(dict.fromkeys(code for code, _name in fields))
    sentence = _("任务 %(tasks)s 保留系统的内容")
    if take == TAKE_FILE:
        sentence = _("任务 %(tasks)s 用台账的内容")
    return {
        "kind": FixKind.CONFLICT.value,
        "fields": [list(field) for field in fields],
        "take": take,
        "value": "",
        "what": sentence % {"tasks": _some(codes)},
    }


def _some(names: Sequence[str]) -> str:
    """Return the first names, and how many there are when not all are said."""
    if len(names) <= 3:
        return "、".join(names)
    return _("%(some)s 等 %(count)s 处") % {"some": "、".join(names[:3]), "count": len(names)}


# ---- applied before reading ------------------------------------------------------------------


def with_cells(book: Book, fixes: Iterable[Fix]) -> Book:
    """Return the workbook with the cells people corrected."""
    texts = {
        (sheet, row, column): fix["value"]
        for fix in of_kind(fixes, FixKind.CELL)
        for sheet, row, column in fix["cells"]
    }
    if not texts:
        return book
    sheets = []
    for sheet in book.sheets:
        mine = {(r, c): text for (name, r, c), text in texts.items() if name == sheet.name}
        sheets.append(_with_texts(sheet, mine) if mine else sheet)
    return replace(book, sheets=sheets)


def _with_texts(sheet: Sheet, texts: Mapping[tuple[int, int], str]) -> Sheet:
    rows = list(sheet.rows)
    for (row, column), text in texts.items():
        if not 1 <= row <= len(rows):
            continue
        cells: list[Cell | None] = list(rows[row - 1])
        cells += [None] * (column - len(cells))
        cells[column - 1] = Cell(TEXT, text)
        rows[row - 1] = cells
    return replace(sheet, rows=rows)


def with_names(registry: UnitRegistry, fixes: Iterable[Fix]) -> UnitRegistry:
    """Return the register with the names people explained as aliases of this reading."""
    given: dict[str, list[str]] = {}
    for fix in of_kind(fixes, FixKind.UNIT):
        given.setdefault(fix["unit"], []).append(fix["value"])
    if not given:
        return registry
    units = tuple(
        replace(unit, aliases=(*unit.aliases, *given[unit.code])) if unit.code in given else unit
        for unit in registry.units
    )
    return UnitRegistry(units=units, collectives=registry.collectives)


def with_meanings(learned: Mapping[str, str], fixes: Iterable[Fix]) -> dict[str, str]:
    """Return the meanings of headers, those said in this preview before the learned ones."""
    said = {header_key(fix["value"]): fix["meaning"] for fix in of_kind(fixes, FixKind.COLUMN)}
    return {**learned, **said}


# ---- applied to what was read ----------------------------------------------------------------


def settled(read: LedgerRead, fixes: Iterable[Fix]) -> LedgerRead:
    """Return the reading with the deadlines people explained, and without the rows left out."""
    fixes = list(fixes)
    return _without_rows(_with_deadlines(read, fixes), fixes)


def _with_deadlines(read: LedgerRead, fixes: Iterable[Fix]) -> LedgerRead:
    meant = {fix["value"]: fix["reading"] for fix in of_kind(fixes, FixKind.DEADLINE)}
    if not meant:
        return read
    answered: set[str] = set()

    def choose(deadline: Deadline | None) -> Deadline | None:
        if deadline is None or deadline.settled or deadline.raw not in meant:
            return None
        reading = meant[deadline.raw]
        chosen = _chosen(deadline, reading, read.plan_year, read.reference_date)
        if chosen is not None:
            answered.add(deadline.raw)
        return chosen

    tasks, errors = [], list(read.errors)
    for task in read.tasks:
        measures = tuple(_explained(measure, choose(measure.deadline)) for measure in task.measures)
        one = replace(task, measures=measures) if measures != task.measures else task
        chosen = choose(task.deadline)
        if chosen is not None:
            one = replace(one, deadline=chosen, asked=task.deadline)
            errors += _too_early(one)
        tasks.append(one)
    warnings = tuple(
        issue
        for issue in read.warnings
        if issue.code != "ambiguous_deadline" or issue.value not in answered
    )
    return replace(read, tasks=tuple(tasks), errors=tuple(errors), warnings=warnings)


def _explained(measure: LedgerMeasure, chosen: Deadline | None) -> LedgerMeasure:
    if chosen is None:
        return measure
    return replace(measure, deadline=chosen, asked=measure.deadline)


def _too_early(task: LedgerTask) -> list[Issue]:
    day = task.deadline.date if task.deadline else None
    if day is None or task.start is None or day >= task.start:
        return []
    place = Place(task.sheet, task.rows[0])
    raw = task.deadline.raw if task.deadline else ""
    issue = make_issue(
        "deadline_before_start", place, task=task.code, owner=task.key, value=raw,
        deadline=day, start=task.start,
    )  # fmt: skip
    return [issue]


def _chosen(asked: Deadline, reading: str, year: int, reference: dt.date) -> Deadline | None:
    """Return what a person said a wording means; none when their words are not clear either."""
    text = reading.strip()
    plain = {"alternatives": (), "trigger": {}, "note": "", "problem": ""}
    if text == ONGOING:
        return replace(asked, kind="ongoing", date=None, continues_after=False, **plain)  # type: ignore[arg-type]
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        typed = read_deadline(text[:200], plan_year=year, reference_date=reference)
        clear = bool(text) and typed.settled and not typed.problem
        return replace(typed, raw=asked.raw) if clear else None
    return replace(asked, kind="date", date=day, **plain)  # type: ignore[arg-type]


def _without_rows(read: LedgerRead, fixes: Iterable[Fix]) -> LedgerRead:
    out = {(s, r) for fix in of_kind(fixes, FixKind.LEAVE_OUT) for s, r in fix["rows"]}
    if not out:
        return read
    tasks = tuple(task for task in read.tasks if task.key not in out)
    times = Counter(task.code for task in tasks)

    def stays(issue: Issue) -> bool:
        if issue.code == "duplicate_code" and times[issue.task] == 1:
            return False
        return (issue.owner or (issue.sheet, issue.row)) not in out

    return replace(
        read,
        tasks=tasks,
        errors=tuple(issue for issue in read.errors if stays(issue)),
        warnings=tuple(issue for issue in read.warnings if stays(issue)),
    )
