"""Refusing and splitting in the browser, as people do it without JavaScript."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser

from tasks.choices import DutyRole, TaskState
from tasks.models import Task
from tasks.services.refusing import refuse_duty
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.making import SetClock, fresh, issued_task
from tests.tasks.views.conftest import PageOf

# A Friday: acceptance runs out on Wednesday.
TODAY = dt.date(2023, 3, 10)


@pytest.fixture(autouse=True)
def tenth_of_march(set_clock: SetClock) -> None:
    set_clock(TODAY)


def split_sheet(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "parts-TOTAL_FORMS": 2,
        "parts-INITIAL_FORMS": 0,
        "parts-0-title": "资料整理",
        "parts-0-unit": cast.air.pk,
        "parts-0-responsible": cast.clerk.pk,
        "parts-0-weight": "2",
        "parts-1-title": "现场排查",
        "parts-1-unit": cast.air.pk,
        "parts-1-responsible": cast.liaison.pk,
        "parts-1-weight": "1",
        **more,
    }


def test_a_unit_refuses_and_a_leader_issues_the_task_anew(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, on=TODAY, measures=((cast.air, None),))
    duty = task.responsibilities.get()
    client = page_of(cast.head)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "应于 2023-03-15 前签收" in page
    assert f"/duties/{duty.pk}/refuse/" in page
    answer = client.post(f"/duties/{duty.pk}/refuse/", {"reason": "非本科职责"}, follow=True)
    assert "大气环境科退办" in answer.content.decode()
    refusal = task.refusals.get()
    url = f"/refusals/{refusal.pk}/decide/"
    assert url in page_of(cast.supervisor).get("/").content.decode()
    leader = page_of(cast.leader)
    assert url in leader.get("/").content.decode()
    data = {"verdict": "accepted", "decision": "", "leads": [cast.water.pk]}
    barred = page_of(cast.supervisor).post(url, data)
    assert barred.status_code == 403
    page = leader.post(url, data, follow=True).content.decode()
    assert "已重新交办为" in page
    assert fresh(task).state == TaskState.TERMINATED
    assert Task.objects.get(replaces=task).holder == cast.water_head


def test_a_released_unit_is_shown_as_such(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, on=TODAY, cooperating=(cast.water,))
    duty = task.responsibilities.get(role=DutyRole.COOPERATING)
    refusal = refuse_duty(duty, reason="无关", on=TODAY, by=cast.water_head)
    client = page_of(cast.supervisor)
    client.post(f"/refusals/{refusal.pk}/decide/", {"verdict": "accepted", "decision": ""})
    assert "已退办 03-10" in client.get(f"/tasks/{task.pk}/").content.decode()


def test_a_head_splits_a_task_and_sees_its_children(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, on=TODAY)
    client = page_of(cast.head)
    url = f"/tasks/{task.pk}/split/"
    assert client.get(url).status_code == 200
    more = client.post(url, {**split_sheet(cast), "more": "parts"}).content.decode()
    assert 'name="parts-2-title"' in more
    assert not fresh(task).rolled_up
    wrong = client.post(url, split_sheet(cast, **{"parts-1-responsible": ""}))
    assert wrong.status_code == 422
    assert "请指定责任人" in wrong.content.decode()
    page = client.post(url, split_sheet(cast), follow=True).content.decode()
    for shown in ("已分解为 2 项", "资料整理", "现场排查", "权重 2", "下级任务"):
        assert shown in page, shown
    assert f"/tasks/{task.pk}/report/" not in page
    child = task.children.get(title="资料整理")
    assert "上级任务" in client.get(f"/tasks/{child.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_passing_on_in_a_browser(
    cast: Cast, browser: Browser, live_server: Any
) -> None:
    task = issued_task(cast, on=TODAY)
    duty = task.responsibilities.get()
    context = context_of(browser, live_server.url, cast.head)
    page = context.new_page()
    heard = complaints(page)
    for address in (f"/tasks/{task.pk}/split/", f"/duties/{duty.pk}/refuse/", f"/tasks/{task.pk}/"):
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            page.goto(address)
            assert not scrolls_sideways(page), (address, size)
            assert accessibility_violations(page) == [], address
    assert heard == []
    context.close()
