"""Mutated workbooks: read or refused with one sentence, in time and memory, nothing written.

HOSTILE_WORKBOOKS=1000 (`make hostile`) reads that many; else 60.
"""

import datetime as dt
import os
import resource
import sys
import time
from collections import Counter

import psutil
import pytest

from accounts.errors import DomainError
from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import read_workbook
from tests.tasks.ledger.hostile import mutated
from tests.tasks.ledger.registers import shipped_registry

COUNT = int(os.environ.get("HOSTILE_WORKBOOKS", "60"))
SECONDS, MEGABYTES = 20, 600


def outcome(number: int) -> str:
    """Read one workbook; return `read` or the code of its refusal."""
    data, name, _kind = mutated(number)
    try:
        read_ledger(
            read_workbook(data, name),
            registry=shipped_registry(),
            reference_date=dt.date(2023, 7, 10),
        )
    except DomainError as refused:
        message = str(refused.message)
        assert message.endswith("。"), (number, message)
        assert "\n" not in message
        assert "Traceback" not in message
        return refused.code
    return "read"


def child_megabytes() -> float:
    """Return the most memory any child process had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


@pytest.mark.timeout(3600)
def test_mutated_workbooks_are_read_or_refused_in_bounds() -> None:
    assert mutated(1) == mutated(1)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for number in range(COUNT):
        begun = time.monotonic()
        found = outcome(number)
        taken = time.monotonic() - begun
        assert taken < SECONDS, (number, taken)
        slowest = max(slowest, taken)
        outcomes[f"{mutated(number)[2]} {found}" if COUNT > 60 else found] += 1
    own = psutil.Process().memory_info().rss / 1024 / 1024
    peak = child_megabytes()
    told = f"{COUNT} workbooks, slowest {slowest:.1f} s, child {peak:.0f} MB, reader {own:.0f} MB\n"
    sys.stdout.write(told + "\n".join(f"{n:5} {what}" for what, n in sorted(outcomes.items())))
    assert max(peak, own) < MEGABYTES
    assert len(outcomes) > 2
