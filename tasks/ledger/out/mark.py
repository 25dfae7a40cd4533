"""The mark of an export: a hidden sheet that says which cell is which, so it reads back exactly."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from accounts.rules.spreadsheets import escaped, unescaped
from tasks.ledger.grid import Book, Sheet, display
from tasks.ledger.out.model import OutPlan

SHEET = "四清单导出信息"
# How the format writes an underscore that would begin the number of a character (_x0041_).
_UNDERSCORE = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
_NAME, _VERSION = "four-lists-ledger", "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedColumn:
    """A column of an export: its number from 1, its lowest header word, its field."""

    number: int
    header: str
    field: str
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSheet:
    """A table of an export: its lowest header row, its columns, the text that stands below it."""

    name: str
    header_row: int
    columns: tuple[MarkedColumn, ...]
    below: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What an export says of itself; of several plans, a row's number is PLAN/CODE."""

    style: str
    plans: tuple[OutPlan, ...]
    sheets: tuple[MarkedSheet, ...]

    def rows(self) -> Iterator[Sequence[str]]:
        """Yield the rows of the hidden sheet."""
        yield _NAME, _VERSION, self.style
        for plan in self.plans:
            yield "plan", escaped(plan.code), escaped(plan.name), str(plan.year)
        for sheet in self.sheets:
            yield "sheet", escaped(sheet.name), str(sheet.header_row), escaped(sheet.below)
            for column in sheet.columns:
                yield (
                    "column",
                    str(column.number),
                    escaped(column.header),
                    escaped(column.field),
                    "live" if column.live else "",
                )

    def plan_and_code(self, text: str) -> tuple[str, str]:
        """Return plan and code of a row's number; the plan is blank where there is only one."""
        if len(self.plans) > 1:
            for plan in sorted(self.plans, key=lambda plan: -len(plan.code)):
                if text.startswith(f"{plan.code}/"):
                    return plan.code, text.removeprefix(f"{plan.code}/")
        return "", text


def plain(text: str) -> str:
    """Return a cell's text as it was given to the export."""
    return unescaped(_UNDERSCORE.sub("_", text))


def mark_of(book: Book) -> Mark | None:
    """Return the mark of a workbook, none when it bears none that can be used."""
    found = next((sheet for sheet in book.sheets if sheet.name == SHEET), None)
    if found is None:
        return None
    rows = [[plain(text) for text in row] for row in _texts(found)]
    if not rows or rows[0][:2] != [_NAME, _VERSION]:
        return None
    mark = Mark(
        style=rows[0][2],
        plans=tuple(
            OutPlan(code=row[1], name=row[2], year=int(row[3]))
            for row in rows
            if row[0] == "plan" and row[3].isdigit()
        ),
        sheets=tuple(_sheets(rows)),
    )
    names = {sheet.name for sheet in book.sheets}
    usable = mark.plans and any(sheet.name in names for sheet in mark.sheets)
    return mark if usable else None


def _texts(sheet: Sheet) -> Iterable[list[str]]:
    for number in range(1, len(sheet.rows) + 1):
        yield [display(sheet.own(number, column)) for column in range(1, 6)]


def _sheets(rows: Sequence[Sequence[str]]) -> Iterator[MarkedSheet]:
    name, row_number, below, columns = "", 0, "", list[MarkedColumn]()
    for row in [*rows, ("sheet", "", "0", "", "")]:
        if row[0] == "column" and row[1].isdigit():
            columns.append(
                MarkedColumn(number=int(row[1]), header=row[2], field=row[3], live=row[4] == "live")
            )
        elif row[0] == "sheet" and row[2].isdigit():
            if name and columns:
                yield MarkedSheet(
                    name=name, header_row=row_number, columns=tuple(columns), below=below
                )
            name, row_number, below, columns = row[1], int(row[2]), row[3], []
