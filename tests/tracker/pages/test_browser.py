"""Every page in a real browser, at desktop and phone size."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast

pytestmark = [pytest.mark.urls("tests.tracker.pages.urls"), pytest.mark.one_database]

PAGES = [
    "/",
    "/empty/",
    "/tasks/",
    "/tasks/1/",
    "/tasks/empty/",
    "/tasks/1/report/",
    "/tasks/1/verify/",
    "/tasks/1/form/",
    "/reporting/",
    "/verification/",
    "/overdue/",
    "/units/",
    "/units/DQ/",
    "/units/DQ/?list=duties",
    "/units/DQ/?list=measures",
    "/units/DQ/?list=results",
    "/inbox/",
    "/password/",
    "/nothing-here/",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_both_sizes_without_a_complaint(
    browser: Browser, live_server: LiveServer, cast: Cast, address: str
) -> None:
    with context_of(browser, live_server.url, cast.head) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto(address)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert not scrolls_sideways(page), size
            assert accessibility_violations(page) == []
        # A missing page is itself reported by the browser.
        assert [line for line in heard if "404" not in line] == []


def test_the_sign_in_page_fits_both_sizes_without_a_complaint(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    with context_of(browser, live_server.url) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/login/")
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert not scrolls_sideways(page), size
            assert accessibility_violations(page) == []
        page.get_by_label("登录名").fill("head")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_contain_text("登录名或密码不正确")
        assert accessibility_violations(page) == []
        assert heard == []
