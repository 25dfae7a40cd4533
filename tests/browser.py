"""A real browser for the tests: pages at desktop and phone size, and what every page must hold."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    sync_playwright,
)

from accounts.models import User

DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"

_RUN_AXE = """async () => (await axe.run(document)).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`))"""


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """The machine's browser, started once."""
    # Playwright's own event loop runs in this thread; the tests' database calls are not inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def context_of(
    browser: Browser, address: str, user: User | None = None, *, scripts: bool = True
) -> BrowserContext:
    """Return a browser session at `address`, signed in as `user`; `scripts` off: no JavaScript."""
    context = browser.new_context(
        base_url=address, viewport=DESKTOP, locale="zh-CN", java_script_enabled=scripts
    )
    if user is not None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}]
        )
    return context


def complaints(page: Page) -> list[str]:
    """Return a list that fills with the page's errors, refusals by its policy included."""
    heard: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"}:
            heard.append(line.text)

    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", hear)
    return heard


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def accessibility_violations(page: Page) -> list[str]:
    """Return what axe-core finds, a line for each rule and element."""
    assert AXE.exists(), "axe-core is missing: run `npm ci` in the project's folder"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [str(line) for line in page.evaluate(_RUN_AXE)]
