"""From an office's ledger to HR's list, by the people concerned, in a browser, on both stacks."""

import datetime as dt
import hashlib
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser import context_of
from tests.story import consequences, work
from tests.story.people import at_work, sign_in
from tests.story.stack import Stack
from tests.tasks.ledger.making import HEADER, content, workbook
from tests.tasks.reminders.mail_server import MailServer
from tests.tracker.processes import Started, wait_for
from tracker.env import BASE_DIR

pytestmark = [pytest.mark.one_database, pytest.mark.timeout(900)]

LEDGER = BASE_DIR / "tests" / "data" / "ledgers" / "2_合并标题两行表头.xlsx"
UNIT = "大气环境科"
TITLE = "工业和餐饮汽修VOCs治理（O3）"
DRAFT, WORDING = "汽修行业喷漆房专项抽查", "适时完成"
PROOF = FilePayload(name="抽查记录.txt", mimeType="text/plain", buffer="抽查42家".encode())
CLAUSE = "一年内受到两次以上约谈的，取消年度考核评优资格"
SECOND_CAUSE = "专项抽查推诿扯皮，群众反映强烈"

# The deadline of 30 September lies in a holiday; the first working day after it is a Saturday.
IMPORTED, OVERDUE = "2023-07-10", "2023-10-07"
# The thirtieth day late; three working days' notice; a second meeting the day after the first.
LAGGING, FIRST_HELD, SECOND_HELD = "2023-10-30", "2023-11-02", "2023-11-03"
TOO_SOON, JUDGED = "2023-11-01", "2023-11-06"


def test_from_an_offices_ledger_to_hrs_list(
    browser: Browser, stack: Stack, mailbox: MailServer, tmp_path: Path
) -> None:
    stack.migrate(on=IMPORTED)
    stack.command("seed_demo", "--tasks", "0", on=IMPORTED)
    _import_the_ledgers(stack, tmp_path)
    with stack.serving(IMPORTED) as run:
        _the_work_is_assigned_reported_and_verified(browser, run)
    with stack.serving(OVERDUE) as run:
        _the_light_is_red_and_everyone_is_told(browser, run, mailbox)
    with stack.serving(LAGGING) as run:
        _two_interviews_are_called_for(browser, run)
    with stack.serving(FIRST_HELD) as run, at_work(browser, run, "supervisor") as page:
        consequences.record_interview(page, TITLE, minutes="指出逾期问题，限期一个月整改。")
        expect(page.get_by_text(re.compile("已被约谈 1 次")).first).to_be_visible()
    with stack.serving(SECOND_HELD) as run, at_work(browser, run, "supervisor") as page:
        consequences.record_interview(page, SECOND_CAUSE, minutes="再次约谈，要求书面检查。")
    with stack.serving(JUDGED) as run:
        _eligibility_is_cancelled_and_hr_takes_the_list(browser, run, tmp_path)


def _import_the_ledgers(stack: Stack, directory: Path) -> None:
    """Import the office's ledger, and a supplement whose deadline a person has to read."""
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
    row = ["7", DRAFT, "逐家抽查喷漆房", UNIT, "", WORDING]
    supplement = directory / "2023年补充任务.xlsx"
    supplement.write_bytes(content(workbook({"台账": [HEADER, row]})))
    read = stack.command("import_ledger", str(supplement), *options, on=IMPORTED)
    assert read["landing"]["drafts"] == ["7"]


def _the_work_is_assigned_reported_and_verified(browser: Browser, run: Started) -> None:
    with at_work(browser, run, "supervisor") as page:
        why = "上级要求立即启动，节点随后补报"
        work.assign(page, DRAFT, wording=WORDING, deadline="2023-12-15", reason=why)
    with at_work(browser, run, "head") as page:
        work.accept(page, DRAFT)
        work.accept(page, TITLE)
    with at_work(browser, run, "branch") as page:
        work.accept(page, TITLE)
    with at_work(browser, run, "liaison") as page:
        work.report(page, TITLE, percent="60", text="抽查餐饮油烟净化设施四十二家", proof=PROOF)
    with at_work(browser, run, "supervisor") as page:
        jump = "进度一次增加 60 个百分点。"
        work.decide(page, "退回补正", reason="请补充台账编号", hint=jump)
    with at_work(browser, run, "liaison") as page:
        work.open_task(page, TITLE)
        expect(page.get_by_text("请补充台账编号").first).to_be_visible()
        work.report(page, TITLE, percent="42", text="抽查四十二家，附台账编号", proof=PROOF)
    with at_work(browser, run, "supervisor") as page:
        returned = "此前退回：进展填报 1 次，销号申请 0 次。"
        work.decide(page, "核查通过", hint=returned)


def _the_light_is_red_and_everyone_is_told(
    browser: Browser, run: Started, mailbox: MailServer
) -> None:
    with at_work(browser, run, "supervisor") as page:
        work.open_task(page, TITLE)
        expect(page.get_by_text("逾期 7 天（时限 2023-09-30）").first).to_be_visible()
        expect(page.get_by_text("销号申请核查通过后转黄").first).to_be_visible()
        work.send_slip(page, TITLE, requirement="立即整改，书面说明逾期原因。")
    with at_work(browser, run, "head") as page:
        wait_for(lambda: _is_in_inbox(page), seconds=120, why=run.output)
        page.get_by_role("link", name=f"任务“{TITLE}”已逾期 7 天").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    text = wait_for(lambda: _mail_to(mailbox, "head@"), seconds=120, why=run.output)
    line = text[text.index(f"任务“{TITLE}”已逾期 7 天") :]
    address = re.findall(r"办理：(\S+)", line)[0]
    with context_of(browser, f"http://127.0.0.1:{run.port}") as context:
        page = context.new_page()
        page.goto(address)
        sign_in(page, "head")
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def _two_interviews_are_called_for(browser: Browser, run: Started) -> None:
    """One by the rules, whose slip ran out; one by a supervisor's own judgement."""
    with at_work(browser, run, "leader") as page:
        row = consequences.proposal_row
        _wait_on(page, lambda: row(page, "约谈", UNIT).count() == 1, run)
        expect(row(page, "约谈", UNIT)).to_contain_text("反馈时限 2023-10-12 已过")
        consequences.approve_proposed_interview(page, UNIT, on=FIRST_HELD, too_soon=TOO_SOON)
    with at_work(browser, run, "supervisor") as page:
        consequences.propose_interview(page, UNIT, cause=SECOND_CAUSE, task=DRAFT)
        expect(page.get_by_role("button", name="批准并通知")).to_have_count(0)
    with at_work(browser, run, "leader") as page:
        consequences.approve_interview(page, SECOND_CAUSE, on=SECOND_HELD)


def _eligibility_is_cancelled_and_hr_takes_the_list(
    browser: Browser, run: Started, directory: Path
) -> None:
    row = consequences.proposal_row
    with at_work(browser, run, "leader") as page:
        _wait_on(page, lambda: row(page, "取消评优资格", UNIT).count() == 1, run)
        consequences.take_eligibility(page, UNIT, clause=CLAUSE, days=[FIRST_HELD, SECOND_HELD])
        consequences.grant_dossiers(page, "人事科科长")
    with at_work(browser, run, "hr") as page:
        book = consequences.download(page, "导出全年名单", directory)
        archive = consequences.download(page, "下载佐证卷宗", directory)
    _is_listed(book)
    _is_proven(archive)


def _is_listed(path: Path) -> None:
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(min_row=4, values_only=True)]
    (row,) = rows
    assert row[0] == row[2] == UNIT
    assert (row[3], row[5]) == ("取消评优资格", CLAUSE)
    assert str(row[4]).startswith("取消2023年度考核评优资格（")
    assert row[6] == dt.datetime.fromisoformat(JUDGED)


def _is_proven(path: Path) -> None:
    """The dossier has both interviews, and the evidence byte by byte as it was uploaded."""
    digest = hashlib.sha256(PROOF["buffer"]).hexdigest()
    with zipfile.ZipFile(path) as archive:
        lines = archive.read("SHA256SUMS").decode().splitlines()
        sums = {name: value for value, name in (line.split("  ", 1) for line in lines)}
        assert sums.keys() | {"SHA256SUMS"} == set(archive.namelist())
        for name, value in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == value, name
        proofs = [name for name in sums if name.endswith(f"_{PROOF['name']}")]
        assert len(proofs) == 2
        assert {sums[name] for name in proofs} == {digest}
        (account,) = (name for name in sums if name.endswith("/说明.txt"))
        text = archive.read(account).decode()
    assert all(part in text for part in (CLAUSE, FIRST_HELD, SECOND_HELD, SECOND_CAUSE))


def _is_in_inbox(page: Page) -> bool:
    page.goto("/inbox/")
    return page.get_by_role("link", name=f"任务“{TITLE}”已逾期 7 天").count() > 0


def _mail_to(mailbox: MailServer, person: str) -> str:
    """Return the text of a mail to a person that names the task; blank while there is none."""
    texts = (str(mail.get_content()) for mail in mailbox.mails if person in mail["To"])
    return next((text for text in texts if f"任务“{TITLE}”已逾期" in text), "")


def _wait_on(page: Page, what: Callable[[], bool], run: Started) -> None:
    """Wait for what the worker does when the system starts."""
    wait_for(what, seconds=120, why=lambda: page.url + run.output())
