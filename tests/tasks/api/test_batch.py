"""Many reports in one request, causes for figures behind the plan, and evidence handed in later."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tasks.models import Evidence, ProgressReport
from tasks.services.progress import verify_report
from tests.cast import Cast
from tests.making import SetClock, issued_task
from tests.tasks.api.conftest import ClientOf

REPORTS = "/api/v1/progress-reports/"
BATCH = f"{REPORTS}batch/"
EVIDENCE = "/api/v1/evidence/"
# At the end of March 49.44 % are planned.
TODAY = dt.date(2023, 4, 3)


@pytest.fixture(autouse=True)
def third_of_april(set_clock: SetClock) -> None:
    set_clock(TODAY)


def reports(cast: Cast) -> list[dict[str, Any]]:
    """Three good reports around two that are refused: a cause is missing, a percent too high."""
    tasks = [issued_task(cast, code=f"T{n}").pk for n in range(5)]
    return [
        {"task": tasks[0], "percent": 50},
        {"task": tasks[1], "percent": 20},
        {"task": tasks[2], "unchanged": True},
        {"task": tasks[3], "percent": 140},
        {"task": tasks[4], "percent": 20, "cause": "weather", "on": "2023-04-02"},
    ]


def test_each_report_of_a_batch_is_answered_as_one_alone(cast: Cast, client_of: ClientOf) -> None:
    sent = [*reports(cast), {"task": 10**6, "percent": 1}]
    answer = client_of(cast.head).post(BATCH, {"reports": sent}, format="json")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["made"], body["refused"]) == (3, 3)
    assert [row["status"] for row in body["results"]] == [201, 422, 201, 422, 201, 404]
    assert [row["index"] for row in body["results"]] == [0, 1, 2, 3, 4, 5]
    errors = [row["error"] and row["error"]["code"] for row in body["results"]]
    assert errors[1:2] + errors[5:] == ["cause_missing", "not_found"]
    assert "140" in body["results"][3]["error"]["detail"]
    assert body["results"][4]["report"]["on"] == "2023-04-02"
    assert ProgressReport.objects.count() == 3


def test_all_or_nothing_writes_nothing_and_names_each(cast: Cast, client_of: ClientOf) -> None:
    client, sent = client_of(cast.head), reports(cast)
    body = {"reports": sent, "all_or_nothing": True}
    answer = client.post(BATCH, body, format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "batch_refused")
    assert set(answer.json()["fields"]) == {"reports[1]", "reports[3]"}
    assert not ProgressReport.objects.exists()
    sent[1]["cause"], sent[3]["percent"] = "funds", 60
    for _again in range(2):
        answer = client.post(BATCH, body, format="json", HTTP_IDEMPOTENCY_KEY="k")
        assert (answer.status_code, answer.json()["made"]) == (200, 5)
    assert ProgressReport.objects.count() == 5


def test_a_batch_has_its_limits(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.head)
    for sent in ([], [{"task": 1}] * 201, "x", [1]):
        assert client.post(BATCH, {"reports": sent}, format="json").status_code == 422


def test_a_body_that_names_its_cause_is_asked_for_one(cast: Cast, client_of: ClientOf) -> None:
    task, client = issued_task(cast), client_of(cast.head)
    refused = client.post(REPORTS, {"task": task.pk, "percent": 20, "cause": ""}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "cause_missing")
    assert "请选择滞后原因" in refused.json()["detail"]
    made = client.post(REPORTS, {"task": task.pk, "percent": 20, "cause": "land"}, format="json")
    assert (made.status_code, made.json()["cause"]) == (201, "land")
    assert "Deprecation" not in made
    older = client.post(REPORTS, {"task": task.pk, "percent": 25}, format="json")
    assert (older.status_code, older["Deprecation"]) == (201, "true")


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_evidence_is_added_while_a_report_waits_and_revised(
    cast: Cast, client_of: ClientOf
) -> None:
    task, client = issued_task(cast), client_of(cast.head)
    report = client.post(REPORTS, {"task": task.pk, "percent": 50}, format="json").json()["id"]
    body = {"report": report, "evidence": [file("现场记录.txt", "已完成".encode())]}
    unlisted = {"id": 777, "sha256": "0" * 64, "size": 1, "replaces": 1, "uploaded_by": 1}
    made = client.post(EVIDENCE, body | unlisted, format="multipart")
    assert made.status_code == 201, made.content
    (row,) = made.json()
    assert row["id"] != 777
    assert (row["sha256"], row["replaces"]) == (hashlib.sha256("已完成".encode()).hexdigest(), None)
    url = f"{EVIDENCE}{row['id']}/revise/"
    newer = client.post(url, {"upload": file("现场记录.txt", b"2")}, format="multipart")
    assert (newer.status_code, newer.json()["replaces"]) == (201, row["id"])
    assert [one["id"] for one in client.get(EVIDENCE).json()["results"]] == [
        newer.json()["id"],
        row["id"],
    ]
    again = client.post(url, {"upload": file("c.txt", b"3")}, format="multipart")
    assert (again.status_code, again.json()["code"]) == (409, "already_revised")
    verify_report(ProgressReport.objects.get(), on=TODAY, by=cast.supervisor)
    late = client.post(
        EVIDENCE, {"report": report, "evidence": [file("d.txt", b"4")]}, format="multipart"
    )
    assert (late.status_code, late.json()["code"]) == (422, "evidence_decided")
    assert Evidence.objects.count() == 2


def test_evidence_is_handed_in_by_who_reports_and_for_one_thing(
    cast: Cast, client_of: ClientOf
) -> None:
    task = issued_task(cast)
    report = (
        client_of(cast.head)
        .post(REPORTS, {"task": task.pk, "percent": 50}, format="json")
        .json()["id"]
    )
    for who, status in ((cast.supervisor, 403), (cast.water_head, 404)):
        body = {"report": report, "evidence": [file("a.txt", b"1")]}
        assert client_of(who).post(EVIDENCE, body, format="multipart").status_code == status
    nothing = client_of(cast.head).post(
        EVIDENCE, {"evidence": [file("a.txt", b"1")]}, format="multipart"
    )
    assert nothing.status_code == 422
    eleven = [file(f"{n}.txt", b"1") for n in range(11)]
    too_many = client_of(cast.head).post(
        EVIDENCE, {"report": report, "evidence": eleven}, format="multipart"
    )
    assert (too_many.status_code, too_many.json()["code"]) == (422, "evidence_too_many")
