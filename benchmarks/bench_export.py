"""What an export costs: openpyxl writing the same styled ledger ÷ our export; memory at 100 k rows.

The reference is handed the rows as they stand in our export, so it reads no database; it sets
fonts, borders and alignment of each cell from shared objects, as openpyxl's own guide does. Ours
reads every task with its lists from the database. The memory is a process's own peak, measured in
one that only exports.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
from django.db import connection
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from accounts.services.organisation import load_organisation
from benchmarks.harness import AtLeast, AtMost, Result, medians
from tasks.models import Task
from tasks.services.exporting.choosing import Choice
from tasks.services.exporting.files import write_export
from tests.cast import build_cast
from tracker.demo.synthetic import load_synthetic

MUST = {"export_vs_openpyxl": AtLeast(3), "export_rss_mb": AtMost(300)}
ROWS, MANY = 10_000, 100_000
TODAY = dt.date(2023, 12, 31)

_CHILD = """
import django, json, os, resource, sys
django.setup()
from django.db import connection
connection.close()
connection.settings_dict["NAME"] = sys.argv[1]
import datetime as dt
from pathlib import Path
from tasks.services.exporting.choosing import Choice
from tasks.services.exporting.files import write_export
count = write_export(Choice(), Path(sys.argv[2]), by=None, on=dt.date.fromisoformat(sys.argv[3]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"count": count, "mb": peak / 1024}))
"""


def run() -> Result:
    """Time both on 10 k tasks, then measure one export of 100 k."""
    build_cast()
    load_organisation()
    load_synthetic(ROWS, today=TODAY)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        _export(path / "first.xlsx")
        rows, columns = _rows(path / "first.xlsx")
        seconds = medians(
            {
                "ours": lambda: _export(path / "ours.xlsx"),
                "openpyxl": lambda: _write(rows, path / "theirs.xlsx"),
            }
        )
        _grow()
        measured = _measure(path / "many.xlsx")
    return Result(
        ratios={
            "export_vs_openpyxl": seconds["openpyxl"] / seconds["ours"],
            "export_rss_mb": measured["mb"],
        },
        sizes={"export_rows": len(rows), "export_columns": columns, "export_many": MANY},
        detail={f"{name}_seconds": round(taken, 3) for name, taken in seconds.items()},
    )


def _export(path: Path) -> None:
    write_export(Choice(), path, by=None, on=TODAY)


def _rows(path: Path) -> tuple[list[list[Any]], int]:
    """Return the cells of our export, which the reference writes again."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return rows, len(rows[-1])


def _write(rows: list[list[Any]], path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    side = Side(style="thin")
    border = Border(left=side, right=side, top=side, bottom=side)
    font = Font(name="宋体", size=10)
    wrapped = Alignment(vertical="center", wrap_text=True)
    fills = {
        word: PatternFill("solid", fgColor=colour)
        for word, colour in (("红", "FFC7CE"), ("黄", "FFEB9C"), ("绿", "C6EFCE"))
    }
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.font, cell.border, cell.alignment = font, border, wrapped
            if value in fills:
                cell.fill = fills[value]
    book.save(path)


def _grow() -> None:
    """Fill the database up to 100 k tasks."""
    more = MANY - Task.objects.count()
    load_synthetic(more, today=TODAY.replace(year=TODAY.year + 1))


def _measure(path: Path) -> dict[str, Any]:
    """Export everything in a process of its own and return its peak memory."""
    name = str(connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, name, str(path), TODAY.isoformat()],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings_test"},
        capture_output=True,
        text=True,
        check=True,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    if measured["count"] != MANY:
        raise ValueError(f"exported {measured['count']} tasks instead of {MANY}")
    return measured
