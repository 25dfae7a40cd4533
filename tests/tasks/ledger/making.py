"""Workbooks made for a test, and what the reader makes of them."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from tasks.ledger.grid import Book
from tasks.ledger.model import Issue, LedgerRead, LedgerTask
from tasks.ledger.opening.child import answer
from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import LIMITS, gather
from tests.tasks.ledger.registers import shipped_registry

HEADER = ["序号", "任务名称", "工作措施", "牵头单位", "配合单位", "完成时限"]
Rows = Sequence[Sequence[Any]]


def workbook(sheets: Mapping[str, Rows], *, merged: Mapping[str, Sequence[str]] = {}) -> Workbook:
    """Return a workbook with the rows of each sheet and its merged areas."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in merged.get(name, ()):
            sheet.merge_cells(area)
    return book


def content(book: Workbook) -> bytes:
    """Return the bytes of a workbook's file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_book(book: Workbook, *, name: str = "台账.xlsx", **options: Any) -> LedgerRead:
    """Return what the reader makes of a workbook, for plan year 2023 as of 10 July 2023."""
    values = {"plan_year": 2023, "reference_date": dt.date(2023, 7, 10), **options}
    return read_ledger(cells(content(book), name), registry=shipped_registry(), **values)


def cells(data: bytes, name: str = "台账.xlsx") -> Book:
    """Return the cells of a workbook's bytes as the child reads them, but in this process."""
    return gather(answer(data, name, LIMITS), name)


def read_rows(*rows: Sequence[Any], merged: Sequence[str] = (), **options: Any) -> LedgerRead:
    """Return what the reader makes of one sheet."""
    return read_book(workbook({"台账": rows}, merged={"台账": merged}), **options)


def one(read: LedgerRead) -> LedgerTask:
    """Return the only task."""
    (task,) = read.tasks
    return task


def places(issues: Sequence[Issue]) -> list[tuple[str, int | None, str]]:
    """Return the codes of issues with row and column."""
    return [(issue.code, issue.row, issue.col) for issue in issues]
