"""The page of silence and of what was asked: what it shows, and to whom."""

import datetime as dt

import pytest

from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import SetClock, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 6, 10)


@pytest.fixture(autouse=True)
def tenth_of_june(set_clock: SetClock) -> None:
    set_clock(TODAY)


def test_silent_units_stand_first_with_what_was_asked(cast: Cast, page_of: PageOf) -> None:
    told = issued_task(cast, report_cycle="monthly")
    issued_task(cast, code="T2", report_cycle="monthly", leads=(cast.water,))
    submit_report(told, on=dt.date(2023, 5, 28), unchanged=True, by=cast.head)
    page = page_of(cast.leader).get("/dispatch/?month=2023-05").content.decode()
    rows = page[page.index("<tbody>") :]
    assert rows.index("水生态环境科") < rows.index("大气环境科")
    assert "填报 1 · 督办 0 · 退回 0" in rows


def test_a_unit_reads_its_own_silence_on_its_page(cast: Cast, page_of: PageOf) -> None:
    issued_task(cast, report_cycle="monthly")
    page = page_of(cast.head).get("/units/DQK/").content.decode()
    assert "2023-05 已到期应报 1 次：已报 0 次（其中无变化 0 次），未报 1 次。" in page
    assert "近 30 天 1 次，近 90 天 3 次" in page


@pytest.mark.parametrize("who", ["head", "liaison", "hr", "discipline", "clerk", "sysadmin"])
def test_the_page_is_for_supervisors_and_leaders(cast: Cast, page_of: PageOf, who: str) -> None:
    assert page_of(cast.named(who)).get("/dispatch/").status_code == 403


@pytest.mark.parametrize("month", ["", "2023-13", "x", "1999-01"])
def test_a_strange_month_shows_this_one(cast: Cast, page_of: PageOf, month: str) -> None:
    page = page_of(cast.supervisor).get(f"/dispatch/?month={month}").content.decode()
    assert '<a href="?month=2023-06" aria-current="page">' in page
