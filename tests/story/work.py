"""What people do to a task in the browser: assign, accept, report, verify, send a slip."""

from playwright.sync_api import FilePayload, Page, expect


def open_task(page: Page, title: str) -> None:
    """Go to a task's page the way people do: by its title in the list."""
    page.goto("/tasks/")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def assign(page: Page, title: str, *, wording: str, deadline: str, reason: str) -> None:
    """Issue a draft, reading its unclear deadline first; its lists are not closed yet."""
    open_task(page, title)
    page.get_by_role("main").get_by_role("link", name="交办", exact=True).click()
    expect(page.get_by_text(f"时限原文“{wording}”需要人工确认后才能交办。")).to_be_visible()
    expect(page.get_by_text("四清单缺项：").first).to_be_visible()
    page.get_by_label("完成时限").fill(deadline)
    page.get_by_label("清单有缺项先行交办的理由").fill(reason)
    page.get_by_role("main").get_by_role("button", name="交办", exact=True).click()
    expect(page.get_by_text("任务已交办，等待各单位签收。")).to_be_visible()


def accept(page: Page, title: str) -> None:
    """Accept the own unit's part in a task."""
    open_task(page, title)
    page.get_by_role("button", name="签收").first.click()
    expect(page.get_by_role("button", name="签收")).to_have_count(0)


def report(page: Page, title: str, *, percent: str, text: str, proof: FilePayload) -> None:
    """Report progress with a file of evidence."""
    open_task(page, title)
    page.get_by_role("link", name="填报进展").first.click()
    page.locator("[name=percent]").fill(percent)
    page.locator("[name=text]").fill(text)
    page.locator("[name=evidence]").set_input_files(proof)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text(text).first).to_be_visible()


def decide(page: Page, verdict: str, *, reason: str = "", hint: str) -> None:
    """Verify or return the one report that waits, with a look at the hint beside it."""
    page.goto("/verification/")
    page.get_by_role("link", name="核查", exact=True).first.click()
    expect(page.get_by_text(hint)).to_be_visible()
    page.get_by_label(verdict).check()
    page.locator("[name=decision]").fill(reason)
    page.get_by_role("button", name="提交结论").click()
    expect(page.get_by_text("已提交结论").first).to_be_visible()


def send_slip(page: Page, title: str, *, requirement: str) -> None:
    """Issue a red slip on a late task from the overdue queue and record its delivery."""
    page.goto("/overdue/")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=title))
    row.get_by_role("link", name="发督办单").click()
    page.get_by_label("督办事由").select_option(label="逾期未办结")
    page.get_by_label("督办要求").fill(requirement)
    page.get_by_role("button", name="签发").click()
    expect(page.get_by_text("已签发红色督办单")).to_be_visible()
    page.get_by_role("button", name="登记送达").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_text("已登记送达。")).to_be_visible()
