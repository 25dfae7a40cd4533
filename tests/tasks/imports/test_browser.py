"""A supervisor imports the messy ledger in a browser, from the upload to the four-sheet export."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import Task
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.tasks.imports.making import MESSY, UNKNOWN, messy, with_unknown_unit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The ledger with two header rows and one unknown unit, as a file."""
    path = tmp_path / MESSY
    path.write_bytes(messy(with_unknown_unit))
    return path


def fits(page: Page, name: str, shots: Path) -> None:
    """Check a page at both sizes and keep its pictures."""
    for size_name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=shots / f"{name}_{size_name}.png", full_page=True)
        assert not scrolls_sideways(page), (name, size_name)
        assert accessibility_violations(page) == [], (name, size_name)
    page.set_viewport_size(DESKTOP)


def test_the_messy_ledger_is_imported_after_one_unknown_unit_is_explained(
    transactional_db: None, browser: Browser, live_server: LiveServer, cast: Cast,
    ledger: Path, tmp_path: Path,
) -> None:  # fmt: skip
    with context_of(browser, live_server.url, cast.supervisor) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/")
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="台账导入").click()
        page.get_by_role("link", name="导入台账").first.click()
        fits(page, "new", tmp_path)
        page.get_by_label("台账文件").set_input_files(ledger)
        page.get_by_role("button", name="上传并预览").click()
        expect(page.get_by_role("heading", name="预览：还没有写入任何数据")).to_be_visible()
        expect(page.get_by_text(f"“{UNKNOWN}”不在单位名册中")).to_be_visible()
        expect(page.get_by_text("任务清单!F5")).to_be_visible()
        fits(page, "preview", tmp_path)
        with page.expect_download() as annotated:
            page.get_by_role("link", name="下载批注副本").click()
        annotated.value.save_as(tmp_path / "annotated.xlsx")
        page.get_by_label("大气环境科", exact=True).check()
        page.get_by_role("button", name="按此单位读取").click()
        expect(page.get_by_text("没有错误，也没有要确认的地方。")).to_be_visible()
        fits(page, "fixed", tmp_path)
        page.get_by_role("button", name="确认导入：新增 6 项、更新 0 项").click()
        expect(page.get_by_text("已导入。")).to_be_visible()
        fits(page, "landed", tmp_path)
        page.get_by_role("navigation", name="位置").get_by_role("link", name="台账导入").click()
        fits(page, "list", tmp_path)
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="导出台账").click()
        page.get_by_label("样式").select_option("four-sheets")
        page.get_by_role("button", name="导出", exact=True).click()
        with page.expect_download() as exported:
            page.get_by_role("link", name=".xlsx").first.click()
        exported.value.save_as(tmp_path / "four-sheets.xlsx")
        shown = [
            s for s in load_workbook(tmp_path / "four-sheets.xlsx") if s.sheet_state == "visible"
        ]
        assert [sheet.title for sheet in shown] == ["任务清单", "责任清单", "措施清单", "结果清单"]
        assert heard == []
    assert Task.objects.count() == 6


def test_by_keyboard_alone_and_without_scripts_it_works_as_well(
    transactional_db: None, browser: Browser, live_server: LiveServer, cast: Cast, ledger: Path
) -> None:
    with context_of(browser, live_server.url, cast.supervisor, scripts=False) as context:
        page = context.new_page()
        page.goto("/imports/new/")
        page.get_by_label("台账文件").set_input_files(ledger)
        page.get_by_role("button", name="上传并预览").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="这些行不导入").focus()
        page.keyboard.press("Enter")
        undo = page.get_by_role("button", name="撤销：不导入 2 行")
        expect(undo).to_be_visible()
        undo.focus()
        page.keyboard.press("Enter")
        choice = page.get_by_label("大气环境科", exact=True)
        choice.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="确认导入：新增 6 项、更新 0 项").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("已导入。")).to_be_visible()
    assert Task.objects.count() == 6
