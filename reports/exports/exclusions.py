"""HR's workbook: the year's exclusions, one row each, and nothing that is not needed."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from accounts.rules.spreadsheets import escaped
from reports.exports.stamp import Stamp

_TITLE_ROW, _STAMP_ROW, _HEADER_ROW = 1, 2, 3
_THIN = Side(style="thin", color="FF808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="FFDCE6F1")
_FONT = "宋体"
# Widths in characters; text columns wrap beyond them.
_WIDTHS = (24, 14, 24, 18, 44, 60, 14)
_DATE_FORMAT = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionRow:
    """One exclusion as HR lists it; the fields are the workbook's columns, in order.

    A unit stands under `name` too, with an empty staff number.
    """

    name: str
    staff_number: str
    unit: str
    category: str
    conclusion: str
    clause: str
    date: dt.date


def headers() -> tuple[str, ...]:
    """Return the column headings, in the order of `ExclusionRow`."""
    return (
        _("姓名（单位）"),
        _("工号"),
        _("单位"),
        _("类别"),
        _("结论"),
        _("依据条款"),
        _("生效日期"),
    )


def write_list(rows: Sequence[ExclusionRow], *, year: int, as_of: dt.date, stamp: Stamp) -> bytes:
    """Return the workbook (.xlsx): a title, the stamp, one heading row, one row an exclusion.

    Text that a spreadsheet could take for a formula is escaped; A4 landscape, one page wide, the
    heading repeated on every page, the stamp in every footer.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet), "a new workbook has one"  # noqa: S101
    sheet.title = _("%(year)s年度") % {"year": year}
    _write_head(sheet, year=year, as_of=as_of, stamp=stamp)
    for number, row in enumerate(rows, start=_HEADER_ROW + 1):
        _write_row(sheet, number, row)
    _set_up(sheet, last=_HEADER_ROW + len(rows), stamp=stamp)
    book.properties.creator = stamp.taken_by
    book.properties.title = str(sheet.cell(_TITLE_ROW, 1).value)
    book.properties.created = book.properties.modified = stamp.taken_at.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_head(sheet: Worksheet, *, year: int, as_of: dt.date, stamp: Stamp) -> None:
    width = len(headers())
    title = sheet.cell(
        _TITLE_ROW,
        1,
        _("%(year)s年度考核评优资格排除名单（截至%(as_of)s）")
        % {"year": year, "as_of": as_of.isoformat()},
    )
    title.font = Font(name=_FONT, size=16, bold=True)
    title.alignment = Alignment(horizontal="center", vertical="center")
    line = sheet.cell(_STAMP_ROW, 1, escaped(stamp.line()))
    line.font = Font(name=_FONT, size=9, color="FF595959")
    line.alignment = Alignment(vertical="center", wrap_text=True)
    for row, height in ((_TITLE_ROW, 32), (_STAMP_ROW, 18)):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
        sheet.row_dimensions[row].height = height
    for column, text in enumerate(headers(), start=1):
        cell = sheet.cell(_HEADER_ROW, column, text)
        cell.font = Font(name=_FONT, size=11, bold=True)
        cell.fill, cell.border = _HEAD_FILL, _GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[_HEADER_ROW].height = 24


def _write_row(sheet: Worksheet, number: int, row: ExclusionRow) -> None:
    for column, value in enumerate(astuple(row), start=1):
        shown = escaped(value) or None if isinstance(value, str) else value
        cell = sheet.cell(number, column, shown)
        cell.font = Font(name=_FONT, size=11)
        cell.border = _GRID
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        # Text whatever it looks like; staff numbers keep their leading zeros.
        cell.number_format = "@" if isinstance(value, str) else _DATE_FORMAT


def _set_up(sheet: Worksheet, *, last: int, stamp: Stamp) -> None:
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    right = get_column_letter(len(_WIDTHS))
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{right}{last}"
    sheet.print_area = f"A1:{right}{last}"
    sheet.print_title_rows = f"{_TITLE_ROW}:{_HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    assert sheet.sheet_properties.pageSetUpPr is not None  # noqa: S101
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    _mark_pages(sheet, stamp)


def _mark_pages(sheet: Worksheet, stamp: Stamp) -> None:
    """Print on every page whose copy it is, in grey across the top, and the stamp at its foot."""
    top, foot = sheet.oddHeader, sheet.oddFooter
    assert top is not None and foot is not None, "a new sheet has both"  # noqa: S101
    top.center.text = _plain(_("内部资料 仅限人事工作使用 %(by)s") % {"by": stamp.taken_by})
    top.center.size, top.center.color = 18, "A6A6A6"
    foot.left.text = _plain(
        _("导出：%(by)s %(at)s")
        % {"by": stamp.taken_by, "at": stamp.taken_at.strftime("%Y-%m-%d %H:%M")}
    )
    foot.center.text = _plain(
        _("共 %(count)s 条 %(digest)s 链头 %(chain)s")
        % {"count": stamp.count, "digest": stamp.digest[:23], "chain": stamp.chain[:23]}
    )
    foot.right.text = _("第 &P 页，共 &N 页")


def _plain(text: str) -> str:
    """Return text for a header or footer, where a single & starts a code."""
    return text.replace("&", "&&")
