"""Campaigns and indicators in the browser: pages, forms, errors beside fields, undo, print size."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tasks.models import (
    Battle,
    Campaign,
    CustomColumn,
    Indicator,
    IndicatorReading,
    ProgressReport,
    Stage,
    Task,
)
from tasks.services.indicators import record_reading
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.making import SetClock, issued_task
from tests.tasks.views.conftest import PageOf

TODAY, MARCH = dt.date(2023, 4, 3), dt.date(2023, 3, 31)
YEAR = {"starts_on": dt.date(2023, 1, 1), "ends_on": dt.date(2023, 12, 31)}


@pytest.fixture(autouse=True)
def third_of_april(set_clock: SetClock) -> None:
    set_clock(TODAY)


def kept(cast: Cast) -> Indicator:
    """A campaign with a battle, a stage, an indicator read in March, and a measured task."""
    campaign = Campaign.objects.create(
        code="DQ", name="空气质量巩固提升", document_number="并环发〔2023〕12号", publicity_days=7
    )
    battle = Battle.objects.create(campaign=campaign, code="DQ-PM10", name="PM10攻坚战")
    Stage.objects.create(campaign=campaign, seq=1, name="全年攻坚", **YEAR)
    indicator = Indicator.objects.create(
        campaign=campaign, battle=battle, name="PM10年均浓度", baseline=76, target=40, **YEAR
    )
    issued_task(
        cast,
        campaign=campaign,
        battle=battle,
        indicator=indicator,
        measures=((cast.air, dt.date(2023, 2, 28)),),
    )
    record_reading(indicator, value="72", on=MARCH, source="月报", today=TODAY, by=cast.supervisor)
    return indicator


def test_a_campaigns_page_shows_all_of_it_and_offers_what_fits_the_role(
    cast: Cast, page_of: PageOf
) -> None:
    indicator = kept(cast)
    url = f"/campaigns/{indicator.campaign_id}/"
    head = page_of(cast.head).get(url).content.decode()
    for shown in (
        "并环发〔2023〕12号",
        "销号前公示 7 天",
        "全年攻坚",
        "今天 2023-04-03",
        "措施节点 1 个，已完成 0 个，已过期未完成 1 个",
        "PM10攻坚战",
        "任务T1",
        "落后计划 4.8",
    ):
        assert shown in head, shown
    assert "新建阶段" not in head
    assert "自定义栏目" not in head
    # Who has nothing to do with the task sees the campaign without it.
    assert "任务T1" not in page_of(cast.water_head).get(url).content.decode()
    assert "新建阶段" in page_of(cast.supervisor).get(url).content.decode()
    assert "空气质量巩固提升" in page_of(cast.hr).get("/campaigns/").content.decode()


def test_an_empty_campaign_says_what_to_do(cast: Cast, page_of: PageOf) -> None:
    campaign = Campaign.objects.create(code="JT", name="净土")
    page = page_of(cast.supervisor).get(f"/campaigns/{campaign.pk}/").content.decode()
    for shown in ("还没有登记阶段", "还没有登记指标", "还没有攻坚战", "没有自定义栏目"):
        assert shown in page


def test_parts_are_added_with_errors_beside_fields_and_undone(cast: Cast, page_of: PageOf) -> None:
    campaign = Campaign.objects.create(code="DQ", name="空气", **YEAR)
    client = page_of(cast.supervisor)
    url = f"/campaigns/{campaign.pk}/stage/new/"
    data = {"name": "攻坚", "starts_on": "2023-01-01", "ends_on": "2024-01-01"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "须在行动期限内" in str(answer.context["form"].errors["ends_on"])
    client.post(url, {**data, "ends_on": "2023-06-30"})
    stage = Stage.objects.get()
    answer = client.post(f"/campaigns/stage/{stage.pk}/retire/", follow=True)
    page = answer.content.decode()
    assert "已停用“攻坚”" in page
    assert f'action="/campaigns/stage/{stage.pk}/restore/"' in page
    client.post(f"/campaigns/stage/{stage.pk}/restore/")
    stage.refresh_from_db()
    assert stage.closed_on is None
    assert client.get(f"/campaigns/nothing/{stage.pk}/edit/").status_code == 404


def test_an_indicator_is_written_with_its_curve_and_met_by_a_second_editor(
    cast: Cast, page_of: PageOf
) -> None:
    campaign = Campaign.objects.create(code="DQ", name="空气")
    client = page_of(cast.supervisor)
    data: dict[str, Any] = {
        "name": "PM10",
        "direction": "down",
        "baseline": "76",
        "target": "40",
        "starts_on": "2023-01-01",
        "ends_on": "2023-12-31",
        "point_day_0": "2023-06-30",
        "point_value_0": "",
    }
    url = f"/campaigns/{campaign.pk}/indicator/new/"
    assert "请填写 2023-06-30 的计划值" in client.post(url, data).content.decode()
    outside = client.post(url, {**data, "point_day_0": "2025-06-30", "point_value_0": "60"})
    assert "不在指标期限" in str(outside.context["form"].errors["point_day_0"])
    client.post(url, {**data, "point_value_0": "60"})
    made = Indicator.objects.get()
    assert [(point.on, point.value) for point in made.points.all()] == [
        (dt.date(2023, 6, 30), Decimal(60))
    ]
    edit = f"/campaigns/indicator/{made.pk}/edit/"
    again = {**data, "point_value_0": "61", "version": made.version}
    assert 'value="60"' in client.get(edit).content.decode()
    assert client.post(edit, again).status_code == 302
    late = page_of(cast.second_supervisor).post(edit, {**again, "name": "另一个名称"})
    page = late.content.decode()
    assert late.status_code == 409
    assert "督察办主任更新" in page
    assert "另一个名称" in page
    assert Indicator.objects.get().name == "PM10"


def test_a_reading_is_entered_once_corrected_and_withdrawn(cast: Cast, page_of: PageOf) -> None:
    indicator = kept(cast)
    client, url = page_of(cast.head), f"/indicators/{indicator.pk}/readings/new/"
    data = {"on": "2023-04-01", "value": "七十", "source": "月报", "token": "t1"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "无法记录" in str(answer.context["form"].errors["value"])
    for _twice in range(2):
        assert client.post(url, {**data, "value": "70"}).status_code == 302
    reading = IndicatorReading.objects.get(by=cast.head)
    correct = f"/readings/{reading.pk}/correct/"
    client.post(correct, {"on": "2023-04-01", "value": "71", "source": "月报", "reason": "抄错"})
    page = client.get(f"/indicators/{indicator.pk}/").content.decode()
    for shown in ("<s>70</s>", "大气环境科科长更正：抄错", "更正自 2023-04-01 的 70：抄错"):
        assert shown in page, shown
    newest = IndicatorReading.objects.latest("pk")
    assert client.get(correct)["Location"] == f"/readings/{newest.pk}/correct/"
    # Another's reading is not theirs to correct.
    other = IndicatorReading.objects.get(by=cast.supervisor)
    assert client.get(f"/readings/{other.pk}/correct/").status_code == 403
    gone = {
        "on": "2023-04-01",
        "value": "71",
        "source": "月报",
        "reason": "重复",
        "withdrawn": "on",
    }
    client.post(f"/readings/{newest.pk}/correct/", gone)
    assert IndicatorReading.objects.standing().get() == other


def test_a_campaigns_report_columns_stand_in_the_report_and_on_the_task(
    cast: Cast, page_of: PageOf
) -> None:
    indicator = kept(cast)
    values = {"label": "本期投资", "kind": "number", "place": "report", "required": True}
    CustomColumn.objects.create(campaign=indicator.campaign, key="spent", **values)
    task, client = Task.objects.get(), page_of(cast.head)
    url = f"/tasks/{task.pk}/report/"
    assert "本期投资" in client.get(url).content.decode()
    data = {"percent": "60", "text": "推进", "on": "2023-04-03", "cause": "funds"}
    answer = client.post(url, data)
    assert "要求每次填报都写明" in str(answer.context["form"].errors["custom_spent"])
    client.post(url, {**data, "custom_spent": "1200"})
    assert ProgressReport.objects.get().custom == {"spent": "1200"}
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "本期投资：" in page
    assert f'href="/indicators/{indicator.pk}/"' in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.one_database
def test_the_drawings_hold_on_a_desk_and_on_a_phone(
    browser: Browser, live_server: LiveServer, transactional_db: None, cast: Cast
) -> None:
    indicator = kept(cast)
    with context_of(browser, live_server.url, cast.supervisor) as context:
        page = context.new_page()
        heard = complaints(page)
        for url in (f"/campaigns/{indicator.campaign_id}/", f"/indicators/{indicator.pk}/"):
            page.goto(url)
            for size, shown, hidden in ((DESKTOP, "wide", "narrow"), (PHONE, "narrow", "wide")):
                page.set_viewport_size(size)
                assert page.locator(f"svg.only-{shown}").first.is_visible()
                assert not page.locator(f"svg.only-{hidden}").first.is_visible()
                assert not scrolls_sideways(page)
            assert accessibility_violations(page) == []
        assert heard == []
