"""Facts written in bulk are sealed by one entry, and a change of any of them is found."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection, transaction

from accounts import append_only
from accounts.models import AuditEntry
from accounts.services.audit_checks import ask_check, last_check, run_checks
from tasks.models import TaskFact
from tasks.services.seals import SEALED, seal_facts, verify_seals
from tests.cast import Cast, cast
from tests.making import issued_task

__all__ = ["cast"]


@pytest.fixture(autouse=True)
def own_data(settings: LazySettings, tmp_path: Path) -> None:
    """Anchors of this test alone: none."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def seal(cast: Cast) -> AuditEntry:
    """A seal over the facts of one entry."""
    task = issued_task(cast)
    entry = task.facts.order_by("id")[0].entry
    with transaction.atomic():
        return seal_facts(entry, about=task, by=cast.supervisor)


def test_a_seal_holds_while_its_facts_do(seal: AuditEntry) -> None:
    assert seal.action == SEALED
    assert seal.data["count"] == 1
    assert verify_seals() is None


@pytest.mark.parametrize(
    "change", [{"on": dt.date(2023, 1, 2)}, {"reason": "改"}, {"percent": "1.5"}]
)
def test_a_changed_fact_breaks_its_seal(
    seal: AuditEntry, change: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    with append_only.lifted(connection, append_only.FACT_TABLE):
        TaskFact.objects.filter(entry_id=seal.data["entry"]).update(**change)
    fault = verify_seals()
    assert fault is not None
    assert fault.seq == seal.seq
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert f"第 {seal.seq} 条" in capsys.readouterr().out


def test_a_deleted_fact_breaks_its_seal(seal: AuditEntry) -> None:
    with append_only.lifted(connection, append_only.FACT_TABLE):
        TaskFact.objects.filter(entry_id=seal.data["entry"]).delete()
    assert verify_seals() is not None


def test_the_nightly_check_recomputes_the_seals(seal: AuditEntry) -> None:
    ask_check(by=None)
    run_checks()
    before = last_check()
    assert before is not None and before.sound is True
    with append_only.lifted(connection, append_only.FACT_TABLE):
        TaskFact.objects.filter(entry_id=seal.data["entry"]).update(reason="改")
    ask_check(by=None)
    run_checks()
    after = last_check()
    assert after is not None and after.sound is False
    assert f"第 {seal.seq} 条封存的事实已变" in after.finding


def test_the_database_refuses_to_change_a_fact(seal: AuditEntry, tmp_path: Path) -> None:
    fact = TaskFact.objects.filter(entry_id=seal.data["entry"])
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        fact.update(reason="改")
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        fact.delete()
