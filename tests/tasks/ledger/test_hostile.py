"""Mutated workbooks: read or refused with one sentence, in time and memory, nothing written.

HOSTILE_WORKBOOKS=1000 (`make hostile`) reads that many; else 60.
"""

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import psutil
import pytest

from accounts.errors import DomainError
from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import read_workbook
from tests.tasks.ledger.hostile import mutated
from tests.tasks.ledger.registers import shipped_registry
from tracker.env import BASE_DIR

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


def read_all(count: int) -> dict[str, Any]:
    """Read so many; return the outcomes, the slowest (seconds) and the memory it took (MB)."""
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for number in range(count):
        begun = time.monotonic()
        found = outcome(number)
        taken = time.monotonic() - begun
        assert taken < SECONDS, (number, taken)
        slowest = max(slowest, taken)
        outcomes[f"{mutated(number)[2]} {found}" if count > 60 else found] += 1
    return {
        "outcomes": outcomes,
        "slowest": slowest,
        "reader": psutil.Process().memory_info().rss / 1024 / 1024,
        # The most that any child process had.
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


# The memory of a process and its children is its own: a worker of the suite had others before.
IN_A_PROCESS_OF_ITS_OWN = """
import json, sys, django
django.setup()
from tests.tasks.ledger.test_hostile import read_all
print(json.dumps(read_all(int(sys.argv[1]))))
"""


@pytest.mark.timeout(3600)
def test_mutated_workbooks_are_read_or_refused_in_bounds() -> None:
    assert mutated(1) == mutated(1)
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN, str(COUNT)],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    sys.stdout.write(
        f"{COUNT} workbooks, slowest {read['slowest']:.1f} s, "
        f"child {read['child']:.0f} MB, reader {read['reader']:.0f} MB\n"
        + "\n".join(f"{n:5} {what}" for what, n in sorted(read["outcomes"].items()))
    )
    assert max(read["child"], read["reader"]) < MEGABYTES
    assert len(read["outcomes"]) > 2
