"""The resource of tasks: the queue, what it shows, who sees what, versions."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from tasks.services.closing import submit_closure
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import SetClock, draft_task, issued_task
from tests.tasks.api.conftest import ClientOf

URL = "/api/v1/tasks/"
TODAY = dt.date(2023, 8, 1)


@pytest.fixture(autouse=True)
def first_of_august(set_clock: SetClock) -> None:
    set_clock(TODAY)


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["code"] for row in answer.json()["results"]]


def test_the_queue_is_overdue_tasks_longest_first(cast: Cast, client_of: ClientOf) -> None:
    issued_task(cast, code="fine", deadline=TODAY)
    issued_task(cast, code="late", deadline=dt.date(2023, 7, 20))
    issued_task(cast, code="later", deadline=dt.date(2023, 6, 1))
    submit_closure(
        issued_task(cast, code="waiting", deadline=dt.date(2023, 5, 1)),
        on=TODAY,
        text="完成",
        by=cast.head,
    )
    client = client_of(cast.supervisor)
    answer = client.get(URL, {"overdue": "true", "ordering": "-overdue_days"})
    assert codes(answer) == ["later", "late"]
    assert [row["overdue_days"] for row in answer.json()["results"]] == [61, 12]
    turned = client.get(URL, {"overdue": "true", "ordering": "overdue_days"})
    assert codes(turned) == ["late", "later"]
    everything = client.get(URL, {"ordering": "-overdue_days"})
    assert codes(everything) == ["waiting", "later", "late", "fine"]
    assert set(codes(client.get(URL, {"overdue": "false"}))) == {"fine", "waiting"}


def test_a_row_says_what_the_contract_says(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast, cooperating=(cast.water,))
    submit_report(task, on=TODAY, percent="40", by=cast.head)
    (row,) = client_of(cast.head).get(URL).json()["results"]
    assert row == {
        "id": task.pk,
        "plan": "P1",
        "code": "T1",
        "title": "任务T1",
        "campaign": None,
        "level": "ordinary",
        "kind": "task",
        "type": "dated",
        "state": "open",
        "leads": ["DQK"],
        "cooperating": ["SHK"],
        "holder": "TY-head",
        "start": "2023-01-01",
        "assigned_on": "2023-01-01",
        "original_deadline": "2023-06-30",
        "effective_deadline": "2023-06-30",
        "soft": False,
        "counted_percent": "40.00",
        "overdue_days": 32,
        "deadline_light": "red",
        "progress_light": "red",
        "light": "red",
        "version": row["version"],
    }


def test_details_add_the_terms_and_the_reading(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    answer = client_of(cast.head).get(f"{URL}{task.pk}/").json()
    assert answer["planned_percent"] == answer["gap"] == "100.00"
    assert answer["seriously_lagging"] is True
    assert answer["acts"] == [
        "accept",
        "answer_slip",
        "complete_measure",
        "hand_over",
        "refuse",
        "report",
        "request_extension",
        "split",
        "submit_closure",
    ]


def test_filters(cast: Cast, client_of: ClientOf) -> None:
    issued_task(cast, code="A", level="major")
    issued_task(cast, code="B", leads=(cast.water,), cooperating=(cast.air,))
    issued_task(cast, code="C", leads=(cast.branch_unit,), deadline=dt.date(2023, 8, 3))
    client = client_of(cast.supervisor)
    asked: dict[str, list[str]] = {
        "code=A": ["A"],
        "unit=DQK": ["A", "B"],
        "lead=DQK": ["A"],
        "level=major&level=key": ["A"],
        "due_within=2": ["C"],
        "due_within=1": [],
        "light=yellow": [],
        "light=red": ["A", "B", "C"],
        "q=任务b": ["B"],
        "state=completed": [],
        "plan=P1&lead=SHK": ["B"],
    }
    for query, expected in asked.items():
        assert codes(client.get(f"{URL}?{query}")) == expected, query


@pytest.mark.parametrize(
    ("query", "field"),
    [("state=late", "state"), ("ordering=money", "ordering"), ("due_within=-1", "due_within")],
)
def test_an_unknown_value_of_a_filter_is_refused_by_name(
    cast: Cast, client_of: ClientOf, query: str, field: str
) -> None:
    answer = client_of(cast.supervisor).get(f"{URL}?{query}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert field in answer.json()["fields"]


def test_pages(cast: Cast, client_of: ClientOf) -> None:
    for number in range(5):
        issued_task(cast, code=f"T{number}")
    client = client_of(cast.supervisor)
    first = client.get(URL, {"page_size": 2}).json()
    assert (first["count"], first["previous"], len(first["results"])) == (5, None, 2)
    second = client.get(first["next"]).json()
    assert [row["code"] for row in second["results"]] == ["T2", "T3"]
    assert client.get(f"{URL}?page_size=2&page=4").status_code == 404
    assert client.get(URL, {"page": "x"}).json() == {
        "code": "not_found",
        "detail": client.get(URL, {"page": "x"}).json()["detail"],
        "fields": {},
    }


def test_pages_without_a_count(cast: Cast, client_of: ClientOf) -> None:
    for number in range(3):
        issued_task(cast, code=f"T{number}")
    client = client_of(cast.supervisor)
    first = client.get(f"{URL}?page_size=2&count=false").json()
    assert "count" not in first
    last = client.get(first["next"]).json()
    assert ([row["code"] for row in last["results"]], last["next"]) == (["T2"], None)


def test_more_than_200_rows_a_page_are_not_given(cast: Cast, client_of: ClientOf) -> None:
    issued_task(cast)
    answer = client_of(cast.supervisor).get(URL, {"page_size": 100000})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "who", ["water_head", "branch", "clerk", "sysadmin", "secadmin", "auditor"]
)
def test_what_one_may_not_see_does_not_exist(cast: Cast, client_of: ClientOf, who: str) -> None:
    task = issued_task(cast)
    client = client_of(cast.named(who))
    assert codes(client.get(URL)) == []
    answer = client.get(f"{URL}{task.pk}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert client.post(f"{URL}{task.pk}/suspend/", {"reason": "x"}).status_code == 404


def test_a_list_asks_as_often_for_many_tasks_as_for_few(
    cast: Cast, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    client = client_of(cast.supervisor)
    issued_task(cast, code="T0", cooperating=(cast.water,))
    client.get(URL)
    # Session, sign-in, person, grants, policy, count, rows, units.
    with django_assert_num_queries(7) as few:
        client.get(URL)
    for number in range(1, 8):
        issued_task(cast, code=f"T{number}", cooperating=(cast.water, cast.branch_unit))
    with django_assert_num_queries(len(few)):
        client.get(URL)


def test_an_older_version_is_told_the_newer_one(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    client = client_of(cast.supervisor)
    seen = client.get(f"{URL}{task.pk}/").json()["version"]
    submit_report(task, on=TODAY, percent=10, by=cast.head)
    body = {"reason": "停工", "version": seen}
    answer = client.post(f"{URL}{task.pk}/suspend/", body)
    assert answer.status_code == 409
    assert answer.json()["code"] == "version_conflict"
    assert answer.json()["fields"] == {"version": str(seen + 1)}
    answer = client.post(
        f"{URL}{task.pk}/suspend/", {"reason": "停工"}, HTTP_IF_MATCH=f'"{seen + 1}"'
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "suspended")


def test_a_supervisor_drafts_fills_and_assigns_a_task(cast: Cast, client_of: ClientOf) -> None:
    draft_task(cast, code="other")
    client = client_of(cast.supervisor)
    body = {
        "plan": "P1",
        "code": "N1",
        "title": "新任务",
        "leads": ["DQK"],
        "cooperating": ["SHK"],
        "start": "2023-08-01",
        "deadline": "2023-12-31",
        "state": "completed",
        "counted_percent": "100",
    }
    made = client.post(URL, body)
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["light"]) == ("draft", None)
    key = made.json()["id"]
    measure = {"task": key, "text": "排查", "owner": "SHK", "deadline": "2023-09-30"}
    assert client.post("/api/v1/measures/", measure).json()["seq"] == 1
    assert client.post("/api/v1/results/", {"task": key, "expected": "达标"}).status_code == 201
    assigned = client.post(f"{URL}{key}/assign/", {})
    assert (assigned.status_code, assigned.json()["state"]) == (200, "open")
    assert client.post(f"{URL}{key}/assign/", {}).json()["code"] == "wrong_state"


def test_a_head_drafts_no_tasks(cast: Cast, client_of: ClientOf) -> None:
    draft_task(cast)
    body = {"plan": "P1", "code": "N1", "title": "新", "leads": ["DQK"], "start": "2023-08-01"}
    answer = client_of(cast.head).post(URL, body)
    assert answer.status_code == 403
    assert "只有督办人员可以拟定任务" in answer.json()["detail"]


def test_nobody_is_answered_without_signing_in(cast: Cast) -> None:
    task = issued_task(cast)
    for url in (URL, f"{URL}{task.pk}/", "/api/v1/units/", "/api/v1/progress-reports/"):
        answer = APIClient().get(url)
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
