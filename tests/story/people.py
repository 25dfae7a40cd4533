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
        page.locator("[name=username]").fill(login)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        yield page


def open_task(page: Page, title: str) -> None:
    """Go to a task's page the way people do: by its title in the list."""
    page.goto("/tasks/")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
