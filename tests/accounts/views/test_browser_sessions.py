"""Enrolment, sign-in with a code and the question before a dangerous act, in a real browser."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import clock
from accounts.models import SecondFactor, SignIn, User
from accounts.sealing import unseal
from reports.choices import ProposalState
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.reports.making import LAGGING, in_force, late_task, only_proposal, run

__all__ = ["set_clock"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]

PASSWORD = "Right-Password-2023"


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def code_of(user: User, *, ahead: int = 0) -> str:
    """Return what the person's app shows now, or so many steps later."""
    secret = unseal(SecondFactor.objects.get(user=user).secret)
    assert secret is not None
    return pyotp.TOTP(secret).at(clock.machine_now(), counter_offset=ahead)


def look_at(page: Page) -> None:
    """Look at a page in both sizes; the test's own folder keeps no picture."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert not scrolls_sideways(page), (page.url, size)
        assert accessibility_violations(page) == [], page.url
    page.set_viewport_size(DESKTOP)


def give_password(page: Page, user: User) -> None:
    page.get_by_label("用户名").or_(page.get_by_label("登录名")).fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_officer_enrols_signs_in_with_a_code_and_looks_at_the_sign_ins(
    browser: Browser, live_server: LiveServer, cast: Cast, settings: Any, scripts: bool
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"hr"})
    hr = with_password(cast.hr)
    with context_of(browser, live_server.url, scripts=scripts) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/login/")
        give_password(page, hr)
        expect(page.get_by_text("您的角色须使用动态口令登录")).to_be_visible()
        page.get_by_role("button", name="开始绑定").click()
        picture = page.get_by_role("img", name=re.compile("二维码"))
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") > 100 if scripts else True
        if scripts:
            look_at(page)
        page.get_by_label("动态口令").fill(code_of(hr))
        page.get_by_role("button", name="完成绑定").click()
        expect(page.locator(".codes li")).to_have_count(10)
        if scripts:
            look_at(page)
        page.get_by_role("link", name="已妥善保存，继续").click()
        expect(page.get_by_text("备用码还剩 10 个")).to_be_visible()
        if scripts:
            look_at(page)
        page.goto("/")
        page.locator(".me details summary").click()
        page.get_by_role("button", name="退出登录").click()
        give_password(page, hr)
        expect(page.get_by_role("heading", name="输入动态口令")).to_be_visible()
        if scripts:
            look_at(page)
        page.get_by_label("动态口令").fill(code_of(hr, ahead=1))
        page.get_by_role("button", name="验证并登录").click()
        expect(page.get_by_text("上次登录：")).to_be_visible()
        assert heard == []


@pytest.mark.parametrize("scripts", [True, False])
def test_confirming_after_ten_minutes_asks_for_the_password_and_loses_nothing(
    browser: Browser, live_server: LiveServer, cast: Cast, set_clock: SetClock, scripts: bool
) -> None:
    set_clock(LAGGING)
    in_force()
    late_task(cast)
    run(LAGGING)
    proposal = only_proposal(unit=cast.air)
    leader = with_password(cast.leader)
    with context_of(browser, live_server.url, leader, scripts=scripts) as context:
        SignIn.objects.update(proved_at=clock.now() - dt.timedelta(minutes=10))
        page = context.new_page()
        heard = complaints(page)
        page.goto(reverse("reports:proposal", args=[proposal.pk]))
        page.get_by_label("确认理由").fill("情况属实，经局务会研究")
        page.get_by_role("button", name="确认约谈").click()
        expect(page.get_by_text("刚才填写的内容已保留")).to_be_visible()
        if scripts:
            look_at(page)
        page.get_by_label("登录密码").fill(PASSWORD)
        page.get_by_role("button", name="验证并提交").click()
        expect(page.get_by_text("已确认。")).to_be_visible()
        assert heard == []
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision) == (
        ProposalState.CONFIRMED,
        "情况属实，经局务会研究",
    )


def test_hr_takes_the_workbook_after_the_question(
    browser: Browser, live_server: LiveServer, cast: Cast, set_clock: SetClock
) -> None:
    set_clock(LAGGING)
    in_force()
    hr = with_password(cast.hr)
    with context_of(browser, live_server.url, hr) as context:
        SignIn.objects.update(proved_at=clock.now() - dt.timedelta(minutes=10))
        page = context.new_page()
        page.goto(reverse("reports:exclusions"))
        page.get_by_role("button", name="导出全年名单").click()
        page.get_by_label("登录密码").fill(PASSWORD)
        page.get_by_role("button", name="验证").click()
        expect(page.get_by_text("身份已验证")).to_be_visible()
        look_at(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="下载").click()
        assert Path(download.value.suggested_filename).suffix == ".xlsx"


def test_the_security_administrator_s_pages_fit_both_sizes(
    browser: Browser, live_server: LiveServer, cast: Cast, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"hr", "discipline", "secadmin"})
    moment = clock.now()
    for user in (cast.hr, cast.secadmin):
        SecondFactor.objects.create(user=user, secret="x", begun_at=moment, confirmed_at=moment)
    with context_of(browser, live_server.url, cast.secadmin) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/second-factors/")
        expect(page.get_by_role("link", name="重置")).to_have_count(1)
        look_at(page)
        page.get_by_role("link", name="重置").click()
        look_at(page)
        page.get_by_label("重置原因").fill("手机遗失，已当面核对本人")
        page.get_by_role("button", name="重置").click()
        expect(page.get_by_text("已重置")).to_be_visible()
        assert heard == []
