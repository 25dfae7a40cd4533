"""What the child hands over: sheets of raw values, as JSON lines."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

DATE, TEXT, ERROR = "d", "t", "e"
Row = list[Any]
ROWS_A_LINE = 500


class Special(NamedTuple):
    """A value that is more than itself: `kind` DATE (ISO), TEXT, ERROR or blank; its format."""

    kind: str
    value: Any
    format: str
    formula: bool


@dataclass(slots=True, kw_only=True)
class Table:
    """A sheet: merged areas as [top, left, bottom, right], rows with their numbers, from 1."""

    name: str
    hidden: bool
    merged: list[list[int]]
    hidden_columns: list[int]
    rows: Iterable[tuple[int, Row]]


def lines_of(table: Table) -> Iterator[str]:
    """Yield the sheet as lines: its head, then pieces of rows as [first number, [row, …]]."""
    head = {
        "sheet": table.name,
        "hidden": table.hidden,
        "merged": table.merged,
        "hidden_columns": table.hidden_columns,
    }
    yield json.dumps(head, ensure_ascii=False)
    first = 0
    piece: list[Row] = []
    for number, row in table.rows:
        if piece and (number != first + len(piece) or len(piece) >= ROWS_A_LINE):
            yield _piece(first, piece)
            piece = []
        while row and row[-1] == "":
            row.pop()
        if not row:
            continue
        if not piece:
            first = number
        piece.append(row)
    if piece:
        yield _piece(first, piece)


def _piece(first: int, rows: list[Row]) -> str:
    return json.dumps([first, rows], ensure_ascii=False, default=_plain, separators=(",", ":"))


def _plain(value: object) -> list[Any]:
    if isinstance(value, (dt.date, dt.datetime)):
        return list(Special(DATE, value.isoformat(), "", False))
    return list(Special(TEXT, str(value), "", False))
