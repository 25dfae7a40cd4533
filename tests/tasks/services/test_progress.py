"""Progress reports: handed in, verified, returned, refused."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.choices import FactType, Verdict
from tasks.models import Evidence, ProgressReport, TaskFact
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.progress import return_report, submit_report, verify_report
from tests.cast import Cast
from tests.making import draft_task, fresh, issued_task

DAY = dt.date(2023, 3, 10)
NEXT = dt.date(2023, 3, 11)


def nothing_written() -> bool:
    reported = TaskFact.objects.filter(type=FactType.PROGRESS).exists()
    submitted = AuditEntry.objects.filter(action="report.submit").exists()
    return not (reported or submitted or ProgressReport.objects.exists())


@pytest.mark.parametrize("who", ["head", "liaison"])
def test_the_head_and_the_liaison_report_for_their_unit(cast: Cast, who: str) -> None:
    task = issued_task(cast)
    report = submit_report(task, on=DAY, percent="40", text="已开工", by=cast.named(who))
    assert (report.percent, report.unit) == (Decimal(40), cast.air)
    assert report.verdict == Verdict.WAITING
    assert fresh(task).counted_percent == 40
    assert report.fact.recorded_at == report.submitted_at == AuditEntry.objects.latest("seq").at


def test_the_person_responsible_reports_without_a_role(cast: Cast) -> None:
    task = issued_task(cast, responsible=cast.clerk)
    assert submit_report(task, on=DAY, percent=5, by=cast.clerk).unit == cast.air


@pytest.mark.parametrize(
    "who", ["water_head", "branch", "supervisor", "leader", "hr", "discipline", "auditor", "clerk"]
)
def test_nobody_else_reports(cast: Cast, who: str) -> None:
    task = issued_task(cast)
    with pytest.raises(
        NotAllowedError, match="只有牵头单位主要负责人、联络员或现任责任人可以填报进展"
    ):
        submit_report(task, on=DAY, percent=40, by=cast.named(who))
    assert nothing_written()


@pytest.mark.parametrize(
    ("percent", "code", "sentence"),
    [
        (None, "percent_missing", "请填写进度"),
        ("", "percent_missing", "请填写进度"),
        ("140", "percent_out_of_range", "进度 140% 超出范围"),
        ("100.01", "percent_out_of_range", "进度 100.01% 超出范围"),
        ("-0.01", "percent_out_of_range", "进度 -0.01% 超出范围"),
        ("NaN", "percent_not_a_number", "进度“NaN”不是数字"),
        (float("nan"), "percent_not_a_number", "不是数字"),
        ("Infinity", "percent_not_a_number", "不是数字"),
        ("一半", "percent_not_a_number", "进度“一半”不是数字"),
        ("33.333", "percent_too_fine", "最多保留两位小数"),
    ],
)
def test_a_percent_that_is_none_is_refused_with_its_value(
    cast: Cast, percent: Any, code: str, sentence: str
) -> None:
    task = issued_task(cast)
    with pytest.raises(DomainError, match=sentence) as refusal:
        submit_report(task, on=DAY, percent=percent, by=cast.head)
    assert refusal.value.code == code
    assert "percent" in refusal.value.fields
    assert nothing_written()


@pytest.mark.parametrize(
    ("percent", "stored"), [("0", "0"), ("100", "100"), ("66.67%", "66.67"), ("５０", "50")]
)
def test_the_edges_and_usual_spellings_of_a_percent_are_taken(
    cast: Cast, percent: str, stored: str
) -> None:
    report = submit_report(issued_task(cast), on=DAY, percent=percent, by=cast.head)
    assert report.percent == Decimal(stored)


def test_a_report_of_tomorrow_is_refused(cast: Cast, set_clock: Any) -> None:
    set_clock(DAY)
    task = issued_task(cast)
    with pytest.raises(DomainError, match="2023-03-11 晚于今天（2023-03-10）") as refusal:
        submit_report(task, on=NEXT, percent=10, by=cast.head)
    assert refusal.value.code == "fact_in_future"
    assert nothing_written()
    submit_report(task, on=DAY, percent=10, by=cast.head)


def test_a_report_from_before_the_assignment_is_refused(cast: Cast) -> None:
    task = issued_task(cast, on=DAY)
    with pytest.raises(DomainError) as refusal:
        submit_report(task, on=DAY - dt.timedelta(days=1), percent=10, by=cast.head)
    assert refusal.value.code == "before_assignment"
    assert nothing_written()
    submit_report(task, on=DAY, percent=10, by=cast.head)


def test_a_draft_takes_no_report(cast: Cast) -> None:
    with pytest.raises(DomainError, match="目前是“草稿”，不能填报进展；须为“办理中”或“待核查”"):
        submit_report(draft_task(cast), on=DAY, percent=10, by=cast.head)


def test_a_closed_task_takes_no_report(cast: Cast) -> None:
    task = issued_task(cast)
    closure = submit_closure(task, on=DAY, text="全部完成", by=cast.head)
    verify_closure(closure, on=NEXT, by=cast.supervisor)
    with pytest.raises(DomainError, match="目前是“已销号”") as refusal:
        submit_report(fresh(task), on=NEXT, percent=10, by=cast.head)
    assert refusal.value.code == "wrong_state"


def test_no_change_repeats_what_counts_on_that_day(cast: Cast) -> None:
    task = issued_task(cast)
    submit_report(task, on=DAY, percent="40.5", by=cast.head)
    returned = submit_report(task, on=NEXT, percent=90, by=cast.head)
    return_report(returned, reason="无佐证", on=NEXT, by=cast.supervisor)
    report = submit_report(task, on=NEXT, unchanged=True, by=cast.liaison)
    assert (report.percent, report.unchanged) == (Decimal("40.5"), True)


def test_a_verified_report_keeps_counting_and_names_its_verifier(cast: Cast) -> None:
    task = issued_task(cast)
    report = submit_report(task, on=DAY, percent=40, by=cast.head)
    verify_report(report, on=NEXT, by=cast.supervisor, comment="属实")
    report.refresh_from_db()
    assert (report.verdict, report.decided_by, report.decision) == (
        Verdict.ACCEPTED,
        cast.supervisor,
        "属实",
    )
    assert fresh(task).counted_percent == 40


def test_a_returned_report_no_longer_counts(cast: Cast) -> None:
    task = issued_task(cast)
    submit_report(task, on=DAY, percent=40, by=cast.head)
    report = submit_report(task, on=NEXT, percent=90, by=cast.head)
    return_report(report, reason="佐证不符", on=NEXT, by=cast.supervisor)
    assert fresh(task).counted_percent == 40
    assert TaskFact.objects.get(type=FactType.PROGRESS_RETURNED).about == report.fact


def test_a_return_needs_its_reason(cast: Cast) -> None:
    report = submit_report(issued_task(cast), on=DAY, percent=40, by=cast.head)
    with pytest.raises(DomainError, match="必须写明理由"):
        return_report(report, reason="  ", on=NEXT, by=cast.supervisor)


@pytest.mark.parametrize("who", ["head", "liaison", "water_head", "hr", "discipline", "secadmin"])
def test_only_supervisors_and_leaders_verify(cast: Cast, who: str) -> None:
    report = submit_report(issued_task(cast), on=DAY, percent=40, by=cast.head)
    with pytest.raises(
        NotAllowedError, match="只有督办人员、局领导或局领导指定的代核人可以核查进展"
    ):
        verify_report(report, on=NEXT, by=cast.named(who))


def test_a_supervisor_stands_back_where_the_own_unit_leads(cast: Cast) -> None:
    task = issued_task(cast, leads=(cast.inspection,), responsible=cast.second_supervisor)
    report = submit_report(task, on=DAY, percent=40, by=cast.second_supervisor)
    with pytest.raises(NotAllowedError, match="须回避"):
        verify_report(report, on=NEXT, by=cast.supervisor)
    assert verify_report(report, on=NEXT, by=cast.leader).decided_by == cast.leader


def test_the_second_verdict_is_told_who_was_faster(cast: Cast) -> None:
    report = submit_report(issued_task(cast), on=DAY, percent=40, by=cast.head)
    verify_report(report, on=NEXT, by=cast.supervisor)
    with pytest.raises(ConflictError, match="督察办主任已于 2023-03-11 办理") as refusal:
        return_report(report, reason="再看看", on=NEXT, by=cast.second_supervisor)
    assert refusal.value.status == 409


def test_a_verdict_is_not_dated_before_its_report(cast: Cast) -> None:
    report = submit_report(issued_task(cast), on=NEXT, percent=40, by=cast.head)
    with pytest.raises(DomainError, match="早于提交日期 2023-03-11"):
        verify_report(report, on=DAY, by=cast.supervisor)


def test_evidence_is_stored_under_its_digest(cast: Cast) -> None:
    upload = SimpleUploadedFile("现场\\照片..\n1.PDF", b"%PDF-1.7 test")
    report = submit_report(issued_task(cast), on=DAY, percent=40, evidence=[upload], by=cast.head)
    evidence = report.evidence.get()
    assert evidence.name == "照片..1.PDF"
    assert evidence.file.name == f"{evidence.sha256[:2]}/{evidence.sha256}.pdf"
    with evidence.file.open() as content:
        assert content.read() == b"%PDF-1.7 test"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.pdf", b"", "是空的"),
        ("程序.exe", b"MZ", "不接收“程序.exe”这种文件"),
        ("网页.html", b"<script>", "不接收"),
        ("假.pdf", b"MZ\x90", "内容不是 pdf 格式"),
        ("假.docx", b"PK\x03\x04 not a package", "内容不是 docx 格式"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_the_whole_report(
    cast: Cast, name: str, content: bytes, sentence: str
) -> None:
    task = issued_task(cast)
    with pytest.raises(DomainError, match=sentence):
        submit_report(
            task,
            on=DAY,
            percent=40,
            evidence=[SimpleUploadedFile(name, content)],
            by=cast.head,
        )
    assert nothing_written()
    assert not Evidence.objects.exists()
