"""What pages do when used: with the script, and just as well without it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import PHONE, context_of
from tests.cast import Cast

pytestmark = [pytest.mark.urls("tests.tracker.pages.urls"), pytest.mark.one_database]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[Page]:
    """A page of a section head."""
    with context_of(browser, live_server.url, cast.head) as context:
        yield context.new_page()


@pytest.fixture
def plain_page(browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[Page]:
    """The same in a browser that runs no script."""
    with context_of(browser, live_server.url, cast.head, scripts=False) as context:
        yield context.new_page()


def test_turning_a_page_swaps_the_rows_alone_and_keeps_the_address_true(page: Page) -> None:
    page.goto("/tasks/")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("navigation", name="分页").get_by_role("link", name="2").click()
    expect(page.get_by_text("第 10–18 条")).to_be_visible()
    assert page.url.endswith("?page=2")
    assert page.evaluate("window.sameDocument")


def test_choosing_a_filter_asks_for_the_rows_at_once(page: Page) -> None:
    page.goto("/tasks/")
    with page.expect_request(lambda request: "q=%E6%B2%B3" in request.url) as asked:
        page.get_by_label("关键词").fill("河")
    assert asked.value.headers["hx-request"] == "true"


def test_without_a_script_pages_turn_and_filters_work(plain_page: Page) -> None:
    plain_page.goto("/tasks/")
    plain_page.get_by_role("navigation", name="分页").get_by_role("link", name="2").click()
    expect(plain_page.get_by_text("第 10–18 条")).to_be_visible()
    expect(plain_page.get_by_role("heading", name="任务清单")).to_be_visible()
    plain_page.get_by_label("关键词").fill("河")
    plain_page.get_by_role("button", name="筛选").click()
    assert "q=%E6%B2%B3" in plain_page.url


def test_a_question_is_asked_first_and_no_sends_nothing(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto("/overdue/")
    page.get_by_role("button", name="催办", exact=True).first.click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("向清徐分局发出催办？")
    question.get_by_role("button", name="取消").click()
    expect(question).to_be_hidden()
    assert "POST" not in sent


def test_after_the_question_yes_sends_the_chosen_tasks(page: Page) -> None:
    page.goto("/overdue/")
    page.get_by_label("全选本页").check()
    page.get_by_label("选择任务 2023-002").uncheck()
    expect(page.get_by_label("全选本页")).not_to_be_checked()
    page.get_by_role("button", name="催办所选").click()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("dialog").get_by_role("button", name="确定").click()
    assert sent.value.url.endswith("/overdue/urge/")
    body = sent.value.post_data or ""
    assert "task=1" in body
    assert "task=2" not in body
    assert "task=3" in body


def test_without_a_script_the_chosen_tasks_are_sent_unasked(plain_page: Page) -> None:
    plain_page.goto("/overdue/")
    plain_page.get_by_label("选择任务 2023-002").check()
    with plain_page.expect_request(lambda request: request.method == "POST") as sent:
        plain_page.get_by_role("button", name="催办所选").click()
    assert "task=2" in (sent.value.post_data or "")


def test_chosen_and_dropped_files_are_listed_and_can_be_taken_out(page: Page) -> None:
    page.goto("/tasks/1/report/")
    page.get_by_label("佐证材料").set_input_files(
        [
            FilePayload(name="台账.xlsx", mimeType="application/zip", buffer=b"x" * 2048),
            FilePayload(name="照片.jpg", mimeType="image/jpeg", buffer=b"y"),
        ]
    )
    files = page.locator("[data-files]").get_by_role("listitem")
    expect(files).to_have_text(["台账.xlsx2 KB移除", "照片.jpg1 KB移除"])
    page.get_by_role("button", name="移除 照片.jpg").click()
    expect(files).to_have_count(1)
    dropped = page.evaluate_handle(
        """() => { const data = new DataTransfer();
                   data.items.add(new File(["z"], "纪要.pdf")); return data; }"""
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": dropped})
    expect(files).to_contain_text(["台账.xlsx", "纪要.pdf"])
    assert page.get_by_label("佐证材料").evaluate("input => input.files.length") == 2


def test_the_slider_moves_the_number_and_the_number_the_slider(page: Page) -> None:
    page.goto("/tasks/1/report/")
    slider = page.get_by_role("slider", name="拖动调整自报进度")
    number = page.get_by_role("spinbutton", name="自报进度")
    slider.fill("85")
    expect(number).to_have_value("85")
    number.fill("40")
    expect(slider).to_have_value("40")


def test_nothing_new_is_one_tap(page: Page) -> None:
    page.goto("/tasks/1/report/")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="无变化").click()
    assert 'name="unchanged"' in (sent.value.post_data or "")


def test_a_refused_form_says_what_is_wrong_at_the_field(page: Page) -> None:
    page.goto("/tasks/1/report/")
    page.get_by_role("spinbutton", name="自报进度").fill("140")
    page.get_by_role("button", name="提交填报").click()
    expect(page.get_by_role("alert")).to_contain_text("没有保存")
    number = page.get_by_role("spinbutton", name="自报进度")
    expect(number).to_have_value("140")
    expect(number).to_have_accessible_description(re.compile("小于或等于 ?100"))


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/")
    page.get_by_text("账号菜单").locator("xpath=ancestor::summary").click()
    expect(page.get_by_role("link", name="修改密码")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="修改密码")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_first_tab_offers_to_skip_the_menu(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_phone_s_bar_holds_my_work_and_reporting_first(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")
    bar = page.get_by_role("navigation", name="快捷导航")
    expect(bar.locator("> ul > li > a")).to_have_text(["我的", "填报", "任务", "消息"])
    bar.get_by_text("更多").click()
    expect(bar.get_by_role("link", name="责任单位")).to_be_visible()


def test_paper_gets_the_sheet_without_menus_and_buttons(page: Page) -> None:
    page.goto("/tasks/1/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="九河复流工程协调（第二批）")).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.get_by_role("link", name="填报进展")).to_be_hidden()
    expect(page.get_by_text("本系统为非涉密系统，严禁处理涉密信息")).to_be_visible()


def test_a_task_page_shows_why_what_next_and_every_percent_and_deadline(page: Page) -> None:
    page.goto("/tasks/1/")
    for text in (
        "红：逾期 22 天（时限 2023-11-01）。",
        "销号申请核查通过后转黄，迟办留有记录。",
        "核实进度",
        "自报进度",
        "序时进度",
        "原定时限",
        "由督察办督办员办理，2023-11-20 起已等 3 天",
    ):
        expect(page.get_by_text(text).first).to_be_visible()
    panels = page.locator(".four h2")
    expect(panels).to_contain_text(["任务清单", "责任清单", "措施清单", "结果清单"])


def test_a_lamp_is_shape_colour_and_word(page: Page) -> None:
    page.goto("/tasks/")
    seen = page.locator(".c-lamp .lamp").evaluate_all(
        """lamps => [...new Map(lamps.map(lamp => [lamp.textContent.trim(), [
             lamp.querySelector('use').getAttribute('href').split('#')[1],
             getComputedStyle(lamp).color]]))]"""
    )
    words = {word: tuple(look) for word, look in seen}
    assert set(words) == {"红灯", "黄灯", "绿灯", "—"}
    assert len({shape for shape, _colour in words.values()}) == 4
    assert len({colour for _shape, colour in words.values()}) == 4
