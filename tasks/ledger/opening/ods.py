"""Read .ods as a stream: blank rows and cells repeated a million times cost nothing."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from tasks.ledger.opening.limits import Limits, RefusedError
from tasks.ledger.opening.raw import DATE, ERROR, TEXT, Row, Special, Table

_CHUNK = 1024 * 1024
_MONTH = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*月?")
_CELLS = ("table:table-cell", "table:covered-table-cell")
# Nobody writes the same row this often; only blank ones are repeated more.
_REPEATS = 1000
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


@dataclass(slots=True)
class _Cell:
    """A cell being read."""

    attributes: dict[str, str]
    covered: bool
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Sheet:
    """A sheet being read."""

    name: str
    hidden: bool
    rows: list[tuple[int, Row]] = field(default_factory=list)
    merged: list[list[int]] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    row: int = 0
    column: int = 0
    columns: int = 0
    cells: Row = field(default_factory=list)
    repeat: int = 1


def read_ods(archive: zipfile.ZipFile, limits: Limits) -> Iterator[Table]:
    """Yield the sheets; raises RefusedError for a password, entities, or too many cells."""
    if "META-INF/manifest.xml" in archive.namelist() and (
        b"encryption-data" in archive.read("META-INF/manifest.xml")
    ):
        raise RefusedError("password")
    reader = _Reader(limits)
    with archive.open("content.xml") as stream:
        while data := stream.read(_CHUNK):
            reader.parser.Parse(data, False)
            while reader.done:
                yield reader.done.pop(0)
    reader.parser.Parse(b"", True)
    yield from reader.done


class _Reader:
    """Handles the parser's events; finished sheets gather in `done`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.done: list[Table] = []
        self.count = 0
        self.cells = 0
        self.sheet: _Sheet | None = None
        self.cell: _Cell | None = None
        self.style = ""
        self.hidden_styles: set[str] = set()
        # Notes and tables inside a cell are no text of it.
        self.inside = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    @staticmethod
    def _refuse(*_declaration: Any) -> None:
        raise RefusedError("definitions")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if self.inside or name == "office:annotation" or (self.cell and name == "table:table"):
            self.inside += 1
        elif name == "style:style":
            self.style = attributes.get("style:name", "")
        elif name == "style:table-properties":
            if attributes.get("table:display") == "false":
                self.hidden_styles.add(self.style)
        elif name == "table:table":
            self.count += 1
            hidden = attributes.get("table:style-name", "") in self.hidden_styles
            self.sheet = _Sheet(attributes.get("table:name", ""), hidden)
        elif self.sheet is not None:
            self._start_within(self.sheet, name, attributes)

    def _start_within(self, sheet: _Sheet, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table-column":
            times = _times(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in ("collapse", "filter"):
                low = sheet.columns + 1
                sheet.hidden_columns += range(low, low + min(times, 500))
            sheet.columns += times
        elif name == "table:table-row":
            sheet.repeat = _times(attributes, "table:number-rows-repeated")
            sheet.cells, sheet.column = [], 0
        elif name in _CELLS:
            self.cell = _Cell(attributes, name != _CELLS[0])
        elif self.cell is not None:
            if name == "text:p":
                self.cell.lines.append("")
            elif name == "text:s":
                self.text(" " * min(_times(attributes, "text:c"), 1000))
            elif name in ("text:line-break", "text:tab"):
                self.text("\n" if name == "text:line-break" else "\t")

    def text(self, data: str) -> None:
        """Take text of a paragraph in a cell."""
        if self.cell is not None and not self.inside and self.cell.lines:
            self.cell.lines[-1] += data

    def end(self, name: str) -> None:
        """End an element."""
        if self.inside:
            self.inside -= 1
        elif self.sheet is None:
            return
        elif name in _CELLS and self.cell is not None:
            self._end_cell(self.sheet, self.cell)
            self.cell = None
        elif name == "table:table-row":
            self._end_row(self.sheet)
        elif name == "table:table":
            sheet, self.sheet = self.sheet, None
            if self.count <= self.limits.sheets:
                self.done.append(
                    Table(
                        name=sheet.name,
                        hidden=sheet.hidden,
                        merged=sheet.merged,
                        hidden_columns=sheet.hidden_columns,
                        rows=sheet.rows,
                    )
                )

    def _end_cell(self, sheet: _Sheet, cell: _Cell) -> None:
        times = _times(cell.attributes, "table:number-columns-repeated")
        value = "" if cell.covered else _value(cell)
        down = _times(cell.attributes, "table:number-rows-spanned")
        right = _times(cell.attributes, "table:number-columns-spanned")
        if down > 1 or right > 1:
            top, left = sheet.row + 1, sheet.column + 1
            sheet.merged.append([top, left, top + down - 1, left + right - 1])
        if value != "":
            if sheet.column + times > _LAST_COLUMN:
                raise RefusedError("cells", [sheet.name, sheet.row + 1, sheet.column + times])
            sheet.cells += [""] * (sheet.column - len(sheet.cells)) + [value] * times
        sheet.column += times

    def _end_row(self, sheet: _Sheet) -> None:
        first, sheet.row = sheet.row + 1, sheet.row + sheet.repeat
        if not sheet.cells:
            return
        self.cells += len(sheet.cells) * sheet.repeat
        many = sheet.repeat > _REPEATS
        if many or self.cells > self.limits.cells or sheet.row > _LAST_ROW:
            raise RefusedError("cells", [sheet.name, sheet.row, len(sheet.cells)])
        sheet.rows += ((first + more, list(sheet.cells)) for more in range(sheet.repeat))


def _times(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    return max(1, int(written)) if written.isascii() and written.isdigit() else 1


def _value(cell: _Cell) -> Any:
    """Return the value of a cell, blank text for none."""
    attributes = cell.attributes
    shown = "\n".join(cell.lines)
    kind = attributes.get("office:value-type", "")
    formula = "table:formula" in attributes
    if attributes.get("calcext:value-type") == "error":
        return Special(ERROR, shown or "#N/A", "", formula)
    value: Any = shown
    code = ""
    if kind == "date":
        day = attributes.get("office:date-value", "")
        return Special(DATE, day, _format_of(shown), formula)
    if kind in ("float", "percentage", "currency"):
        value = float(attributes.get("office:value", "0"))
        value = int(value) if value.is_integer() and abs(value) < 1e15 else value
        code = "0%" if kind == "percentage" else ""
    elif kind == "boolean":
        value = attributes.get("office:boolean-value") == "true"
    elif kind == "time":
        return Special(TEXT, shown, "", formula)
    if formula:
        return Special("", None if value == "" else value, code, True)
    return Special("", value, code, False) if code else value


def _format_of(shown: str) -> str:
    """Return a format that shows a date as the file shows it."""
    if _MONTH.fullmatch(shown.strip()):
        return 'yyyy"年"m"月"'
    if "年" in shown or "月" in shown:
        return 'yyyy"年"m"月"d"日"'
    return "yyyy/m/d" if "/" in shown else ""
