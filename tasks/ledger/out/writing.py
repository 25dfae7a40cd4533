"""Write an exported ledger row by row: memory stays the same however many tasks there are."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from accounts.rules.spreadsheets import escaped
from tasks.ledger.out import mark
from tasks.ledger.out.columns import DATE, LIGHT, NUMBER, OutColumn, Sheet, tables
from tasks.ledger.out.model import PER_UNIT, Heading, OutPlan, OutTask, Value, shown

LIGHTS: Mapping[str, tuple[str, str, str]] = {
    "red": ("红", "#FFC7CE", "#9C0006"),
    "yellow": ("黄", "#FFEB9C", "#7F6000"),
    "green": ("绿", "#C6EFCE", "#006100"),
}
_FONT = "宋体"
_A3, _A4 = 8, 9
# More columns than this are no longer legible on A4.
_A4_COLUMNS = 12
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is exported: `units` name the leads that get a sheet of their own (per-unit)."""

    style: str
    heading: Heading
    plans: Sequence[OutPlan]
    own: Sequence[OutColumn]
    units: Sequence[str] = ()


def write_ledger(
    ledger: Ledger,
    tasks: Iterable[OutTask],
    path: Path,
    *,
    progress: Callable[[int], None] = lambda _done: None,
    every: int = 500,
) -> int:
    """Write the workbook to the path and return how many tasks it holds.

    `progress` hears how many are written, each `every` tasks.
    """
    book = Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": ledger.heading.title})
    formats = _Formats(book)
    sheets = _sheets(book, ledger, formats)
    by_unit = ledger.style == PER_UNIT
    several = len(ledger.plans) > 1
    count = 0
    for count, task in enumerate(tasks, start=1):
        tag = f"{task.plan}/{task.code}" if several else task.code
        values = {"code": tag, **task.values}
        for name in task.leads if by_unit else sheets:
            sheets[name].add(task, values)
        if count % every == 0:
            progress(count)
    _write_mark(book, ledger, sheets.values())
    book.close()
    progress(count)
    return count


def sheet_names(units: Sequence[str]) -> dict[str, str]:
    """Return the name of each unit's sheet: what the format forbids left out, none twice."""
    names: dict[str, str] = {}
    for unit in units:
        plain = _FORBIDDEN.sub("", unit).strip("'")[:_LONGEST_NAME] or "单位"
        name, number = plain, 2
        while name.casefold() in {taken.casefold() for taken in names.values()}:
            name, number = f"{plain[: _LONGEST_NAME - 4]}({number})", number + 1
        names[unit] = name
    return names


def _sheets(book: Workbook, ledger: Ledger, formats: "_Formats") -> dict[str, "_Writer"]:
    kinds = tables(ledger.style, ledger.own)
    heading = ledger.heading
    if ledger.style != PER_UNIT:
        return {kind.name: _Writer(book, kind, kind.name, heading, formats) for kind in kinds}
    return {
        unit: _Writer(
            book, kinds[0], name, Heading(
                title=f"{heading.title}（{unit}）", line=heading.line, footer=heading.footer
            ), formats,
        )
        for unit, name in sheet_names(ledger.units).items()
    }  # fmt: skip


def _write_mark(book: Workbook, ledger: Ledger, writers: Iterable["_Writer"]) -> None:
    said = mark.Mark(
        style=ledger.style,
        plans=tuple(ledger.plans),
        sheets=tuple(writer.marked() for writer in writers),
    )
    sheet = book.add_worksheet(mark.SHEET)
    for number, row in enumerate(said.rows()):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    sheet.very_hidden()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._made: dict[tuple[str, bool], Format] = {}
        common = {"font_name": _FONT, "valign": "vcenter", "text_wrap": True}
        self.title = book.add_format(
            {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"}
        )
        self.line = book.add_format({**common, "font_size": 10, "font_color": "#595959"})
        self.head = book.add_format(
            {**common, "bold": True, "border": 1, "align": "center", "bg_color": "#DCE6F1"}
        )
        self._cell = {**common, "font_size": 10, "border": 1}
        self.lights = {
            colour: book.add_format(
                {**self._cell, "align": "center", "bg_color": fill, "font_color": ink, "bold": True}
            )
            for colour, (_word, fill, ink) in LIGHTS.items()
        }

    def cell(self, column: OutColumn) -> Format:
        """Return the format of a column's cells: text whatever it looks like, dates, numbers."""
        key = column.kind, column.centred
        if key not in self._made:
            kind = {DATE: "yyyy-mm-dd", NUMBER: "General"}.get(column.kind, "@")
            made = {**self._cell, "num_format": kind}
            self._made[key] = self.book.add_format(
                made | ({"align": "center"} if column.centred else {})
            )
        return self._made[key]


class _Writer:
    """One sheet, written from its title down."""

    def __init__(
        self, book: Workbook, kind: Sheet, name: str, heading: Heading, formats: _Formats
    ) -> None:
        self.kind, self.name, self.formats = kind, name, formats
        self.sheet: Worksheet = book.add_worksheet(name)
        self.columns = [
            (number, column, formats.cell(column)) for number, column in enumerate(kind.columns)
        ]
        self.row = self._write_head(heading)
        self.header_row = self.row
        self._set_up(heading)

    def add(self, task: OutTask, values: Mapping[str, Value]) -> None:
        """Write a task: a row, or one for each of its measures with the rest merged over them."""
        measures = task.measures if self.kind.per_measure else ()
        height = max(1, len(measures))
        for offset in range(height):
            measure = measures[offset] if measures else {}
            for number, column, form in self.columns:
                row = self.row + offset
                if column.measure:
                    self._write(row, number, column, measure.get(column.field), form)
                elif offset:
                    self.sheet.write_blank(row, number, None, self._form(task, column, form))
                elif column.kind == LIGHT:
                    word = LIGHTS[task.light][0] if task.light else ""
                    self.sheet.write_string(row, number, word, self._form(task, column, form))
                else:
                    self._write(row, number, column, _value(task, values, column), form)
        if height > 1:
            # `merge_range` wants to write rows that are still to come; the cells are written here.
            self.sheet.merge.extend(
                [self.row, number, self.row + height - 1, number]
                for number, column, _form in self.columns
                if not column.measure
            )
        self.row += height

    def marked(self) -> mark.MarkedSheet:
        """Return what the mark says of this sheet."""
        return mark.MarkedSheet(
            name=self.name,
            header_row=self.header_row,
            columns=tuple(
                mark.MarkedColumn(
                    number=number + 1, header=column.header, field=column.field, live=column.live
                )
                for number, column, _form in self.columns
            ),
        )

    def _form(self, task: OutTask, column: OutColumn, form: Format) -> Format:
        return self.formats.lights.get(task.light, form) if column.kind == LIGHT else form

    def _write(
        self, row: int, number: int, column: OutColumn, value: Value | None, form: Format
    ) -> None:
        if value is None or value == "":
            self.sheet.write_blank(row, number, None, form)
        elif isinstance(value, str):
            self.sheet.write_string(row, number, escaped(shown(value)), form)
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(row, number, dt.datetime.combine(value, dt.time()), form)
        else:
            self._write_number(row, number, value, form)

    def _write_number(self, row: int, number: int, value: Decimal, form: Format) -> None:
        """Write a number as one where a spreadsheet can hold it exactly, else as text."""
        if Decimal(repr(float(value))) == value:
            self.sheet.write_number(row, number, float(value), form)
        else:
            self.sheet.write_string(row, number, escaped(shown(value)), form)

    def _write_head(self, heading: Heading) -> int:
        """Write title, line and header; return the row of the first task."""
        last = len(self.columns) - 1
        sheet, formats = self.sheet, self.formats
        for number, column, _form in self.columns:
            sheet.set_column(number, number, column.width)
        sheet.set_row(0, 32)
        sheet.merge_range(0, 0, 0, last, escaped(heading.title), formats.title)
        sheet.set_row(1, 18)
        sheet.merge_range(1, 0, 1, last, escaped(heading.line), formats.line)
        row = 2
        if self.kind.grouped:
            self._write_groups(row)
            row += 1
        sheet.set_row(row, 30)
        for number, column, _form in self.columns:
            sheet.write_string(row, number, escaped(column.header), formats.head)
        return row + 1

    def _write_groups(self, row: int) -> None:
        first = 0
        for number, column, _form in self.columns:
            after = self.columns[number + 1][1].group if number + 1 < len(self.columns) else None
            if column.group == after:
                continue
            if first == number:
                self.sheet.write_string(row, first, column.group, self.formats.head)
            else:
                self.sheet.merge_range(row, first, row, number, column.group, self.formats.head)
            first = number + 1

    def _set_up(self, heading: Heading) -> None:
        sheet = self.sheet
        sheet.freeze_panes(self.row, 2)
        sheet.set_landscape()
        sheet.set_paper(_A3 if len(self.columns) > _A4_COLUMNS else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, self.row - 1)
        sheet.center_horizontally()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        plain = heading.footer.replace("&", "&&")
        sheet.set_footer(f"&L{plain}&R第 &P 页，共 &N 页")


def _value(task: OutTask, values: Mapping[str, Value], column: OutColumn) -> Value | None:
    source, _colon, name = column.field.partition(":")
    if source == "extra":
        return task.extra.get(name)
    return task.custom.get(name) if source == "custom" else values.get(column.field)
