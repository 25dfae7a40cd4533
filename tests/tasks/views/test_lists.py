"""Lists of tasks: what they show, to whom, and with how many questions to the database."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tasks.models import Campaign
from tasks.services.closing import submit_closure
from tasks.services.extensions import request_extension
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import SetClock, draft_task, fresh, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 8, 1)
FUTURE = dt.date(2023, 12, 31)

# No page of a list may ask the database more often than this, however many rows it shows.
MOST_QUERIES = 40
PAGES = [
    "/tasks/",
    "/overdue/",
    "/verification/",
    "/units/",
    "/units/DQK/",
    "/units/DQK/?list=duties",
    "/units/DQK/?list=measures",
    "/units/DQK/?list=results",
]


@pytest.fixture(autouse=True)
def first_of_august(set_clock: SetClock) -> None:
    set_clock(TODAY)


def text(client: Client, url: str, **headers: Any) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_the_list_shows_lamps_notes_and_progress(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, code="RED-1", deadline=dt.date(2023, 7, 20))
    submit_report(task, on=TODAY, percent=45, by=cast.head)
    page = text(page_of(cast.supervisor), "/tasks/")
    for shown in ("RED-1", "红灯", "逾期 12 天", "45%", "大气环境科科长", "2023-07-20"):
        assert shown in page


def test_a_head_lists_only_the_own_tasks(cast: Cast, page_of: PageOf) -> None:
    issued_task(cast, code="OWN-1")
    issued_task(cast, code="WATER-1", leads=(cast.water,))
    draft_task(cast, code="DRAFT-1")
    page = text(page_of(cast.head), "/tasks/")
    assert "OWN-1" in page
    assert "WATER-1" not in page
    assert "DRAFT-1" not in page
    assert "DRAFT-1" in text(page_of(cast.supervisor), "/tasks/")


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor", "clerk"])
def test_officers_and_people_without_a_role_find_no_task(
    cast: Cast, page_of: PageOf, who: str
) -> None:
    issued_task(cast, code="OWN-1")
    assert "OWN-1" not in text(page_of(cast.named(who)), "/tasks/")


def test_filters_narrow_and_lights_count_what_is_left(cast: Cast, page_of: PageOf) -> None:
    campaign = Campaign.objects.create(code="AIR", name="空气质量巩固提升")
    issued_task(cast, code="A-RED", level="major", campaign=campaign)
    issued_task(cast, code="B-NEAR", deadline=dt.date(2023, 8, 3), start=TODAY, on=TODAY)
    issued_task(cast, code="C-FINE", leads=(cast.water,), deadline=FUTURE, start=TODAY, on=TODAY)
    client = page_of(cast.supervisor)
    found = {
        "?light=red": {"A-RED"},
        "?light=yellow": {"B-NEAR"},
        "?light=green": {"C-FINE"},
        "?q=a-r": {"A-RED"},
        "?q=水生态环境科科长": {"C-FINE"},
        "?unit=SHK": {"C-FINE"},
        "?level=major": {"A-RED"},
        "?campaign=AIR": {"A-RED"},
        "?state=completed": set(),
        "?state=nonsense&level=&unit=NOPE": {"A-RED", "B-NEAR", "C-FINE"},
    }
    for query, expected in found.items():
        page = text(client, f"/tasks/{query}")
        shown = {code for code in ("A-RED", "B-NEAR", "C-FINE") if code in page}
        assert shown == expected, query


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["T-RED", "T-NEAR", "T-FAR"]),
        ("deadline", ["T-RED", "T-NEAR", "T-FAR"]),
        ("late", ["T-RED", "T-FAR", "T-NEAR"]),
        ("code", ["T-FAR", "T-NEAR", "T-RED"]),
    ],
)
def test_the_list_is_sorted(cast: Cast, page_of: PageOf, sort: str, order: list[str]) -> None:
    issued_task(cast, code="T-FAR", deadline=FUTURE, start=TODAY, on=TODAY)
    issued_task(cast, code="T-NEAR", deadline=dt.date(2023, 8, 3), start=TODAY, on=TODAY)
    issued_task(cast, code="T-RED")
    page = text(page_of(cast.supervisor), f"/tasks/?sort={sort}")
    assert sorted(order, key=page.index) == order


def test_an_htmx_request_gets_the_rows_alone(cast: Cast, page_of: PageOf) -> None:
    issued_task(cast)
    rows = text(page_of(cast.supervisor), "/tasks/", **{"HX-Request": "true"})
    assert "T1" in rows
    assert "<html" not in rows


def test_a_list_is_paged_and_a_wild_page_number_shows_the_nearest(
    cast: Cast, page_of: PageOf
) -> None:
    for number in range(22):
        issued_task(cast, code=f"N{number:02d}")
    client = page_of(cast.supervisor)
    assert "N21" in text(client, "/tasks/?sort=code&page=2")
    assert "N21" in text(client, "/tasks/?sort=code&page=99")
    assert "N00" in text(client, "/tasks/?sort=code&page=x")


def test_the_overdue_queue_is_the_longest_first(cast: Cast, page_of: PageOf) -> None:
    issued_task(cast, code="LATE-1", deadline=dt.date(2023, 7, 30))
    issued_task(cast, code="LATE-9", deadline=dt.date(2023, 3, 1))
    issued_task(cast, code="FINE-1", deadline=FUTURE)
    page = text(page_of(cast.supervisor), "/overdue/")
    assert page.index("LATE-9") < page.index("LATE-1")
    assert "FINE-1" not in page
    assert "发督办单" in page
    assert "发督办单" not in text(page_of(cast.leader), "/overdue/")


@pytest.mark.parametrize("who", ["head", "liaison", "branch", "hr", "discipline", "auditor"])
def test_the_queues_are_for_supervisors_and_leaders(cast: Cast, page_of: PageOf, who: str) -> None:
    for url in ("/overdue/", "/verification/"):
        assert page_of(cast.named(who)).get(url).status_code == 403


def test_the_reporting_list_offers_no_change_until_the_period_is_reported(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast, code="M-1", report_cycle="monthly", deadline=FUTURE)
    issued_task(cast, code="W-1", leads=(cast.water,), report_cycle="monthly", deadline=FUTURE)
    client = page_of(cast.head)
    page = text(client, "/reporting/")
    assert "M-1" in page
    assert "W-1" not in page
    assert "无变化" in page
    submit_report(task, on=dt.date(2023, 7, 31), percent=10, by=cast.head)
    assert "M-1" in text(client, "/reporting/")
    answer = client.post(
        f"/tasks/{task.pk}/unchanged/", headers={"Referer": "http://testserver/reporting/"}
    )
    assert answer.headers["Location"] == "http://testserver/reporting/"
    assert "M-1" not in _rows(text(client, "/reporting/"))
    assert "M-1" in text(client, "/reporting/?due=0")
    assert fresh(task).reports.all()[0].unchanged


def _rows(page: str) -> str:
    return page[page.index('id="rows"') :]


def test_what_waits_for_a_verdict_is_listed_by_kind(cast: Cast, page_of: PageOf) -> None:
    first = issued_task(cast, code="R-1", deadline=FUTURE)
    second = issued_task(cast, code="C-1", deadline=FUTURE)
    submit_report(first, on=TODAY, percent=45, by=cast.head)
    submit_closure(second, on=TODAY, text="完成", by=cast.head)
    request_extension(first, to=dt.date(2024, 3, 1), reason="设备", on=TODAY, by=cast.head)
    client = page_of(cast.supervisor)
    page = _rows(text(client, "/verification/"))
    assert "R-1" in page
    assert "C-1" not in page
    assert "C-1" in _rows(text(client, "/verification/?kind=closures"))
    assert "申请延至 2024-03-01" in text(client, "/verification/?kind=extensions")
    assert "R-1" in _rows(text(client, "/verification/?kind=nonsense"))


def test_units_show_their_counts_and_a_head_only_the_own(cast: Cast, page_of: PageOf) -> None:
    issued_task(cast, code="A")
    issued_task(cast, code="B", leads=(cast.air, cast.water), deadline=FUTURE)
    page = text(page_of(cast.supervisor), "/units/?kind=section")
    row = page[page.index("大气环境科") :]
    row = row[: row.index("</tr>")]
    assert [cell.split("<")[0] for cell in row.split('">')[2:8] if cell[0].isdigit()][:5] == [
        "2",
        "2",
        "0",
        "0",
        "1",
    ]
    own = text(page_of(cast.head), "/units/")
    assert "大气环境科" in own
    assert "小店分局" not in own


def test_a_unit_has_four_lists(cast: Cast, page_of: PageOf) -> None:
    issued_task(
        cast, code="T-1", cooperating=(cast.water,), measures=((cast.water, dt.date(2023, 7, 1)),)
    )
    client = page_of(cast.water_head)
    assert "T-1" not in _rows(text(client, "/units/SHK/"))
    assert "T-1" in _rows(text(client, "/units/SHK/?list=duties"))
    measures = _rows(text(client, "/units/SHK/?list=measures"))
    assert "措施1" in measures
    assert "已过节点" in measures
    assert client.get("/units/SHK/?list=results").status_code == 200
    assert client.get("/units/DQK/").status_code == 404
    assert client.get("/units/NOPE/").status_code == 404


URLS = [
    "/tasks/",
    "/overdue/",
    "/verification/",
    "/units/",
    "/units/DQK/",
    "/units/DQK/?list=duties",
    "/units/DQK/?list=measures",
    "/units/DQK/?list=results",
]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_asks_as_often_for_many_rows_as_for_few(
    cast: Cast, page_of: PageOf, url: str
) -> None:
    client = page_of(cast.supervisor)
    _fill(cast, 2)
    few = _queries(client, url)
    _fill(cast, 6)
    assert _queries(client, url) == few <= MOST_QUERIES


def test_the_reporting_page_asks_as_often_for_many_rows_as_for_few(
    cast: Cast, page_of: PageOf
) -> None:
    client = page_of(cast.head)
    _fill(cast, 2)
    few = _queries(client, "/reporting/?due=0")
    _fill(cast, 6)
    assert _queries(client, "/reporting/?due=0") == few <= MOST_QUERIES


def _queries(client: Client, url: str) -> int:
    """Return how often a page asks the database, once what it keeps is at hand."""
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


def _fill(cast: Cast, count: int) -> None:
    for number in range(count):
        code = f"F{count}-{number}"
        task = issued_task(
            cast,
            code=code,
            cooperating=(cast.water, cast.branch_unit),
            measures=((cast.air, TODAY), (cast.water, TODAY)),
            report_cycle="monthly",
        )
        submit_report(task, on=TODAY, percent=10, by=cast.head)
