"""The audit officer's pages in a real browser, at desktop and phone size."""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.services import audit
from tests.browser import DESKTOP, PHONE, accessibility_violations, context_of, scrolls_sideways
from tests.cast import Cast

pytestmark = pytest.mark.one_database


def test_the_auditor_verifies_and_reads_an_entry(
    browser: Browser,
    live_server: LiveServer,
    cast: Cast,
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    settings.DATA_DIR = tmp_path
    with transaction.atomic():
        audit.record(
            "unit.note",
            cast.air,
            by=cast.head,
            summary="登记大气环境科的说明",
            data={"名称": "大气环境科", "原因": ["核对" * 60, None]},
        )
    with context_of(browser, live_server.url, user=cast.auditor) as context:
        page = context.new_page()
        page.goto("/audit/")
        page.get_by_role("button", name="核验").click()
        expect(page.get_by_text("完好").first).to_be_visible()
        for address in ("/audit/", "/audit/1/"):
            page.goto(address)
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                if folder := os.environ.get("SHOTS"):
                    page.screenshot(path=f"{folder}/a{len(address)}-{size['width']}.png")
                assert not scrolls_sideways(page), (address, size)
                assert accessibility_violations(page) == []
