"""Every page of judgements in a real browser, at desktop and phone size."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from reports.choices import FindingKind, ProposalState
from reports.models import Exclusion, Interview, Proposal
from reports.services.proposals import confirm_proposal
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.reports.making import (
    LAGGING,
    excluded_unit,
    held_interview,
    in_force,
    late_task,
    only_proposal,
    quiet_task,
    run,
)

__all__ = ["set_clock"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]


@pytest.fixture
def busy(transactional_db: None, cast: Cast, set_clock: SetClock) -> Cast:
    """Something on every page: waiting, held back, an interview, exclusions, a referral."""
    in_force()
    held_interview(cast, cast.air, dt.date(2023, 3, 15))
    late_task(cast)
    quiet_task(cast, code="T2")
    excluded_unit(cast)
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    run(LAGGING)
    referral = only_proposal(kind=FindingKind.DISCIPLINE_REFERRAL)
    confirm_proposal(referral, on=LAGGING, by=cast.leader, reason="移送")
    set_clock(LAGGING)
    return cast


def addresses(cast: Cast) -> list[tuple[User, str]]:
    """Every page with somebody who works on it."""
    waiting = Proposal.objects.filter(state=ProposalState.WAITING, unit=cast.air).get()
    interview = Interview.objects.order_by("id")[0]
    exclusion = Exclusion.objects.get(kind=FindingKind.EXCELLENCE_CANCELLED)
    proposals = reverse("reports:proposals")
    return [
        *((cast.leader, f"{proposals}?show={show}") for show in ("waiting", "held", "interviews")),
        (cast.supervisor, f"{proposals}?show=decided"),
        (cast.leader, reverse("reports:proposal", args=[waiting.pk])),
        (cast.leader, reverse("reports:interview", args=[interview.pk])),
        (cast.supervisor, reverse("reports:new-interview")),
        (cast.leader, reverse("reports:rankings")),
        (cast.head, reverse("reports:unit", args=["DQK"])),
        (cast.head, reverse("reports:mine")),
        (cast.hr, reverse("reports:exclusions")),
        (cast.leader, reverse("reports:exclusions")),
        (cast.leader, reverse("reports:exclusion", args=[exclusion.pk])),
        (cast.discipline, reverse("reports:referrals")),
    ]


def test_every_page_fits_both_sizes_without_a_complaint(
    browser: Browser, live_server: LiveServer, busy: Cast
) -> None:
    for user, address in addresses(busy):
        with context_of(browser, live_server.url, user) as context:
            page = context.new_page()
            heard = complaints(page)
            page.goto(address)
            expect(page.locator("h1")).to_be_visible()
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                assert not scrolls_sideways(page), (address, size)
                assert accessibility_violations(page) == [], address
            assert heard == [], address


@pytest.mark.parametrize("scripts", [True, False])
def test_a_leader_confirms_and_hr_takes_the_workbook(
    browser: Browser, live_server: LiveServer, busy: Cast, scripts: bool
) -> None:
    with context_of(browser, live_server.url, busy.leader, scripts=scripts) as context:
        page = context.new_page()
        page.goto(reverse("reports:proposals"))
        page.get_by_role("row").filter(has_text="大气环境科").get_by_role(
            "link", name="查看"
        ).first.click()
        page.get_by_label("确认理由").fill("情况属实")
        page.get_by_role("button", name="确认约谈").click()
        expect(page.get_by_text("已确认。")).to_be_visible()
    with context_of(browser, live_server.url, busy.hr, scripts=scripts) as context:
        page = context.new_page()
        page.goto(reverse("reports:exclusions"))
        with page.expect_download() as download:
            page.get_by_role("button", name="导出全年名单").click()
        assert download.value.suggested_filename == "评优资格排除名单_2023_20230730.xlsx"
