"""Draft a task with its four lists by the API, as the sheet does."""

import datetime as dt
from typing import Any

import pytest

from tasks.models import Campaign, CustomColumn, Task
from tests.cast import Cast
from tests.making import SetClock, draft_task, fresh, issued_task
from tests.tasks.api.conftest import ClientOf

URL = "/api/v1/tasks/"
TODAY = dt.date(2023, 3, 1)


@pytest.fixture(autouse=True)
def first_of_march(set_clock: SetClock) -> None:
    set_clock(TODAY)


def body(**more: Any) -> dict[str, Any]:
    return {
        "plan": "P1",
        "code": "7",
        "title": "工地扬尘治理",
        "start": "2023-03-01",
        "deadline_raw": "6月底前",
        "level": "key",
        "leader": "TY-leader",
        "duties": [
            {"unit": "DQK", "role": "lead", "duty": "总负责", "liaison": "TY-liaison"},
            {"unit": "SHK", "role": "cooperating"},
        ],
        "measures": [
            {
                "text": "全面排查",
                "owner": "SHK",
                "deadline": "2023-04-30",
                "expected_output": "问题清单",
                "proof_required": "排查表",
            }
        ],
        "results": ["PM10 下降 5%"],
        **more,
    }


@pytest.fixture
def drafted(cast: Cast, client_of: ClientOf) -> dict[str, Any]:
    draft_task(cast, code="other")
    answer = client_of(cast.supervisor).post(URL, body(), format="json")
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_draft_is_made_with_its_four_lists_at_once(
    cast: Cast, drafted: dict[str, Any], client_of: ClientOf
) -> None:
    assert drafted["gaps"] == []
    assert (drafted["original_deadline"], drafted["deadline_raw"]) == ("2023-06-30", "6月底前")
    assert (drafted["leader"], drafted["leads"]) == ("TY-leader", ["DQK"])
    client = client_of(cast.supervisor)
    duties = client.get("/api/v1/responsibilities/", {"task": drafted["id"]}).json()["results"]
    assert [(d["unit"], d["duty"], d["liaison"]) for d in duties] == [
        ("DQK", "总负责", "TY-liaison"),
        ("SHK", "", None),
    ]
    assert client.post(f"{URL}{drafted['id']}/assign/", {}).json()["state"] == "open"


def test_a_change_leaves_what_it_does_not_name(
    cast: Cast, drafted: dict[str, Any], client_of: ClientOf
) -> None:
    client, url = client_of(cast.supervisor), f"{URL}{drafted['id']}/change/"
    answer = client.post(url, {"title": "新名称", "version": drafted["version"]}, format="json")
    assert (answer.status_code, answer.json()["title"]) == (200, "新名称")
    task = Task.objects.get(pk=drafted["id"])
    assert task.responsibilities.get(unit=cast.air).liaison == cast.liaison
    assert task.measures.get().proof_required == "排查表"
    assert task.original_deadline == dt.date(2023, 6, 30)
    measures = [{"seq": 1, "text": "全面排查", "owner": "DQK"}, {"text": "整改", "owner": "SHK"}]
    client.post(url, {"measures": measures, "deadline_raw": "长期坚持"}, format="json")
    task = fresh(task)
    assert [(m.seq, m.text, m.owner) for m in task.measures.all()] == [
        (1, "全面排查", cast.air),
        (2, "整改", cast.water),
    ]
    assert (task.original_deadline, task.type) == (None, "standing")
    stale = client.post(url, {"title": "再改", "version": drafted["version"]}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")


def test_units_by_role_keep_their_duties(
    cast: Cast, drafted: dict[str, Any], client_of: ClientOf
) -> None:
    client, url = client_of(cast.supervisor), f"{URL}{drafted['id']}/change/"
    client.post(url, {"cooperating": ["SHK", "XDFJ"]}, format="json")
    duties = Task.objects.get(pk=drafted["id"]).responsibilities.order_by("position")
    assert [(d.unit.code, d.role, d.duty) for d in duties] == [
        ("DQK", "lead", "总负责"),
        ("SHK", "cooperating", ""),
        ("XDFJ", "cooperating", ""),
    ]


def test_what_the_sheet_refuses_the_api_refuses_in_the_same_words(
    cast: Cast, drafted: dict[str, Any], client_of: ClientOf
) -> None:
    client, url = client_of(cast.supervisor), f"{URL}{drafted['id']}/change/"
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"deadline_raw": "6月底前", "deadline": "2023-07-01"}, "deadline_differs", "不一致"),
        ({"duties": []}, "no_lead", "牵头单位"),
        ({"duties": [], "leads": ["DQK"]}, "invalid", "不要同时用"),
        ({"measures": [{"text": "x", "owner": "XDFJ"}]}, "owner_not_involved", "小店分局"),
        ({"measures": [{"seq": 1, "text": "x", "owner": "SHK", "weight": "0"}]}, "invalid", "权重"),
    ]
    for sent, code, said in cases:
        answer = client.post(url, sent, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.content
        assert said in answer.json()["detail"], answer.json()
    refused = client_of(cast.leader).post(url, {"title": "x"}, format="json")
    assert refused.status_code == 403
    assert "只有督办人员可以编辑草稿" in refused.json()["detail"]
    assert client_of(cast.head).post(url, {"title": "x"}, format="json").status_code == 404


def test_own_columns_are_typed_as_on_the_sheet(
    cast: Cast, drafted: dict[str, Any], client_of: ClientOf
) -> None:
    campaign = Campaign.objects.create(code="C1", name="扬尘")
    CustomColumn.objects.create(
        campaign=campaign, key="n", label="工地数", kind="number", position=1
    )
    client, url = client_of(cast.supervisor), f"{URL}{drafted['id']}/change/"
    sent = {"campaign": "C1", "custom": {"n": "许多"}}
    answer = client.post(url, sent, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "column_value")
    answer = client.post(url, {**sent, "custom": {"n": "12"}}, format="json")
    assert answer.json()["custom"] == {"n": "12"}


def test_a_measure_is_linked_by_the_api(
    cast: Cast, drafted: dict[str, Any], client_of: ClientOf
) -> None:
    other = issued_task(cast, code="8", leads=(cast.water,), on=dt.date(2023, 2, 1))
    client = client_of(cast.supervisor)
    (measure,) = client.get("/api/v1/measures/", {"task": drafted["id"]}).json()["results"]
    url = f"/api/v1/measures/{measure['id']}/link/"
    assert client.post(url, {"serves": [other.pk]}, format="json").json()["serves"] == [other.pk]
    itself = client.post(url, {"serves": [drafted["id"]]}, format="json")
    assert (itself.status_code, itself.json()["code"]) == (422, "serves_itself")
    assert client.post(url, {"serves": [0]}, format="json").status_code == 422
    assert client.post(url, {"serves": [10**6]}, format="json").status_code == 404
    assert client.post(url, {"serves": []}, format="json").json()["serves"] == []
