"""The second database role of docs/running.md: it does the application's work, and no more."""

import re
import secrets

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import AuditEntry
from tasks.models import TaskFact
from tasks.services.progress import submit_report, verify_report
from tests.cast import Cast
from tests.making import START, issued_task
from tracker.env import BASE_DIR

pytestmark = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no roles; the triggers protect there"
)


@pytest.fixture
def role(cast: Cast) -> str:
    """Carry out the document's SQL as the owner, and go on as the role; both end with the test.

    PostgreSQL makes and drops roles within transactions, and this one is rolled back.
    """
    text = (BASE_DIR / "docs" / "running.md").read_text(encoding="utf-8")
    section = text.split("## A role that cannot change the log", 1)[1]
    found = re.search(r"```sql\n(.*?)```", section, re.DOTALL)
    assert found is not None
    name = f"four_lists_app_{secrets.token_hex(6)}"
    script = found[1].replace("four_lists_app", name).replace("…", secrets.token_hex(16))
    with connection.cursor() as cursor:
        cursor.execute(script)
        cursor.execute(f"SET LOCAL ROLE {name}")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (name,)
    return name


def refused(statement: str) -> str:
    """Run a statement that must fail for want of a right; return what the database says."""
    with (
        pytest.raises(ProgrammingError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return str(refusal.value)


def test_the_role_does_the_applications_work(role: str, cast: Cast) -> None:
    entries = AuditEntry.objects.count()
    report = submit_report(issued_task(cast), on=START, percent=40, text="巡查", by=cast.head)
    assert verify_report(report, on=START, by=cast.supervisor).verdict == "accepted"
    assert AuditEntry.objects.count() > entries + 2
    assert TaskFact.objects.exists()


@pytest.mark.parametrize("table", ["accounts_auditentry", "tasks_taskfact"])
@pytest.mark.parametrize("way", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_role_neither_changes_nor_removes_what_was_written(
    role: str, cast: Cast, table: str, way: str
) -> None:
    issued_task(cast)
    statement = way.format(table).replace("id = id", "seq = seq" if "audit" in table else "id = id")
    assert "permission denied for table" in refused(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER accounts_auditentry_no_update ON accounts_auditentry",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
        "ALTER TABLE tasks_taskfact DISABLE TRIGGER ALL",
        "DROP TABLE tasks_taskfact",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        "SET LOCAL session_replication_role = replica",
        "DELETE FROM accounts_audithead",
        "TRUNCATE accounts_audithead",
    ],
)
def test_the_role_lifts_no_trigger_and_keeps_the_head(role: str, statement: str) -> None:
    said = refused(statement)
    assert "permission denied" in said or "must be owner" in said
