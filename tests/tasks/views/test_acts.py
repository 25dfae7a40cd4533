"""Task pages and everything done on them, as people do it, without JavaScript."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import clock
from tasks.choices import DeadlineKind, TaskState, Verdict
from tasks.models import Closure, ProgressReport, Slip
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.extensions import request_extension
from tasks.services.pausing import suspend_task
from tasks.services.progress import submit_report
from tasks.services.slips import deliver_slip, issue_slip
from tests.cast import Cast
from tests.making import SetClock, draft_task, fresh, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 7, 12)
NEW = "2023-09-30"


@pytest.fixture(autouse=True)
def twelfth_of_july(set_clock: SetClock) -> None:
    set_clock(TODAY)


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def post(client: Client, url: str, data: Any = None) -> str:
    """Post and return the page one lands on."""
    answer = client.post(url, data or {}, follow=True)
    assert answer.status_code in (200, 409, 422), (url, answer.status_code)
    return answer.content.decode()


def test_a_task_page_says_why_it_is_red_and_what_turns_it(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(
        cast, cooperating=(cast.water,), measures=((cast.air, dt.date(2023, 3, 31)),)
    )
    submit_report(task, on=TODAY, percent="66.67", text="完成监测", by=cast.head)
    page = text(page_of(cast.head), f"/tasks/{task.pk}/")
    for shown in (
        "红：逾期 12 天（时限 2023-06-30）；销号申请核查通过后转黄",
        "红：落后序时进度 33.33 个百分点",
        "66.67%",
        "进展填报待核查",
        "督察办副主任、督察办主任",
        "水生态环境科",
        "措施1",
        "已过节点",
        "完成监测",
        "交办任务给大气环境科",
        "填报进展 66.67%",
        "未调整",
    ):
        assert shown in page, shown


def test_buttons_fit_the_role(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    submit_report(task, on=TODAY, percent=10, by=cast.head)
    url = f"/tasks/{task.pk}/"
    buttons = {
        "填报进展": f"{url}report/",
        "申请销号": f"{url}closure/",
        "发督办单": f"{url}slip/",
        "核查": "/verify/",
        "签收": "/accept/",
        "终止": f"{url}terminate/",
        "中止": f"{url}suspend/",
    }
    offered = {
        who: {
            name
            for name, address in buttons.items()
            if address in text(page_of(cast.named(who)), url)
        }
        for who in ("head", "supervisor", "leader", "hr", "discipline")
    }
    assert offered == {
        "head": {"填报进展", "申请销号", "签收"},
        "supervisor": {"发督办单", "核查", "中止"},
        "leader": {"核查", "中止", "终止"},
        "hr": set(),
        "discipline": set(),
    }


def test_a_head_reports_with_evidence(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    client = page_of(cast.head)
    url = f"/tasks/{task.pk}/report/"
    assert "无变化" not in text(client, url)
    data = {
        "percent": "45",
        "text": "完成两家企业改造",
        "problems": "",
        "cause": "funds",
        "next_step": "继续",
        "on": "2023-07-11",
        "evidence": [
            SimpleUploadedFile("台账.pdf", b"%PDF-1.7 a"),
            SimpleUploadedFile("照片.png", b"\x89PNG\r\n\x1a\n"),
        ],
    }
    page = post(client, url, data)
    assert "已提交 2023-07-11 的进展，等待核查。" in page
    assert "台账.pdf" in page
    report = ProgressReport.objects.get()
    assert report.percent == 45
    assert (report.on, report.evidence.count()) == (dt.date(2023, 7, 11), 2)
    assert "无变化" in text(client, url)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"percent": "140"}, "进度 140% 超出范围"),
        ({"percent": ""}, "请填写进度"),
        ({"percent": "abc"}, "进度“abc”不是数字"),
        ({"on": "2023-07-13"}, "晚于今天"),
        ({"on": "2023-02-30"}, "on"),
        ({"text": ""}, "text"),
        ({"evidence": SimpleUploadedFile("a.exe", b"MZ")}, "不接收“a.exe”这种文件"),
    ],
)
def test_a_bad_report_comes_back_with_its_sentence_and_what_was_typed(
    cast: Cast, page_of: PageOf, changed: dict[str, Any], sentence: str
) -> None:
    task = issued_task(cast)
    data = {"percent": "45", "text": "已开工建设", "on": "2023-07-11", **changed}
    answer = page_of(cast.head).post(f"/tasks/{task.pk}/report/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    if "text" not in changed:
        assert "已开工建设" in page
    assert not ProgressReport.objects.exists()


def test_no_change_in_one_tap_from_the_form(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    submit_report(task, on=TODAY, percent=40, by=cast.head)
    page = post(page_of(cast.head), f"/tasks/{task.pk}/report/", {"unchanged": "on"})
    assert "已按“无变化”填报（40.00%）" in page


FORMS = ["report", "extension", "closure", "slip", "hand-over", "suspend", "terminate", "assign"]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("who", ["hr", "discipline"])
def test_who_sees_a_task_but_may_not_act_is_told_who_may(
    cast: Cast, page_of: PageOf, who: str, name: str
) -> None:
    task = issued_task(cast)
    answer = page_of(cast.named(who)).get(f"/tasks/{task.pk}/{name}/")
    assert answer.status_code == 403
    assert "只有" in answer.content.decode()


@pytest.mark.parametrize("name", ["", *(f"{name}/" for name in FORMS)])
@pytest.mark.parametrize("who", ["water_head", "branch", "auditor", "sysadmin", "clerk"])
def test_who_may_not_see_a_task_does_not_find_it(
    cast: Cast, page_of: PageOf, who: str, name: str
) -> None:
    task = issued_task(cast)
    assert page_of(cast.named(who)).get(f"/tasks/{task.pk}/{name}").status_code == 404


def test_nobody_gets_in_without_signing_in(cast: Cast) -> None:
    task = issued_task(cast)
    for url in ("/tasks/", f"/tasks/{task.pk}/", f"/tasks/{task.pk}/report/", "/overdue/"):
        answer = Client().get(url)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/login/?next={url}")


def test_a_supervisor_verifies_one_report_and_returns_another(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    first = submit_report(task, on=TODAY, percent=10, by=cast.head)
    second = submit_report(task, on=TODAY, percent=90, by=cast.head)
    client = page_of(cast.supervisor)
    url = f"/progress/{second.pk}/verify/"
    assert "进度一次增加 80 个百分点" in text(client, url)
    page = post(client, url, {"verdict": "returned", "decision": ""})
    assert "退回进展必须写明理由" in page
    post(client, url, {"verdict": "returned", "decision": "无佐证"})
    assert "核查通过" in post(
        client, f"/progress/{first.pk}/verify/", {"verdict": "accepted", "decision": ""}
    )
    second.refresh_from_db()
    assert (second.verdict, second.decision) == (Verdict.RETURNED, "无佐证")
    page = post(client, url, {"verdict": "accepted", "decision": ""})
    assert "督察办主任已于 2023-07-12 办理" in page


@pytest.mark.parametrize("who", ["head", "liaison", "hr"])
def test_nobody_else_opens_a_verification(cast: Cast, page_of: PageOf, who: str) -> None:
    report = submit_report(issued_task(cast), on=TODAY, percent=10, by=cast.head)
    closure = submit_closure(report.task, on=TODAY, text="完成", by=cast.head)
    client = page_of(cast.named(who))
    assert client.get(f"/progress/{report.pk}/verify/").status_code == 403
    assert client.get(f"/closures/{closure.pk}/check/").status_code == 403
    outsider = page_of(cast.water_head)
    assert outsider.get(f"/progress/{report.pk}/verify/").status_code == 404
    assert outsider.get(f"/closures/{closure.pk}/check/").status_code == 404


def test_the_checker_is_shown_files_handed_in_for_another_task(cast: Cast, page_of: PageOf) -> None:
    for code in ("T1", "T2"):
        submit_report(
            issued_task(cast, code=code),
            on=TODAY,
            percent=10,
            evidence=[SimpleUploadedFile("验收.pdf", b"%PDF-1.7 same")],
            by=cast.head,
        )
    report = ProgressReport.objects.get(task__code="T2")
    page = text(page_of(cast.supervisor), f"/progress/{report.pk}/verify/")
    assert "“验收.pdf”与任务 T1 所附文件内容相同。" in page


def test_a_task_is_closed_out_by_another_person(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, measures=((cast.air, TODAY),))
    page = post(page_of(cast.head), f"/tasks/{task.pk}/closure/", {"text": "全部完成"})
    assert "销号申请已提交" in page
    assert "核查人督察办副主任、督察办主任" in page
    closure = Closure.objects.get()
    supervisor = page_of(cast.supervisor)
    assert "还有 1 项措施未登记完成" in text(supervisor, f"/closures/{closure.pk}/check/")
    post(supervisor, f"/closures/{closure.pk}/check/", {"verdict": "accepted", "decision": ""})
    assert fresh(task).state == TaskState.COMPLETED
    page = text(page_of(cast.head), f"/tasks/{task.pk}/")
    assert "逾期 12 天后于 2023-07-12 完成；迟办记录保留，不再转绿" in page


def test_an_extension_is_asked_for_and_decided(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, deadline=dt.date(2023, 7, 31))
    head, leader = page_of(cast.head), page_of(cast.leader)
    url = f"/tasks/{task.pk}/extension/"
    assert "不晚于现行时限" in post(head, url, {"to": "2023-07-31", "reason": "设备"})
    assert "延期申请已提交" in post(head, url, {"to": NEW, "reason": "设备"})
    request = task.extensions.get()
    decide = f"/extensions/{request.pk}/decide/"
    assert head.get(decide).status_code == 403
    post(leader, decide, {"verdict": "accepted", "decision": "同意"})
    assert fresh(task).effective_deadline == dt.date(2023, 9, 30)
    assert "已调整" in text(head, f"/tasks/{task.pk}/")


def test_an_overdue_task_offers_no_extension(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    assert f"/tasks/{task.pk}/extension/" not in text(page_of(cast.head), f"/tasks/{task.pk}/")


def test_a_draft_is_read_and_assigned(cast: Cast, page_of: PageOf) -> None:
    task = draft_task(
        cast, deadline=None, deadline_kind=DeadlineKind.AMBIGUOUS, deadline_raw="夏季"
    )
    client = page_of(cast.supervisor)
    url = f"/tasks/{task.pk}/assign/"
    assert "“夏季”需要人工确认" in text(client, url)
    assert "请填写完成时限" in post(client, url, {"on": "2023-07-12"})
    assert fresh(task).state == TaskState.DRAFT
    post(client, url, {"on": "2023-07-12", "deadline": "2023-08-31", "gap_reason": "先行"})
    row = fresh(task)
    assert (row.state, row.original_deadline) == (TaskState.OPEN, dt.date(2023, 8, 31))
    assert page_of(cast.head).get(url).status_code == 403


def test_a_future_assignment_changes_nothing_at_all(cast: Cast, page_of: PageOf) -> None:
    task = draft_task(cast, deadline=None, deadline_kind=DeadlineKind.AMBIGUOUS)
    data = {"on": "2023-07-13", "deadline": "2023-08-31", "gap_reason": "先行"}
    page = post(page_of(cast.supervisor), f"/tasks/{task.pk}/assign/", data)
    assert "晚于今天" in page
    assert fresh(task).original_deadline is None


def test_a_unit_accepts_in_one_tap(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, cooperating=(cast.water,))
    lead, helper = task.responsibilities.order_by("position")
    assert "大气环境科已签收。" in post(page_of(cast.head), f"/duties/{lead.pk}/accept/")
    client = page_of(cast.water_head)
    assert client.post(f"/duties/{lead.pk}/accept/").status_code == 403
    assert "水生态环境科已签收。" in post(client, f"/duties/{helper.pk}/accept/")
    page = post(client, f"/duties/{helper.pk}/accept/")
    assert "已由水生态环境科科长于 2023-07-12 签收" in page
    assert page_of(cast.branch).post(f"/duties/{lead.pk}/accept/").status_code == 404
    assert client.get(f"/duties/{lead.pk}/accept/").status_code == 405


def test_a_measure_is_done_in_one_tap(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, measures=((cast.air, TODAY),))
    measure = task.measures.get()
    assert "第 1 项措施已登记完成。" in post(page_of(cast.head), f"/measures/{measure.pk}/done/")
    assert page_of(cast.supervisor).post(f"/measures/{measure.pk}/done/").status_code == 403


def test_a_slip_is_issued_delivered_and_answered(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    supervisor, head = page_of(cast.supervisor), page_of(cast.head)
    data = {
        "unit": cast.air.pk,
        "cause": "seriously_lagging",
        "requirement": "限期办结",
        "feedback_due": "2023-07-19",
    }
    page = post(supervisor, f"/tasks/{task.pk}/slip/", data)
    assert "并环督〔2023〕1号" in page
    assert "尚未送达" in page
    slip = Slip.objects.get()
    post(supervisor, f"/slips/{slip.pk}/deliver/")
    assert "2023-07-12 送达，须于 2023-07-19 前反馈" in text(head, f"/tasks/{task.pk}/")
    assert "已反馈" in post(head, f"/slips/{slip.pk}/answer/", {"answer": "已整改"})
    assert supervisor.get(f"/slips/{slip.pk}/answer/").status_code == 403
    other = {**data, "unit": cast.water.pk}
    assert supervisor.post(f"/tasks/{task.pk}/slip/", other).status_code == 422
    assert Slip.objects.count() == 1


def test_only_the_slips_own_unit_answers(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, cooperating=(cast.water,))
    slip = issue_slip(
        task, unit=cast.air, cause="overdue", requirement="限期", on=TODAY, by=cast.supervisor
    )
    deliver_slip(slip, on=TODAY, by=cast.supervisor)
    answer = page_of(cast.water_head).post(f"/slips/{slip.pk}/answer/", {"answer": "x"})
    assert answer.status_code == 403


def test_a_task_is_handed_over(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    client = page_of(cast.head)
    url = f"/tasks/{task.pk}/hand-over/"
    assert "水生态环境科科长" not in text(client, url)
    assert "责任人已交接给大气环境科科员" in post(client, url, {"to": cast.clerk.pk})
    assert fresh(task).holder == cast.clerk


def test_a_task_is_suspended_resumed_reopened_and_terminated(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    url = f"/tasks/{task.pk}/"
    supervisor = page_of(cast.supervisor)
    later = clock.today() + dt.timedelta(days=30)
    pause = {"reason": "等待批复", "owner": cast.leader.pk, "review_on": later.isoformat()}
    assert "任务已中止" in post(supervisor, f"{url}suspend/", pause)
    assert "分管副局长" in text(supervisor, url)
    again = {"reason": "仍待批复", "review_on": (later + dt.timedelta(days=1)).isoformat()}
    assert "继续中止至" in post(supervisor, f"{url}prolong/", again)
    page = post(supervisor, f"{url}resume/", {"to": "", "reason": "批复已到"})
    assert "必须给出新时限" in page
    assert "任务已恢复办理" in post(supervisor, f"{url}resume/", {"to": NEW, "reason": "批复已到"})
    closure = submit_closure(task, on=TODAY, text="完成", by=cast.head)
    verify_closure(closure, on=TODAY, by=cast.supervisor)
    assert "任务已重启办理" in post(supervisor, f"{url}reopen/", {"to": NEW, "reason": "反弹"})
    assert supervisor.get(f"{url}terminate/").status_code == 403
    assert "任务已终止" in post(page_of(cast.leader), f"{url}terminate/", {"reason": "取消"})


def test_an_act_that_is_not_possible_now_leads_back_with_a_sentence(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast)
    suspend_task(task, reason="停工", on=TODAY, by=cast.supervisor)
    page = page_of(cast.head).get(f"/tasks/{task.pk}/report/", follow=True).content.decode()
    assert "目前是“已中止”，不能填报进展" in page


def test_the_whole_history_is_told(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, deadline=dt.date(2023, 12, 31))
    request_extension(task, to=dt.date(2024, 2, 1), reason="设备", on=TODAY, by=cast.head)
    closure = submit_closure(task, on=TODAY, text="完成", by=cast.head)
    verify_closure(closure, on=TODAY, by=cast.supervisor)
    page = text(page_of(cast.head), f"/tasks/{task.pk}/")
    timeline = page[page.index("办理动态") :]
    told = ["核查通过", "申请销号", "申请延期", "交办"]
    assert [timeline.index(word) for word in told] == sorted(timeline.index(w) for w in told)


def test_a_task_page_asks_as_often_for_a_long_history_as_for_a_short_one(
    cast: Cast, page_of: PageOf, django_assert_max_num_queries: Any
) -> None:
    task = issued_task(cast, measures=((cast.air, TODAY),) * 3)
    client = page_of(cast.supervisor)
    for _ in range(6):
        submit_report(task, on=TODAY, percent=10, by=cast.head)
    with django_assert_max_num_queries(55) as few:
        client.get(f"/tasks/{task.pk}/")
    for _ in range(6):
        submit_report(task, on=TODAY, percent=10, by=cast.head)
    with django_assert_max_num_queries(len(few)):
        client.get(f"/tasks/{task.pk}/")
