"""Two people at once: one wins, the other is told, nothing is lost."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection

from accounts.errors import DomainError
from accounts.models import AuditEntry
from accounts.services.audit import digest_of
from tasks.choices import FactType, Verdict
from tasks.models import TaskFact
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.progress import return_report, submit_report, verify_report
from tasks.services.slips import issue_slip
from tests.cast import Cast, build_cast
from tests.making import fresh, issued_task

DAY = dt.date(2023, 3, 10)


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast as other connections see it."""
    return build_cast()


def together(*acts: Callable[[], object]) -> list[str]:
    """Start the acts at the same moment, each on its own connection; return how each ended."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_two_verdicts_at_once_one_wins(committed_cast: Cast) -> None:
    cast = committed_cast
    report = submit_report(issued_task(cast), on=DAY, percent=40, by=cast.head)
    ends = together(
        lambda: verify_report(report, on=DAY, by=cast.supervisor),
        lambda: return_report(report, reason="再核", on=DAY, by=cast.second_supervisor),
    )
    assert ends == ["already_decided", "done"]
    report.refresh_from_db()
    returned = TaskFact.objects.filter(type=FactType.PROGRESS_RETURNED).count()
    assert returned == (report.verdict == Verdict.RETURNED)


def test_of_two_checks_of_a_close_out_one_wins(committed_cast: Cast) -> None:
    cast = committed_cast
    task = issued_task(cast, continues_after=True)
    closure = submit_closure(task, on=DAY, text="完成", by=cast.head)
    ends = together(
        lambda: verify_closure(closure, on=DAY, by=cast.supervisor),
        lambda: verify_closure(closure, on=DAY, by=cast.leader),
    )
    assert ends == ["done", "wrong_state"]
    assert task.children.count() == 1


def test_parallel_acts_all_land_in_one_unbroken_chain(committed_cast: Cast) -> None:
    cast = committed_cast
    tasks = [issued_task(cast, code=f"T{number}") for number in range(4)]
    ends = together(
        *(lambda task=task: submit_report(task, on=DAY, percent=10, by=cast.head) for task in tasks)
    )
    assert ends == ["done"] * 4
    assert all(fresh(task).counted_percent == 10 for task in tasks)
    entries = list(AuditEntry.objects.order_by("seq"))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    for before, entry in pairwise(entries):
        assert entry.previous == before.digest
        assert entry.digest == digest_of(entry)
        assert entry.at > before.at


def test_numbers_of_parallel_slips_have_no_gap_and_no_double(committed_cast: Cast) -> None:
    cast = committed_cast
    tasks = [issued_task(cast, code=f"T{number}") for number in range(4)]

    def issue(number: int) -> object:
        return issue_slip(
            tasks[number],
            unit=cast.air,
            cause="overdue",
            requirement="限期办结",
            on=DAY,
            by=cast.supervisor,
        )

    assert together(*(lambda n=n: issue(n) for n in range(4))) == ["done"] * 4
    numbers = sorted(slip.number for task in tasks for slip in task.slips.all())
    assert numbers == [f"并环督〔2023〕{number}号" for number in range(1, 5)]
