"""What the API answers to input nobody should send: a sentence in JSON, the right status."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import AuditEntry
from tasks.models import ProgressReport
from tests.cast import Cast
from tests.making import issued_task

REPORTS = "/api/v1/progress-reports/"
WRITTEN: tuple[type[Model], ...] = (ProgressReport, AuditEntry)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(cast: Cast) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_login(cast.head)
    return client


def in_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def assert_refused(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content
    body = answer.json()
    assert set(body) == {"code", "detail", "fields"}
    assert body["code"] == code
    assert in_chinese(body["detail"]), body
    assert not any(word in body["detail"] for word in ("Error", "error", "Failed", "Traceback"))


@pytest.mark.parametrize(
    "address",
    ["nosuch/", "tasks/abc/", "tasks/-1/", "tasks/%00/", "tasks/任/", "tasks/9999999999999999999/"],
)
def test_an_address_that_leads_nowhere_is_not_found_in_json(head: APIClient, address: str) -> None:
    assert_refused(head.get(f"/api/v1/{address}"), 404, "not_found")


def test_a_page_that_does_not_exist_stays_a_page(head: APIClient) -> None:
    answer = head.get("/nosuch/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{nope", 400, "bad_request"),
        (b'{"task": "\xff"}', 400, "bad_request"),
        ("[" * 100_000, 400, "bad_request"),
        ('{"percent": 1e999}', 422, "percent_not_a_number"),
        ('{"percent": Infinity}', 400, "bad_request"),
        ("[1, 2]", 422, "invalid"),
        ('"text"', 422, "invalid"),
        ("null", 400, "bad_request"),
        ("{}", 422, "invalid"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_and_writes_nothing(
    head: APIClient, cast: Cast, body: str | bytes, status: int, code: str
) -> None:
    issued_task(cast)
    before = [model._default_manager.count() for model in WRITTEN]
    answer = head.post(REPORTS, body, content_type="application/json")
    assert_refused(answer, status, code)
    assert [model._default_manager.count() for model in WRITTEN] == before


@pytest.mark.parametrize(("over", "status"), [(0, 422), (1, 413)])
def test_a_body_may_be_as_long_as_the_limit_and_no_longer(
    head: APIClient, settings: Any, over: int, status: int
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = '{"text": "%s"}' % ("x" * (1000 - len('{"text": ""}') + over))
    answer = head.post(REPORTS, body, content_type="application/json")
    assert_refused(answer, status, "too_large" if over else "invalid")


def test_a_day_the_calendar_does_not_have_is_named(head: APIClient, cast: Cast) -> None:
    body = {"task": issued_task(cast).pk, "percent": 5, "on": "2023-02-30"}
    answer = head.post(REPORTS, body, format="json")
    assert_refused(answer, 422, "invalid")
    assert "2023-02-30" in answer.json()["fields"]["on"]


@pytest.mark.parametrize("version", ["abc", "9" * 5000, "1.5", "-1"])
def test_a_version_that_is_none_is_refused(head: APIClient, cast: Cast, version: str) -> None:
    body = {"task": issued_task(cast).pk, "percent": 5, "text": "x"}
    answer = head.post(REPORTS, body, format="json", HTTP_IF_MATCH=version)
    assert_refused(answer, 422, "invalid")


def test_the_version_to_send_stands_in_the_answer_to_who_reads_a_task(
    head: APIClient, cast: Cast
) -> None:
    task = issued_task(cast)
    tag = head.get(f"/api/v1/tasks/{task.pk}/")["ETag"]
    body = {"task": task.pk, "percent": 5, "text": "x"}
    assert head.post(REPORTS, body, format="json", HTTP_IF_MATCH=tag).status_code == 201
    assert_refused(
        head.post(REPORTS, body, format="json", HTTP_IF_MATCH=tag), 409, "version_conflict"
    )


def test_a_form_of_another_site_is_refused_in_chinese(cast: Cast) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.head)
    assert_refused(client.post(REPORTS, {}, format="json"), 403, "not_allowed")


def test_a_host_that_is_not_ours_is_refused_in_json(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["four-lists.example"]
    answer = Client().get("/api/v1/tasks/", headers={"host": "elsewhere.example"})
    assert_refused(answer, 400, "bad_request")


LISTS = (
    "units",
    "people",
    "campaigns",
    "responsibilities",
    "measures",
    "results",
    "progress-reports",
    "extensions",
    "closures",
    "slips",
    "interviews",
    "evaluations",
    "exclusions",
    "policies",
    "audit",
    "proposals",
    "tasks",
)


@pytest.mark.parametrize("resource", LISTS)
def test_every_list_is_ordered_by_what_it_names_and_nothing_else(
    head: APIClient, resource: str
) -> None:
    described = head.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    parameters = described.json()["paths"][f"/api/v1/{resource}/"]["get"]["parameters"]
    (ordering,) = (p for p in parameters if p["name"] == "ordering")
    for name in ordering["schema"]["items"]["enum"]:
        answer = head.get(f"/api/v1/{resource}/", {"ordering": name})
        assert answer.status_code == 200, (name, answer.content)
    answer = head.get(f"/api/v1/{resource}/", {"ordering": "nosuch"})
    assert_refused(answer, 422, "invalid")
    assert "nosuch" in answer.json()["fields"]["ordering"]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1.5", "9" * 30])
def test_a_page_that_a_list_does_not_have_is_not_found(head: APIClient, page: str) -> None:
    assert_refused(head.get("/api/v1/tasks/", {"page": page}), 404, "not_found")


@pytest.mark.parametrize("resource", ["measures", "progress-reports", "slips"])
@pytest.mark.parametrize("task", ["abc", "0", "9" * 30])
def test_a_filter_by_what_is_no_id_is_refused(head: APIClient, resource: str, task: str) -> None:
    assert_refused(head.get(f"/api/v1/{resource}/", {"task": task}), 422, "invalid")
