"""The first page: what each role finds on it, what it does not, and what it costs to ask."""

import datetime as dt
import re

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.fixtures import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from tasks.choices import ReportCycle
from tasks.models import Task
from tasks.services.closing import submit_closure
from tasks.services.extensions import request_extension
from tasks.services.issuing import accept_responsibility
from tasks.services.progress import return_report, submit_report
from tasks.services.slips import deliver_slip, issue_slip
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.making import DEADLINE, SetClock, issued_task
from tracker.home.desk import SHOWN

LATE = DEADLINE + dt.timedelta(days=12)
BUSINESS = ("head", "liaison", "supervisor", "leader")
OFFICERS = ("sysadmin", "secadmin", "auditor")


def seen_by(cast: Cast, name: str) -> str:
    client = Client()
    client.force_login(cast.named(name))
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def headings(page: str) -> dict[str, int]:
    """Return the queues on a page with their counts."""
    found = re.findall(r'<h2>([^<]+?) <span class="n">(\d+)</span>', page)
    return {title: int(count) for title, count in found}


def busy(cast: Cast, *, times: int = 1) -> list[Task]:
    """Make tasks that are late, reported on, returned, and under a slip."""
    made = []
    for number in range(times):
        task = issued_task(cast, code=f"T{number + 1}", report_cycle=ReportCycle.MONTHLY)
        report = submit_report(task, on=DEADLINE, by=cast.head, percent=50, text="过半")
        if number % 2 == 0:
            return_report(report, reason="缺少监测数据", on=DEADLINE, by=cast.supervisor)
        slip = issue_slip(
            task,
            unit=cast.air,
            cause="逾期",
            requirement="说明原因",
            on=DEADLINE,
            by=cast.supervisor,
            feedback_due=DEADLINE + dt.timedelta(days=5),
        )
        deliver_slip(slip, on=DEADLINE, by=cast.supervisor)
        made.append(task)
    return made


def test_a_head_sees_why_a_task_is_red_and_what_to_do(cast: Cast, set_clock: SetClock) -> None:
    set_clock(LATE)
    busy(cast)
    page = seen_by(cast, "head")
    assert headings(page) == {
        "督办单待反馈": 1,
        "退回补正": 1,
        "待签收": 1,
        "本期待填报": 1,
        "红灯和黄灯": 1,
        "等待他人办理": 0,
    }
    assert "逾期 12 天（时限 2023-06-30）；销号申请核查通过后转黄" in page
    assert "退回：缺少监测数据" in page
    assert "反馈已超 7 天" in page
    assert all(label in page for label in ("无变化", "填报", "签收", "反馈"))


def test_what_is_done_leaves_the_head_s_queues(cast: Cast, set_clock: SetClock) -> None:
    set_clock(LATE)
    (task,) = busy(cast)
    accept_responsibility(task.responsibilities.get(), on=LATE, by=cast.head)
    submit_report(task, on=LATE, by=cast.head, percent=60, text="已补正")
    found = headings(seen_by(cast, "head"))
    assert "退回补正" not in found
    assert "待签收" not in found
    assert found["本期待填报"] == 0


def test_a_head_sees_who_has_their_close_out_and_for_how_long(
    cast: Cast, set_clock: SetClock
) -> None:
    set_clock(DEADLINE)
    task = issued_task(cast)
    submit_closure(task, on=DEADLINE - dt.timedelta(days=3), by=cast.head, text="全部完成")
    page = seen_by(cast, "liaison")
    assert headings(page)["等待他人办理"] == 1
    assert "由督察办副主任、督察办主任核查" in page
    assert "已等 3 天" in page


@pytest.mark.parametrize("name", ["water_head", "branch", "hr", "discipline", "clerk", *OFFICERS])
def test_tasks_of_others_are_on_nobody_else_s_page(
    cast: Cast, set_clock: SetClock, name: str
) -> None:
    set_clock(LATE)
    busy(cast)
    assert "任务T1" not in seen_by(cast, name)


@pytest.mark.parametrize("name", OFFICERS)
def test_an_officer_is_told_why_there_is_no_business_data(
    cast: Cast, set_clock: SetClock, name: str
) -> None:
    set_clock(LATE)
    busy(cast)
    page = seen_by(cast, name)
    assert "这里不显示业务数据" in page
    assert headings(page) == {"未读消息": 0}


def test_a_supervisor_sees_the_late_the_waiting_and_the_slips_run_out(
    cast: Cast, set_clock: SetClock
) -> None:
    set_clock(LATE)
    busy(cast, times=2)
    found = headings(seen_by(cast, "supervisor"))
    assert found["逾期任务"] == 2
    assert found["进展待核查"] == 1
    assert found["督办单超期未反馈"] == 2
    assert found["延期待审批"] == 0


def test_an_extension_waits_on_the_pages_of_who_may_decide_it(
    cast: Cast, set_clock: SetClock
) -> None:
    set_clock(DEADLINE)
    request_extension(issued_task(cast), to=LATE, reason="雨季停工", on=DEADLINE, by=cast.head)
    for name in ("supervisor", "leader"):
        page = seen_by(cast, name)
        assert headings(page)["延期待审批"] == 1
        assert "审批延期" in page
    assert "审批延期" not in seen_by(cast, "head")


def test_a_report_missing_since_the_last_period_is_silent_from_the_next_one_on(
    cast: Cast,
) -> None:
    issued_task(cast, report_cycle=ReportCycle.MONTHLY)
    for day, silent in ((dt.date(2023, 1, 31), 0), (dt.date(2023, 2, 1), 1)):
        assert Task.objects.silent(on=day).count() == silent


def test_a_report_in_the_newest_ended_period_is_not_silence(cast: Cast) -> None:
    task = issued_task(cast, report_cycle=ReportCycle.MONTHLY)
    submit_report(task, on=dt.date(2023, 1, 31), by=cast.head, percent=10, text="开工")
    assert not Task.objects.silent(on=dt.date(2023, 2, 28)).exists()
    assert Task.objects.silent(on=dt.date(2023, 3, 1)).exists()


def test_hr_is_shown_this_year_and_the_year_before(cast: Cast, set_clock: SetClock) -> None:
    set_clock(LATE)
    found = headings(seen_by(cast, "hr"))
    assert found == {"2023 年度评优资格排除": 0, "2022 年度评优资格排除": 0}


def test_a_queue_shows_a_few_and_links_to_all(cast: Cast, set_clock: SetClock) -> None:
    set_clock(LATE)
    busy(cast, times=SHOWN + 1)
    assert f"全部 {SHOWN + 1} 项" in seen_by(cast, "supervisor")


# Session and account, frame, menu and badges included.
QUERIES = {
    "head": 42,
    "liaison": 42,
    "supervisor": 60,
    "leader": 48,
    "hr": 18,
    "discipline": 18,
    "sysadmin": 8,
    "secadmin": 8,
    "auditor": 8,
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_asks_no_more_however_much_waits(
    cast: Cast,
    set_clock: SetClock,
    name: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    set_clock(LATE)
    busy(cast, times=2 * SHOWN)
    client = Client()
    client.force_login(cast.named(name))
    with django_assert_max_num_queries(QUERIES[name]):
        client.get("/")


@pytest.mark.one_database
@pytest.mark.parametrize("name", [*BUSINESS, "hr", "discipline", "auditor"])
def test_the_page_fits_both_sizes_without_a_complaint(
    browser: Browser, live_server: LiveServer, cast: Cast, set_clock: SetClock, name: str
) -> None:
    set_clock(LATE)
    busy(cast, times=3)
    with context_of(browser, live_server.url, cast.named(name)) as context:
        page = context.new_page()
        heard = complaints(page)
        page.goto("/")
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert not scrolls_sideways(page), size
            assert accessibility_violations(page) == []
        assert heard == []


def test_a_request_for_coordination_reaches_the_supervisor_and_the_leader_in_charge(
    cast: Cast, set_clock: SetClock
) -> None:
    set_clock(DEADLINE)
    task = issued_task(cast)
    Task.objects.filter(pk=task.pk).update(leader=cast.leader)
    submit_report(task, on=DEADLINE, percent=1, coordination="请市财政局拨款", by=cast.head)
    for name in ("supervisor", "leader"):
        page = seen_by(cast, name)
        assert headings(page)["请求协调事项"] == 1
        assert "请市财政局拨款" in page
    assert headings(seen_by(cast, "principal"))["请求协调事项"] == 0
    submit_report(task, on=DEADLINE, percent=2, by=cast.head)
    assert headings(seen_by(cast, "supervisor"))["请求协调事项"] == 0
