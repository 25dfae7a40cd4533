"""Personnel pages in a real browser: grants, posts, leave and handing work over."""

import datetime as dt
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Role
from accounts.models import Delegation
from accounts.scopes import roles_of
from accounts.services.posts import release
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast, cast
from tests.making import SetClock, fresh, issued_task, set_clock

__all__ = ["cast", "set_clock"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]

TODAY = dt.date(2023, 3, 10)


@pytest.fixture(autouse=True)
def today(set_clock: SetClock) -> None:
    set_clock(TODAY)


def fits(page: Page, name: str) -> None:
    """Hold a page against both sizes and axe; `PICTURES` keeps what was seen."""
    for size, label in ((PHONE, "390"), (DESKTOP, "1440")):
        page.set_viewport_size(size)
        assert not scrolls_sideways(page), (name, size)
        assert accessibility_violations(page) == []
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=str(Path(folder) / f"{name}-{label}.png"), full_page=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_security_administrator_grants_and_takes_back(
    browser: Browser, live_server: LiveServer, cast: Cast, scripts: bool
) -> None:
    with context_of(browser, live_server.url, cast.secadmin, scripts=scripts) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/accounts/grants/")
        expect(page.get_by_role("heading", name="角色授权")).to_be_visible()
        if scripts:
            fits(page, "grants")
        page.get_by_role("link", name="授予角色").click()
        if scripts:
            fits(page, "grant-new")
        page.get_by_label("人员").select_option(value=str(cast.clerk.pk))
        page.get_by_label("角色").select_option(value=Role.AUDITOR)
        page.get_by_label("授权单位").select_option(value=str(cast.bureau.pk))
        page.get_by_role("button", name="授予", exact=True).click()
        expect(page.get_by_text("已授予大气环境科科员“审计管理员”")).to_be_visible()
        page.goto(f"/accounts/grants/new/?user={cast.clerk.pk}")
        page.get_by_label("角色").select_option(value=Role.HEAD)
        page.get_by_label("授权单位").select_option(value=str(cast.air.pk))
        page.get_by_role("button", name="授予", exact=True).click()
        expect(page.get_by_text("三员角色互斥")).to_be_visible()
        page.goto(f"/accounts/grants/people/{cast.clerk.pk}/")
        page.get_by_role("link", name="收回").click()
        page.get_by_role("button", name="收回").click()
        expect(page.get_by_text("已撤回")).to_be_visible()
        if scripts:
            fits(page, "person-grants")
        assert heard == []
    assert roles_of(cast.clerk, on=TODAY) == frozenset()


def test_the_release_of_a_leaver_warns_without_naming_the_work(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    task = issued_task(cast, title="扬尘治理")
    with context_of(browser, live_server.url, cast.sysadmin) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto(f"/accounts/people/{cast.head.pk}/")
        fits(page, "person")
        page.get_by_role("link", name="免职").click()
        expect(page.get_by_text("名下还有 1 项在办任务")).to_be_visible()
        fits(page, "release")
        page.get_by_role("button", name="免职").click()
        expect(page.get_by_text("名下还有 1 项在办任务")).to_be_visible()
        assert task.title not in page.content()
        page.get_by_role("link", name="登记任职").click()
        fits(page, "appoint")
        assert heard == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_head_names_a_substitute_and_takes_it_back(
    browser: Browser, live_server: LiveServer, cast: Cast, scripts: bool
) -> None:
    with context_of(browser, live_server.url, cast.head, scripts=scripts) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/delegations/")
        page.get_by_label("代理人").select_option(value=str(cast.clerk.pk))
        page.get_by_label("截止日期").fill((TODAY + dt.timedelta(days=4)).isoformat())
        page.get_by_label("事由").fill("年休假")
        page.get_by_role("button", name="设置代理").click()
        expect(page.get_by_text("由大气环境科科员代理您的业务角色")).to_be_visible()
        assert roles_of(cast.clerk, on=TODAY) == {Role.HEAD}
        if scripts:
            fits(page, "delegations")
            page.get_by_role("button", name="结束代理").click()
            page.get_by_role("dialog").get_by_role("button", name="确定").click()
        else:
            page.get_by_role("button", name="结束代理").click()
        expect(page.get_by_text("已撤回")).to_be_visible()
        assert heard == []
    assert roles_of(cast.clerk, on=TODAY) == frozenset()
    assert Delegation.objects.get().withdrawn


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_leavers_work_is_handed_over_after_a_preview(
    browser: Browser, live_server: LiveServer, cast: Cast, scripts: bool
) -> None:
    task = issued_task(cast, title="扬尘治理")
    release(cast.head.posts.get(), until=TODAY - dt.timedelta(days=1), by=cast.sysadmin)
    with context_of(browser, live_server.url, cast.supervisor, scripts=scripts) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/units/DQK/")
        page.get_by_role("link", name="人员与职务").click()
        expect(page.get_by_text("大气环境科科长职务已免去，名下还有 1 项任务")).to_be_visible()
        if scripts:
            fits(page, "unit-people")
        page.get_by_role("link", name="办理交接").click()
        page.get_by_label("接任人").select_option(value=str(cast.liaison.pk))
        page.get_by_label("事由").fill("岗位调整")
        page.get_by_role("button", name="预览").click()
        expect(page.get_by_role("link", name="扬尘治理")).to_be_visible()
        if scripts:
            fits(page, "handover")
        page.get_by_role("button", name="确认交接").click()
        expect(page.get_by_role("heading", name="交接结果")).to_be_visible()
        if scripts:
            fits(page, "handover-done")
        assert heard == []
    assert fresh(task).holder == cast.liaison
