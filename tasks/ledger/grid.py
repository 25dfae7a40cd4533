"""A workbook as plain cells, whatever program wrote it: what the reader of ledgers works on."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

TEXT, NUMBER, DATE, BOOL, ERROR = "text", "number", "date", "bool", "error"

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_LOCALE = re.compile(r"\[[^\]]*\]|;.*$|_.|\*.")
_CODE = re.compile(r"yyyy|yy|e|mmmm|mmm|mm|m|dddd|ddd|dd|d", re.IGNORECASE)
# Without a day in the cell's format, only year and month are meant.
_MONTH_FORMAT = "{year}年{month}月"


class Cell:
    """A cell that holds something.

    `format` is the number format of dates and rates; `formula` says that the value was computed,
    and for one never computed the value is None. `text` is the cell as its reader sees it,
    stripped. Cells that show the same may be one object: none is ever changed.
    """

    __slots__ = ("format", "formula", "kind", "text", "value")

    def __init__(self, kind: str, value: Value, code: str = "", formula: bool = False) -> None:
        self.kind = kind
        self.value = value
        self.format = code
        self.formula = formula
        self.text = value.strip() if isinstance(value, str) else _text(value, code)

    @property
    def unreadable(self) -> bool:
        """Whether the cell shows an error, or a formula that was never computed."""
        return self.kind == ERROR or (self.formula and self.value is None)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of merged cells, rows and columns counted from 1, all included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: rows of cells (None where blank), counted from 1 in everything it answers."""

    name: str
    rows: Sequence[Sequence[Cell | None]]
    merged: Sequence[Area] = ()
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()

    @cached_property
    def _anchors(self) -> Mapping[tuple[int, int], Area]:
        return {
            (row, column): area
            for area in self.merged
            for row in range(area.top, min(area.bottom, len(self.rows)) + 1)
            for column in range(area.left, min(area.right, self.width) + 1)
        }

    @cached_property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((len(row) for row in self.rows), default=0)

    def area(self, row: int, column: int) -> Area | None:
        """Return the merged area a place lies in."""
        if not self.merged:
            return None
        return self._anchors.get((row, column))

    def own(self, row: int, column: int) -> Cell | None:
        """Return the cell at the place itself; nothing when a merged area covers it."""
        if not 1 <= row <= len(self.rows):
            return None
        cells = self.rows[row - 1]
        return cells[column - 1] if 1 <= column <= len(cells) else None

    def shown(self, row: int, column: int) -> Cell | None:
        """Return the cell a reader sees at the place: of a merged area, its first one."""
        area = self.area(row, column)
        return self.own(row, column) if area is None else self.own(area.top, area.left)

    def text(self, row: int, column: int) -> str:
        """Return what a reader sees at the place as stripped text, blank for nothing."""
        return display(self.shown(row, column))

    def filled(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Yield column and cell of what a row holds itself."""
        if 1 <= row <= len(self.rows):
            for column, cell in enumerate(self.rows[row - 1], start=1):
                if cell is not None:
                    yield column, cell


@dataclass(frozen=True, kw_only=True)
class Book:
    """A workbook: its file name and its sheets in order."""

    name: str
    sheets: Sequence[Sheet] = field(default_factory=tuple)


def display(cell: Cell | None) -> str:
    """Return a cell as its reader sees it, stripped, blank for none."""
    return cell.text if cell is not None else ""


def _text(value: Value, code: str) -> str:
    """Return a value that is no text as its reader sees it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (dt.datetime, dt.date)):
        return _date_text(value, code)
    return str(value).strip()


def shows_day(cell: Cell) -> bool:
    """Whether the format of a date cell shows its day; 2023年12月 means the month."""
    codes = [code.lower() for code in _CODE.findall(_bare_format(cell.format))]
    return not codes or any(code.startswith("d") for code in codes)


def _bare_format(number_format: str) -> str:
    """Return a format without colours, locales, further sections and quoted text."""
    return _QUOTED.sub("", _LOCALE.sub("", number_format))


@lru_cache(maxsize=4096)
def _date_text(value: dt.date, number_format: str) -> str:
    """Return a date as its format shows it, in the order year, month, day."""
    bare = _bare_format(number_format)
    codes = [code.lower() for code in _CODE.findall(bare)]
    if codes and not any(code.startswith("d") for code in codes):
        return _MONTH_FORMAT.format(year=value.year, month=value.month)
    if "年" in number_format or "月" in number_format:
        return f"{value.year}年{value.month}月{value.day}日"
    if "/" in bare or "mm-dd-yy" in bare:
        return f"{value.year}/{value.month}/{value.day}"
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def column_letter(column: int) -> str:
    """Return the letters of a column: 1 → A, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
