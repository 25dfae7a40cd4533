"""Every page of the table in a real browser: nothing on it offends the strict policy, and nothing
is asked of any other machine."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError
from pytest_django.live_server_helper import LiveServer

from tests.browser import complaints, context_of
from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.permissions.test_answers import pages
from tests.permissions.world import ON, build_world

__all__ = ["set_clock"]

VIOLATION = "Content Security Policy"


def violations(heard: list[str]) -> list[str]:
    return [line for line in heard if VIOLATION in line]


def opened(page: Page, address: str) -> bool:
    """Open an address; False where it is a file to be saved and not a page."""
    try:
        page.goto(address, wait_until="domcontentloaded")
    except BrowserError as error:
        if "Download is starting" in str(error):
            return False
        raise
    return True


@pytest.mark.one_database
def test_no_page_of_the_table_offends_the_policy_or_asks_another_machine(
    browser: Browser, live_server: LiveServer, cast: Cast, set_clock: SetClock
) -> None:
    set_clock(ON)
    world = build_world(cast)
    tabs: dict[str, tuple[Page, list[str]]] = {}
    asked: set[str] = set()
    found, seen = [], 0
    for row in pages():
        cache.clear()
        if row.person not in tabs:
            context = context_of(browser, live_server.url, world.people[row.person])
            context.on("request", lambda request: asked.add(request.url))
            page = context.new_page()
            tabs[row.person] = page, complaints(page)
        page, heard = tabs[row.person]
        seen += opened(page, row.at.format(**world.things["own"]))
        found += [f"{row.name}: {line}" for line in violations(heard)]
        heard.clear()
    for page, _heard in tabs.values():
        page.context.close()
    assert found == []
    assert seen >= 40
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


@pytest.mark.one_database
def test_the_browser_does_complain_of_a_script_or_style_in_the_page(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    with context_of(browser, live_server.url, cast.head) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/")
        for kind in ("script", "style"):
            page.evaluate(
                """kind => { const it = document.createElement(kind);
                it.textContent = kind === 'style' ? 'p { color: red }' : 'window.ran = true';
                document.head.append(it); }""",
                kind,
            )
        assert len(violations(heard)) == 2
        assert page.evaluate("window.ran") is None
