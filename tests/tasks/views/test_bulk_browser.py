"""A section head reports twelve due items on one page, counted in clicks and keys."""

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import ProgressReport
from tasks.services.issuing import add_measure, add_result, assign_task
from tasks.services.progress import submit_report
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.making import SetClock, draft_task

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]

TODAY = dt.date(2023, 3, 28)
MOST = 16
# Counts what a person does, through every page they come to: clicks, and keys pressed.
_COUNT = """() => {
  const add = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name) ?? 0) + 1);
  document.addEventListener("mousedown", () => add("clicks"), true);
  document.addEventListener("keydown", () => add("keys"), true);
}"""


def done_by_hand(page: Page) -> tuple[int, int]:
    """Return the clicks and keys counted so far."""
    counted = page.evaluate(
        "['clicks', 'keys'].map((name) => Number(sessionStorage.getItem(name) ?? 0))"
    )
    return int(counted[0]), int(counted[1])


@pytest.fixture
def twelve_due(transactional_db: None, cast: Cast, set_clock: SetClock) -> Cast:
    """Twelve tasks of 大气环境科 on which this period's report is due."""
    for number in range(1, 13):
        task = draft_task(
            cast,
            code=f"2023-{number:03d}",
            title=f"完成第 {number} 批重点行业企业超低排放改造和无组织排放治理",
            report_cycle="monthly" if number % 3 else "weekly",
        )
        add_measure(
            task,
            text="组织验收",
            owner=cast.air,
            deadline=dt.date(2023, 3, 31),
            proof_required="验收意见和现场照片",
            on=dt.date(2023, 1, 1),
            by=cast.supervisor,
        )
        add_result(task, expected="全部达标", on=dt.date(2023, 1, 1), by=cast.supervisor)
        task = assign_task(task, on=dt.date(2023, 1, 1), by=cast.supervisor)
        submit_report(
            task, on=dt.date(2023, 2, 24), percent=30, text="二月完成了方案编制。", by=cast.head
        )
    set_clock(TODAY)
    return cast


def test_twelve_items_are_reported_in_at_most_sixteen_clicks_and_keys(
    browser: Browser, live_server: LiveServer, twelve_due: Cast
) -> None:
    with context_of(browser, live_server.url, twelve_due.head) as context:
        context.add_init_script(f"({_COUNT})()")
        page = context.new_page()
        heard = complaints(page)
        page.goto("/")
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="进展填报").click()
        figure = page.get_by_label("2023-007 自报进度")
        figure.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("55")
        page.get_by_role("button", name="其余均无变化，一并提交").click()
        expect(page.get_by_text("已填报 12 项：1 项有进展，11 项无变化。")).to_be_visible()
        clicks, keys = done_by_hand(page)
        assert heard == []
    besides_the_figure = clicks + keys - len("55")
    print(f"{clicks} clicks and {keys} keys, {besides_the_figure} besides the figure")  # noqa: T201
    assert (clicks, keys) == (3, 4)
    assert besides_the_figure <= MOST
    made = ProgressReport.objects.filter(on=TODAY)
    assert sorted((report.percent, report.unchanged) for report in made) == [
        *[(30, True)] * 11,
        (55, False),
    ]


def test_by_keyboard_alone_and_without_scripts_it_works_as_well(
    browser: Browser, live_server: LiveServer, twelve_due: Cast
) -> None:
    with context_of(browser, live_server.url, twelve_due.head, scripts=False) as context:
        page = context.new_page()
        page.goto("/reporting/")
        page.get_by_label("2023-001 自报进度").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("60")
        page.keyboard.press("Tab")
        expect(page.get_by_label("2023-001 无变化")).to_be_focused()
        page.get_by_role("button", name="其余均无变化，一并提交").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("已填报 12 项：1 项有进展，11 项无变化。")).to_be_visible()


def test_enter_in_a_figure_sends_only_what_was_changed(
    browser: Browser, live_server: LiveServer, twelve_due: Cast
) -> None:
    with context_of(browser, live_server.url, twelve_due.head) as context:
        page = context.new_page()
        page.goto("/reporting/")
        page.get_by_label("2023-002 自报进度").fill("41")
        page.keyboard.press("Enter")
        expect(page.get_by_text("已填报 1 项：1 项有进展，0 项无变化。")).to_be_visible()
    assert ProgressReport.objects.filter(on=TODAY).count() == 1


def test_the_page_fits_both_sizes_also_with_refused_rows(
    browser: Browser, live_server: LiveServer, twelve_due: Cast, tmp_path: Path
) -> None:
    with context_of(browser, live_server.url, twelve_due.head) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/reporting/")
        for step in ("open", "refused"):
            for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
                page.set_viewport_size(size)
                page.screenshot(path=tmp_path / f"{step}_{name}.png", full_page=step == "open")
                assert not scrolls_sideways(page), (step, name)
                assert accessibility_violations(page) == [], (step, name)
            if step == "open":
                page.get_by_label("2023-003 自报进度").fill("140")
                page.get_by_role("button", name="其余均无变化，一并提交").click()
                expect(page.get_by_text("进度 140% 超出范围")).to_be_visible()
        # The browser itself reports the answer 422.
        assert [line for line in heard if "422" not in line] == []


def test_the_page_of_silence_and_a_report_s_form_fit_both_sizes(
    browser: Browser, live_server: LiveServer, twelve_due: Cast, tmp_path: Path
) -> None:
    task = ProgressReport.objects.order_by("id")[0].task
    places = {
        "dispatch": (twelve_due.leader, "/dispatch/?month=2023-02"),
        "unit": (twelve_due.head, "/units/DQK/"),
        "form": (twelve_due.head, f"/tasks/{task.pk}/report/"),
    }
    for name, (user, address) in places.items():
        with context_of(browser, live_server.url, user) as context:
            page = context.new_page()
            heard = complaints(page)
            page.goto(address)
            for size_name, size in (("desktop", DESKTOP), ("phone", PHONE)):
                page.set_viewport_size(size)
                page.screenshot(path=tmp_path / f"{name}_{size_name}.png")
                assert not scrolls_sideways(page), (name, size_name)
                assert accessibility_violations(page) == [], (name, size_name)
            assert heard == [], name
