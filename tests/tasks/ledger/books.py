"""Write the same rows as .xlsx (shared or inline strings), .xls and .ods."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlwt
from openpyxl import Workbook
from openpyxl.utils import range_boundaries

Rows = Sequence[Sequence[Any]]
_INLINE = re.compile(rb'<c ([^>]*?)t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_RELATION = (
    b'<Relationship Id="rIdShared" Target="sharedStrings.xml" Type="http://schemas.openxmlformats'
    b'.org/officeDocument/2006/relationships/sharedStrings"/>'
)
_DAY = (2023, 7, 10, 0, 0, 0)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(
    sheets: Mapping[str, Rows],
    merged: Mapping[str, Sequence[str]] = {},
    *,
    hidden_rows: Mapping[str, Sequence[int]] = {},
    hidden_columns: Mapping[str, Sequence[str]] = {},
    inline: bool = False,
) -> bytes:
    """Return an .xlsx; dates show as 2023年9月30日; `inline` keeps texts in their cells."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, dt.date):
                    cell.number_format = 'yyyy"年"m"月"d"日"'
        for area in merged.get(name, ()):
            sheet.merge_cells(area)
        for number in hidden_rows.get(name, ()):
            sheet.row_dimensions[number].hidden = True
        for letter in hidden_columns.get(name, ()):
            sheet.column_dimensions[letter].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue() if inline else _shared(stream.getvalue())


def _shared(data: bytes) -> bytes:
    """Move the texts of the cells to a part of shared strings, as Excel keeps them."""
    texts: list[bytes] = []

    def move(match: re.Match[bytes]) -> bytes:
        texts.append(match[2])
        return b"<c " + match[1] + b't="s"><v>%d</v></c>' % (len(texts) - 1)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            body = old.read(part)
            if part.startswith("xl/worksheets/sheet"):
                body = _INLINE.sub(move, body)
            elif part == "[Content_Types].xml":
                body = body.replace(b"</Types>", _TYPE + b"</Types>")
            elif part == "xl/_rels/workbook.xml.rels":
                body = body.replace(b"</Relationships>", _RELATION + b"</Relationships>")
            new.writestr(part, body)
        strings = b"".join(b"<si>" + text + b"</si>" for text in texts)
        new.writestr("xl/sharedStrings.xml", b"<sst " + _MAIN + b">" + strings + b"</sst>")
    return out.getvalue()


def xls(sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] = {}) -> bytes:
    """Return an .xls."""
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"')
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
        for area in merged.get(name, ()):
            left, top, right, bottom = range_boundaries(area)
            assert None not in (left, top, right, bottom)
            sheet.merged_ranges.append((top - 1, bottom - 1, left - 1, right - 1))  # type: ignore[operator]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(
    sheets: Mapping[str, Rows],
    merged: Mapping[str, Sequence[str]] = {},
    *,
    blank_rows: int = 0,
) -> bytes:
    """Return an .ods as LibreOffice writes it; `blank_rows` follow each sheet's last row."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        f'<table:table-column table:number-columns-repeated="16384"/>'
        f"{_ods_rows(rows, merged.get(name, ()))}"
        + (
            f'<table:table-row table:number-rows-repeated="{blank_rows}">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            if blank_rows
            else ""
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", 8) as archive:
        archive.writestr("mimetype", _ODS)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def _ods_rows(rows: Rows, merged: Sequence[str]) -> str:
    spans, covered = {}, set()
    for area in merged:
        bounds = range_boundaries(area)
        left, top, right, bottom = (int(bound or 0) for bound in bounds)
        spans[top, left] = (bottom - top + 1, right - left + 1)
        covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    covered -= spans.keys()
    written = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, value in enumerate(row, start=1):
            if (number, column) in covered:
                cells.append("<table:covered-table-cell/>")
                continue
            down, right = spans.get((number, column), (1, 1))
            span = (
                f' table:number-rows-spanned="{down}" table:number-columns-spanned="{right}"'
                if (down, right) != (1, 1)
                else ""
            )
            cells.append(_ods_cell(value, span))
        written.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return "".join(written)


def _ods_cell(value: Any, span: str) -> str:
    if value is None:
        return f"<table:table-cell{span}/>"
    if isinstance(value, dt.date):
        shown = f"{value.year}年{value.month}月{value.day}日"
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, (int, float)):
        shown, kind = str(value), f'office:value-type="float" office:value="{value}"'
    else:
        shown, kind = str(value), 'office:value-type="string"'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in shown.split("\n"))
    return f"<table:table-cell{span} {kind}>{lines}</table:table-cell>"


def padded(data: bytes, *, rows: int, columns: str = "ABC") -> bytes:
    """Return an .xlsx whose first sheet has so many formatted but blank rows below its own."""
    blank = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}" s="0"/>' for c in columns) + "</row>"
        for n in range(1000, 1000 + rows)
    ).encode()
    return replaced(data, {"xl/worksheets/sheet1.xml": lambda body: body.replace(
        b"</sheetData>", blank + b"</sheetData>")})  # fmt: skip


def replaced(data: bytes, parts: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a packed file with some parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            body = old.read(name)
            body = parts[name](body) if name in parts else body
            new.writestr(zipfile.ZipInfo(name, _DAY), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
