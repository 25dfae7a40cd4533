"""Checking by REST: a sample drawn, opened and cleared; look-backs and site checks."""

import datetime as dt

import pytest

from tasks.models import LookBack
from tasks.services.closing import submit_closure, verify_closure
from tests.cast import Cast
from tests.making import SetClock, issued_task
from tests.tasks.api.conftest import ClientOf
from tests.tasks.checking import many_reports

DAY = dt.date(2023, 3, 10)


@pytest.fixture(autouse=True)
def tenth_of_march(set_clock: SetClock) -> None:
    set_clock(DAY)


def test_a_sample_is_drawn_opened_and_the_rest_verified(cast: Cast, client_of: ClientOf) -> None:
    many_reports(cast, 8, on=DAY)
    client = client_of(cast.supervisor)
    draw = client.post("/api/v1/sample-draws/", {}, format="json").json()
    assert len(draw["candidates"]) == 8
    url = f"/api/v1/sample-draws/{draw['id']}/"
    refused = client.post(f"{url}verify-rest/", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "sample_not_opened")
    for item in draw["items"]:
        assert client.post(f"{url}open/", {"report": item["report"]}, format="json").json()
    done = client.post(f"{url}verify-rest/", {}, format="json").json()
    assert done == {"verified": 8, "left": []}
    assert client_of(cast.second_supervisor).get(url).status_code == 404
    assert client_of(cast.head).post("/api/v1/sample-draws/", {}, format="json").status_code == 403


def test_a_site_check_names_a_report_or_a_close_out(cast: Cast, client_of: ClientOf) -> None:
    report = many_reports(cast, 1, on=DAY)[0]
    client = client_of(cast.supervisor)
    body = {
        "visited": "2023-03-10",
        "place": "工地",
        "people": "二人",
        "found": "属实",
        "true": True,
    }
    assert client.post("/api/v1/site-checks/", body, format="json").status_code == 422
    made = client.post("/api/v1/site-checks/", {**body, "report": report.pk}, format="json")
    assert made.status_code == 201, made.content
    assert (made.json()["report"], made.json()["closure"]) == (report.pk, None)


def test_a_look_back_is_scheduled_and_recorded(cast: Cast, client_of: ClientOf) -> None:
    closure = submit_closure(issued_task(cast), on=DAY, text="完成", by=cast.head)
    verify_closure(closure, on=DAY, by=cast.supervisor)
    client = client_of(cast.supervisor)
    body = {"since": "2023-03-01", "until": "2023-03-31", "due_on": "2023-04-30"}
    made = client.post("/api/v1/look-backs/", body, format="json")
    assert made.status_code == 201, made.content
    url = f"/api/v1/look-backs/{LookBack.objects.get().pk}/record/"
    done = client.post(url, {"relapsed": False, "found": "保持"}, format="json").json()
    assert (done["relapsed"], done["done_on"]) == (False, "2023-03-10")
