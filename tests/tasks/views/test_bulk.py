"""Everything due on one page: what is sent, what is refused, and that nothing typed is lost."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from tasks.models import ProgressReport, Task
from tasks.services.closing import submit_closure
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import SetClock, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 3, 28)
LAST = dt.date(2023, 2, 24)
CYCLES = ("weekly", "ten_day", "monthly", "quarterly", "half_yearly")
URL = "/reporting/"
NAMED = re.compile(r'name="([^"]+)"[^>]*?value="([^"]*)"')
AREA = re.compile(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>')


@pytest.fixture(autouse=True)
def twenty_eighth_of_march(set_clock: SetClock) -> None:
    set_clock(TODAY)


def due_tasks(cast: Cast, count: int) -> list[Task]:
    """Issue tasks on every cycle, each reported before this quarter's last periods."""
    tasks = [
        issued_task(cast, code=f"D{number:02d}", report_cycle=CYCLES[number % 3])
        for number in range(count)
    ]
    for task in tasks:
        submit_report(task, on=LAST, percent=30, text=f"{task.code}上月", by=cast.head)
    return tasks


def filled(client: Client) -> dict[str, Any]:
    """Open the page and return what a browser would send of it, boxes unticked."""
    page = client.get(URL).content.decode()
    form = page[page.index('class="lines"') : page.index('class="lines-acts"')]
    data: dict[str, Any] = {"task": []}
    for name, value in (*NAMED.findall(form), *AREA.findall(form)):
        if name == "task":
            data["task"].append(value)
        elif not name.endswith("-unchanged"):
            data[name] = value
    return data


def test_each_row_begins_from_last_time(cast: Cast, page_of: PageOf) -> None:
    (task,) = due_tasks(cast, 1)
    data = filled(page_of(cast.head))
    assert data["task"] == [str(task.pk)]
    assert data[f"t{task.pk}-percent"] == "30"
    assert data[f"t{task.pk}-text"] == "D00上月"


def test_one_changed_figure_and_the_rest_unchanged(cast: Cast, page_of: PageOf) -> None:
    tasks = due_tasks(cast, 12)
    before = AuditEntry.objects.filter(action="report.submit").count()
    client = page_of(cast.head)
    data = filled(client) | {f"t{tasks[4].pk}-percent": "55", "rest": "on"}
    page = client.post(URL, data, follow=True).content.decode()
    assert "已填报 12 项：1 项有进展，11 项无变化。" in page
    assert "本期应填的都已填报" in page
    made = ProgressReport.objects.filter(on=TODAY)
    assert {(r.task_id, r.percent, r.unchanged) for r in made} == {
        (task.pk, 55 if task == tasks[4] else 30, task != tasks[4]) for task in tasks
    }
    assert AuditEntry.objects.filter(action="report.submit").count() == before + 12


def test_the_same_page_sent_twice_reports_once(cast: Cast, page_of: PageOf) -> None:
    tasks = due_tasks(cast, 3)
    client = page_of(cast.head)
    data = filled(client) | {f"t{tasks[0].pk}-percent": "55", "rest": "on"}
    assert client.post(URL, data).status_code == 302
    page = client.post(URL, data, follow=True).content.decode()
    assert "没有重复记录" in page
    assert ProgressReport.objects.filter(on=TODAY).count() == 3


def test_only_changed_and_ticked_rows_are_sent_by_the_other_button(
    cast: Cast, page_of: PageOf
) -> None:
    changed, ticked, left = due_tasks(cast, 3)
    client = page_of(cast.head)
    data = filled(client) | {f"t{changed.pk}-percent": "55", f"t{ticked.pk}-unchanged": "on"}
    page = client.post(URL, data, follow=True).content.decode()
    assert "已填报 2 项：1 项有进展，1 项无变化。" in page
    assert set(ProgressReport.objects.filter(on=TODAY).values_list("task", flat=True)) == {
        changed.pk,
        ticked.pk,
    }
    assert left.code in page[page.index('id="rows"') :]


def test_sending_nothing_says_so(cast: Cast, page_of: PageOf) -> None:
    due_tasks(cast, 2)
    client = page_of(cast.head)
    page = client.post(URL, filled(client), follow=True).content.decode()
    assert "未提交任何内容" in page
    assert not ProgressReport.objects.filter(on=TODAY).exists()


def test_a_bad_figure_is_told_beside_its_row_and_the_others_are_in(
    cast: Cast, page_of: PageOf
) -> None:
    bad, good = due_tasks(cast, 2)
    client = page_of(cast.head)
    data = filled(client) | {
        f"t{bad.pk}-percent": "140",
        f"t{bad.pk}-text": "写了很久的一段话",
        "rest": "on",
    }
    answer = client.post(URL, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    for shown in ("进度 140% 超出范围", "写了很久的一段话", 'value="140"', "已填报 1 项"):
        assert shown in page, shown
    assert ProgressReport.objects.filter(on=TODAY).get().task == good
    corrected = data | {f"t{bad.pk}-percent": "40"}
    assert client.post(URL, corrected, follow=True).status_code == 200
    assert ProgressReport.objects.get(on=TODAY, task=bad).text == "写了很久的一段话"


def test_a_row_that_somebody_else_reported_meanwhile_comes_back_with_both(
    cast: Cast, page_of: PageOf
) -> None:
    met, other = due_tasks(cast, 2)
    client = page_of(cast.head)
    data = filled(client) | {
        f"t{met.pk}-percent": "50",
        f"t{met.pk}-text": "科长写的",
        "rest": "on",
    }
    submit_report(met, on=TODAY, percent=45, by=cast.liaison)
    answer = client.post(URL, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    for shown in ("有人先提交了，最新为 45.00%", "科长写的", 'value="50"'):
        assert shown in page, shown
    assert ProgressReport.objects.filter(on=TODAY, task=met).count() == 1
    assert ProgressReport.objects.filter(on=TODAY, task=other).count() == 1
    again = dict(NAMED.findall(page[page.index('class="lines"') :]))
    data[f"t{met.pk}-version"] = again[f"t{met.pk}-version"]
    assert client.post(URL, data).status_code == 302
    newest = ProgressReport.objects.filter(task=met)[0]
    assert (newest.percent, newest.text) == (50, "科长写的")


def test_a_row_that_may_no_longer_be_reported_says_why(cast: Cast, page_of: PageOf) -> None:
    (task,) = due_tasks(cast, 1)
    client = page_of(cast.head)
    data = filled(client) | {f"t{task.pk}-text": "没来得及交的话", "rest": "on"}
    data.pop(f"t{task.pk}-version")
    submit_closure(task, on=TODAY, text="完成", by=cast.liaison)
    task.refresh_from_db()
    Task.objects.filter(pk=task.pk).update(state="terminated")
    page = client.post(URL, data).content.decode()
    assert "目前是“已终止”，不能填报进展" in page
    assert "没来得及交的话" in page


def test_both_changed_and_ticked_is_asked_again(cast: Cast, page_of: PageOf) -> None:
    (task,) = due_tasks(cast, 1)
    client = page_of(cast.head)
    data = filled(client) | {f"t{task.pk}-percent": "55", f"t{task.pk}-unchanged": "on"}
    answer = client.post(URL, data)
    assert answer.status_code == 422
    assert "请取消其中一项" in answer.content.decode()
    assert not ProgressReport.objects.filter(on=TODAY).exists()


def test_somebody_elses_task_put_into_the_page_is_not_reported(cast: Cast, page_of: PageOf) -> None:
    (task,) = due_tasks(cast, 1)
    for who in ("water_head", "branch", "clerk", "auditor"):
        client = page_of(cast.named(who))
        client.post(URL, {"task": [task.pk], f"t{task.pk}-percent": "99", "rest": "on"})
    answer = page_of(cast.hr).post(
        URL, {"task": [task.pk], f"t{task.pk}-percent": "99", "rest": "on"}
    )
    assert "只有牵头单位主要负责人、联络员或现任责任人可以填报进展" in answer.content.decode()
    assert not ProgressReport.objects.filter(on=TODAY).exists()


def test_due_tasks_of_outside_units_are_listed_for_who_enters(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, code="OUT-1", leads=(cast.department,), report_cycle="monthly")
    client = page_of(cast.supervisor)
    page = client.get(f"{URL}?due=outside").content.decode()
    assert "OUT-1" in page
    assert f"/tasks/{task.pk}/report/" in page
    assert "局外单位待代录" in client.get(URL).content.decode()
    assert "局外单位待代录" not in page_of(cast.head).get(URL).content.decode()


def test_the_page_asks_as_often_for_many_rows_as_for_few(cast: Cast, page_of: PageOf) -> None:
    client = page_of(cast.head)
    due_tasks(cast, 2)
    issued_task(cast, code="M", report_cycle="monthly", measures=((cast.air, TODAY),))
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for number in range(6):
        issued_task(cast, code=f"M{number}", report_cycle="monthly", measures=((cast.air, TODAY),))
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) == len(few) <= 40


def test_a_figure_behind_the_plan_needs_its_cause_beside_its_row(
    cast: Cast, page_of: PageOf
) -> None:
    (task,) = due_tasks(cast, 1)
    # On 28 March the newest month-end is the last of February: 32.22 % of the days to 30 June.
    client = page_of(cast.head)
    data = {"task": [task.pk], f"t{task.pk}-percent": "21", f"t{task.pk}-version": ""}
    answer = client.post(URL, data)
    assert answer.status_code == 422
    assert "请选择滞后原因" in answer.content.decode()
    assert ProgressReport.objects.count() == 1
    client.post(URL, {**data, f"t{task.pk}-cause": "funds"})
    assert ProgressReport.objects.latest("id").cause == "funds"
