"""The page on which ledgers are taken out, its files, and the templates of issuing bodies."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import clock
from accounts.models import AuditEntry
from tasks import jobs
from tasks.choices import ExportState
from tasks.models import LedgerExport, LedgerTemplate
from tasks.services.exporting import requests
from tests.cast import Cast
from tests.making import START, SetClock, issued_task
from tests.tasks.services.test_export_templates import template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tasks(cast: Cast, set_clock: SetClock) -> None:
    set_clock(START)
    issued_task(cast, code="A1", title="=扬尘治理")
    issued_task(cast, code="W1", title="水源保护", leads=(cast.water,))


def ask(client: Client, **values: str) -> LedgerExport:
    answer = client.post("/exports/", {"style": "single", **values})
    assert answer.status_code == 302, answer.content.decode()
    return LedgerExport.objects.latest("id")


def texts(client: Client, row: LedgerExport) -> set[object]:
    answer = client.get(f"/exports/{row.pk}/file/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    return {cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}


def test_a_small_ledger_is_there_at_once_with_what_the_person_sees_and_no_more(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.head)
    row = ask(client)
    assert (row.state, row.total) == (ExportState.READY, 1)
    found = texts(client, row)
    assert "'=扬尘治理" in found
    assert "水源保护" not in found
    entry = AuditEntry.objects.filter(action="ledger.export").get()
    assert (entry.actor, entry.data["tasks"]) == (cast.head, 1)


def test_a_file_is_its_requester_s_alone(client: Client, cast: Cast) -> None:
    client.force_login(cast.head)
    row = ask(client)
    client.force_login(cast.supervisor)
    assert client.get(f"/exports/{row.pk}/file/").status_code == 404


def test_a_large_one_waits_for_the_worker_and_shows_how_far_it_is(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "AT_ONCE", 1)
    client.force_login(cast.supervisor)
    row = ask(client)
    assert row.state == ExportState.WAITING
    page = client.get("/exports/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert '<progress max="2" value="0"' in page
    assert jobs.run_exports() == 1
    assert jobs.run_exports() == 0
    row.refresh_from_db()
    assert (row.state, row.done) == (ExportState.READY, 2)
    assert "every 2s" not in client.get("/exports/").content.decode()


def test_what_a_dead_worker_left_is_taken_up_after_its_lease(client: Client, cast: Cast) -> None:
    client.force_login(cast.head)
    row = ask(client)
    for age, taken in ((timedelta(0), 0), (requests.LEASE + timedelta(seconds=1), 1)):
        LedgerExport.objects.filter(pk=row.pk).update(
            state=ExportState.RUNNING, started_at=clock.now() - age
        )
        assert jobs.run_exports() == taken


def test_a_file_is_deleted_when_its_time_is_over(client: Client, cast: Cast) -> None:
    client.force_login(cast.head)
    row = ask(client)
    assert jobs.forget_exports() == 0
    path = row.file.name
    assert path is not None
    LedgerExport.objects.update(kept_until=clock.now() - timedelta(seconds=1))
    assert jobs.forget_exports() == 1
    assert not row.file.storage.exists(path)
    assert client.get(f"/exports/{row.pk}/file/").status_code == 404


def test_nothing_to_export_is_said_and_nothing_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.branch)
    answer = client.post("/exports/", {"style": "single"}, follow=True)
    assert "没有符合条件的任务可以导出" in answer.content.decode()
    assert not LedgerExport.objects.exists()


def test_a_body_s_template_is_remembered_replaced_used_and_removed(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.supervisor)
    for name in ("一.xlsx", "二.xlsx"):
        upload = SimpleUploadedFile(name, template())
        client.post("/exports/templates/new/", {"body": "市攻坚办", "file": upload})
    kept = LedgerTemplate.objects.get(removed_on=None)
    assert (kept.name, LedgerTemplate.objects.count()) == ("二.xlsx", 2)
    found = texts(client, ask(client, template=str(kept.pk)))
    assert {"市攻坚办2023年度重点任务报送表", "水源保护"} <= found
    given = client.get(f"/exports/templates/{kept.pk}/")
    assert given.getvalue().startswith(b"PK")
    client.post(f"/exports/templates/{kept.pk}/remove/")
    assert not LedgerTemplate.objects.filter(removed_on=None).exists()
    assert AuditEntry.objects.filter(action__startswith="template.").count() == 3


def test_a_template_without_a_header_is_not_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.supervisor)
    book = openpyxl.Workbook()
    book.worksheets[0].append(["会议纪要"])
    book.save(stream := io.BytesIO())
    upload = SimpleUploadedFile("纪要.xlsx", stream.getvalue())
    answer = client.post(
        "/exports/templates/new/", {"body": "市攻坚办", "file": upload}, follow=True
    )
    assert "没有找到表头" in answer.content.decode()
    assert not LedgerTemplate.objects.exists()
