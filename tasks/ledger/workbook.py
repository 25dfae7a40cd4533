"""Open a workbook file as plain cells, or refuse it with a sentence; never a traceback."""

import datetime as dt
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from accounts.errors import DomainError
from tasks.ledger.grid import BOOL, DATE, ERROR, NUMBER, TEXT, Area, Book, Cell, Sheet

# Larger than any ledger seen; beyond it a file is refused before it is parsed.
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 100
MAX_SHEETS = 60
MAX_CELLS = 3_000_000
# A small part may well compress a hundredfold (blank rows); only what is large can hurt.
_RATIO_FROM = 10 * 1024 * 1024

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What openpyxl and the zip and XML readers below it raise on damaged parts.
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    NotImplementedError,
    RecursionError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    ParseError,
    InvalidFileException,
)


def open_workbook(path: Path) -> Book:
    """Return the cells of the file at the path, or raise DomainError saying what to do."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError:
        message = _("找不到或读不了文件“%(name)s”，请检查路径。") % {"name": path.name}
        raise DomainError("file_not_found", message) from None
    if size > MAX_BYTES:
        raise _too_large(path.name, _("%(size)s MB") % {"size": size // (1024 * 1024)})
    return read_workbook(content, path.name)


def read_workbook(content: bytes, name: str) -> Book:
    """Return the cells of a workbook's bytes; `name` is printed in refusals."""
    _check_content(content, name)
    try:
        sheets = _read(content)
    except _DAMAGE:
        message = _("文件“%(name)s”已损坏，打不开，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。")
        raise DomainError("not_a_workbook", message % {"name": name}) from None
    if not any(sheet.rows for sheet in sheets):
        message = _("文件“%(name)s”是空的，没有任何单元格，请检查是否选错文件。")
        raise DomainError("empty_workbook", message % {"name": name})
    return Book(name=name, sheets=sheets)


# ---- before parsing --------------------------------------------------------------------------


def _check_content(content: bytes, name: str) -> None:
    """Refuse what is no .xlsx, too large unpacked, or carries XML entities."""
    if not content:
        message = _("文件“%(name)s”是空文件（0 字节），请检查是否选错文件。")
        raise DomainError("empty_workbook", message % {"name": name})
    if content.startswith(_OLE):
        message = _("文件“%(name)s”是旧版 .xls 或加了密码，请去掉密码、另存为 .xlsx 再导入。")
        raise DomainError("unsupported_format", message % {"name": name})
    if not content.startswith(_ZIP):
        raise _no_workbook(name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, name)
    except _DAMAGE:
        message = _("文件“%(name)s”不完整或已损坏，请重新下载，或用 Excel 打开后另存为 .xlsx。")
        raise DomainError("not_a_workbook", message % {"name": name}) from None


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(n.endswith("workbook.xml") for n in names):
        if "content.xml" in names:
            message = _("文件“%(name)s”是 .ods 表格，请另存为 .xlsx 再导入。")
            raise DomainError("unsupported_format", message % {"name": name})
        raise _no_workbook(name)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or (
        unpacked > _RATIO_FROM
        and unpacked > MAX_RATIO * max(1, sum(part.compress_size for part in parts))
    ):
        raise _too_large(name, _("解压后 %(size)s MB") % {"size": unpacked // (1024 * 1024)})
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                message = _("文件“%(name)s”含有不允许的外部定义，请用 Excel 另存为 .xlsx 再导入。")
                raise DomainError("unsafe_workbook", message % {"name": name})


def _no_workbook(name: str) -> DomainError:
    message = _("“%(name)s”不是 Excel 工作簿（.xlsx），请用 Excel 或 WPS 另存为 .xlsx 再导入。")
    return DomainError("not_a_workbook", message % {"name": name})


def _too_large(name: str, size: str) -> DomainError:
    message = _("文件“%(name)s”太大（%(size)s），请删去无关的工作表和空行，或拆成几个文件导入。")
    return DomainError("workbook_too_large", message % {"name": name, "size": size})


# ---- parsing ---------------------------------------------------------------------------------


def _read(content: bytes) -> list[Sheet]:
    """Return the sheets with computed values, formulas marked."""
    with warnings.catch_warnings():
        # openpyxl warns of parts it leaves out (pictures, extensions); none of them is text.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        formulas = (
            openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
            if _has_formulas(content)
            else None
        )
    sheets = []
    for sheet in book.worksheets[:MAX_SHEETS]:
        _check_size(sheet)
        twin = formulas[sheet.title] if formulas is not None else None
        sheets.append(_sheet(sheet, twin))
    return sheets


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(
            b"<f>" in data or b"<f " in data or b"<f/>" in data
            for part in archive.namelist()
            if part.startswith("xl/worksheets/") and part.endswith(".xml")
            for data in (archive.read(part),)
        )


def _check_size(sheet: Worksheet) -> None:
    if sheet.max_row * sheet.max_column > MAX_CELLS:
        raise _too_large(
            sheet.title,
            _("%(rows)s 行 × %(columns)s 列")
            % {"rows": sheet.max_row, "columns": sheet.max_column},
        )


def _sheet(sheet: Worksheet, formulas: Worksheet | None) -> Sheet:
    rows: list[Sequence[Cell | None]] = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        twins = formulas[number] if formulas is not None else None
        row = [
            _cell(cell, twins[index] if twins is not None and index < len(twins) else None)
            for index, cell in enumerate(cells)
        ]
        while row and row[-1] is None:
            row.pop()
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(
        name=sheet.title,
        rows=rows,
        merged=[
            Area(area.min_row, area.min_col, area.max_row, area.max_col)
            for area in sheet.merged_cells.ranges
        ],
        hidden=sheet.sheet_state != "visible",
    )


def _cell(cell: Any, twin: Any) -> Cell | None:
    """Return a cell in plain terms; nothing for a blank one."""
    formula = twin is not None and twin.data_type == "f"
    value = cell.value
    if value is None:
        return Cell(TEXT, None, formula=True) if formula else None
    if cell.data_type == "e":
        return Cell(ERROR, str(value), formula=formula)
    if isinstance(value, bool):
        return Cell(BOOL, value, formula=formula)
    if isinstance(value, (dt.datetime, dt.date)):
        return Cell(DATE, value, cell.number_format or "", formula)
    if isinstance(value, (int, float)):
        return Cell(NUMBER, value, cell.number_format or "", formula)
    text = str(value)
    return Cell(TEXT, text, formula=formula) if text.strip() or formula else None
