"""Know columns by their header words: exact words from data, then hints for unheard-of ones."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from tasks.ledger.grid import Cell, Sheet, column_letter, display

_WORDS = Path(__file__).resolve().parent / "data" / "headers.yaml"
_UNIT = re.compile(r"\([^()]*\)$")
_MONTH = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:份)?|第?[一二三四]季度|上半年|下半年")
_LONGEST_HINT = 16
# A header stands in the first rows of a sheet, below titles and remarks.
_SEARCHED_ROWS = 30
_HEADER_ROWS = 3
EXACT, HINTED = 1.0, 0.5
_SURE, _LIKELY = 2.0, 1.0
# Fields a task has one column of.
_SINGLE = frozenset(
    ("code", "category", "target", "deadline", "start", "frequency", "percent", "status", "remark")
)
# One of these heads every ledger, however it words the rest.
_TELLING = frozenset(("code", "title", "measures", "requirement", "target"))
LEARNED = "learned"
_HOW = {EXACT: "exact", HINTED: "hint", 0.0: ""}
# A learned meaning that says a column has none of the fields.
NO_FIELD = "extra"


@dataclass(frozen=True, slots=True)
class Hint:
    """A rule for headers nobody listed: which words must, may, must not occur, or may end it."""

    field: str
    any: tuple[str, ...]
    ends: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Whether the header is of this kind."""
        return (
            (any(word in text for word in self.any) or text.endswith(self.ends))
            and all(word in text for word in self.all)
            and not any(word in text for word in self.none)
        )


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """The header vocabulary: exact names to fields, hints, and words of rows that are no data."""

    names: Mapping[str, str]
    hints: Sequence[Hint]
    lists: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, tuple[str, ...]]
    status: Mapping[str, str]


@cache
def header_words() -> HeaderWords:
    """Return the shipped vocabulary."""
    content: dict[str, Any] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return HeaderWords(
        names={key(name): fld for fld, names in content["fields"].items() for name in names},
        hints=[
            Hint(
                field=hint["field"],
                any=tuple(hint.get("any", ())),
                ends=tuple(hint.get("ends", ())),
                all=tuple(hint.get("all", ())),
                none=tuple(hint.get("none", ())),
            )
            for hint in content["hints"]
        ],
        lists={name: tuple(words) for name, words in content["lists"].items()},
        rows={name: tuple(words) for name, words in content["rows"].items()},
        status={key(word): state for state, words in content["status"].items() for word in words},
    )


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """Return header text as headers are compared: folded, without blanks and closing marks."""
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    return folded.strip(":*·.、").upper() if folded.isascii() else folded.strip(":*·、")


@lru_cache(maxsize=4096)
def field_of(text: str) -> tuple[str, float]:
    """Return the field a header names and how surely; blank and 0 for none."""
    words = header_words()
    whole = key(text)
    for name in (whole, _UNIT.sub("", whole)):
        if name in words.names:
            return words.names[name], EXACT
    # 7月进展, 2023年一季度完成情况: a series of one field.
    rest = _MONTH.sub("", whole, count=1)
    if rest != whole and rest in words.names:
        return words.names[rest], EXACT
    if 0 < len(whole) <= _LONGEST_HINT and not whole.isdigit():
        for hint in words.hints:
            if hint.fits(whole):
                return hint.field, HINTED
    return "", 0.0


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its number from 1, its words from the top header row down, its field.

    `how` says what the field rests on: `learned` (a person said so), `exact` (a listed word),
    `hint` (a word within the header), blank for a column of no field.
    """

    number: int
    path: tuple[str, ...]
    field: str
    how: str = ""

    @property
    def letter(self) -> str:
        """The column's letters."""
        return column_letter(self.number)

    @cached_property
    def name(self) -> str:
        """The header as one text: 责任分工/牵头单位."""
        return "/".join(self.path)

    @property
    def last(self) -> str:
        """The lowest header word."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, kw_only=True)
class Header:
    """A table's header: its rows and its columns."""

    top: int
    bottom: int
    columns: tuple[Column, ...]

    @cached_property
    def words(self) -> Mapping[int, frozenset[str]]:
        """The header words of each column as they are compared."""
        return {c.number: frozenset(key(word) for word in c.path) for c in self.columns if c.path}

    def has(self, *fields: str) -> bool:
        """Whether a column of one of the fields exists."""
        return any(column.field in fields for column in self.columns)

    def of(self, field: str) -> tuple[Column, ...]:
        """Return the columns of a field, from left to right."""
        return tuple(column for column in self.columns if column.field == field)


Learned = Mapping[str, str]


def header_key(name: str) -> str:
    """Return a column's header (牵头单位, 责任分工/牵头单位) as learned meanings are kept under."""
    return key("".join(name.split("/")))


def find_header(sheet: Sheet, learned: Learned | None = None) -> Header | None:
    """Return the header of a sheet's table, or none when no row looks like one.

    `learned` are meanings people gave headers, by `header_key`; they go before everything else.
    """
    known = learned or {}
    rows = range(1, min(len(sheet.rows), _SEARCHED_ROWS) + 1)
    for sure in (True, False):
        for row in rows:
            if _is_header(sheet, row, known, sure=sure):
                bottom = _bottom(sheet, row)
                return Header(top=row, bottom=bottom, columns=_columns(sheet, row, bottom, known))
    return None


def _labels(sheet: Sheet, row: int) -> list[str]:
    """Return the texts that stand in a row."""
    return [text for _column, cell in sheet.filled(row) if (text := display(cell))]


def _is_header(sheet: Sheet, row: int, learned: Learned, *, sure: bool) -> bool:
    """Whether a row's cells are header words.

    Surely so when half of them are known and make up the weight of two listed words. Failing that,
    when a third of several short words is known, one of them for what a task is.
    """
    labels = _labels(sheet, row)
    known = [found for label in labels if (found := _known(label, learned))[0]]
    weight = sum(how for _field, how in known)
    fields = {name for name, _how in known}
    if sure:
        return weight >= _SURE and len(fields) >= _SURE and 2 * len(known) >= len(labels)
    return (
        weight >= _LIKELY
        and len(fields) >= _SURE
        and 3 * len(known) >= len(labels)
        and (len(labels) > _SURE or len(known) == len(labels))
        and all(len(key(label)) <= _LONGEST_HINT for label in labels)
        and not _TELLING.isdisjoint(fields)
    )


def _known(label: str, learned: Learned) -> tuple[str, float]:
    """Return the field of a header word and how surely, learned words included."""
    meaning = learned.get(key(label)) if learned else None
    return (meaning, EXACT) if meaning else field_of(label)


def _bottom(sheet: Sheet, top: int) -> int:
    """Return the last header row: rows below that divide or continue the header's cells."""
    bottom = top
    while bottom - top < _HEADER_ROWS - 1 and _continues(sheet, top, bottom + 1):
        bottom += 1
    return bottom


def _continues(sheet: Sheet, top: int, row: int) -> bool:
    """Whether a row still belongs to the header."""
    labels = _labels(sheet, row)
    if not labels:
        return False
    merged_down = any(area.top <= top and area.bottom >= row > area.top for area in sheet.merged)
    split = any(area.top == row - 1 and area.right > area.left for area in sheet.merged)
    known = [label for label in labels if field_of(label)[0]]
    months = [label for label in labels if _MONTH.fullmatch(key(label))]
    if merged_down:
        # A cell of the first header row that reaches down here leaves no doubt.
        return True
    if split:
        return 2 * (len(known) + len(months)) >= len(labels)
    # Without merged cells, every word below must be a header word, some of them under a blank.
    exact = all(field_of(label)[1] == EXACT for label in labels)
    return exact and any(not _is_own(sheet, row - 1, column) for column, _ in sheet.filled(row))


def _is_own(sheet: Sheet, row: int, column: int) -> bool:
    return display(sheet.own(row, column)) != ""


def _columns(sheet: Sheet, top: int, bottom: int, learned: Learned) -> tuple[Column, ...]:
    """Return the columns with their header words; a later one of the same field keeps it too."""
    columns = []
    for number in range(1, sheet.width + 1):
        path: list[str] = []
        for row in range(top, bottom + 1):
            text = _parent(sheet, row, number, last=bottom)
            if text and (not path or path[-1] != text):
                path.append(text)
        name, sure = _field(path)
        columns.append(Column(number=number, path=tuple(path), field=name, how=_HOW[sure]))
    settled = _without_doubtful_twins(
        _without_hidden_twins(_settled(columns), sheet.hidden_columns)
    )
    return tuple(_corrected(column, learned) for column in settled)


def _without_hidden_twins(columns: Sequence[Column], hidden: frozenset[int]) -> Sequence[Column]:
    """Leave a field to the columns that are shown; a hidden one has it only alone."""
    shown = {column.field for column in columns if column.number not in hidden}
    return [
        replace(column, field="", how="")
        if column.number in hidden and column.field in shown
        else column
        for column in columns
    ]


def _without_doubtful_twins(columns: Sequence[Column]) -> Sequence[Column]:
    """Leave a field of one column to the header that is listed, not to one that hints at it."""
    listed = {column.field for column in columns if column.how == _HOW[EXACT]}
    return [
        replace(column, field="", how="")
        if column.how == _HOW[HINTED] and column.field in _SINGLE and column.field in listed
        else column
        for column in columns
    ]


def _corrected(column: Column, learned: Learned) -> Column:
    """Return the column with the meaning a person gave its header, if any did."""
    meaning = learned.get(header_key(column.name)) if learned and column.path else None
    if meaning is None:
        return column
    return replace(column, field="" if meaning == NO_FIELD else meaning, how=LEARNED)


def _parent(sheet: Sheet, row: int, column: int, *, last: int) -> str:
    """Return the header word above a column; an unmerged parent also heads the blanks beside it."""
    text = "".join(sheet.text(row, column).split())
    if text or row == last:
        return text
    if display(sheet.own(last, column)) and column > 1 and sheet.area(row, column) is None:
        return _parent(sheet, row, column - 1, last=last)
    return ""


def _field(path: Sequence[str]) -> tuple[str, float]:
    """Return the field of a column and how surely.

    Its lowest word and all words together go before the words above, a listed word before a hint.
    """
    if not path:
        return "", 0.0
    own = [field_of(text) for text in dict.fromkeys((path[-1], "".join(path)))]
    above = [field_of(text) for text in reversed(path[:-1])]
    for group in (own, above):
        for wanted in (EXACT, HINTED):
            for name, sure in group:
                if name and sure >= wanted:
                    return name, sure
    return "", 0.0


def _settled(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Decide columns whose field depends on their neighbours."""
    fields = [column.field for column in columns]
    leading = [c for c in columns if c.field == "lead" and _leads(c)]
    settled = []
    for column in columns:
        name = column.field
        if name == "lead" and leading and not _leads(column):
            # 责任部门 beside 牵头部门 carries out.
            name = "implementing"
        elif name == "actual_finish" and "deadline" not in fields and not _is_past(column):
            name = "deadline"
        elif name == "deadline" and _is_second_finish(column, columns):
            name = "actual_finish"
        elif name == "problems" and "title" not in fields:
            name = "title"
        elif name == "measure_deadline" and "deadline" not in fields and "measures" not in fields:
            name = "deadline"
        settled.append(replace(column, field=name))
    return tuple(settled)


def _leads(column: Column) -> bool:
    return any(word in column.name for word in ("牵头", "主办"))


def _is_past(column: Column) -> bool:
    """Whether a header can only mean a day that has come: 实际完成时间, 销号时间."""
    return any(word in column.name for word in ("实际", "销号", "作废", "办结", "最近"))


def _is_second_finish(column: Column, columns: Sequence[Column]) -> bool:
    """Whether 完成时间 stands beside a 完成时限 and so means the day it was finished."""
    if not column.last.endswith(("时间", "日期")) or "计划" in column.name:
        return False
    return any(
        other.field == "deadline" and other.last.endswith(("时限", "期限", "节点"))
        for other in columns
        if other.number != column.number
    )


def status_of(text: str) -> str | None:
    """Return `done` or `open` for what a status cell says, none when it says neither."""
    return header_words().status.get(key(text).upper()) or header_words().status.get(key(text))


def cell_status(cell: Cell | None) -> str | None:
    """Return the status a cell states."""
    return status_of(display(cell)) if cell is not None else None
