"""The page that lists what is understood says what the readers do."""

import re
from pathlib import Path

import pytest

from tests.tasks.ledger.test_deadlines import read
from tests.tasks.ledger.test_units import read as read_cell

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reading.md"
_KINDS = "date|month_end|quarter_end|half_year|range|ongoing|immediate|recurring|relative|ambiguous"
_ROW = re.compile(rf"^\| ([^|]+) \| ({_KINDS}) \| ([^|]+) \|", re.MULTILINE)


@pytest.mark.parametrize(("text", "kind", "day"), _ROW.findall(PAGE.read_text("utf-8")))
def test_a_listed_deadline_is_read_as_listed(text: str, kind: str, day: str) -> None:
    reading = read(text)
    assert (reading.kind, str(reading.date or "-")) == (kind, day)


_CELL = re.compile(
    r"^\| ([^|]+) \| (\S+|-) \| (\S+|-) \| (\S+|-) \| ([a-z_, ]+|-) \|", re.MULTILINE
)


@pytest.mark.parametrize(
    "row", _CELL.findall(PAGE.read_text("utf-8").partition("## Units")[2].partition("|---")[2])
)
def test_a_listed_cell_is_read_as_listed(row: tuple[str, ...]) -> None:
    got = read_cell(row[0]).to_json()
    groups = ("lead", "cooperating", "collective", "flags")
    for group, cell in zip(groups, row[1:], strict=True):
        listed = [] if cell == "-" else cell.split(", " if group == "flags" else "、")
        assert got[group] in (listed, ["、".join(listed)])
