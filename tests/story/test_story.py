"""From an office's ledger to the red light and its reminder, by the people, in a browser."""

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.story.people import at_work, open_task
from tests.story.stack import Stack
from tests.tasks.reminders.mail_server import MailServer
from tests.tracker.processes import wait_for
from tracker.env import BASE_DIR

pytestmark = pytest.mark.one_database

LEDGER = BASE_DIR / "tests" / "data" / "ledgers" / "2_合并标题两行表头.xlsx"
IMPORTED, OVERDUE = "2023-07-10", "2023-10-01"
TITLE = "工业和餐饮汽修VOCs治理（O3）"
PROOF = FilePayload(name="抽查记录.txt", mimeType="text/plain", buffer="抽查42家".encode())


def test_the_plan_is_carried_out_until_its_deadline_passes_and_everyone_is_told(
    browser: Browser, stack: Stack, mailbox: MailServer
) -> None:
    stack.migrate(on=IMPORTED)
    stack.command("seed_demo", "--tasks", "0", on=IMPORTED)
    options = ("--plan-year", "2023", "--reference-date", IMPORTED)
    read = stack.command("import_ledger", str(LEDGER), *options, on=IMPORTED)
    assert read["counts"] == {
        "tasks": 6,
        "measures": 12,
        "errors": 0,
        "warnings": 0,
        "skipped_rows": 4,
    }
    assert len(read["landing"]["created"]) == 6

    with stack.serving(IMPORTED) as run:
        for login in ("head", "branch"):
            with at_work(browser, run, login) as page:
                _accept(page)
        with at_work(browser, run, "liaison") as page:
            _report(page, "40", "抽查餐饮油烟净化设施三十家")
        with at_work(browser, run, "supervisor") as page:
            _decide(page, "退回补正", "请补充台账编号")
        with at_work(browser, run, "liaison") as page:
            open_task(page, TITLE)
            expect(page.get_by_text("请补充台账编号").first).to_be_visible()
            _report(page, "42", "抽查四十二家，附台账编号")
        with at_work(browser, run, "supervisor") as page:
            _decide(page, "核查通过", "")

    with stack.serving(OVERDUE) as run:
        with at_work(browser, run, "supervisor") as page:
            open_task(page, TITLE)
            expect(page.get_by_text("红灯").first).to_be_visible()
            expect(page.get_by_text("逾期 1 天").first).to_be_visible()
            page.goto("/overdue/")
            expect(page.get_by_role("link", name=TITLE).first).to_be_visible()
        with at_work(browser, run, "head") as page:
            wait_for(lambda: _is_in_inbox(page), seconds=120, why=run.output)
        wait_for(lambda: _mails_about(mailbox, "head@"), seconds=90, why=run.output)


def _accept(page: Page) -> None:
    open_task(page, TITLE)
    page.get_by_role("button", name="签收").first.click()
    expect(page.get_by_role("button", name="签收")).to_have_count(0)


def _report(page: Page, percent: str, text: str) -> None:
    open_task(page, TITLE)
    page.get_by_role("link", name="填报进展").first.click()
    page.locator("[name=percent]").fill(percent)
    page.locator("[name=text]").fill(text)
    page.locator("[name=evidence]").set_input_files(PROOF)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text(text).first).to_be_visible()


def _decide(page: Page, verdict: str, reason: str) -> None:
    page.goto("/verification/")
    page.get_by_role("link", name="核查", exact=True).first.click()
    page.get_by_label(verdict).check()
    page.locator("[name=decision]").fill(reason)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("已提交结论").first).to_be_visible()


def _is_in_inbox(page: Page) -> bool:
    page.goto("/inbox/")
    return page.get_by_role("main").get_by_text(TITLE).count() > 0


def _mails_about(mailbox: MailServer, person: str) -> list[str]:
    """Return the texts of the mails to a person that name the task."""
    texts = [str(mail.get_content()) for mail in mailbox.mails if person in mail["To"]]
    return [text for text in texts if TITLE in text and "http" in text]
