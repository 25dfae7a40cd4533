"""What an administrator does with the engine's own shell, and how the walk finds it."""

# ruff: noqa: S608, T201 - statements made of constants; the tamper table is printed

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts import append_only
from accounts.models import AuditEntry, AuditHead, Unit
from accounts.services import audit
from accounts.services.audit_verification import verify_chain
from tests import machine
from tests.accounts.independent_audit import first_broken
from tests.cast import build_cast

ENTRIES = 9
COLUMNS = (
    "at, actor_id, action, subject_kind, subject_id, summary, data, previous, digest, algorithm"
)
LATER = {
    "sqlite": "datetime('now', '+1 day')",
    "postgresql": "now() + interval '1 day'",
}


@pytest.fixture
def chain(transactional_db: None) -> Unit:
    """A committed chain of nine entries about one unit."""
    cast = build_cast()
    for number in range(1, ENTRIES + 1):
        with transaction.atomic():
            audit.record(
                "unit.note",
                cast.air,
                by=cast.head if number % 2 else None,
                summary=f"第{number}次",
                data={"n": number, "名": ["甲", None, {"b": 1, "a": True}]},
            )
    return cast.air


def shell(*statements: str) -> str:
    """Run SQL in the engine's own shell, with the rights of whoever owns the machine."""
    sql = ";\n".join(statements) + ";\n"
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        program = ["sqlite3", "-bail", str(settings["NAME"])]
    else:
        user, password = quote(settings["USER"] or ""), quote(settings["PASSWORD"] or "")
        host = f"{user}:{password}@{settings['HOST']}:{settings['PORT'] or 5432}"
        program = ["psql", "-qAt", "-v", "ON_ERROR_STOP=1", f"postgres://{host}/{settings['NAME']}"]
    if shutil.which(program[0]) is None:
        machine.leave_out(f"{program[0]} is not installed: the tamper table")
    connection.close()
    done = subprocess.run(program, input=sql, capture_output=True, text=True, check=False)
    return done.stderr.strip()


def without_triggers(*statements: str) -> None:
    """Tamper as an administrator can: drop the triggers, then change what they keep."""
    names = [f"accounts_auditentry_no_{act}" for act in ("update", "delete", "truncate")]
    on = " ON accounts_auditentry" if connection.vendor == "postgresql" else ""
    drops = [f"DROP TRIGGER IF EXISTS {name}{on}" for name in names]
    assert shell("BEGIN", *drops, *statements, "COMMIT") == ""


def restored(act: Callable[[], None]) -> None:
    """Put the triggers back after an act that dropped them, for the tests that follow."""
    try:
        act()
    finally:
        append_only.unprotect(connection, append_only.AUDIT_TABLE)
        append_only.protect(connection, append_only.AUDIT_TABLE)


def edit() -> None:
    without_triggers("UPDATE accounts_auditentry SET summary = '改过' WHERE seq = 4")


def delete_in_the_middle() -> None:
    without_triggers("DELETE FROM accounts_auditentry WHERE seq = 5")


def cut_the_tail() -> None:
    without_triggers(
        "DELETE FROM accounts_auditentry WHERE seq > 6",
        "UPDATE accounts_audithead SET seq = 6, "
        "digest = (SELECT digest FROM accounts_auditentry WHERE seq = 6), "
        "at = (SELECT at FROM accounts_auditentry WHERE seq = 6)",
    )


def reorder() -> None:
    without_triggers(
        "UPDATE accounts_auditentry SET seq = 100 WHERE seq = 3",
        "UPDATE accounts_auditentry SET seq = 3 WHERE seq = 4",
        "UPDATE accounts_auditentry SET seq = 4 WHERE seq = 100",
    )


def insert() -> None:
    moved = [
        f"UPDATE accounts_auditentry SET seq = {seq + 1} WHERE seq = {seq}"
        for seq in range(ENTRIES, 6, -1)
    ]
    without_triggers(
        *moved,
        f"INSERT INTO accounts_auditentry (seq, {COLUMNS}) SELECT 7, {LATER[connection.vendor]}, "
        "actor_id, action, subject_kind, subject_id, '插入', data, digest, digest, algorithm "
        "FROM accounts_auditentry WHERE seq = 6",
        "UPDATE accounts_audithead SET seq = seq + 1",
    )


def append() -> None:
    without_triggers(
        f"INSERT INTO accounts_auditentry (seq, {COLUMNS}) SELECT 10, {LATER[connection.vendor]}, "
        "actor_id, action, subject_kind, subject_id, '补写', data, digest, digest, algorithm "
        "FROM accounts_auditentry WHERE seq = 9",
    )


TAMPER_TABLE = [
    (edit, 4, "content"),
    (delete_in_the_middle, 5, "missing"),
    (cut_the_tail, 7, "cut"),
    (reorder, 3, "content"),
    (insert, 7, "content"),
    (append, 10, "beyond_head"),
]


@pytest.mark.parametrize(
    ("act", "seq", "code"), TAMPER_TABLE, ids=[row[0].__name__ for row in TAMPER_TABLE]
)
def test_tampering_past_the_triggers_is_found_and_the_first_broken_entry_named(
    chain: Unit,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    act: Callable[[], None],
    seq: int,
    code: str,
) -> None:
    head = AuditHead.objects.get()
    anchors = tmp_path / "anchors.jsonl"
    anchors.write_text(json.dumps({"seq": head.seq, "digest": head.digest}) + "\n")
    call_command("verify_audit", "--anchor-file", str(anchors))
    capsys.readouterr()
    restored(act)
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", "--anchor-file", str(anchors), "--format", "json")
    assert end.value.code == 1
    fault = json.loads(capsys.readouterr().out)["fault"]
    assert (fault["seq"], fault["code"]) == (seq, code)
    assert f"第 {seq} 条" in fault["message"]
    with capsys.disabled():
        print(f"\n{connection.vendor:<11}{act.__name__:<22}{fault['message']}", end=" ")


def test_a_cut_tail_is_found_by_an_anchor_only(chain: Unit) -> None:
    head = AuditHead.objects.get()
    restored(cut_the_tail)
    assert verify_chain().fault is None
    found = verify_chain(anchors={head.seq: head.digest}).fault
    assert found is not None
    assert found.code == "cut"


def test_a_chain_rewritten_from_an_entry_on_is_found_by_an_anchor(chain: Unit) -> None:
    head = AuditHead.objects.get()
    anchors = {head.seq: head.digest}
    with append_only.lifted(connection, append_only.AUDIT_TABLE):
        before = AuditEntry.objects.get(seq=3).digest
        for entry in AuditEntry.objects.filter(seq__gte=4).order_by("seq"):
            entry.previous = before
            entry.summary = entry.summary.replace("第4次", "改过")
            entry.digest = before = audit.digest_of(entry)
            entry.save()
        AuditHead.objects.update(digest=before)
    assert verify_chain().fault is None
    found = verify_chain(anchors=anchors).fault
    assert found is not None
    assert (found.seq, found.code) == (9, "anchor")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET summary = 'x' WHERE seq = 4",
        "DELETE FROM accounts_auditentry WHERE seq = 4",
    ],
)
def test_the_database_refuses_changes_in_its_own_shell(chain: Unit, statement: str) -> None:
    assert "append-only" in shell(statement)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_chain().fault is None


def test_postgresql_refuses_to_truncate(chain: Unit) -> None:
    if connection.vendor != "postgresql":
        return
    assert "append-only" in shell("TRUNCATE accounts_auditentry CASCADE")


def test_a_second_program_comes_to_the_same_finding(chain: Unit) -> None:
    def rows() -> list[tuple[object, ...]]:
        names = [name.strip() for name in COLUMNS.split(",")]
        return list(AuditEntry.objects.order_by("seq").values_list("seq", *names))

    assert first_broken(rows()) is None
    restored(edit)
    assert first_broken(rows()) == 4


def test_entries_of_two_digests_verify_together(chain: Unit, settings: object) -> None:
    settings.AUDIT_DIGEST = "sm3"  # type: ignore[attr-defined]
    with transaction.atomic():
        entry = audit.record("unit.note", chain, by=None, summary="国密")
    assert entry.algorithm == "sm3"
    assert verify_chain().fault is None
    assert verify_chain().entries == ENTRIES + 1
    with append_only.lifted(connection, append_only.AUDIT_TABLE):
        AuditEntry.objects.filter(pk=entry.pk).update(algorithm="sha256")
    found = verify_chain().fault
    assert found is not None
    assert found.seq == entry.seq


@pytest.mark.parametrize("number", [0.5, 1e30])
def test_a_fraction_is_refused_for_databases_keep_it_differently(
    chain: Unit, number: float
) -> None:
    with transaction.atomic(), pytest.raises(TypeError, match="write it as text"):
        audit.record("unit.note", chain, by=None, summary="小数", data={"n": number})


def test_numbers_as_keys_are_found_again_in_the_order_of_text(chain: Unit) -> None:
    with transaction.atomic():
        audit.record("unit.note", chain, by=None, summary="键", data={2: "b", 10: "a"})  # type: ignore[dict-item]
    assert verify_chain().fault is None


def test_a_time_zone_does_not_change_a_digest(chain: Unit) -> None:
    entry = AuditEntry.objects.get(seq=4)
    entry.at = entry.at.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    assert audit.digest_of(entry) == entry.digest
