"""Gather the cells of each task from a table: its own row, merged rows, and rows that go on."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.ledger.grid import DATE, Cell, Sheet, display
from tasks.ledger.headers import Column, key
from tasks.ledger.issues import Located, Place
from tasks.ledger.tables import Table
from tasks.ledger.units.words import unit_words

# Fields that belong to one measure and not to the task.
_OF_MEASURE = ("measures", "measure_code", "measure_deadline")
# Deadlines in the rows below a task's first: those of its measures.
ROW_DEADLINE = "row_deadline"
_DITTO_LENGTH = 8
# A column of titles shows words in its first rows.
_LOOKED_AT, _WORD = 20, 4
_DITTO = frozenset(
    ("″", "〃", "”", "“", '"', "''", "′′", "同上行", "同上项", "同上栏", "（同上）", "(同上)")
)
_CODE_EDGE = re.compile(r"^[(\[【（]?(.*?)[)\]】）]?[.、．:：]*$")


@dataclass(slots=True, kw_only=True)
class DraftMeasure:
    """The cells of one measure."""

    text: Located
    code: Located | None = None
    deadline: Located | None = None


@dataclass(slots=True, kw_only=True)
class Draft:
    """The cells of one task, by field; several when a field has several columns or rows."""

    code: str
    sheet: str
    first: int
    last: int
    group: str = ""
    cells: dict[str, list[Located]] = field(default_factory=dict)
    extra: list[Located] = field(default_factory=list)
    measures: list[DraftMeasure] = field(default_factory=list)
    dated_measures: bool = False
    joined: list[str] = field(default_factory=list)
    columns: dict[str, Place] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """Where the task begins."""
        return self.sheet, self.first

    def first_of(self, name: str) -> Located | None:
        """Return the first cell of a field."""
        found = self.cells.get(name)
        return found[0] if found else None

    def text_of(self, name: str) -> str:
        """Return the text of the first cell of a field."""
        found = self.first_of(name)
        return found.text if found is not None else ""

    def place_of(self, name: str) -> Place:
        """Return where a field stands, or would stand, for this task."""
        found = self.first_of(name)
        if found is not None:
            return found.place
        above = self.columns.get(name)
        return Place(self.sheet, self.first, above.column if above is not None else 0)


def normal_code(cell: Cell | None) -> str:
    """Return a task's number as text: 1, 1.0, “１”, “1、” and “（1）” are all 1.

    1-1 typed into a spreadsheet turns into a date; month and day give it back.
    """
    if cell is None:
        return ""
    if cell.kind == DATE and isinstance(cell.value, (dt.date, dt.datetime)):
        return f"{cell.value.month}-{cell.value.day}"
    text = "".join(unicodedata.normalize("NFKC", display(cell)).split())
    match = _CODE_EDGE.match(text)
    return match[1] if match is not None and match[1] else text


def read_drafts(table: Table) -> Iterator[Draft]:
    """Yield the tasks of a table in order."""
    return _Collector(table).collect()


class _Collector:
    """Walks over the data rows of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.sheet: Sheet = table.sheet
        self.header = table.header
        self.code_columns = _code_columns(table)
        self.title_columns = self.header.of("title")
        named = [column for column in self.title_columns if column.last.endswith("名称")]
        # The column that names the task: 任务名称 before 重点任务.
        self.naming = max(
            named or self.title_columns, key=lambda column: _worded(table, column), default=None
        )
        self.columns = [column for column in self.header.columns if column.path]
        self.places = {
            column.field: Place(self.sheet.name, 0, column.number)
            for column in reversed(self.header.columns)
            if column.field
        }
        self.dated_measures = self.header.has("measure_deadline")
        self.count = 0
        self.taken: set[str] = set()

    def collect(self) -> Iterator[Draft]:
        """Yield the drafts, each when its last row is read."""
        current: Draft | None = None
        for row in self.table.rows:
            if current is not None and self._goes_on(row, current):
                self._add_row(current, row, anew=False)
            else:
                if current is not None:
                    yield self._numbered(current)
                current = self._begin(row)
                self._add_row(current, row, anew=True)
            current.last = row
        if current is not None:
            yield self._numbered(current)

    def _goes_on(self, row: int, current: Draft) -> bool:
        """Whether a row belongs to the task above it."""
        if self._covered(row, self.title_columns) or self._covered(row, self.code_columns):
            return True
        title, code = self._own_text(row, self.title_columns), self._own_code(row)
        if not title and not code:
            # A row that has its own lead and deadline is a task whose title was forgotten.
            return not (self._own(row, "lead", "implementing") and self._own(row, "deadline"))
        # Title and number repeated on every measure's row are one task.
        same_title = bool(title) and title == current.text_of("title")
        same_code = code == current.code if code else same_title
        measured = bool(self._own(row, *_OF_MEASURE[:1])) and bool(current.measures)
        return measured and same_title and same_code

    def _covered(self, row: int, columns: tuple[Column, ...]) -> bool:
        """Whether a merged area that began above covers the row in one of the columns."""
        for column in columns:
            area = self.sheet.area(row, column.number)
            if area is not None and area.top < row and area.top > self.header.bottom:
                return bool(self.sheet.text(row, column.number))
        return False

    def _own(self, row: int, *fields: str) -> bool:
        return any(
            display(self.sheet.own(row, column.number))
            for column in self.header.columns
            if column.field in fields
        )

    def _own_text(self, row: int, columns: tuple[Column, ...]) -> str:
        texts = (display(self.sheet.own(row, column.number)) for column in columns)
        return next((text for text in texts if text), "")

    def _own_code(self, row: int) -> str:
        codes = (normal_code(self.sheet.own(row, column.number)) for column in self.code_columns)
        return next((code for code in codes if code), "")

    def _begin(self, row: int) -> Draft:
        code = next(
            (
                text
                for column in self.code_columns
                if (text := normal_code(self.sheet.shown(row, column.number)))
            ),
            "",
        )
        return Draft(
            code=code,
            sheet=self.sheet.name,
            first=row,
            last=row,
            group=self.table.groups.get(row, ""),
            dated_measures=self.dated_measures,
            columns=dict(self.places),
        )

    def _add_row(self, draft: Draft, row: int, *, anew: bool) -> None:
        """Add a row's cells; of a further row only what stands in it itself."""
        measure: dict[str, Located] = {}
        merged = bool(self.sheet.merged)
        for column in self.columns:
            area = self.sheet.area(row, column.number) if merged else None
            if area is not None and area.left != column.number:
                continue
            whole = anew or column.field == "measure_deadline"
            find = self.sheet.shown if whole else self.sheet.own
            cell = find(row, column.number)
            if cell is None:
                continue
            located = Located(cell, Place(self.sheet.name, row, column.number), column.name)
            if column.field in _OF_MEASURE and column.field not in measure:
                measure[column.field] = located
            else:
                self._file(draft, column, located, anew=anew)
        if text := measure.get("measures"):
            rows = [cell for cell in draft.cells.get(ROW_DEADLINE, ()) if cell.place.row == row]
            draft.measures.append(
                DraftMeasure(
                    text=text,
                    code=measure.get("measure_code"),
                    deadline=measure.get("measure_deadline") or next(iter(rows), None),
                )
            )

    def _file(self, draft: Draft, column: Column, located: Located, *, anew: bool) -> None:
        """Put a cell under its field; one that fits none goes to the extra texts."""
        name = column.field
        if name == "title" and column is not self.naming:
            draft.extra.append(located)
        elif name == "code" and column not in self.code_columns[:1]:
            return
        elif not name or name in _EXTRA_FIELDS:
            draft.extra.append(located)
        elif name == "deadline" and not anew and draft.measures:
            # Every measure's row has its own deadline.
            draft.cells.setdefault(ROW_DEADLINE, []).append(located)
        elif anew or name in _GROWING:
            draft.cells.setdefault(name, []).append(located)

    def _numbered(self, draft: Draft) -> Draft:
        """Return the draft; one without a number gets its position."""
        self.count += 1
        if not draft.code:
            if not self.taken:
                self.taken = {self._own_code(row) for row in self.table.rows}
            draft.code = str(self.count)
            if draft.code in self.taken:
                draft.code = f"R{draft.first}"
            self.taken.add(draft.code)
        return draft


# Columns that have no field in the contract.
_EXTRA_FIELDS = frozenset(
    ("requirement", "supervising", "owner_unit_of_problem", "funds", "rect_type")
)
# Fields to which a further row of the same task may add.
_GROWING = frozenset(("cooperating", "implementing", "lead", "progress", "problems", "next"))


def _code_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of the task's number, 任务编号 before the running number 序号."""
    columns = table.header.of("code")
    return tuple(sorted(columns, key=lambda column: key(column.last) in ("序号", "序", "NO")))


def _worded(table: Table, column: Column) -> bool:
    """Whether the first cells of a column are words, not numbers."""
    texts = [display(table.sheet.own(row, column.number)) for row in table.rows[:_LOOKED_AT]]
    return 2 * sum(len(text) >= _WORD for text in texts) >= sum(map(bool, texts))


def is_ditto(text: str) -> bool:
    """Whether a cell only points at the row above."""
    return len(text) <= _DITTO_LENGTH and (text in _DITTO or text.strip() in unit_words().ditto)


def resolve_dittos(draft: Draft, before: Draft | None) -> None:
    """Put the cells of the task above in the place of 同上."""
    if before is None:
        return
    for name, cells in draft.cells.items():
        if len(cells) == 1 and is_ditto(cells[0].text) and before.cells.get(name):
            draft.cells[name] = [
                Located(cell=above.cell, place=cells[0].place, header=above.header)
                for above in before.cells[name]
            ]
