"""The report form: what it asks for, what it begins from, and entering for others."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tasks.models import Campaign, Closure, Evidence, Indicator, ProgressReport, Task
from tasks.services.issuing import add_measure, add_result, assign_task
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import SetClock, draft_task, fresh, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 3, 31)
LETTER = "并住建函〔2023〕12号"


@pytest.fixture(autouse=True)
def last_of_march(set_clock: SetClock) -> None:
    set_clock(TODAY)


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def post(client: Client, url: str, **data: Any) -> str:
    answer = client.post(url, {"on": "2023-03-31", "text": "进展", **data}, follow=True)
    assert answer.status_code in (200, 422), (url, answer.status_code)
    return answer.content.decode()


def test_the_form_begins_from_the_words_of_last_time(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    submit_report(
        task, on=dt.date(2023, 2, 28), percent=30, text="二月写的", next_step="三月做", by=cast.head
    )
    submit_report(task, on=dt.date(2023, 3, 1), unchanged=True, by=cast.head)
    page = text(page_of(cast.head), f"/tasks/{task.pk}/report/")
    for shown in ("二月写的</textarea>", "三月做</textarea>", 'value="30"'):
        assert shown in page, shown


def test_the_proof_of_measures_due_is_said_beforehand(cast: Cast, page_of: PageOf) -> None:
    task = draft_task(cast, report_cycle="monthly")
    for node, proof in ((31, "竣工验收单"), (30, "四月才要的照片")):
        add_measure(
            task,
            text="改造",
            owner=cast.air,
            deadline=dt.date(2023, 3 if node == 31 else 4, node),
            proof_required=proof,
            on=dt.date(2023, 1, 1),
            by=cast.supervisor,
        )
    add_result(task, expected="全部达标", on=dt.date(2023, 1, 1), by=cast.supervisor)
    assign_task(task, on=dt.date(2023, 1, 1), by=cast.supervisor)
    page = text(page_of(cast.head), f"/tasks/{task.pk}/report/")
    assert "本期应交的佐证" in page
    assert "竣工验收单" in page
    assert "四月才要的照片" not in page


def test_a_reading_is_asked_for_where_there_is_an_indicator(cast: Cast, page_of: PageOf) -> None:
    campaign = Campaign.objects.create(code="AIR", name="空气质量巩固提升")
    indicator = Indicator.objects.create(
        campaign=campaign,
        name="PM2.5",
        unit="微克/立方米",
        target=41,
        starts_on=dt.date(2023, 1, 1),
        ends_on=dt.date(2023, 12, 31),
    )
    task = issued_task(cast)
    client, url = page_of(cast.head), f"/tasks/{task.pk}/report/"
    assert 'name="reading"' not in text(client, url)
    Task.objects.filter(pk=task.pk).update(indicator=indicator)
    page = text(client, url)
    assert "PM2.5读数" in page
    assert "单位：微克/立方米，目标 41。" in page
    assert "PM2.5 42.5 微克/立方米" in post(client, url, percent="50", reading="42.5")


def test_the_cause_is_asked_for_when_behind_and_shown_to_the_checker(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast)
    client, url = page_of(cast.head), f"/tasks/{task.pk}/report/"
    page = post(client, url, percent="20", text="慢了")
    assert "报 20% 仍落后序时进度 29.44 个百分点，请选择滞后原因。" in page
    assert "慢了</textarea>" in page
    post(client, url, percent="20", cause="weather", coordination="请住建局配合")
    report = ProgressReport.objects.get()
    page = text(page_of(cast.supervisor), f"/progress/{report.pk}/verify/")
    assert "天气或季节原因" in page
    assert "请住建局配合" in page


def test_on_course_no_cause_is_needed(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    post(page_of(cast.head), f"/tasks/{task.pk}/report/", percent="45")
    assert ProgressReport.objects.get().cause == ""


def test_a_supervisor_enters_for_an_outside_unit_and_the_page_says_so(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast, leads=(cast.department,))
    client, url = page_of(cast.supervisor), f"/tasks/{task.pk}/report/"
    assert "代录进展" in text(client, f"/tasks/{task.pk}/")
    page = text(client, url)
    assert "您正在为市住建局代录" in page
    assert "无变化" not in page
    assert "letter" in post(client, url, percent="45", letter="")
    assert not ProgressReport.objects.exists()
    page = post(client, url, percent="45", letter=LETTER)
    assert f"为市住建局代录，来函：{LETTER}" in page
    report = ProgressReport.objects.get()
    assert f"/progress/{report.pk}/verify/" not in page
    other = page_of(cast.second_supervisor)
    assert f"/progress/{report.pk}/verify/" in text(other, f"/tasks/{task.pk}/")
    assert LETTER in text(other, f"/progress/{report.pk}/verify/")


def test_a_close_out_is_entered_from_its_letter_too(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, leads=(cast.department,))
    client, url = page_of(cast.supervisor), f"/tasks/{task.pk}/closure/"
    assert "为市住建局代录，须写明来函文号" in text(client, url)
    page = post(client, url, text="完成", letter=LETTER)
    assert f"为市住建局代录，来函：{LETTER}" in page
    assert Closure.objects.get().letter == LETTER


def test_a_letter_of_a_unit_that_speaks_for_itself_is_not_asked_for(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast)
    client, url = page_of(cast.head), f"/tasks/{task.pk}/report/"
    assert "来函文号" not in text(client, url)
    # What the form does not have is not taken either.
    post(client, url, percent="45", letter=LETTER)
    assert ProgressReport.objects.get().letter == ""


def with_file(cast: Cast, task: Task, content: bytes = b"%PDF-1.7 a") -> Evidence:
    report = submit_report(
        task,
        on=TODAY,
        percent=45,
        evidence=[SimpleUploadedFile("验收.pdf", content)],
        dated=dt.date(2023, 3, 20),
        by=cast.head,
    )
    return report.evidence.get()


def test_a_file_is_replaced_and_both_are_shown(cast: Cast, page_of: PageOf) -> None:
    old = with_file(cast, issued_task(cast))
    task_url, url = f"/tasks/{old.report.task_id}/", f"/evidence/{old.pk}/revise/"  # type: ignore[union-attr]
    client = page_of(cast.liaison)
    page = text(client, task_url)
    assert url in page
    assert old.sha256 in page
    assert "材料日期 2023-03-20" in page
    assert url not in text(page_of(cast.supervisor), task_url)
    upload = SimpleUploadedFile("修订.pdf", b"%PDF-1.7 b")
    page = client.post(url, {"upload": upload}, follow=True).content.decode()
    for shown in ("旧版仍可下载", "旧版，已由“修订.pdf”替换", "新版，替换“验收.pdf”"):
        assert shown in page, shown
    answer = client.get(f"/evidence/{old.pk}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 a"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("who", "status"), [("supervisor", 403), ("leader", 403), ("water_head", 404), ("clerk", 404)]
)
def test_nobody_else_replaces_a_file(cast: Cast, page_of: PageOf, who: str, status: int) -> None:
    old = with_file(cast, issued_task(cast))
    client = page_of(cast.named(who))
    assert client.get(f"/evidence/{old.pk}/revise/").status_code == status
    assert client.post(f"/evidence/{old.pk}/revise/").status_code == status


def test_a_document_is_picked_for_a_second_task_and_hints_at_nothing(
    cast: Cast, page_of: PageOf
) -> None:
    first = with_file(cast, issued_task(cast))
    second = issued_task(cast, code="T2")
    client, url = page_of(cast.head), f"/tasks/{second.pk}/report/"
    assert "验收.pdf（任务 T1，2023-03-31）" in text(client, url)
    page = post(client, url, percent="45", reuses=[first.pk])
    assert "引用本单位 2023-03-31 提交的佐证" in page
    report = second.reports.get()
    checked = text(page_of(cast.supervisor), f"/progress/{report.pk}/verify/")
    assert "引用任务 T1 于 2023-03-31 提交的佐证" in checked
    assert "与其他材料相同" not in checked
    assert "所附文件内容相同" not in checked


def test_a_foreign_document_is_no_choice(cast: Cast, page_of: PageOf) -> None:
    foreign = with_file(cast, issued_task(cast))
    task = issued_task(cast, code="T2", leads=(cast.water,))
    post(page_of(cast.water_head), f"/tasks/{task.pk}/report/", percent="45", reuses=[foreign.pk])
    assert Evidence.objects.count() == 1
    assert fresh(task).counted_percent in (0, 45)
