"""The pages of an import: refusals in place, the progress of long files, corrections as forms."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from accounts.models import User
from tasks.choices import ImportState
from tasks.jobs import expire_imports, run_imports
from tasks.ledger.annotating import annotated_copy
from tasks.ledger.grid import TEXT, Area, Book, Cell, Sheet
from tasks.ledger.issues import Place, make_issue
from tasks.models import LedgerImport, Task
from tasks.services.imports import uploading
from tests.cast import Cast
from tests.tasks.imports.making import (
    DAY,
    UNKNOWN,
    group,
    messy,
    uploaded,
    with_unknown_unit,
)

pytestmark = pytest.mark.django_db


def page_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, content: bytes, name: str = "台账.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/imports/new/", {"file": file, "assigned": DAY.isoformat()})


def test_a_file_that_cannot_be_read_is_refused_in_the_form_and_leaves_nothing(cast: Cast) -> None:
    client = page_of(cast.supervisor)
    response = upload(client, b"PK\x03\x04 no workbook")
    assert response.status_code == 422
    assert "台账.xlsx" in response.content.decode()
    assert not LedgerImport.objects.exists()
    assert client.post("/imports/new/", {"assigned": DAY.isoformat()}).status_code == 422


def test_a_long_file_is_read_and_landed_by_the_worker_beside_a_progress_bar(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE", 0)
    client = page_of(cast.supervisor)
    address = upload(client, messy()).headers["Location"]
    row = LedgerImport.objects.get()
    assert row.state == ImportState.READING
    assert "<progress" in client.get(address).content.decode()
    fragment = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert (run_imports(), run_imports()) == (1, 0)
    row.refresh_from_db()
    assert (row.done, row.total, row.state) == (0, 12, ImportState.READY)
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    client.post(f"{address}confirm/", {"digest": row.digest})
    assert not Task.objects.exists()
    assert "正在导入" in client.get(address).content.decode()
    assert (run_imports(), run_imports()) == (1, 0)
    assert Task.objects.count() == 6
    assert "撤销这次导入" in client.get(address).content.decode()


def test_corrections_are_forms_and_what_is_unclear_is_said(cast: Cast) -> None:
    row = uploaded(cast.supervisor, messy(with_unknown_unit))
    client = page_of(cast.supervisor)
    address = f"/imports/{row.pk}/"
    key = group(row, "unknown_unit")["id"]

    def sent(**values: str) -> str:
        values = {"version": str(LedgerImport.objects.get().version), **values}
        return str(client.post(f"{address}change/", values, follow=True).content.decode())

    assert "没有名为“不存在的科”的单位" in sent(act="unit", group=key, typed="不存在的科")
    assert "这个问题已经不在了" in sent(act="unit", group="nothing", unit="DQK")
    assert "没有这种处理方式" in sent(act="nonsense")
    assert "已在另一个窗口里改过" in sent(act="unit", group=key, unit="DQK", version="7")
    assert f"“{UNKNOWN}”读作 大气环境科" in sent(act="unit", group=key, unit="DQK")
    assert "确认导入：新增 6 项" in client.get(address).content.decode()
    assert "确认导入：新增 4 项" in sent(act="undo", number="0")
    other_year = sent(act="settings", assigned=DAY.isoformat(), plan_year="2024")
    assert "2024 年度" in other_year


def test_a_preview_is_not_found_by_anybody_else(cast: Cast) -> None:
    row = uploaded(cast.supervisor)
    other = page_of(cast.second_supervisor)
    assert other.get(f"/imports/{row.pk}/").status_code == 404
    assert other.post(f"/imports/{row.pk}/confirm/", {"digest": row.digest}).status_code == 404
    assert page_of(cast.head).get("/imports/").status_code == 403
    assert not Task.objects.exists()


def test_the_nightly_job_gives_up_old_previews(cast: Cast) -> None:
    uploaded(cast.supervisor)
    assert (expire_imports("2023-07-18"), expire_imports("2023-07-18")) == (1, 0)


def test_the_annotated_copy_keeps_every_value_and_marks_every_error(cast: Cast) -> None:
    def change(book: Workbook) -> None:
        with_unknown_unit(book)
        book.worksheets[0]["D13"] = "=1+1"

    content = messy(change)
    row = uploaded(cast.supervisor, content)
    response = page_of(cast.supervisor).get(f"/imports/{row.pk}/annotated/")
    copy, original = load_workbook(io.BytesIO(response.content)), load_workbook(io.BytesIO(content))
    found = {
        cell.coordinate: cell.comment.text
        for line in copy.worksheets[0].iter_rows()
        for cell in line
        if cell.comment
    }
    assert f"错误：“{UNKNOWN}”不在单位名册中" in found["F5"]
    assert {"F5", "F8"} <= set(found)
    values = [[cell.value for cell in line] for line in copy.worksheets[0].iter_rows()]
    assert values == [[cell.value for cell in line] for line in original.worksheets[0].iter_rows()]
    assert copy.worksheets[0].merged_cells.ranges == original.worksheets[0].merged_cells.ranges


def test_a_workbook_of_another_kind_is_copied_with_its_texts_kept_texts() -> None:
    rows: list[list[Cell | None]] = [
        [Cell(TEXT, "任务"), Cell(TEXT, "=1+1")],
        [None, Cell(TEXT, "x")],
    ]
    book = Book(name="旧.xls", sheets=[Sheet(name="表", rows=rows, merged=[Area(1, 1, 2, 1)])])
    issue = make_issue("missing_title", Place("表", 2, 1))
    copy = load_workbook(io.BytesIO(annotated_copy(b"\xd0\xcf", book, [("错误", issue)])))
    sheet = copy["表"]
    assert (sheet["B1"].value, sheet["B1"].data_type, sheet["B2"].value) == ("=1+1", "s", "x")
    assert "没有填写任务名称" in str(sheet["A1"].comment.text if sheet["A1"].comment else "")
