"""What people do to consequences in the browser: interviews, proposals, HR's list."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect


def proposal_row(page: Page, kind: str, subject: str) -> Locator:
    """Go to what waits for a decision and return the line about a subject."""
    page.goto("/proposals/")
    # A person's line names their unit below them; a unit's stands alone.
    exactly = page.get_by_role("cell", name=subject, exact=True)
    return page.get_by_role("row").filter(has_text=kind).filter(has=exactly)


def approve_proposed_interview(page: Page, subject: str, *, on: str, too_soon: str) -> None:
    """Confirm a proposed interview; a day too soon for the notice is refused first."""
    proposal_row(page, "约谈", subject).get_by_role("link", name="查看").click()
    _fill_confirmation(page, "逾期三十日，督办单届满未整改，同意约谈。", on=too_soon)
    expect(page.get_by_text("约谈须至少提前3个工作日通知").first).to_be_visible()
    _fill_confirmation(page, "逾期三十日，督办单届满未整改，同意约谈。", on=on)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"约谈{subject}")


def _fill_confirmation(page: Page, reason: str, *, on: str) -> None:
    page.get_by_label("确认理由").fill(reason)
    page.get_by_label("约谈时间").fill(on)
    page.get_by_label("约谈地点").fill("局机关会议室")
    page.get_by_role("button", name="确认约谈").click()


def propose_interview(page: Page, subject: str, *, cause: str, task: str) -> None:
    """Propose an interview with a unit by one's own judgement."""
    page.goto("/proposals/")
    page.get_by_role("link", name="提出约谈").click()
    page.get_by_label("约谈单位").select_option(label=subject)
    page.get_by_label("约谈事由").fill(cause)
    options = page.get_by_label("涉及任务").locator("option").filter(has_text=task)
    page.get_by_label("涉及任务").select_option(options.first.get_attribute("value"))
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_text("已提出，等待局领导批准。")).to_be_visible()


def open_interview(page: Page, cause: str) -> None:
    """Go to an interview by its cause in the list."""
    page.goto("/proposals/?show=interviews")
    page.get_by_role("row").filter(has_text=cause).get_by_role("link", name="查看").click()


def approve_interview(page: Page, cause: str, *, on: str) -> None:
    """Approve an interview that a person proposed."""
    open_interview(page, cause)
    page.get_by_label("约谈时间").fill(on)
    page.get_by_role("button", name="批准并通知").click()
    expect(page.get_by_text("已办理：批准并通知。")).to_be_visible()


def record_interview(page: Page, cause: str, *, minutes: str) -> None:
    """Record an interview as held on the day it was called for, with its minutes."""
    open_interview(page, cause)
    page.get_by_label("约谈纪要").fill(minutes)
    page.get_by_role("button", name="登记约谈").click()
    expect(page.get_by_text("已办理：登记约谈。")).to_be_visible()
    expect(page.get_by_text(minutes)).to_be_visible()


def take_eligibility(page: Page, subject: str, *, clause: str, days: list[str]) -> None:
    """Read the proposal to cancel eligibility, its clause and interviews, and confirm it."""
    proposal_row(page, "取消评优资格", subject).get_by_role("link", name="查看").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"建议对{subject}取消评优资格")
    expect(page.locator("blockquote")).to_have_text(clause)
    expect(page.get_by_text(f"年度内被约谈 2 次（≥ 2）：{'、'.join(days)}").first).to_be_visible()
    page.get_by_label("确认理由").fill("两次约谈记录完整，同意取消评优资格。")
    page.get_by_role("button", name="确认取消评优资格").click()
    expect(page.get_by_text("已确认。")).to_be_visible()


def grant_dossiers(page: Page, to: str) -> None:
    """Let somebody of HR take the year's dossiers."""
    page.goto("/exclusions/")
    page.get_by_text("授权调阅佐证卷宗").click()
    page.get_by_label("被授权人").select_option(label=to)
    page.get_by_label("授权理由").fill("年度考核备查")
    page.get_by_role("button", name="授权", exact=True).click()
    expect(page.get_by_text(f"已授权{to}调阅2023年度佐证卷宗至")).to_be_visible()


def download(page: Page, button: str, target: Path) -> Path:
    """Take a file by its button on HR's page."""
    page.goto("/exclusions/")
    with page.expect_download() as taking:
        page.get_by_role("button", name=button).click()
    path = target / taking.value.suggested_filename
    taking.value.save_as(path)
    return path
