"""Ledgers uploaded for a test."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from accounts.models import User
from tasks.models import LedgerImport
from tasks.services.imports.confirming import prepare
from tasks.services.imports.uploading import change_import, upload_ledger
from tests.data import DATA

DAY = dt.date(2023, 7, 10)
MESSY = "2_合并标题两行表头.xlsx"
# What stands in the messy ledger in place of a known unit.
UNKNOWN = "大气污染防治推进科"


def messy(change: Callable[[Workbook], None] | None = None) -> bytes:
    """Return the ledger with two header rows, changed for the test."""
    path = DATA / "ledgers" / MESSY
    if change is None:
        return path.read_bytes()
    book = load_workbook(path)
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_unknown_unit(book: Workbook) -> None:
    """Name a unit nobody knows as the lead of tasks 1 and 2."""
    sheet = book.worksheets[0]
    sheet["F5"] = sheet["F8"] = UNKNOWN


def uploaded(
    by: User, content: bytes | None = None, *, name: str = MESSY, **options: Any
) -> LedgerImport:
    """Upload a ledger as a person and read it."""
    upload = SimpleUploadedFile(name, messy() if content is None else content)
    return prepare(upload_ledger(upload, options, on=DAY, by=by))


def corrected(row: LedgerImport, fix: dict[str, Any]) -> LedgerImport:
    """Make a correction as the uploader and read again."""
    return prepare(change_import(row, version=row.version, by=row.by, on=DAY, add=fix))


def group(row: LedgerImport, code: str, value: str | None = None) -> dict[str, Any]:
    """Return the only group of a cause."""
    (found,) = [
        one
        for one in row.outcome["groups"]
        if one["code"] == code and value in (None, one["value"])
    ]
    return dict(found)
