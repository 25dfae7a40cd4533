"""A copy of a workbook with a comment at every place that has something wrong."""

import io
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from tasks.ledger.grid import Book, Sheet
from tasks.ledger.model import Issue

_ZIP = b"PK\x03\x04"
_LONGEST = 1000
_WIDTH, _HEIGHT = 320, 120
# What a spreadsheet shows as a text even where it begins like a formula.
_TEXT_TYPE = "s"


def annotated_copy(content: bytes, book: Book, issues: Iterable[tuple[str, Issue]]) -> bytes:
    """Return an .xlsx with each issue as a comment at its cell, every value as it was.

    `issues` come with the word for how grave each is. An .xlsx keeps its styles; of other kinds
    the copy has the cells and merged areas. An issue of a whole sheet stands at its first cell.
    """
    copy = _loaded(content) if content.startswith(_ZIP) and _is_xlsx(content) else _rebuilt(book)
    texts: dict[tuple[str, int, int], list[str]] = {}
    for word, issue in issues:
        column = column_index_from_string(issue.col) if issue.col else 1
        place = (issue.sheet, issue.row or 1, column)
        texts.setdefault(place, []).append(f"{word}：{issue.message}")
    _comment(copy, texts)
    stream = io.BytesIO()
    copy.save(stream)
    return stream.getvalue()


def _is_xlsx(content: bytes) -> bool:
    return b"xl/workbook.xml" in content


def _loaded(content: bytes) -> Workbook:
    with warnings.catch_warnings():
        # openpyxl warns of parts it leaves out (pictures, extensions); none of them is a value.
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(content))


def _rebuilt(book: Book) -> Workbook:
    copy = Workbook()
    copy.remove(copy.worksheets[0])
    for sheet in book.sheets:
        made = copy.create_sheet(sheet.name)
        _fill(made, sheet)
        if sheet.hidden:
            made.sheet_state = "hidden"
    if all(made.sheet_state == "hidden" for made in copy.worksheets):
        copy.worksheets[0].sheet_state = "visible"
    return copy


def _fill(made: Worksheet, sheet: Sheet) -> None:
    for number, cells in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(cells, start=1):
            if cell is None or cell.value is None:
                continue
            target: Any = made.cell(row=number, column=column)
            target.value = cell.value
            if isinstance(cell.value, str):
                target.data_type = _TEXT_TYPE
            if cell.format:
                target.number_format = cell.format
    for area in sheet.merged:
        made.merge_cells(
            start_row=area.top,
            start_column=area.left,
            end_row=area.bottom,
            end_column=area.right,
        )


def _comment(copy: Workbook, texts: Mapping[tuple[str, int, int], list[str]]) -> None:
    for (name, row, column), sentences in texts.items():
        if name not in copy.sheetnames:
            continue
        cell = _anchor(copy[name], row, column)
        before = [cell.comment.text] if cell.comment is not None else []
        text = "\n".join([*before, *dict.fromkeys(sentences)])
        if len(text) > _LONGEST:
            text = f"{text[: _LONGEST - 1]}…"
        comment = Comment(text, _("台账导入检查"))
        comment.width, comment.height = _WIDTH, _HEIGHT
        cell.comment = comment


def _anchor(sheet: Worksheet, row: int, column: int) -> Any:
    """Return the cell that can bear a comment: of a merged area, its first one."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(cell, MergedCell):
        for area in sheet.merged_cells.ranges:
            if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                return sheet.cell(row=area.min_row, column=area.min_col)
    return cell
