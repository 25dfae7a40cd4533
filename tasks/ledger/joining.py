"""Join the four lists: sheets that each tell a part of the same tasks, by number, else by name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.ledger.drafts import Draft, read_drafts
from tasks.ledger.issues import Place, make_issue
from tasks.ledger.model import Issue
from tasks.ledger.tables import Table

TASKS, RESPONSIBILITIES, MEASURES, RESULTS = "tasks", "responsibilities", "measures", "results"

_ORPHANS = {
    RESPONSIBILITIES: "orphan_responsibility_row",
    MEASURES: "orphan_measure_row",
    RESULTS: "orphan_result_row",
}
# 1-1, 1.2, 3—2: the task's number before the measure's.
_PART = re.compile(r"^(?P<task>.+?)\s*[-.—–_－．]\s*[^-.—–_－．]+$")


@dataclass(slots=True)
class Joined:
    """Tasks put together from several sheets, and what fitted nowhere."""

    drafts: list[Draft] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


def roles_of(tables: Sequence[Table]) -> Mapping[str, list[Table]] | None:
    """Return which list each sheet is when the workbook is a set of lists, else none.

    It is a set when one sheet lists tasks without their units and another sheet adds to it.
    """
    roles: dict[str, list[Table]] = {}
    for table in tables:
        role = _role_of(table)
        if role:
            roles.setdefault(role, []).append(table)
    whole = any(_is_whole(table) for table in roles.get(TASKS, ()))
    return roles if TASKS in roles and len(roles) > 1 and not whole else None


def _is_whole(table: Table) -> bool:
    """Whether a sheet tells everything about its tasks."""
    header = table.header
    return header.has("title") and header.has("lead", "implementing") and header.has("deadline")


def _role_of(table: Table) -> str:
    """Return which list a sheet is: by its name, else by its columns."""
    named = table.list_name()
    if named:
        return named
    header = table.header
    if header.has("lead", "implementing") and not header.has("deadline"):
        return RESPONSIBILITIES
    if header.has("measures") and not header.has("deadline", "target"):
        return MEASURES
    if header.has("progress", "status", "result") and not header.has("deadline", "lead"):
        return RESULTS
    return TASKS if header.has("title") else ""


def join(roles: Mapping[str, list[Table]]) -> Joined:
    """Return the tasks of the first list with the parts of the others."""
    joined = Joined()
    for table in roles[TASKS]:
        for draft in read_drafts(table):
            draft.joined.append(table.sheet.name)
            joined.drafts.append(draft)
    for role in (RESPONSIBILITIES, MEASURES, RESULTS):
        for table in roles.get(role, ()):
            _add(joined, table, role)
    if RESULTS in roles:
        _warn_missing_results(joined, roles[RESULTS])
    return joined


def _add(joined: Joined, table: Table, role: str) -> None:
    """Add the rows of one sheet to their tasks."""
    by_code = {draft.code: draft for draft in reversed(joined.drafts)}
    by_title = {draft.text_of("title"): draft for draft in reversed(joined.drafts)}
    for part in read_drafts(table):
        # A row of the list of measures bears its own number; the name still says whose it is.
        title = part.text_of("title")
        draft = by_code.get(part.code)
        if draft is None and role == MEASURES and (match := _PART.match(part.code)):
            draft = by_code.get(match["task"])
        if draft is None and title:
            draft = by_title.get(title)
        if draft is None:
            place = Place(part.sheet, part.first, part.place_of("code").column or 1)
            joined.errors.append(make_issue(_ORPHANS[role], place, value=_value(part)))
            continue
        _merge(draft, part, role)


def _value(part: Draft) -> int | str:
    """Return the number of a row as it was typed: a plain number stays one."""
    return int(part.code) if part.code.isascii() and part.code.isdigit() else part.code


def _merge(draft: Draft, part: Draft, role: str) -> None:
    """Give a task the cells of one of its rows in another sheet."""
    if part.sheet not in draft.joined:
        draft.joined.append(part.sheet)
    for name, cells in part.cells.items():
        if name not in ("title", "code"):
            draft.cells.setdefault(name, []).extend(cells)
    draft.extra.extend(part.extra)
    for measure in part.measures:
        if measure.code is None and role == MEASURES:
            measure.code = part.first_of("code")
        draft.measures.append(measure)
    draft.dated_measures = draft.dated_measures or part.dated_measures
    for name, place in part.columns.items():
        draft.columns.setdefault(name, place)


def _warn_missing_results(joined: Joined, tables: Sequence[Table]) -> None:
    """Say once which tasks have no row in the list of results."""
    names = {table.sheet.name for table in tables}
    missing = [draft.code for draft in joined.drafts if not names.intersection(draft.joined)]
    if missing:
        place = Place(tables[0].sheet.name)
        joined.warnings.append(make_issue("missing_result_row", place, value=missing))
