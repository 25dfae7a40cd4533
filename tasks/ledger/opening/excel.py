"""Read .xlsx and .xls by calamine, with what it leaves out added from the parts."""

import datetime as dt
import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tasks.ledger.opening.formats import shows_date, styles_that_matter
from tasks.ledger.opening.limits import Limits, RefusedError
from tasks.ledger.opening.raw import DATE, ERROR, TEXT, Row, Special, Table
from tasks.ledger.opening.scan import Scanned, scan_sheet

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
_DAYS_1904 = 1462
_LAST_SERIAL = 2_958_465


def read_xlsx(content: bytes, archive: zipfile.ZipFile, limits: Limits) -> Iterator[Table]:
    """Yield the sheets; raises RefusedError for cells that reach too far."""
    styles = styles_that_matter(archive)
    parts, days = _workbook(archive)
    names = set(archive.namelist())
    scanned: dict[str, Scanned] = {}
    for name, part in parts.items():
        if part in names and len(scanned) < limits.sheets:
            found = scan_sheet(archive, part, styles)
            if found.size > limits.cells:
                rows, columns = found.rows[1], found.columns[1]
                raise RefusedError("cells", [name, rows, columns])
            scanned[name] = found
    for name, hidden, sheet in _sheets(content, limits):
        yield Table(
            name=name,
            hidden=hidden,
            merged=_merged(sheet),
            hidden_columns=sorted(scanned[name].hidden_columns) if name in scanned else [],
            rows=_rows(sheet, scanned.get(name, Scanned()), days),
        )


def read_xls(content: bytes, limits: Limits) -> Iterator[Table]:
    """Yield the sheets of an old binary workbook."""
    for name, hidden, sheet in _sheets(content, limits):
        yield Table(
            name=name,
            hidden=hidden,
            merged=_merged(sheet),
            hidden_columns=[],
            rows=_rows(sheet, Scanned(), 0),
        )


def _sheets(content: bytes, limits: Limits) -> Iterator[tuple[str, bool, CalamineSheet]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise RefusedError("password") from None
    for index, about in enumerate(book.sheets_metadata[: limits.sheets]):
        if about.typ == SheetTypeEnum.WorkSheet:
            hidden = about.visible != SheetVisibleEnum.Visible
            yield about.name, hidden, book.get_sheet_by_index(index)


def _merged(sheet: CalamineSheet) -> list[list[int]]:
    return [
        [top + 1, left + 1, bottom + 1, right + 1]
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]


def _rows(sheet: CalamineSheet, found: Scanned, days: int) -> Iterator[tuple[int, Row]]:
    """Yield the number and the cells of each row that holds something."""
    if sheet.start is None:
        # No value anywhere: formulas that were never computed may still stand there.
        for number in sorted(found.formulas):
            yield number, _special([], number, found, days)
        return
    top, left = sheet.start
    ahead: Row = [""] * left
    noted = found.formats.keys() | found.formulas.keys() | found.errors.keys()
    number = top
    for cells in sheet.iter_rows():
        number += 1
        row: Row = [*ahead, *cells] if left else cells
        yield number, (_special(row, number, found, days) if number in noted else row)
    for beyond in sorted(row for row in found.formulas if row > number or row <= top):
        yield beyond, _special([], beyond, found, days)


def _special(row: Row, number: int, found: Scanned, days: int) -> Row:
    """Return a row with formats, formulas and errors put to their cells."""
    formulas = found.formulas.get(number, set())
    errors = found.errors.get(number, set())
    formats = found.formats.get(number, {})
    last = max(formulas | errors | formats.keys())
    row = row + [""] * (last - len(row))
    for column in formulas | errors | formats.keys():
        value = row[column - 1]
        code = formats.get(column, "")
        if column in errors:
            row[column - 1] = Special(ERROR, str(value) or "#N/A", "", column in formulas)
        elif value == "" and column not in formulas:
            continue
        else:
            row[column - 1] = _formatted(value, code, days, formula=column in formulas)
    return row


def _formatted(value: Any, code: str, days: int, *, formula: bool) -> Special:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and shows_date(code):
        serial = value + days
        if 0 < serial <= _LAST_SERIAL:
            day = _EPOCH + dt.timedelta(days=serial)
            return Special(DATE, day.isoformat(), code, formula)
    if isinstance(value, (dt.date, dt.datetime)):
        return Special(DATE, value.isoformat(), code, formula)
    if isinstance(value, (dt.time, dt.timedelta)):
        return Special(TEXT, str(value), "", formula)
    return Special("", None if value == "" else value, code, formula)


def _workbook(archive: zipfile.ZipFile) -> tuple[dict[str, str], int]:
    """Return the parts of the sheets by name, and the days a 1904 workbook counts less."""
    names = archive.namelist()
    path = next((name for name in names if name == "xl/workbook.xml"), "") or next(
        name for name in names if name.endswith("workbook.xml")
    )
    folder = posixpath.dirname(path)
    book = ET.fromstring(archive.read(path))  # noqa: S314 - document types are refused
    relations = ET.fromstring(  # noqa: S314
        archive.read(f"{folder}/_rels/{posixpath.basename(path)}.rels")
    )
    targets = {
        one.get("Id", ""): posixpath.normpath(
            posixpath.join("/" + folder, one.get("Target", ""))
        ).lstrip("/")
        for one in relations.iterfind("{*}Relationship")
    }
    parts = {
        one.get("name", ""): targets.get(one.get(_RELATION) or one.get(_STRICT_RELATION) or "", "")
        for one in book.iterfind("{*}sheets/{*}sheet")
    }
    about = book.find("{*}workbookPr")
    later = about is not None and about.get("date1904") in ("1", "true")
    return parts, _DAYS_1904 if later else 0
