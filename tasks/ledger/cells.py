"""Read single cells: dates in their many guises, texts without their line breaks."""

import datetime as dt
import re
from dataclasses import replace

from tasks.ledger.deadlines import Deadline, read_deadline
from tasks.ledger.grid import DATE, ERROR, NUMBER, Cell, display, shows_day

# A day counted from 1899-12-30, as spreadsheets store dates: 1990 to 2099.
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73050
_EPOCH = dt.date(1899, 12, 30)
_LINE_BREAK = re.compile(r"\s*\n\s*")
# Most texts need nothing: no line break, no blank but single ones within.
_TIDY = re.compile(r"(?:\S+(?: \S+)*)?")
_BLANKS = re.compile(r"[ \t\u3000]+")


def clean(text: str) -> str:
    """Return a text with single blanks and no blank lines."""
    if _TIDY.fullmatch(text):
        return text
    lines = (_BLANKS.sub(" ", line).strip() for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return a text that was broken only to fit its cell."""
    if _TIDY.fullmatch(text):
        return text
    return _LINE_BREAK.sub("", clean(text))


def deadline_in(cell: Cell, *, plan_year: int, reference_date: dt.date) -> Deadline | None:
    """Return what a deadline cell means, none when it is blank.

    A date cell means its day, unless its format shows no day; then the month is meant. A bare
    number is a day's serial number where it can be one.
    """
    if cell.kind == ERROR:
        return None
    text = display(cell)
    if not text:
        return None
    day = _serial(cell) if cell.kind == NUMBER else None
    if day is not None:
        return Deadline(raw=day.isoformat(), kind="date", date=day, cell_type="date")
    if cell.kind != DATE:
        return read_deadline(text, plan_year=plan_year, reference_date=reference_date)
    if not shows_day(cell):
        reading = read_deadline(text, plan_year=plan_year, reference_date=reference_date)
        return replace(reading, cell_type="date")
    return Deadline(raw=text, kind="date", date=_plain_day(cell), cell_type="date")


def date_in(
    cell: Cell, *, plan_year: int, reference_date: dt.date, first: bool = False
) -> dt.date | None:
    """Return the day a date column names, none when it names none.

    Of a period (2023年3月) the first day counts when `first`, else the last.
    """
    if cell.kind == DATE and shows_day(cell):
        return _plain_day(cell)
    reading = deadline_in(cell, plan_year=plan_year, reference_date=reference_date)
    if reading is None or reading.date is None or reading.kind == "ambiguous":
        return reading.start if reading is not None and first else None
    if not first or reading.kind == "date":
        return reading.date
    return reading.start or _first_day(reading)


def _first_day(reading: Deadline) -> dt.date | None:
    """Return the first day of the period a reading ends."""
    if reading.date is None:
        return None
    if reading.granularity == "year":
        return reading.date.replace(month=1, day=1)
    months = {"quarter_end": 2, "half_year": 5}.get(reading.kind, 0)
    return reading.date.replace(day=1, month=reading.date.month - months)


def _plain_day(cell: Cell) -> dt.date | None:
    value = cell.value
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


def _serial(cell: Cell) -> dt.date | None:
    """Return the day of a serial number typed or pasted without a date format."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not _FIRST_SERIAL <= value <= _LAST_SERIAL or value != int(value):
        return None
    return _EPOCH + dt.timedelta(days=int(value))
