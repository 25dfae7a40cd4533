"""Read an export back: the mark says which cell is which, so nothing has to be guessed.

What a person changed, added or moved in the meantime is read as in any ledger.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tasks.ledger.drafts import Draft, DraftMeasure
from tasks.ledger.finishing import finish_tasks
from tasks.ledger.grid import NUMBER, TEXT, Book, Cell, Sheet, display
from tasks.ledger.issues import Located, Place, make_issue
from tasks.ledger.model import LedgerTask
from tasks.ledger.out.columns import CUSTOM, EXTRA
from tasks.ledger.out.mark import Mark, MarkedSheet, plain
from tasks.ledger.out.model import FOUR_SHEETS, shown
from tasks.ledger.setting import Found, Setting

_OF_MEASURE = ("measures", "measure_code", "measure_deadline")
# The header may have moved down by rows that somebody put above it.
_SEARCHED_ROWS = 30


@dataclass(slots=True, kw_only=True)
class _Table:
    """A marked sheet as it is now: which column holds which field, and where tasks begin."""

    sheet: Sheet
    columns: Mapping[int, str]
    headers: Mapping[int, str]
    first: int
    below: str


@dataclass(slots=True, kw_only=True)
class _Row:
    """The cells of one task, with the texts they show by field."""

    draft: Draft
    plan: str
    texts: dict[str, str] = field(default_factory=dict)
    measures: list[dict[str, str]] = field(default_factory=list)

    @property
    def printed(self) -> dict[str, Any]:
        """What the task's cells show, to be compared with what an export prints."""
        lists = {"measures": tuple(self.measures)} if "measures" in self.draft.columns else {}
        return {**self.texts, **lists}


def read_back(book: Book, mark: Mark, setting: Setting, found: Found) -> Iterator[LedgerTask]:
    """Yield the tasks of a marked workbook in order, adding what is wrong to `found`."""
    rows = _joined(book, mark, found)
    years = {plan.code: plan.year for plan in mark.plans}
    for plan, group in _by_plan(rows):
        here = replace(setting, exact=True, plan_year=years.get(plan, setting.plan_year))
        tasks = finish_tasks((row.draft for row in group), here, found)
        for row, task in zip(group, tasks, strict=True):
            yield replace(task, plan=plan, printed=row.printed)


def _by_plan(rows: Sequence[_Row]) -> Iterator[tuple[str, list[_Row]]]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.plan, []).append(row)
    yield from groups.items()


def _joined(book: Book, mark: Mark, found: Found) -> list[_Row]:
    """Return the tasks of all sheets: of four lists joined, of units' sheets each task once."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    tables = [
        table
        for marked in mark.sheets
        if marked.name in sheets and (table := _table(sheets[marked.name], marked)) is not None
    ]
    rows: dict[tuple[str, str], _Row] = {}
    further: list[_Row] = []
    for position, table in enumerate(tables):
        whole = position == 0 or mark.style != FOUR_SHEETS
        for row in _rows(table, mark):
            key = row.plan, row.draft.code
            known = rows.get(key)
            if known is None and whole:
                rows[key] = row
            elif known is None:
                place = Place(table.sheet.name, row.draft.first, 1)
                found.errors.append(make_issue("orphan_result_row", place, value=row.draft.code))
            elif not whole:
                _merge(known, row)
            elif known.printed != row.printed:
                # A number twice with other contents: the reader says so at its row.
                further.append(row)
    return [*rows.values(), *further]


def _merge(row: _Row, part: _Row) -> None:
    """Give a task the cells of its row in another list."""
    row.draft.joined.append(part.draft.sheet)
    for name, cells in part.draft.cells.items():
        if name not in ("code", "title"):
            row.draft.cells.setdefault(name, []).extend(cells)
    row.draft.extra.extend(part.draft.extra)
    row.draft.measures.extend(part.draft.measures)
    row.draft.dated_measures |= part.draft.dated_measures
    for name, place in part.draft.columns.items():
        row.draft.columns.setdefault(name, place)
    row.texts.update({k: v for k, v in part.texts.items() if k not in row.texts})
    row.measures.extend(part.measures)


# ---- one sheet -------------------------------------------------------------------------------


def _table(sheet: Sheet, marked: MarkedSheet) -> _Table | None:
    """Return where a marked sheet's columns stand now; none when its header is gone."""
    wanted = {"".join(column.header.split()) for column in marked.columns}
    for row in (marked.header_row, *range(1, _SEARCHED_ROWS + 1)):
        texts = {
            column: "".join(_plain(cell).split())
            for column in range(1, sheet.width + 1)
            if (cell := sheet.shown(row, column)) is not None
        }
        if 2 * len(wanted.intersection(texts.values())) >= len(wanted):
            return _Table(
                sheet=sheet,
                columns=_fields(texts, marked),
                headers=texts,
                first=row + 1,
                below=marked.below,
            )
    return None


def _fields(texts: Mapping[int, str], marked: MarkedSheet) -> dict[int, str]:
    """Return the field of each column; one that was added is a column of the ledger's own."""
    left = list(marked.columns)
    fields: dict[int, str] = {}
    # Columns that stand where they stood come first, since two may bear the same word.
    for still in (True, False):
        for column, text in texts.items():
            match = next(
                (
                    c
                    for c in left
                    if "".join(c.header.split()) == text and (c.number == column or not still)
                ),
                None,
            )
            if column not in fields and match is not None:
                left.remove(match)
                fields[column] = "" if match.live else match.field
    return {column: fields.get(column, EXTRA + text) for column, text in texts.items() if text}


def _rows(table: _Table, mark: Mark) -> Iterator[_Row]:
    """Yield the tasks of a table, the rows of further measures put to the task above them."""
    current: _Row | None = None
    sheet = table.sheet
    key = [column for column, name in table.columns.items() if name in ("code", "title")]
    for number in range(table.first, len(sheet.rows) + 1):
        cells = {
            column: _exact(cell)
            for column, cell in sheet.filled(number)
            if column in table.columns and display(cell)
        }
        texts = [_plain(cell) for _column, cell in sheet.filled(number) if display(cell)]
        if table.below and texts and texts[0] == table.below:
            break
        if not cells:
            continue
        if current is None or any(column in cells for column in key):
            if current is not None:
                yield current
            current = _begin(table, mark, number)
        _add(current, table, number, cells)
        current.draft.last = number
    if current is not None:
        yield current


def _begin(table: _Table, mark: Mark, number: int) -> _Row:
    columns = {
        name: Place(table.sheet.name, 0, column) for column, name in table.columns.items() if name
    }
    code = next(
        (
            _plain(table.sheet.own(number, column))
            for column, name in table.columns.items()
            if name == "code"
        ),
        "",
    )
    plan, code = mark.plan_and_code(code)
    draft = Draft(
        code=code or f"R{number}",
        sheet=table.sheet.name,
        first=number,
        last=number,
        dated_measures="measure_deadline" in columns,
        columns=columns,
    )
    if mark.style == FOUR_SHEETS:
        draft.joined.append(table.sheet.name)
    # Every column the sheet has says something, also where its cell is blank.
    named = (name for name in columns if name != "code" and name not in _OF_MEASURE)
    blank = dict.fromkeys(named, "")
    return _Row(draft=draft, plan=plan, texts=blank)


def _add(row: _Row, table: _Table, number: int, cells: Mapping[int, Cell]) -> None:
    measure: dict[str, Located] = {}
    for column, cell in cells.items():
        name = table.columns[column]
        if not name or name == "code":
            continue
        header = table.headers[column]
        located = Located(cell=cell, place=Place(table.sheet.name, number, column), header=header)
        if name in _OF_MEASURE:
            measure[name] = located
            continue
        row.texts[name] = _text(cell)
        source, _colon, own = name.partition(":")
        if source in (EXTRA[:-1], CUSTOM[:-1]):
            row.draft.extra.append(located._replace(header=own))
        else:
            row.draft.cells.setdefault(name, []).append(located)
    if "measures" in measure:
        row.draft.measures.append(
            DraftMeasure(
                text=measure["measures"],
                code=measure.get("measure_code"),
                deadline=measure.get("measure_deadline"),
            )
        )
        row.measures.append(
            {
                name: _text(measure[name].cell) if name in measure else ""
                for name in _OF_MEASURE
                if name in row.draft.columns
            }
        )


def _exact(cell: Cell) -> Cell:
    """Return a cell with its text as it was before an export kept it from running."""
    if cell.kind == TEXT and isinstance(cell.value, str) and not cell.formula:
        return Cell(TEXT, plain(cell.value.strip()), cell.format)
    return cell


def _plain(cell: Cell | None) -> str:
    return display(_exact(cell)) if cell is not None else ""


def _text(cell: Cell) -> str:
    """Return what a cell shows, as `shown` puts it."""
    value: Any = cell.value
    if cell.kind == NUMBER and not isinstance(value, bool):
        return shown(number_of(value))
    return shown(display(cell))


def number_of(value: float) -> Decimal:
    """Return a cell's number without what binary fractions add."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
