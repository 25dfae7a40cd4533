"""One person at a browser of their own, signed in with name and password."""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, expect

from tests.browser import context_of
from tests.tracker.processes import Started
from tracker.demo.people import PASSWORD


@contextlib.contextmanager
def at_work(browser: Browser, run: Started, login: str) -> Iterator[Page]:
    """Sign a person in as they would themselves, and close their browser afterwards."""
    with context_of(browser, f"http://127.0.0.1:{run.port}") as context:
        page = context.new_page()
        page.goto("/")
        sign_in(page, login)
        yield page


def sign_in(page: Page, login: str) -> None:
    """Fill in the sign-in page; it leads to what was asked for."""
    page.locator("[name=username]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    expect(page.locator("[name=password]")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
