"""Signing in and keeping accounts in a real browser, at desktop and phone size."""

import datetime as dt

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import clock
from accounts.models import User
from accounts.rules.directory import OidcConfig
from accounts.services.tickets import issue_ticket, secret_of
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast

pytestmark = pytest.mark.one_database

PASSWORD, NEXT = "Blue-Kite-47", "Red-Stone-18"


def with_password(user: User, *, days_ago: int = 0) -> User:
    user.set_password(PASSWORD)
    user.password_set_at = clock.now() - dt.timedelta(days=days_ago)
    user.save()
    return user


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/login/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def fits(page: Page) -> None:
    """Hold a page against both sizes and axe."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert not scrolls_sideways(page), size
        assert accessibility_violations(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_password_that_is_due_is_changed_before_anything_else(
    browser: Browser, live_server: LiveServer, cast: Cast, scripts: bool
) -> None:
    with_password(cast.head, days_ago=90)
    today = clock.today().isoformat()
    with context_of(browser, live_server.url, scripts=scripts) as context:
        page = context.new_page()
        sign_in(page, "head", PASSWORD)
        expect(page.get_by_role("heading", name="设置新密码")).to_be_visible()
        page.goto("/tasks/")
        expect(page.get_by_text(f"已于 {today} 满 90 天")).to_be_visible()
        if scripts:
            fits(page)
        page.get_by_label("原密码").fill(PASSWORD)
        page.get_by_label("新密码", exact=False).nth(0).fill(NEXT)
        page.get_by_label("再次输入新密码").fill(NEXT)
        page.get_by_role("button", name="保存新密码").click()
        expect(page.get_by_text("密码已修改")).to_be_visible()
        page.goto("/tasks/")
        expect(page.get_by_role("heading", name="任务清单")).to_be_visible()


def test_the_way_through_the_offices_own_sign_in_stands_below_the_form(
    browser: Browser, live_server: LiveServer, cast: Cast, settings: LazySettings
) -> None:
    settings.OIDC = OidcConfig(
        issuer="https://id.example.cn",
        client_id="four-lists",
        client_secret="a-client-secret",
        scope="openid",
        person_claim="preferred_username",
        person_field="username",
        groups_claim="groups",
    )
    with context_of(browser, live_server.url) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/login/?next=/tasks/")
        way = page.get_by_role("link", name="单位统一身份登录")
        expect(way).to_have_attribute("href", "/login/sso/?next=%2Ftasks%2F")
        fits(page)
        sign_in(page, "head", "wrong")
        expect(page.get_by_text("已用过“单位统一身份登录”的人员请从那里登录")).to_be_visible()
        expect(way).to_be_visible()
        fits(page)
        assert heard == []


@pytest.mark.parametrize("username", ["head", "nobody"])
def test_the_lock_says_until_when_and_not_whether_the_name_exists(
    browser: Browser, live_server: LiveServer, cast: Cast, username: str
) -> None:
    with_password(cast.head)
    with context_of(browser, live_server.url) as context:
        page = context.new_page()
        for _ in range(4):
            sign_in(page, username, "wrong")
            expect(page.get_by_role("alert")).to_contain_text("登录名或密码不正确")
        sign_in(page, username, "wrong")
        expect(page.get_by_role("alert")).to_contain_text("该登录名连续输错次数过多")
        fits(page)
        sign_in(page, username, PASSWORD)
        expect(page.get_by_role("alert")).to_contain_text("后再试")


def test_a_mailed_link_sets_a_password(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    secret = secret_of(issue_ticket(cast.clerk, by=cast.sysadmin))
    with context_of(browser, live_server.url) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto(f"/password/set/{secret}/")
        fits(page)
        page.get_by_label("新密码", exact=False).nth(0).fill(PASSWORD)
        page.get_by_label("再次输入新密码").fill(PASSWORD)
        page.get_by_role("button", name="保存密码").click()
        expect(page.get_by_text("密码已设置")).to_be_visible()
        assert heard == []
        sign_in(page, "clerk", PASSWORD)
        expect(page.get_by_role("heading", name="我的工作")).to_be_visible()
        page.goto(f"/password/set/{secret}/")
        expect(page.get_by_role("heading", name="链接无效")).to_be_visible()
        fits(page)


def test_the_pages_of_accounts_fit_both_sizes(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    with context_of(browser, live_server.url, cast.sysadmin) as context:
        page = context.new_page()
        heard = complaints(page)
        one = f"/accounts/people/{cast.head.pk}/"
        for address in ("", "?state=closed", "new/"):
            page.goto(f"/accounts/people/{address}")
            fits(page)
        for address in ("", "edit/", "move/"):
            page.goto(one + address)
            fits(page)
        assert heard == []


def test_an_account_is_closed_after_a_question_and_opened_by_undoing(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    with context_of(browser, live_server.url, cast.sysadmin) as context:
        page = context.new_page()
        page.goto("/accounts/people/")
        page.get_by_role("searchbox").last.fill("联络")
        page.get_by_role("link", name="大气环境科联络员").click()
        page.get_by_role("button", name="停用账号").click()
        expect(page.get_by_role("dialog")).to_contain_text("停用大气环境科联络员的账号？")
        page.get_by_role("button", name="确定").click()
        expect(page.get_by_text("已停用大气环境科联络员的账号")).to_be_visible()
        page.get_by_role("button", name="撤销").click()
        expect(page.get_by_text("已启用大气环境科联络员的账号")).to_be_visible()
