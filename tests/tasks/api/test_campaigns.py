"""Campaigns, their parts, indicators and readings by REST."""

import datetime as dt

import pytest

from tasks.models import Battle, Campaign, CustomColumn, IndicatorReading
from tests.cast import Cast
from tests.making import SetClock
from tests.tasks.api.conftest import ClientOf

TODAY = dt.date(2023, 4, 3)
YEAR = {"starts_on": "2023-01-01", "ends_on": "2023-12-31"}


@pytest.fixture(autouse=True)
def third_of_april(set_clock: SetClock) -> None:
    set_clock(TODAY)


def test_a_campaign_is_registered_once_and_changed_by_its_version(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.supervisor)
    body = {"code": "DQ", "name": "空气", "countersigned": True, "publicity_days": 5, **YEAR}
    first, again = (
        client.post("/api/v1/campaigns/", body, format="json", headers={"Idempotency-Key": "k"})
        for _twice in range(2)
    )
    assert (first.status_code, first.json()) == (201, again.json())
    assert Campaign.objects.get().publicity_days == 5
    url = f"/api/v1/campaigns/{first.json()['id']}/"
    tag = client.get(url)["ETag"]
    assert tag == '"1"'
    changed = client.patch(url, {"goal": "改善"}, format="json", headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["goal"], changed["ETag"]) == (200, "改善", '"2"')
    stale = client.patch(url, {"goal": "别的"}, format="json", headers={"If-Match": tag})
    assert stale.status_code == 409
    assert (stale.json()["code"], stale.json()["fields"]) == ("version_conflict", {"version": "2"})
    taken = client.post("/api/v1/campaigns/", {"code": "DQ", "name": "水"}, format="json")
    assert (taken.status_code, set(taken.json()["fields"])) == (422, {"code"})


def test_parts_are_added_changed_retired_and_restored(cast: Cast, client_of: ClientOf) -> None:
    Campaign.objects.create(code="DQ", name="空气", starts_on=dt.date(2023, 1, 1))
    client = client_of(cast.supervisor)
    stage = {"campaign": "DQ", "name": "攻坚", **YEAR, "starts_on": "2022-12-31"}
    refused = client.post("/api/v1/stages/", stage, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "stage_outside_campaign")
    made = client.post("/api/v1/stages/", {**stage, **YEAR}, format="json").json()
    assert (made["campaign"], made["seq"], made["version"]) == ("DQ", 1, 1)
    url = f"/api/v1/stages/{made['id']}/"
    assert client.patch(url, {"name": "收官"}, format="json").json()["name"] == "收官"
    assert client.post(f"{url}retire/").json()["closed_on"] == "2023-04-03"
    assert client.post(f"{url}retire/").status_code == 422
    assert client.post(f"{url}restore/").json()["closed_on"] is None
    column = {"campaign": "DQ", "label": "资金来源", "kind": "choice", "options": ["市级"]}
    answer = client.post("/api/v1/custom-columns/", column, format="json")
    assert (answer.status_code, answer.json()["key"]) == (201, "c1")
    assert client.get("/api/v1/custom-columns/?campaign__code=DQ").json()["count"] == 1
    assert client_of(cast.head).post("/api/v1/stages/", stage, format="json").status_code == 403
    assert client_of(cast.auditor).get("/api/v1/stages/").json()["count"] == 0


def test_an_indicator_says_how_it_stands_and_its_readings_are_corrected(
    cast: Cast, client_of: ClientOf
) -> None:
    campaign = Campaign.objects.create(code="DQ", name="空气")
    Battle.objects.create(campaign=campaign, code="DQ-1", name="PM10攻坚战")
    client = client_of(cast.supervisor)
    body = {
        "campaign": "DQ",
        "battle": "DQ-1",
        "name": "PM10",
        "direction": "down",
        "baseline": "76",
        "target": "40",
        "points": [{"on": "2023-06-30", "value": "60"}],
        **YEAR,
    }
    made = client.post("/api/v1/indicators/", body, format="json")
    assert (made.status_code, made.json()["stand"]) == (201, None)
    indicator = made.json()["id"]
    reading = {"indicator": indicator, "on": "2023-04-01", "value": "70", "source": "月报"}
    old = client.post("/api/v1/indicator-readings/", reading, format="json")
    assert (old.status_code, old.json()["counts"]) == (201, True)
    # 90 of 180 days from 76 to 60.
    stand = client.get(f"/api/v1/indicators/{indicator}/").json()["stand"]
    assert (stand["planned"], stand["behind"], stand["reached"]) == ("68.00", "2.00", False)
    bad = client.post("/api/v1/indicator-readings/", {**reading, "value": "七"}, format="json")
    assert (bad.status_code, bad.json()["code"]) == (422, "reading_unreadable")
    url = f"/api/v1/indicator-readings/{old.json()['id']}/correct/"
    new = client.post(url, {"value": 67.5, "reason": "抄错"}, format="json")
    assert (new.status_code, new.json()["supersedes"]) == (201, old.json()["id"])
    assert (new.json()["on"], new.json()["source"]) == ("2023-04-01", "月报")
    assert client.post(url, {"value": "66", "reason": "再改"}, format="json").status_code == 409
    listed = client.get(f"/api/v1/indicator-readings/?indicator={indicator}&counts=true").json()
    assert [row["id"] for row in listed["results"]] == [new.json()["id"]]
    cleared = client.patch(f"/api/v1/indicators/{indicator}/", {"points": []}, format="json").json()
    assert cleared["points"] == []
    assert IndicatorReading.objects.count() == 2


def test_a_draft_takes_the_campaigns_columns_by_their_type(cast: Cast, client_of: ClientOf) -> None:
    campaign = Campaign.objects.create(code="DQ", name="空气")
    CustomColumn.objects.create(campaign=campaign, key="money", label="投资", kind="number")
    client = client_of(cast.supervisor)
    client.post("/api/v1/plans/", {"code": "P1", "name": "计划", "year": 2023}, format="json")
    body = {
        "plan": "P1",
        "code": "1",
        "title": "扬尘",
        "leads": ["DQK"],
        "start": "2023-04-01",
        "campaign": "DQ",
        "custom": {"money": "1,200"},
    }
    made = client.post("/api/v1/tasks/", body, format="json")
    assert (made.status_code, made.json()["custom"]) == (201, {"money": "1200"})
    wrong = client.post(
        "/api/v1/tasks/", {**body, "code": "2", "custom": {"money": "很多"}}, format="json"
    )
    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"custom_money"})
