"""Drafting, approving and plans in the browser, as people do it without JavaScript."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser

from tasks.choices import TaskState
from tasks.models import Campaign, CustomColumn, Plan, Task
from tasks.services.approving import submit_approval
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_violations,
    complaints,
    context_of,
    scrolls_sideways,
)
from tests.cast import Cast
from tests.making import SetClock, draft_task, fresh, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 3, 1)


@pytest.fixture(autouse=True)
def first_of_march(set_clock: SetClock) -> None:
    set_clock(TODAY)


def sheet(cast: Cast, plan: Plan, **more: Any) -> dict[str, Any]:
    counts = {
        f"{name}-{part}": n
        for name, n in (("duties", 2), ("measures", 2), ("results", 1))
        for part, n in (("TOTAL_FORMS", n), ("INITIAL_FORMS", 0))
    }
    return {
        **counts,
        "plan": plan.pk,
        "code": "7",
        "title": "工地扬尘治理",
        "source_kind": "document",
        "level": "key",
        "kind": "task",
        "start": "2023-03-01",
        "deadline_raw": "6月底前",
        "duties-0-unit": cast.air.pk,
        "duties-0-role": "lead",
        "duties-1-unit": cast.water.pk,
        "duties-1-role": "cooperating",
        "measures-0-text": "全面排查",
        "measures-0-owner": "",
        "measures-0-deadline": "2023-04-30",
        "measures-0-weight": "1",
        "measures-0-expected_output": "问题清单",
        "measures-0-proof_required": "排查表",
        "measures-1-role": "",
        "results-0-expected": "PM10 下降 5%",
        **more,
    }


@pytest.fixture
def plan(db: None) -> Plan:
    return Plan.objects.create(code="P1", name="攻坚计划", year=2023)


def test_a_supervisor_drafts_a_task_with_its_lists(cast: Cast, page_of: PageOf, plan: Plan) -> None:
    client = page_of(cast.supervisor)
    assert "拟定任务" in client.get("/tasks/").content.decode()
    assert client.get("/tasks/new/?plan=P1").status_code == 200
    answer = client.post("/tasks/new/", sheet(cast, plan), follow=True)
    page = answer.content.decode()
    for shown in (
        "草稿已保存",
        "工地扬尘治理",
        "全面排查",
        "所需佐证：排查表",
        "6月底前",
        "都已填全",
    ):
        assert shown in page, shown
    task = Task.objects.get()
    assert task.original_deadline == dt.date(2023, 6, 30)
    assert [m.owner for m in task.measures.all()] == [cast.air]
    assert task.state == TaskState.DRAFT


def test_rows_are_added_and_wordings_read_without_saving(
    cast: Cast, page_of: PageOf, plan: Plan
) -> None:
    client = page_of(cast.supervisor)
    more = {"more": "measures", "title": "", "deadline_raw": "2023年12月底前"}
    page = client.post("/tasks/new/", sheet(cast, plan, **more)).content.decode()
    assert 'name="measures-2-text"' in page
    assert "全面排查" in page
    assert "读作：2023-12-31" in page
    assert "errorlist" not in page
    assert not Task.objects.exists()


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    cast: Cast, page_of: PageOf, plan: Plan
) -> None:
    client = page_of(cast.supervisor)
    data = sheet(cast, plan, deadline="2023-07-01")
    answer = client.post("/tasks/new/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "与填写的 2023-07-01 不一致" in page
    assert "全面排查" in page


def test_a_draft_is_edited_and_a_stale_sheet_meets_the_newer_version(
    cast: Cast, page_of: PageOf, plan: Plan
) -> None:
    client = page_of(cast.supervisor)
    client.post("/tasks/new/", sheet(cast, plan))
    task = Task.objects.get()
    url = f"/tasks/{task.pk}/edit/"
    page = client.get(url).content.decode()
    assert 'value="全面排查"' in page
    data = sheet(cast, plan, version=task.version, title="工地扬尘整治")
    data["measures-0-seq"] = 1
    answer = client.post(url, data, follow=True)
    assert "工地扬尘整治" in answer.content.decode()
    stale = client.post(url, {**data, "title": "另一个标题"})
    assert stale.status_code == 409, stale.context["form"].errors
    assert "另一个标题" in stale.content.decode()
    assert fresh(task).title == "工地扬尘整治"


def test_the_campaigns_columns_stand_in_the_sheet(cast: Cast, page_of: PageOf, plan: Plan) -> None:
    campaign = Campaign.objects.create(code="DQ", name="大气")
    CustomColumn.objects.create(campaign=campaign, key="money", label="投资万元", kind="number")
    client = page_of(cast.supervisor)
    assert "投资万元" in client.get("/tasks/new/?campaign=DQ").content.decode()
    data = sheet(cast, plan, campaign=campaign.pk, custom_money="12")
    client.post("/tasks/new/", data)
    task = Task.objects.get()
    assert task.custom == {"money": "12"}
    assert "投资万元" in client.get(f"/tasks/{task.pk}/").content.decode()


def test_a_draft_is_discarded_and_says_so(cast: Cast, page_of: PageOf) -> None:
    task = draft_task(cast)
    client = page_of(cast.supervisor)
    page = client.post(f"/tasks/{task.pk}/discard/", {"reason": "重复"}, follow=True)
    text = page.content.decode()
    assert "已于 2023-03-01 作废" in text
    assert "/edit/" not in text


def test_a_plan_is_registered_approved_and_assigned_in_bulk(cast: Cast, page_of: PageOf) -> None:
    client = page_of(cast.supervisor)
    data = {
        "code": "P1",
        "name": "攻坚计划",
        "year": 2023,
        "gaps": "reason",
        "needs_approval": "on",
    }
    page = client.post("/plans/new/", data, follow=True).content.decode()
    assert "交办前须立项审核" in page
    first, second = draft_task(cast), draft_task(cast, code="T2")
    page = client.get("/plans/P1/").content.decode()
    assert page.count("没有列出措施") == 2
    ticked = {"task": [first.pk, second.pk]}
    none = client.post("/plans/P1/bulk/", {"act": "assign"})
    assert "请先勾选" in none.content.decode()
    client.post("/plans/P1/bulk/", {**ticked, "act": "submit"})
    leader = page_of(cast.leader)
    for approval in [task.approvals.get() for task in (first, second)]:
        page = leader.get(f"/approvals/{approval.pk}/decide/").content.decode()
        assert "没有列出措施" in page
        assert "应于 2023-03-06 前审核" in page
        leader.post(f"/approvals/{approval.pk}/decide/", {"verdict": "accepted", "decision": ""})
    refused = client.post("/plans/P1/bulk/", {**ticked, "act": "assign"})
    assert refused.status_code == 422
    assert "写明先行交办的理由" in refused.content.decode()
    done = client.post(
        "/plans/P1/bulk/", {**ticked, "act": "assign", "gap_reason": "先行"}, follow=True
    )
    assert "已交办 2 项" in done.content.decode()
    assert fresh(first).state == fresh(second).state == TaskState.OPEN


def test_a_leaders_first_page_lists_what_waits_for_approval(cast: Cast, page_of: PageOf) -> None:
    Plan.objects.create(code="P1", name="攻坚计划", year=2023, needs_approval=True)
    submit_approval(draft_task(cast), on=TODAY, by=cast.supervisor)
    page = page_of(cast.leader).get("/").content.decode()
    assert "立项待审核" in page
    assert "/approvals/" in page


@pytest.mark.django_db(transaction=True)
def test_the_sheet_in_a_browser(cast: Cast, browser: Browser, live_server: Any) -> None:
    plan = Plan.objects.create(code="P1", name="攻坚计划", year=2023)
    draft_task(cast)
    context = context_of(browser, live_server.url, cast.supervisor, scripts=True)
    page = context.new_page()
    heard = complaints(page)
    for address in (f"/tasks/new/?plan={plan.code}", "/plans/", "/plans/P1/", "/plans/new/"):
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            page.goto(address)
            assert not scrolls_sideways(page), (address, size)
            assert accessibility_violations(page) == [], address
    page.set_viewport_size(DESKTOP)
    page.goto("/tasks/new/?plan=P1")
    page.get_by_role("button", name="再加一行").nth(1).click()
    assert page.locator('[name="measures-1-text"]').count() == 1
    assert heard == []
    context.close()


def test_saving_a_sheet_keeps_the_liaison_and_may_change_it(
    cast: Cast, page_of: PageOf, plan: Plan
) -> None:
    client = page_of(cast.supervisor)
    client.post("/tasks/new/", sheet(cast, plan, **{"duties-0-liaison": cast.liaison.pk}))
    task = Task.objects.get()
    assert task.responsibilities.get(unit=cast.air).liaison == cast.liaison
    page = client.get(f"/tasks/{task.pk}/edit/").content.decode()
    assert f'<option value="{cast.liaison.pk}" selected>大气环境科联络员（大气环境科）' in page
    kept = sheet(cast, plan, **{"duties-0-liaison": cast.liaison.pk, "version": task.version})
    client.post(f"/tasks/{task.pk}/edit/", {**kept, "title": "新名称"})
    task = fresh(task)
    assert (task.title, task.responsibilities.get(unit=cast.air).liaison) == (
        "新名称",
        cast.liaison,
    )


def test_a_sheet_keeps_a_node_as_the_ledger_wrote_it(
    cast: Cast, page_of: PageOf, plan: Plan
) -> None:
    client = page_of(cast.supervisor)
    client.post("/tasks/new/", sheet(cast, plan))
    task = Task.objects.get()
    task.measures.update(deadline_raw="4月底前")
    again = sheet(cast, plan, **{"measures-0-seq": 1, "version": task.version})
    client.post(f"/tasks/{task.pk}/edit/", again)
    assert task.measures.get().deadline_raw == "4月底前"
    client.post(
        f"/tasks/{task.pk}/edit/",
        {**again, "measures-0-deadline": "2023-05-31", "version": fresh(task).version},
    )
    assert task.measures.get().deadline_raw == ""


def test_a_measure_is_linked_on_the_sheet_and_after_it_is_issued(
    cast: Cast, page_of: PageOf, plan: Plan
) -> None:
    client = page_of(cast.supervisor)
    other = issued_task(cast, code="8", on=dt.date(2023, 2, 1))
    data = sheet(cast, plan, **{"measures-0-serves": [other.pk]})
    assert "8 任务8" in client.post("/tasks/new/", {**data, "more": ""}).content.decode()
    client.post("/tasks/new/", data)
    task = Task.objects.get(code="7")
    (measure,) = task.measures.all()
    assert list(measure.also_serves.all()) == [other]
    own, lent = (client.get(f"/tasks/{one.pk}/").content.decode() for one in (task, other))
    assert "同时支撑：" in own
    assert f'href="/tasks/{other.pk}/"' in own
    assert "由其他任务的措施支撑" in lent
    assert f'href="/tasks/{task.pk}/"' in lent
    assert '<span class="more n">0/1</span>' in lent
    # The unit that leads the other task sees what serves it, and no link to a draft.
    assert (
        f'href="/tasks/{task.pk}/"'
        not in page_of(cast.head).get(f"/tasks/{other.pk}/").content.decode()
    )
    page = client.get(f"/measures/{measure.pk}/link/").content.decode()
    assert "checked" in page
    assert "没有可以关联" not in page
    answer = client.post(f"/measures/{measure.pk}/link/", {"serves": []}, follow=True)
    assert "只支撑本任务" in answer.content.decode()
    assert not measure.also_serves.exists()


def test_a_senseless_link_on_the_sheet_is_refused_and_nothing_lost(
    cast: Cast, page_of: PageOf, plan: Plan
) -> None:
    water = issued_task(cast, code="9", leads=(cast.branch_unit,), on=dt.date(2023, 2, 1))
    data = sheet(cast, plan, **{"measures-0-serves": [water.pk]})
    answer = page_of(cast.supervisor).post("/tasks/new/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "既不牵头也不配合任务 9" in page
    assert "全面排查" in page
    assert not Task.objects.filter(code="7").exists()


def test_the_leader_in_charge_is_amended_by_a_picker(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, on=dt.date(2023, 2, 1))
    client = page_of(cast.supervisor)
    page = client.get(f"/tasks/{task.pk}/amend/").content.decode()
    assert f'<option value="{cast.leader.pk}">分管副局长' in page
    assert f'<option value="{cast.head.pk}">' not in page
    data = {"field": "leader", "leader": cast.leader.pk, "new": "", "reason": "分工调整"}
    client.post(f"/tasks/{task.pk}/amend/", data)
    assert fresh(task).leader == cast.leader
