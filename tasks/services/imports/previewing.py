"""The preview of an import as plain data: what is new, changes, stays, and what is in the way."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.services import audit
from tasks.choices import DifferenceFate
from tasks.ledger.deadlines import Deadline
from tasks.ledger.grid import Book, display
from tasks.ledger.model import Issue, LedgerTask
from tasks.services.imports.reading import Reading
from tasks.services.imports.suggesting import similar_units
from tasks.services.landing.comparing import Difference
from tasks.services.landing.content import LABELS
from tasks.services.landing.wording import shown
from tasks.services.ledger import Landed

ERROR, WARNING = "error", "warning"
NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
# Issues of one task each, which are answered alike.
_ALIKE = frozenset(("already_issued", "changed_here_too", "code_discarded", "missing_deadline"))
_OPEN = "open_deadline"
_CONTENT = 160


def outcome_of(reading: Reading, landed: Landed) -> dict[str, Any]:
    """Return the preview: title, plan, counts, groups of issues, rows, columns."""
    names = {unit.code: unit.name for unit in reading.registry.units}
    groups = _groups(reading, landed)
    sets = _Sets(reading, landed)
    rows = [_row(task, reading, landed, names, sets) for task in reading.read.tasks]
    fates = Counter(row["fate"] for row in rows)
    plan = reading.plan
    return {
        "title": reading.read.title,
        "plan": {"code": plan.code, "name": plan.name, "new": plan.pk is None},
        "plan_year": reading.read.plan_year,
        "body": reading.body,
        "assigned": reading.assigned.isoformat(),
        "counts": {
            "new": fates[NEW],
            "changed": fates[CHANGED],
            "unchanged": fates[UNCHANGED],
            "refused": fates[REFUSED],
            "drafts": len(landed.drafts),
            "errors": sum(group["count"] for group in groups if group["level"] == ERROR),
            "warnings": sum(group["count"] for group in groups if group["level"] == WARNING),
        },
        "groups": groups,
        "rows": rows,
        "columns": [column.to_json() for column in reading.read.columns],
    }


def digest_of(reading: Reading, landed: Landed) -> str:
    """Return a digest by which two previews are known to promise the same, in any language."""
    found = landed.differences.items()
    issues = (*reading.read.errors, *landed.errors)
    content = {
        "landed": landed.to_json(),
        "tasks": [task.to_json() for task in reading.read.tasks],
        "differences": {
            code: [[one.name, one.old, one.new, str(one.fate)] for one in rows]
            for code, rows in found
        },
        "errors": [[i.code, i.sheet, i.row, i.col, i.task, _plain(i.value)] for i in issues],
        "assigned": reading.assigned.isoformat(),
    }
    return hashlib.sha256(audit.canonical(content)).hexdigest()


# ---- rows ------------------------------------------------------------------------------------


def _row(
    task: LedgerTask, reading: Reading, landed: Landed, names: Mapping[str, str], sets: "_Sets"
) -> dict[str, Any]:
    code = _code(task, reading)
    fate = _fate(task, code, sets)
    found = landed.differences.get(code, ()) if fate != NEW else ()
    return {
        "code": code,
        "title": task.title,
        "lead": "、".join(task.lead),
        "deadline": _deadline_text(task.deadline),
        "draft": fate in (NEW, CHANGED) and code in landed.drafts,
        "fate": fate,
        "sheet": task.sheet,
        "row": task.rows[0],
        "fields": [_field(one, names) for one in found],
    }


def _code(task: LedgerTask, reading: Reading) -> str:
    """Return a task's code as `Landed` names it: PLAN/CODE in an export of several plans."""
    return f"{task.plan}/{task.code}" if len(reading.read.plans) > 1 else task.code


def _fate(task: LedgerTask, code: str, found: "_Sets") -> str:
    if task.key in found.refused:
        return REFUSED
    if code in found.created:
        return NEW
    return CHANGED if code in found.updated else UNCHANGED


class _Sets:
    """What became of the tasks, quick to ask; a row shown to be unchanged needs no reading."""

    def __init__(self, reading: Reading, landed: Landed) -> None:
        self.created, self.updated = set(landed.created), set(landed.updated)
        refused = set(landed.refused)
        self.refused = {issue.owner for issue in landed.errors}
        self.refused |= {
            task.key
            for task in reading.read.tasks
            if task.key in reading.read.refused and _code(task, reading) in refused
        }


def _field(one: Difference, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": str(LABELS[one.name]),
        "old": shown(one.name, one.old, names),
        "new": shown(one.name, one.new, names),
        "fate": str(one.fate),
    }


def _deadline_text(deadline: Deadline | None) -> str:
    if deadline is None:
        return ""
    return deadline.date.isoformat() if deadline.date and deadline.settled else deadline.raw


# ---- what is in the way, by cause ------------------------------------------------------------


def _groups(reading: Reading, landed: Landed) -> list[dict[str, Any]]:
    """Return errors before warnings, each cause once with all its places, the frequent first."""
    read = reading.read
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    texts = _Contents(reading.book)
    levels = ((ERROR, read.errors), (ERROR, landed.errors), (WARNING, read.warnings))
    for level, issues in levels:
        for issue in issues:
            value = "" if issue.code in _ALIKE else _plain(issue.value)
            group = _group(found, level, issue.code, value, issue.message)
            group["places"].append(_place(issue, texts))
    _add_open_deadlines(found, reading, texts)
    for group in found.values():
        group["count"] = len(group["places"])
        group["id"] = hashlib.sha256(
            audit.canonical([group["level"], group["code"], group["value"]])
        ).hexdigest()[:12]
        group["codes"] = sorted({place["task"] for place in group["places"] if place["task"]})
        if group["code"] == "unknown_unit":
            group["units"] = similar_units(group["value"], reading.registry)
    order = (ERROR, WARNING)
    return sorted(found.values(), key=lambda g: (order.index(g["level"]), -g["count"], g["id"]))


def _group(
    found: dict[tuple[str, str, str], dict[str, Any]],
    level: str,
    code: str,
    value: str,
    message: str,
) -> dict[str, Any]:
    fresh = {"level": level, "code": code, "value": value, "message": message, "places": []}
    return found.setdefault((level, code, value), fresh)


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


def _place(issue: Issue, texts: "_Contents") -> dict[str, Any]:
    return {
        "sheet": issue.sheet,
        "row": issue.row or 0,
        "col": issue.col,
        "column": number_of(issue.col),
        "first": issue.owner[1] if issue.owner else issue.row or 0,
        "task": issue.task,
        "message": issue.message,
        "content": texts.of(issue.sheet, issue.row or 0),
    }


def number_of(letters: str) -> int:
    """Return the number of a column's letters: A → 1; 0 for none."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _add_open_deadlines(
    found: dict[tuple[str, str, str], dict[str, Any]], reading: Reading, texts: "_Contents"
) -> None:
    """Offer the readings of every deadline a person has to settle, also where nothing warns."""
    warned = {value: group for (_l, code, value), group in found.items() if code in _DEADLINES}
    refused = reading.read.refused
    for task in reading.read.tasks:
        for deadline, of_task in _unsettled(task):
            group = warned.get(deadline.raw)
            if group is None:
                if not of_task or task.key in refused:
                    continue
                message = _("“%(raw)s”还不是明确的日期，任务会留作草稿，等人确认时限。")
                words = message % {"raw": deadline.raw}
                group = _group(found, WARNING, _OPEN, deadline.raw, words)
                place = Issue(
                    code=_OPEN, sheet=task.sheet, row=task.rows[0], message=words,
                    task=task.code, owner=task.key,
                )  # fmt: skip
                group["places"].append(_place(place, texts))
            days = [deadline.date, *deadline.alternatives]
            group["days"] = sorted({day.isoformat() for day in days if day})


_DEADLINES = ("ambiguous_deadline", _OPEN)


def _unsettled(task: LedgerTask) -> Iterator[tuple[Deadline, bool]]:
    """Yield the deadlines nobody has settled, and whether each is the task's own."""
    if task.deadline is not None and not task.deadline.settled:
        yield task.deadline, True
    for measure in task.measures:
        if measure.deadline is not None and not measure.deadline.settled:
            yield measure.deadline, False


class _Contents:
    """What the rows of the workbook hold, in short."""

    def __init__(self, book: Book) -> None:
        self.sheets = {sheet.name: sheet for sheet in book.sheets}

    def of(self, sheet: str, row: int) -> str:
        """Return the texts of a row beside one another, blank where there is none."""
        found = self.sheets.get(sheet)
        if found is None or not row:
            return ""
        text = " | ".join(display(cell) for _column, cell in found.filled(row) if display(cell))
        text = " ".join(text.split())
        return text if len(text) <= _CONTENT else f"{text[: _CONTENT - 1]}…"


def open_fields(
    outcome: Mapping[str, Any], places: Iterable[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Return the fields that wait for a choice in the tasks at these places: code and name."""
    wanted = {(place["sheet"], place["first"]) for place in places}
    waiting = (DifferenceFate.CONFLICT, DifferenceFate.ISSUED)
    return [
        (row["code"], field["name"])
        for row in outcome.get("rows", ())
        if (row["sheet"], row["row"]) in wanted
        for field in row["fields"]
        if field["fate"] in waiting
    ]
