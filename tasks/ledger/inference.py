"""Know columns by what stands in them, where their headers say nothing; and whose a sheet is."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from accounts.rules.unit_names import UnitRegistry
from tasks.ledger.cells import deadline_in
from tasks.ledger.drafts import is_ditto
from tasks.ledger.grid import DATE, TEXT, Cell, display
from tasks.ledger.headers import Column, status_of
from tasks.ledger.tables import Table
from tasks.ledger.units import read_units

INFERRED = "content"
# Columns are judged by their first rows; most of what stands there has to agree.
_ROWS, _AGREEING = 40, 0.7
_LONG = 4
_UNIT_CELL = 60
_OWNER = re.compile(
    r"(?:责任|牵头|填报|承办|主办|报送)(?:单位|部门|科室)(?:[（(]盖章[）)])?[:：]\s*(\S{2,20})"
)
_TITLE_OWNER = re.compile(r"^(.{2,20}?)(?=20\d\d|年度|任务|重点|工作|台账|清单|责任|整改)")
_AROUND = re.compile(r"^(?:附件?\s*\d*|\d+)?[.、_\-\s]*|[\s_\-（(]*(?:\d+)?[）)]?$")


@dataclass(frozen=True, slots=True)
class Judge:
    """What cells are judged by."""

    registry: UnitRegistry
    plan_year: int
    reference_date: dt.date

    def is_unit(self, cell: Cell) -> bool:
        """Whether a cell names registered units and nothing else."""
        if cell.kind != TEXT or len(cell.text) > _UNIT_CELL:
            return False
        units = read_units(cell.text, self.registry, column="责任单位")
        return bool(units.lead or units.cooperating or units.collective) and not units.unknown

    def is_deadline(self, cell: Cell) -> bool:
        """Whether a cell is a date or a phrase that means one."""
        if cell.kind == DATE:
            return True
        if cell.kind != TEXT or len(cell.text) > _UNIT_CELL:
            return False
        reading = deadline_in(cell, plan_year=self.plan_year, reference_date=self.reference_date)
        return reading is not None and reading.kind != "ambiguous" and not reading.problem

    @staticmethod
    def is_status(cell: Cell) -> bool:
        """Whether a cell says done or not done."""
        return status_of(cell.text) is not None


def infer_columns(table: Table, judge: Judge) -> Table:
    """Return the table with fields for columns nobody knows by their words.

    Only what every task needs is looked for: its units, its deadline, its title; and whether it is
    done. A column is taken when most of what stands in it is of the kind.
    """
    header = table.header
    unknown = [column for column in header.columns if not column.field and column.path]
    shown = [column for column in unknown if column.number not in table.sheet.hidden_columns]
    if not shown or (header.has("title") and header.has("lead", "implementing") and (
        header.has("deadline", "measure_deadline")
    )):  # fmt: skip
        return table
    found: dict[int, str] = {}
    units = _agreeing(table, shown, judge.is_unit)
    if not header.has("lead", "implementing") and units:
        found[units.pop(0).number] = "lead"
    if not header.has("cooperating") and units and units[0].number not in found:
        found[units[0].number] = "cooperating"
    if not header.has("deadline", "measure_deadline"):
        dated = [c for c in _agreeing(table, shown, judge.is_deadline) if c.number not in found]
        found |= {column.number: "deadline" for column in dated[:1]}
    if not header.has("status"):
        said = [c for c in _agreeing(table, shown, judge.is_status) if c.number not in found]
        found |= {column.number: "status" for column in said[:1]}
    if not header.has("title") and header.has("lead", "implementing", "deadline", "code"):
        naming = [c for c in shown if c.number not in found and _names_tasks(table, c)]
        found |= {column.number: "title" for column in naming[:1]}
    if not found:
        return table
    columns = tuple(
        replace(column, field=found[column.number], how=INFERRED)
        if column.number in found
        else column
        for column in header.columns
    )
    return replace(table, header=replace(header, columns=columns))


def _cells(table: Table, column: Column) -> Iterator[Cell]:
    for row in table.rows[:_ROWS]:
        cell = table.sheet.own(row, column.number)
        if cell is not None and cell.text and not is_ditto(cell.text):
            yield cell


def _agreeing(table: Table, columns: list[Column], fits: Callable[[Cell], bool]) -> list[Column]:
    """Return the columns most cells of which fit."""
    agreeing = []
    for column in columns:
        cells = list(_cells(table, column))
        if cells and sum(map(fits, cells)) >= _AGREEING * len(cells):
            agreeing.append(column)
    return agreeing


def _names_tasks(table: Table, column: Column) -> bool:
    """Whether the texts of a column are names: long enough and each its own."""
    texts = [cell.text for cell in _cells(table, column) if cell.kind == TEXT]
    long = [text for text in texts if len(text) >= _LONG]
    return bool(texts) and 2 * len(texts) >= min(len(table.rows), _ROWS) and (
        len(set(long)) >= _AGREEING * len(texts)
    )  # fmt: skip


def owner_of(table: Table, registry: UnitRegistry) -> str:
    """Return the unit whose tasks a sheet without a column of units lists, or blank.

    The sheet's name says it, a line above the header (责任单位：大气环境科), or the title.
    """
    if table.header.has("lead", "implementing"):
        return ""
    above = [
        display(cell)
        for row in range(1, table.header.top)
        for _column, cell in table.sheet.filled(row)
    ]
    named = [match[1] for text in above if (match := _OWNER.search(text))]
    titles = [match[1] for text in above if (match := _TITLE_OWNER.match(text))]
    sheet = _AROUND.sub("", table.sheet.name.strip())
    short = [match[1] for match in (_TITLE_OWNER.match(sheet),) if match]
    for text in (sheet, *short, *named, *titles):
        units = read_units(text, registry, column="牵头单位")
        if len(units.lead) == 1 and units.codes and not units.unknown:
            return units.lead[0]
    return ""
