"""The audit officer's pages: what they find, verify and hand out, and who gets none of it."""

import csv
import io
import threading
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.db.models.query import QuerySet
from django.test import Client

from accounts.models import AuditCheck, AuditEntry
from accounts.services import audit, audit_reading
from tests.cast import Cast, build_cast

OTHERS = ["head", "clerk", "supervisor", "leader", "hr", "discipline", "secadmin", "sysadmin"]


@pytest.fixture
def auditor(client: Client, cast: Cast, settings: LazySettings, tmp_path: Path) -> Client:
    """The audit officer at the pages, with three entries to read."""
    settings.DATA_DIR = tmp_path
    for action, by, summary in (
        ("unit.note", cast.head, "甲事项"),
        ("unit.close", None, "=乙事项"),
        ("unit.note", cast.leader, "丙事项"),
    ):
        with transaction.atomic():
            audit.record(action, cast.air, by=by, summary=summary, data={"名": "值"})
    client.force_login(cast.auditor)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_verifies_or_exports(auditor: Client, cast: Cast, who: str) -> None:
    auditor.force_login(cast.named(who))
    before = AuditEntry.objects.count()
    assert auditor.get("/audit/").status_code == 403
    assert auditor.get("/audit/1/").status_code == 404
    assert auditor.post("/audit/verify/").status_code == 403
    assert auditor.post("/audit/export/").status_code == 403
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {1, 2, 3}),
        ("q=乙", {2}),
        ("actor=局长", {3}),
        ("actor=head", {1}),
        ("action=unit.note", {1, 3}),
        ("subject=unit", {1, 2, 3}),
        ("subject=task", set()),
        ("since=2000-01-01&until=2000-01-02", set()),
        ("since=2000-01-01", {1, 2, 3}),
    ],
)
def test_entries_are_found(auditor: Client, query: str, found: set[int]) -> None:
    rows = auditor.get(f"/audit/?{query}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rows
    assert {seq for seq in (1, 2, 3) if f"/audit/{seq}/" in rows} == found


def test_an_entry_shows_what_its_digest_covers(auditor: Client) -> None:
    text = page(auditor, "/audit/1/")
    entry = AuditEntry.objects.get(pk=1)
    for value in ("甲事项", "大气环境科科长", "unit.note", "值", entry.digest, entry.previous):
        assert value in text


def test_the_button_verifies_and_the_card_says_so(auditor: Client, cast: Cast) -> None:
    assert "尚未核验" in page(auditor, "/audit/")
    answer = auditor.post("/audit/verify/", follow=True)
    assert "全部衔接" in answer.content.decode()
    assert "完好" in page(auditor, "/audit/")
    assert AuditCheck.objects.get().asked_by == cast.auditor
    assert AuditEntry.objects.get(action="audit.check").actor == cast.auditor


def test_an_export_escapes_formulas_and_leaves_an_entry(auditor: Client, cast: Cast) -> None:
    answer = auditor.post("/audit/export/?action=unit")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:4]] == ["3", "2", "1"]
    assert rows[2][5] == "'=乙事项"
    entry = AuditEntry.objects.get(action="audit.export")
    assert entry.actor == cast.auditor
    assert entry.data["count"] == 3
    assert f"{entry.seq}:{entry.digest}" in rows[4][0]


def test_while_an_export_is_made_others_go_on_writing(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection writes an entry while the table is built; the file is of before."""
    cast = build_cast()

    def note(summary: str) -> None:
        with transaction.atomic():
            audit.record("unit.note", cast.air, by=None, summary=summary)
        connection.close()

    note("先")
    built = audit_reading._table

    def build(entries: QuerySet[AuditEntry]) -> str:
        other = threading.Thread(target=note, args=("后",))
        other.start()
        other.join(timeout=20)
        assert not other.is_alive()
        return built(entries)

    monkeypatch.setattr(audit_reading, "_table", build)
    content = audit_reading.export_entries(
        q="", actor="", action="", subject="", since=None, until=None, by=cast.auditor
    ).decode()
    actions = AuditEntry.objects.order_by("seq").values_list("action", "summary")
    assert list(actions) == [
        ("unit.note", "先"),
        ("unit.note", "后"),
        ("audit.export", "导出操作记录 1 条"),
    ]
    assert "先" in content and "后" not in content
