"""The page that lists what is understood says what the readers do."""

import re
from pathlib import Path

import pytest

from tests.tasks.ledger.test_deadlines import read

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reading.md"
_KINDS = "date|month_end|quarter_end|half_year|range|ongoing|immediate|recurring|relative|ambiguous"
_ROW = re.compile(rf"^\| ([^|]+) \| ({_KINDS}) \| ([^|]+) \|", re.MULTILINE)


@pytest.mark.parametrize(("text", "kind", "day"), _ROW.findall(PAGE.read_text("utf-8")))
def test_a_listed_deadline_is_read_as_listed(text: str, kind: str, day: str) -> None:
    reading = read(text)
    assert (reading.kind, str(reading.date or "-")) == (kind, day)
