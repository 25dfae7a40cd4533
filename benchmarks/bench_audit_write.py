"""What the audit chain costs a business write: a progress report with it ÷ without it.

The reference is the same service, the same rules and rows, with an audit that hands back an entry
stored beforehand: no lock on the head, no digest, no insert.
"""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from accounts import clock
from accounts.models import AuditEntry
from accounts.services import audit
from benchmarks.harness import AtMost, Result, medians
from tasks.models import Task
from tasks.services.progress import submit_report
from tests.cast import Cast, build_cast
from tests.making import issued_task

MUST = {"audit_write": AtMost(1.5)}
TASKS, WRITES = 40, 80
FIRST_DAY = dt.date(2023, 1, 2)


def run() -> Result:
    """Time a series of reports, each in its own transaction, by the head of the leading unit."""
    cast = build_cast()
    batches = itertools.count()
    tasks: list[Task] = []

    def fresh_tasks() -> None:
        """A report replays its task's history, so no series may write on top of another's."""
        batch = next(batches)
        tasks[:] = [issued_task(cast, code=f"T{batch}-{number}") for number in range(TASKS)]

    fresh_tasks()
    stored = AuditEntry.objects.order_by("-seq")[0]

    def with_audit() -> None:
        _report(tasks, cast)

    def without_audit() -> None:
        with _no_audit(stored):
            _report(tasks, cast)

    seconds = medians({"with": with_audit, "without": without_audit}, prepare=fresh_tasks)
    return Result(
        ratios={"audit_write": seconds["with"] / seconds["without"]},
        sizes={"audit_write_reports": WRITES},
        detail={f"{name}_ms": round(1000 * taken / WRITES, 3) for name, taken in seconds.items()},
    )


def _report(tasks: list[Task], cast: Cast) -> None:
    for number in range(WRITES):
        submit_report(
            tasks[number % TASKS],
            on=FIRST_DAY,
            by=cast.head,
            percent=f"{number % 100}",
            text="已完成台账核对，现场检查两次。",
        )


@contextmanager
def _no_audit(stored: AuditEntry) -> Iterator[None]:
    def record(*_args: Any, **_fields: Any) -> AuditEntry:
        stored.at = clock.now()
        return stored

    with mock.patch.object(audit, "record", record):
        yield
