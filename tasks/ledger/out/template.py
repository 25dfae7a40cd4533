"""Fill an issuing body's own template: its fonts, borders, widths, titles and formulas stay."""

import io
import re
import warnings
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from accounts.errors import DomainError
from accounts.rules.spreadsheets import escaped
from tasks.ledger.grid import Book, Sheet
from tasks.ledger.headers import Header, find_header, key
from tasks.ledger.out import mark
from tasks.ledger.out.columns import BY_FIELD, CUSTOM, EXTRA
from tasks.ledger.out.model import OutPlan, OutTask, Value, shown
from tasks.ledger.out.writing import LIGHTS
from tasks.ledger.tables import read_table

# More rows than this are no document for an issuing body, and openpyxl holds them all.
MOST_ROWS = 20_000
_FOOTERS = frozenset({"footnote", "signature", "subtotal"})
_MEASURE = frozenset({"measures", "measure_code", "measure_deadline"})
_SAME = {"implementing": "lead", "result": "progress"}
_REFERENCE = re.compile(
    r"(?P<end>:?)(?P<column>(?<![A-Za-z])\$?[A-Z]{1,3}\$?)(?P<row>\d+)(?![\d(])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    number: int
    header: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a template's table stands: its columns, first row, and the row below it (0: none)."""

    sheet: Sheet
    header: Header
    columns: Sequence[_Column]
    first: int
    below: int

    def has(self, name: str) -> bool:
        """Whether a column shows the field."""
        return any(column.field == name for column in self.columns)


def check_template(content: bytes, book: Book) -> None:
    """Refuse a workbook that cannot be filled: no .xlsx, or no header says what its columns are."""
    # Names of parts stand uncompressed in the package.
    if b"xl/workbook.xml" not in content:
        message = _("模板“%(name)s”不是 .xlsx 格式，请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
        raise DomainError("template_not_xlsx", message % {"name": book.name})
    _place_in(book)


def fill_template(
    content: bytes,
    book: Book,
    tasks: Iterable[OutTask],
    plans: Sequence[OutPlan],
    path: Path,
) -> int:
    """Write the tasks into the template's table and save it to the path; return how many.

    `book` is the same content as plain cells. Rows of the table that stand in the template are
    overwritten, in the style of the first; what stands below moves down. Raises
    `template_not_xlsx`, `template_no_header` and `template_too_many`.
    """
    check_template(content, book)
    place = _place_in(book)
    with warnings.catch_warnings():
        # openpyxl warns of extensions it leaves out.
        warnings.simplefilter("ignore")
        target = openpyxl.load_workbook(io.BytesIO(content))
    sheet = target[place.sheet.name]
    rows = list(tasks)
    heights = [_height(task, place) for task in rows]
    total = sum(heights)
    if total > MOST_ROWS:
        message = _("要填 %(rows)s 行，套用模板最多 %(most)s 行，请分攻坚行动或单位导出。")
        raise DomainError("template_too_many", message % {"rows": total, "most": MOST_ROWS})
    _make_room(sheet, place, total)
    styles = _styles(sheet, place)
    row = place.first
    for task, height in zip(rows, heights, strict=True):
        _write(sheet, place, task, row, height, styles, several=len(plans) > 1)
        row += height
    _mark(target, place, rows, plans)
    target.save(path)
    return len(rows)


def _place_in(book: Book) -> _Place:
    for sheet in book.sheets:
        header = None if sheet.hidden else find_header(sheet)
        if header is not None and header.has("title"):
            table = read_table(sheet)
            skipped = table.skipped if table is not None else ()
            below = [s.row for s in skipped if s.row > header.bottom and s.why in _FOOTERS]
            return _Place(
                sheet=sheet,
                header=header,
                columns=tuple(_columns(header)),
                first=header.bottom + 1,
                below=min(below, default=0),
            )
    raise DomainError(
        "template_no_header",
        _(
            "模板“%(name)s”里没有找到表头：至少要有“任务名称”“牵头单位”“完成时限”"
            "这样的栏目名，请检查后重新上传。"
        )
        % {"name": book.name},
    )


def _columns(header: Header) -> Iterable[_Column]:
    """Yield the columns with the field each shows; of two of one field the first has it."""
    seen: set[str] = set()
    for column in header.columns:
        if not column.path:
            continue
        name = _SAME.get(column.field, column.field)
        if name == "status" and any(word in column.name for word in ("灯", "红黄绿")):
            name = "light"
        if name not in BY_FIELD or name in seen:
            name = EXTRA + column.name
        seen.add(name)
        yield _Column(number=column.number, header=column.last, field=name)


def _height(task: OutTask, place: _Place) -> int:
    return max(1, len(task.measures)) if place.has("measures") else 1


# ---- room ------------------------------------------------------------------------------------


def _make_room(sheet: Worksheet, place: _Place, total: int) -> None:
    """Clear the table's rows and move what stands below it, formulas included, as far as needed."""
    last = place.below - 1 if place.below else max(sheet.max_row, place.first)
    more = max(0, place.first + total - 1 - last) if place.below else 0
    for area in list(sheet.merged_cells.ranges):
        if area.min_row >= place.first and area.max_row <= last:
            sheet.unmerge_cells(area.coord)
    for row in sheet.iter_rows(min_row=place.first, max_row=last):
        for cell in row:
            if not isinstance(cell, MergedCell):
                cell.value = None
    if not more:
        return
    moved = [area for area in sheet.merged_cells.ranges if area.min_row >= place.below]
    heights = {
        number: dimension.height
        for number, dimension in sheet.row_dimensions.items()
        if number >= place.below and dimension.height
    }
    for area in moved:
        sheet.merged_cells.remove(area)
    edge = get_column_letter(sheet.max_column)
    sheet.move_range(f"A{place.below}:{edge}{sheet.max_row}", rows=more)
    for area in moved:
        whole = CellRange(area.coord)
        whole.shift(row_shift=more)
        sheet.merge_cells(whole.coord)
    for number, height in heights.items():
        sheet.row_dimensions[number + more].height = height
    _shift_formulas(sheet, last, more)
    if sheet.print_area:
        sheet.print_area = _shifted(sheet.print_area.split("!")[-1], last, more)


def _shift_formulas(sheet: Worksheet, last: int, more: int) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type == "f":
                cell.value = _shifted(cell.value, last, more)


def _shifted(text: str, last: int, more: int) -> str:
    """Return references with rows below the table moved down, and areas over it made longer."""

    def moved(match: re.Match[str]) -> str:
        row = int(match["row"])
        least = last if match["end"] else last + 1
        return f"{match['end']}{match['column']}{row + more if row >= least else row}"

    return _REFERENCE.sub(moved, text)


# ---- cells -----------------------------------------------------------------------------------


def _styles(sheet: Worksheet, place: _Place) -> dict[int, Any]:
    """Return the style of the table's first row by column; every row gets it."""
    return {
        column: copy(sheet.cell(place.first, column)._style)  # type: ignore[union-attr]  # noqa: SLF001
        for column in range(1, sheet.max_column + 1)
    }


def _write(
    sheet: Worksheet,
    place: _Place,
    task: OutTask,
    row: int,
    height: int,
    styles: dict[int, Any],
    *,
    several: bool,
) -> None:
    first_height = sheet.row_dimensions[place.first].height
    for offset in range(height):
        if height == 1 and first_height:
            sheet.row_dimensions[row].height = first_height
        for number, style in styles.items():
            sheet.cell(row + offset, number)._style = copy(style)  # type: ignore[union-attr]  # noqa: SLF001
    for column in place.columns:
        if column.field in _MEASURE:
            for offset, measure in enumerate(task.measures[:height]):
                cell = sheet.cell(row + offset, column.number)
                _put(cell, measure.get(column.field, ""))
            continue
        _put(sheet.cell(row, column.number), _value(task, column, several=several))
        if height > 1:
            sheet.merge_cells(
                start_row=row, end_row=row + height - 1,
                start_column=column.number, end_column=column.number,
            )  # fmt: skip


def _value(task: OutTask, column: _Column, *, several: bool) -> Value:
    if column.field == "code":
        return f"{task.plan}/{task.code}" if several else task.code
    if column.field == "light":
        return LIGHTS[task.light][0] if task.light else ""
    source, colon, name = column.field.partition(":")
    if not colon:
        return task.values.get(source, "")
    for own in (task.custom, task.extra):
        for label, value in own.items():
            if key(label) in (key(name), key(column.header)):
                return value
    return ""


def _put(cell: BookCell | MergedCell, value: Value) -> None:
    """Write a value into a styled cell; text that could run is kept from it."""
    if isinstance(cell, MergedCell):
        return
    if isinstance(value, Decimal):
        exact = Decimal(repr(float(value))) == value
        cell.value = float(value) if exact else shown(value)
    elif isinstance(value, str):
        text = escaped(shown(value))
        cell.value = text or None
        # Never a formula, whatever the template's cell was.
        cell.data_type = "s" if text else cell.data_type
    else:
        cell.value = value
        if cell.number_format == "General":
            cell.number_format = "yyyy-mm-dd"


def _mark(target: Any, place: _Place, rows: Sequence[OutTask], plans: Sequence[OutPlan]) -> None:
    """Say in a hidden sheet which cell is which; a template without a number cannot come back."""
    if mark.SHEET in target.sheetnames:
        del target[mark.SHEET]
    if not place.has("code"):
        return
    said = mark.Mark(
        style="template",
        plans=tuple(plans),
        sheets=(
            mark.MarkedSheet(
                name=place.sheet.name,
                header_row=place.header.bottom,
                columns=tuple(
                    mark.MarkedColumn(
                        number=column.number, header=column.header, field=field, live=not field
                    )
                    for column in place.columns
                    for field in (_marked_field(column, rows),)
                ),
                below=place.sheet.text(place.below, _first_filled(place)) if place.below else "",
            ),
        ),
    )
    sheet = target.create_sheet(mark.SHEET)
    for row in said.rows():
        sheet.append([text or None for text in row])
    sheet.sheet_state = "veryHidden"


def _marked_field(column: _Column, rows: Sequence[OutTask]) -> str:
    """Return the field a column is read back as, blank for one that only shows."""
    source, colon, name = column.field.partition(":")
    if not colon:
        return "" if BY_FIELD[source].live else source
    for prefix, owns in ((CUSTOM, [t.custom for t in rows]), (EXTRA, [t.extra for t in rows])):
        for own in owns:
            for label in own:
                if key(label) in (key(name), key(column.header)):
                    return prefix + label
    return ""


def _first_filled(place: _Place) -> int:
    return next((column for column, _cell in place.sheet.filled(place.below)), 1)
