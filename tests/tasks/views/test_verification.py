"""The verifier's page: three parts, the sample, the rest in bulk; also in a real browser."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tasks.choices import TaskLevel, Verdict
from tasks.models import ProgressReport, SampleDraw
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
from tests.making import SetClock, issued_task
from tests.tasks.checking import DEADLINE, many_reports
from tests.tasks.views.conftest import PageOf

DAY = dt.date(2023, 3, 10)
SITTING = dt.date(2023, 3, 16)


def test_the_page_sorts_by_risk_and_says_why(
    cast: Cast, page_of: PageOf, set_clock: SetClock
) -> None:
    set_clock(DAY)
    many_reports(cast, 3, on=DAY)
    major = issued_task(cast, code="Z-1", level=TaskLevel.MAJOR, deadline=DEADLINE)
    submit_report(major, on=DAY, percent=60, by=cast.head)
    set_clock(SITTING)
    client = page_of(cast.supervisor)
    page = client.get("/verification/").content.decode()
    for shown in (
        "重大任务",
        "进度一次增加 60 个百分点",
        "大气环境科科长 2023-03-10 提交，已等 6 天",
        "2023-03-15",
        "核查已超期 1 个工作日",
    ):
        assert shown in page, shown
    assert "N0000" not in page
    rest = client.get("/verification/?kind=rest").content.decode()
    assert "N0000 号点位已完成核查" in rest
    assert "抽取样本" in rest
    assert "Z-1" not in rest


def test_a_unit_s_list_is_cleared_in_one_tap(
    cast: Cast, page_of: PageOf, set_clock: SetClock
) -> None:
    set_clock(DAY)
    many_reports(cast, 12, on=DAY)
    client = page_of(cast.supervisor)
    page = client.get("/verification/?kind=rest&unit=DQK").content.decode()
    assert "大气环境科 12 件一并通过" in page
    answer = client.post("/verification/unit/", {"unit": "DQK"}, follow=True)
    assert "已核查通过 12 件" in answer.content.decode()
    assert not ProgressReport.objects.waiting().exists()
    assert client.post("/verification/unit/", {"unit": "DQK"}).status_code == 404


def test_the_verdict_page_says_its_limit_and_whom_the_waiting_costs(
    cast: Cast, page_of: PageOf, set_clock: SetClock
) -> None:
    set_clock(DAY)
    report = many_reports(cast, 1, on=DAY)[0]
    page = page_of(cast.supervisor).get(f"/progress/{report.pk}/verify/").content.decode()
    assert "核查须于 2023-03-15 前作出" in page
    assert "等待天数不计任何单位和个人" in page


def test_what_may_not_be_cleared_is_told(cast: Cast, page_of: PageOf, set_clock: SetClock) -> None:
    set_clock(DAY)
    many_reports(cast, 6, on=DAY)
    client = page_of(cast.supervisor)
    page = client.post("/verification/sample/", follow=True).content.decode()
    assert "已从 6 件中抽取 5 件" in page
    draw = SampleDraw.objects.get()
    assert draw.seed in page
    url = f"/verification/sample/{draw.pk}/rest/"
    assert "还有 5 件没有打开" in client.post(url, follow=True).content.decode()
    assert page_of(cast.second_supervisor).post(url).status_code == 404
    assert page_of(cast.head).post(url).status_code == 404
    assert page_of(cast.head).post("/verification/sample/").status_code == 403


def test_three_hundred_are_cleared_with_few_queries(
    cast: Cast, page_of: PageOf, set_clock: SetClock
) -> None:
    set_clock(DAY)
    many_reports(cast, 300, on=DAY)
    client = page_of(cast.supervisor)
    client.post("/verification/sample/")
    draw = SampleDraw.objects.get()
    draw.items.update(opened_at=draw.entry.at)
    with CaptureQueriesContext(connection) as asked:
        started = time.perf_counter()
        client.post(f"/verification/sample/{draw.pk}/rest/")
        seconds = time.perf_counter() - started
    assert not ProgressReport.objects.waiting().exists()
    # Three for each audit entry, the rest for the page and six chunks.
    assert len(asked) <= 300 * 3 + 80, len(asked)
    assert seconds < 20


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_three_hundred_waiting_are_cleared_with_thirty_opened_in_one_sitting(
    browser: Browser, live_server: LiveServer, cast: Cast, set_clock: SetClock
) -> None:
    set_clock(DAY)
    many_reports(cast, 300, on=DAY)
    with context_of(browser, live_server.url, cast.supervisor) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/verification/")
        page.get_by_role("button", name="抽取样本").click()
        expect(page.get_by_role("heading", name="待核查")).to_be_visible()
        assert "还有 30 件没有打开" in page.content()
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert not scrolls_sideways(page), size
            assert accessibility_violations(page) == []
        page.set_viewport_size(DESKTOP)
        clicks = 1
        page.get_by_role("link", name="打开下一件抽中的").click()
        clicks += 1
        for left in range(29, 0, -1):
            page.get_by_role("link", name=f"打开下一件抽中的（还有 {left} 件）").click()
            clicks += 1
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert not scrolls_sideways(page), size
            assert accessibility_violations(page) == []
        page.set_viewport_size(DESKTOP)
        page.get_by_role("link", name="抽中的已全部打开，返回").click()
        page.get_by_role("button", name="其余 300 件一并通过").click()
        page.get_by_role("dialog").get_by_role("button", name="确定").click()
        expect(page.get_by_text("已核查通过 300 件。")).to_be_visible(timeout=30_000)
        clicks += 3
        assert clicks == 34
        assert heard == []
    assert not ProgressReport.objects.waiting().exists()
    assert set(ProgressReport.objects.values_list("verdict", "decided_by")) == {
        (Verdict.ACCEPTED, cast.supervisor.pk)
    }
