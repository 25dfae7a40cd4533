"""Reports, extensions, close-outs and slips by REST: the whole way, and every refusal."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tasks.models import ProgressReport
from tests.cast import Cast
from tests.making import SetClock, issued_task
from tests.tasks.api.conftest import ClientOf

REPORTS = "/api/v1/progress-reports/"
TODAY = dt.date(2023, 3, 10)


@pytest.fixture(autouse=True)
def tenth_of_march(set_clock: SetClock) -> None:
    set_clock(TODAY)


def test_a_report_is_handed_in_as_the_contract_says(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    body = {
        "task": task.pk,
        "percent": 40,
        "text": "已开工",
        "problems": "缺设备",
        "next_step": "采购",
    }
    answer = client_of(cast.head).post(REPORTS, body, format="json")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["verified"] is False
    assert (made["on"], made["percent"], made["unit"]) == ("2023-03-10", "40.00", "DQK")
    assert made["submitted_by"] == "TY-head"
    assert ProgressReport.objects.get(pk=made["id"]).problems == "缺设备"


def test_no_change_needs_no_figure(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    client = client_of(cast.head)
    client.post(REPORTS, {"task": task.pk, "percent": "12.5", "on": "2023-03-01"}, format="json")
    answer = client.post(REPORTS, {"task": task.pk, "unchanged": True}, format="json")
    assert (answer.status_code, answer.json()["percent"]) == (201, "12.50")


@pytest.mark.parametrize(
    ("body", "status", "code", "sentence"),
    [
        ({"percent": 140}, 422, "percent_out_of_range", "进度 140% 超出范围"),
        ({"percent": -1}, 422, "percent_out_of_range", "进度 -1% 超出范围"),
        ({"percent": "NaN"}, 422, "percent_not_a_number", "进度“NaN”不是数字"),
        ({"percent": True}, 422, "percent_not_a_number", "不是数字"),
        ({"percent": [1]}, 422, "percent_not_a_number", "不是数字"),
        ({"percent": "1e5000"}, 422, "percent_out_of_range", "超出范围"),
        ({}, 422, "percent_missing", "请填写进度"),
        ({"percent": 10, "on": "2023-03-11"}, 422, "fact_in_future", "晚于今天"),
        ({"percent": 10, "on": "2022-12-31"}, 422, "before_assignment", "早于交办日期"),
        ({"percent": 10, "on": "2023-02-30"}, 422, "invalid", "on"),
        ({"percent": 10, "text": "长" * 4001}, 422, "invalid", "text"),
        ({"percent": 10, "task": "x"}, 422, "invalid", "task"),
        ({"percent": 10, "task": 10**12}, 404, "not_found", "没有找到"),
    ],
)
def test_a_bad_report_gets_its_code_and_a_sentence_and_writes_nothing(
    cast: Cast, client_of: ClientOf, body: dict[str, Any], status: int, code: str, sentence: str
) -> None:
    task = issued_task(cast)
    answer = client_of(cast.head).post(REPORTS, {"task": task.pk, **body}, format="json")
    assert answer.status_code == status, answer.content
    assert answer.json()["code"] == code
    assert sentence in answer.json()["detail"]
    assert set(answer.json()) == {"code", "detail", "fields"}
    assert not ProgressReport.objects.exists()


def test_a_body_that_is_no_json_is_told_so(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.head)
    for text in ('{"percent": NaN}', "{", "\x00"):
        answer = client.post(REPORTS, data=text, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["code"] == "bad_request"


def test_a_report_for_somebody_elses_task_is_not_found(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    answer = client_of(cast.water_head).post(REPORTS, {"task": task.pk, "percent": 1})
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["supervisor", "leader", "hr", "discipline"])
def test_who_sees_but_may_not_report_is_told_who_may(
    cast: Cast, client_of: ClientOf, who: str
) -> None:
    task = issued_task(cast)
    answer = client_of(cast.named(who)).post(REPORTS, {"task": task.pk, "percent": 1})
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"
    assert "只有牵头单位主要负责人、联络员或现任责任人可以填报进展" in answer.json()["detail"]


def test_evidence_comes_with_the_report_and_is_loaded_by_who_may_see_it(
    cast: Cast, client_of: ClientOf
) -> None:
    task = issued_task(cast)
    upload = SimpleUploadedFile("照片.pdf", b"%PDF-1.7 x")
    answer = client_of(cast.head).post(
        REPORTS, {"task": task.pk, "percent": 10, "evidence": [upload]}, format="multipart"
    )
    assert answer.status_code == 201, answer.content
    (file,) = answer.json()["evidence"]
    url = file["url"].removeprefix("http://testserver")
    loaded = client_of(cast.supervisor).get(url)
    assert b"".join(loaded.streaming_content) == b"%PDF-1.7 x"  # type: ignore[attr-defined]
    assert loaded.headers["Content-Disposition"].startswith("attachment")
    assert loaded.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in loaded.headers["Content-Security-Policy"]
    assert client_of(cast.water_head).get(url).status_code == 404
    assert client_of(cast.auditor).get(url).status_code == 404


def test_a_report_is_verified_and_another_returned(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    head, supervisor = client_of(cast.head), client_of(cast.supervisor)
    first, second = (
        head.post(REPORTS, {"task": task.pk, "percent": p}, format="json").json()["id"]
        for p in (10, 20)
    )
    verified = supervisor.post(f"{REPORTS}{first}/verify/", {"comment": "属实"}).json()
    assert (verified["verified"], verified["decided_by"]) == (True, "TY-supervisor")
    assert supervisor.post(f"{REPORTS}{second}/return/", {}).json()["fields"].keys() == {"reason"}
    back = supervisor.post(f"{REPORTS}{second}/return/", {"reason": "无佐证"}).json()
    assert (back["verdict"], back["decision"]) == ("returned", "无佐证")
    again = supervisor.post(f"{REPORTS}{second}/verify/", {})
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert head.post(f"{REPORTS}{first}/verify/", {}).status_code == 403
    waiting = supervisor.get(REPORTS, {"verdict": "waiting"}).json()
    assert waiting["count"] == 0


def test_an_extension_goes_its_way(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    url = "/api/v1/extensions/"
    body = {"task": task.pk, "to": "2023-09-30", "reason": "设备未到"}
    asked = client_of(cast.head).post(url, body)
    assert asked.status_code == 201, asked.content
    row = f"{url}{asked.json()['id']}/"
    assert client_of(cast.head).post(f"{row}grant/", {}).status_code == 403
    assert client_of(cast.leader).post(f"{row}grant/", {}).json()["verdict"] == "accepted"
    detail = client_of(cast.head).get(f"/api/v1/tasks/{task.pk}/").json()
    assert (detail["effective_deadline"], detail["original_deadline"]) == (
        "2023-09-30",
        "2023-06-30",
    )
    late = client_of(cast.head).post(url, {**body, "on": "2023-03-11"})
    assert late.status_code == 422
    again = client_of(cast.head).post(url, {**body, "to": "2023-12-01"}).json()["id"]
    refused = client_of(cast.leader).post(f"{url}{again}/refuse/", {"reason": "理由不足"})
    assert refused.json()["verdict"] == "returned"


def test_a_close_out_goes_its_way(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    url = "/api/v1/closures/"
    head, supervisor = client_of(cast.head), client_of(cast.supervisor)
    first = head.post(url, {"task": task.pk, "text": "完成"}).json()["id"]
    assert supervisor.post(f"{url}{first}/reject/", {"reason": "未达标"}).status_code == 200
    second = head.post(url, {"task": task.pk, "text": "补正完成"}).json()["id"]
    assert head.post(f"{url}{second}/verify/", {}).status_code == 403
    assert supervisor.post(f"{url}{second}/verify/", {}).json()["verdict"] == "accepted"
    assert head.get(f"/api/v1/tasks/{task.pk}/").json()["state"] == "completed"
    answer = head.post(REPORTS, {"task": task.pk, "percent": 50})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_state")


def test_a_slip_goes_its_way(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    url = "/api/v1/slips/"
    supervisor, head = client_of(cast.supervisor), client_of(cast.head)
    body = {"task": task.pk, "unit": "DQK", "cause": "overdue", "requirement": "限期办结"}
    made = supervisor.post(url, body)
    assert made.status_code == 201, made.content
    assert made.json()["number"] == "并环督〔2023〕1号"
    row = f"{url}{made.json()['id']}/"
    assert supervisor.post(f"{row}deliver/", {}).json()["delivered_on"] == "2023-03-10"
    assert head.post(f"{row}answer/", {"answer": "已整改"}).json()["answered_by"] == "TY-head"


def test_duties_and_measures_go_their_way(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast, cooperating=(cast.water,), measures=((cast.water, TODAY),))
    head, water = client_of(cast.head), client_of(cast.water_head)
    duties = head.get("/api/v1/responsibilities/", {"task": task.pk}).json()["results"]
    assert [duty["unit"] for duty in duties] == ["DQK", "SHK"]
    accept = f"/api/v1/responsibilities/{duties[0]['id']}/accept/"
    assert water.post(accept, {}).status_code == 403
    assert head.post(accept, {}).json()["accepted_by"] == "TY-head"
    assert head.post(accept, {}).status_code == 409
    (measure,) = water.get("/api/v1/measures/", {"done": "false"}).json()["results"]
    done = water.post(f"/api/v1/measures/{measure['id']}/complete/", {"on": "2023-03-09"})
    assert done.json()["done_on"] == "2023-03-09"


def test_units_and_people_are_those_of_the_scope(cast: Cast, client_of: ClientOf) -> None:
    head = client_of(cast.head)
    assert [unit["code"] for unit in head.get("/api/v1/units/").json()["results"]] == ["DQK"]
    people = head.get("/api/v1/people/").json()["results"]
    assert {person["staff_number"] for person in people} == {"TY-head", "TY-liaison", "TY-clerk"}
    assert "email" not in json.dumps(people)
    assert client_of(cast.clerk).get("/api/v1/units/").json()["count"] == 0
    assert client_of(cast.sysadmin).get("/api/v1/units/").json()["count"] == 8


def test_the_audit_log_is_the_audit_officers(cast: Cast, client_of: ClientOf) -> None:
    issued_task(cast)
    # The auditor signing in is the third.
    assert client_of(cast.auditor).get("/api/v1/audit/").json()["count"] == 3
    for who in ("supervisor", "leader", "sysadmin", "secadmin", "head"):
        assert client_of(cast.named(who)).get("/api/v1/audit/").json()["count"] == 0
    assert client_of(cast.auditor).post("/api/v1/audit/", {}).status_code == 405
