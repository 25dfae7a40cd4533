"""Pages of checking: countersigning, site checks, substitutes, look-backs; also in a browser."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tasks.choices import TaskLevel, TaskState, Verdict
from tasks.models import (
    Campaign,
    Countersignature,
    Evidence,
    LookBack,
    SiteCheck,
    SubstituteVerifier,
    Task,
)
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.look_backs import schedule_look_backs
from tasks.services.progress import submit_report
from tasks.services.substitutes import name_substitute
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

DAY = dt.date(2023, 4, 10)
LAST = dt.date(2023, 4, 30)
DEADLINE = dt.date(2023, 12, 31)


@pytest.fixture(autouse=True)
def tenth_of_april(set_clock: SetClock) -> None:
    set_clock(DAY)


def to_sign(cast: Cast, code: str = "S-1") -> Countersignature:
    values = {"name": "空气", "countersigned": True}
    campaign, _ = Campaign.objects.get_or_create(code="DQ", defaults=values)
    task = issued_task(cast, code=code, campaign=campaign, deadline=DEADLINE)
    Task.objects.filter(pk=task.pk).update(leader=cast.leader)
    submit_report(fresh(task), on=DAY, percent=10, text="完成布点", by=cast.head)
    return Countersignature.objects.get(task=task)


def to_look_at(cast: Cast, code: str = "L-1") -> LookBack:
    task = issued_task(cast, code=code, level=TaskLevel.MAJOR, deadline=DEADLINE)
    closure = submit_closure(task, on=DAY, text="完成", by=cast.head)
    verify_closure(closure, on=DAY, by=cast.supervisor)
    schedule_look_backs(since=DAY, until=DAY, due_on=LAST, on=DAY, by=cast.supervisor)
    return LookBack.objects.get(task=task)


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_the_leader_signs_from_the_queue_and_the_page_says_who_has_it(
    cast: Cast, page_of: PageOf
) -> None:
    held = to_sign(cast)
    head = text(page_of(cast.head), f"/tasks/{held.task_id}/")
    assert "2023-04-10 的进展填报（自报 10%）待审签" in head
    assert "等待天数不计任何人" in head
    leader = page_of(cast.leader)
    assert "待审签" in text(leader, "/")
    assert "S-1" in text(leader, "/countersigning/")
    assert "S-1" not in text(page_of(cast.principal), "/countersigning/")
    url = f"/countersigning/{held.pk}/"
    assert "完成布点" in text(leader, url)
    assert "退回必须写明理由" in leader.post(url, {"verdict": "returned"}).content.decode()
    answer = leader.post(url, {"verdict": "accepted", "decision": "同意"}, follow=True)
    assert "已审签，转督办人员核查" in answer.content.decode()
    assert Countersignature.objects.get().verdict == Verdict.ACCEPTED


def test_a_site_check_is_recorded_and_stands_in_the_history(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, deadline=DEADLINE)
    report = submit_report(task, on=DAY, percent=10, by=cast.head)
    client = page_of(cast.supervisor)
    url = f"/progress/{report.pk}/site-check/"
    assert url in text(client, f"/progress/{report.pk}/verify/")
    sent = {
        "visited": "2023-04-10",
        "place": "小店区某工地",
        "people": "督察办主任",
        "found": "喷淋未开",
        "true": "no",
        "evidence": SimpleUploadedFile("现场.pdf", b"%PDF-1.7 site"),
    }
    page = client.post(url, sent, follow=True).content.decode()
    assert "现场核查已登记：与填报不符" in page
    assert "小店区某工地：喷淋未开" in page
    assert SiteCheck.objects.get().true is False
    file = Evidence.objects.get()
    sent_file = page_of(cast.head).get(f"/evidence/{file.pk}/")
    assert b"".join(sent_file.streaming_content) == b"%PDF-1.7 site"  # type: ignore[attr-defined]
    assert page_of(cast.branch).get(f"/evidence/{file.pk}/").status_code == 404
    assert page_of(cast.head).get(f"/evidence/{file.pk}/revise/").status_code == 404


def test_a_leader_names_and_ends_a_substitute_who_finds_the_work(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast, leads=(cast.inspection,), responsible=cast.supervisor)
    submit_report(task, on=DAY, percent=10, by=cast.supervisor)
    leader = page_of(cast.leader)
    sent = {
        "unit": cast.inspection.pk,
        "person": cast.water_head.pk,
        "since": "2023-04-10",
        "until": "2023-04-30",
        "reason": "督察办全员须回避",
    }
    refused = leader.post("/substitutes/", {**sent, "unit": cast.air.pk})
    assert refused.status_code == 422
    assert "不需要代核人" in refused.content.decode()
    assert (
        "已指定水生态环境科科长" in leader.post("/substitutes/", sent, follow=True).content.decode()
    )
    water = page_of(cast.water_head)
    assert "代核：进展待核查" in text(water, "/")
    assert "任务T1" in text(water, "/verification/?kind=rest")
    row = SubstituteVerifier.objects.get()
    assert leader.post(f"/substitutes/{row.pk}/end/", follow=True).status_code == 200
    assert water.get("/verification/").status_code == 403
    assert "代核：进展待核查" not in text(water, "/")


def test_look_backs_are_drawn_and_recorded(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, level=TaskLevel.MAJOR, deadline=DEADLINE)
    closure = submit_closure(task, on=DAY, text="完成", by=cast.head)
    verify_closure(closure, on=DAY, by=cast.supervisor)
    client = page_of(cast.supervisor)
    sent = {"since": "2023-04-01", "until": "2023-04-30", "due_on": "2023-04-30"}
    page = client.post("/look-backs/", sent, follow=True).content.decode()
    assert "已安排 1 项回头看" in page
    assert "回头看待完成" in text(client, "/")
    row = LookBack.objects.get()
    assert "秒即核查通过" in text(client, f"/look-backs/{row.pk}/")
    missing = client.post(f"/look-backs/{row.pk}/", {"relapsed": "yes", "found": "反弹"})
    assert missing.status_code == 422
    holds = {"relapsed": "no", "found": "设施运行正常"}
    page = client.post(f"/look-backs/{row.pk}/", holds, follow=True).content.decode()
    assert "成效保持" in page
    assert "设施运行正常" in text(client, "/look-backs/?show=done")
    assert fresh(task).state == TaskState.COMPLETED


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_the_pages_of_checking_fit_both_sizes_without_a_complaint(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    held, back = to_sign(cast), to_look_at(cast)
    report = submit_report(
        issued_task(cast, code="T9", deadline=DEADLINE), on=DAY, percent=10, by=cast.head
    )
    name_substitute(
        cast.inspection,
        person=cast.water_head,
        since=DAY,
        until=LAST,
        reason="督察办全员须回避",
        on=DAY,
        by=cast.leader,
    )
    pages: list[tuple[User, str]] = [
        (cast.leader, "/countersigning/"),
        (cast.leader, f"/countersigning/{held.pk}/"),
        (cast.leader, "/substitutes/"),
        (cast.supervisor, "/look-backs/"),
        (cast.supervisor, f"/look-backs/{back.pk}/"),
        (cast.supervisor, f"/progress/{report.pk}/site-check/"),
    ]
    for person, address in pages:
        with context_of(browser, live_server.url, person) as context:
            page = context.new_page()
            heard = complaints(page)
            page.goto(address)
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                assert not scrolls_sideways(page), (address, size)
                assert accessibility_violations(page) == [], address
            assert heard == [], address
