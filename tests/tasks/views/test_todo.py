"""The queues of the first page lead on to all of their tasks."""

import datetime as dt

import pytest

from tasks.choices import ReportCycle
from tasks.services.extensions import request_extension
from tasks.services.progress import return_report, submit_report
from tasks.services.slips import deliver_slip, issue_slip
from tests.cast import Cast
from tests.making import SetClock, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 3, 15)
START = dt.date(2023, 1, 1)


@pytest.fixture
def waiting(cast: Cast, set_clock: SetClock) -> Cast:
    """One task for each queue of a section head, none of them accepted but the others done."""
    returned = issued_task(cast, code="BACK")
    report = submit_report(returned, on=START, by=cast.head, percent=5, text="起步")
    return_report(report, reason="缺少数据", on=START, by=cast.supervisor)
    slipped = issued_task(cast, code="SLIP")
    slip = issue_slip(
        slipped, unit=cast.air, cause="overdue", requirement="限期", on=START, by=cast.supervisor
    )
    deliver_slip(slip, on=START, by=cast.supervisor)
    asked = issued_task(cast, code="LATER")
    request_extension(asked, to=dt.date(2023, 8, 1), reason="设备", on=START, by=cast.head)
    issued_task(cast, code="MUTE", report_cycle=ReportCycle.MONTHLY)
    issued_task(cast, code="WATER", leads=(cast.water,))
    set_clock(TODAY)
    return cast


@pytest.mark.parametrize(
    ("who", "todo", "listed"),
    [
        ("head", "returned", {"BACK"}),
        ("head", "slip", {"SLIP"}),
        ("head", "awaited", {"LATER"}),
        ("head", "accept", {"BACK", "SLIP", "LATER", "MUTE"}),
        ("supervisor", "silent", {"MUTE"}),
        ("supervisor", "slip_late", {"SLIP"}),
        ("supervisor", "coordination", set()),
        ("head", "nonsense", {"BACK", "SLIP", "LATER", "MUTE"}),
    ],
)
def test_a_queue_lists_all_of_its_tasks(
    waiting: Cast, page_of: PageOf, who: str, todo: str, listed: set[str]
) -> None:
    page = page_of(waiting.named(who)).get(f"/tasks/?todo={todo}").content.decode()
    codes = ("BACK", "SLIP", "LATER", "MUTE", "WATER")
    assert {code for code in codes if f">{code}<" in page} == listed


def test_a_task_in_a_more_urgent_queue_is_marked_in_the_next(
    waiting: Cast, page_of: PageOf
) -> None:
    page = page_of(waiting.head).get("/").content.decode()
    assert "也在“督办单待反馈”" in page
    assert "也在“退回补正”" in page
