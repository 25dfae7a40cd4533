"""Take the README's pictures: the demo on a fixed day, in a temporary folder, seen by a browser.

Run by `make screenshots`; writes `docs/images/*.png`.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.machine import chromium_path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
TODAY = "2026-11-25"
# The demo's accounts share what its sign-in page prints.
SIGN_IN = "demo-sqd-2023"
SIZE = ViewportSize(width=1280, height=800)
# A README is read on slow lines, too.
LARGEST = 200 * 1024
START_SECONDS = 120


def main() -> int:
    """Serve the demo, take the pictures, and stop it again."""
    chromium = chromium_path()
    if chromium is None:
        sys.stderr.write("Chromium is not installed.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = {
            **os.environ,
            "MODE": "demo",
            "DEMO_TODAY": TODAY,
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        command = [sys.executable, "manage.py", "serve", "--prepare"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 - our own
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"]
                )
                _take_all(browser, address)
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=20)
    return _too_large()


def _take_all(browser: Browser, address: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    page = _signed_in(browser, address, "head")
    _take(page, "home")
    page.locator(".c-title a").first.click()
    _take(page, "task")
    page = _signed_in(browser, address, "supervisor")
    page.goto("/overdue/")
    _take(page, "overdue")
    page = _signed_in(browser, address, "hr")
    page.goto("/exclusions/")
    _take(page, "exclusions")


def _signed_in(browser: Browser, address: str, login: str) -> Page:
    page = browser.new_context(base_url=address, viewport=SIZE, locale="zh-CN").new_page()
    page.goto("/login/")
    page.locator("input[name=username]").fill(login)
    page.locator("input[name=password]").fill(SIGN_IN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    return page


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")


def _too_large() -> int:
    large = [path.name for path in IMAGES.glob("*.png") if path.stat().st_size > LARGEST]
    if large:
        sys.stderr.write(f"Larger than {LARGEST} bytes: {', '.join(large)}\n")
    return 1 if large else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310 - our own
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise SystemExit("The demo did not start.")


if __name__ == "__main__":
    sys.exit(main())
