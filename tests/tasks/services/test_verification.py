"""Verification by risk: what is opened, what is drawn, and the rest in bulk."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, RoleGrant
from accounts.scopes import standing_of
from tasks.choices import TaskKind, TaskLevel, Verdict
from tasks.models import Evidence, ProgressReport, SampledItem, SampleDraw
from tasks.rules.sampling import SampleRule, draw_sample
from tasks.services.closing import reopen_task, submit_closure, verify_closure
from tasks.services.progress import return_report, submit_report, verify_report
from tasks.services.sampling import draw_reports, open_sampled, verify_rest
from tasks.services.verification import (
    CHUNK,
    ONE_UNIT,
    decision_due,
    sort_waiting,
    verify_many,
    verify_unit,
)
from tests.cast import SINCE, Cast
from tests.making import SetClock, issued_task
from tests.tasks.checking import DEADLINE, many_reports

DAY = dt.date(2023, 3, 10)


@pytest.fixture(autouse=True)
def tenth_of_march(set_clock: SetClock) -> None:
    set_clock(DAY)


def waiting(cast: Cast, who: str = "supervisor") -> dict[str, tuple[str, ...]]:
    """Return the codes that wait for a person, each with why it must be opened."""
    found = sort_waiting(standing_of(cast.named(who), on=DAY))
    return {one.report.task.code: one.reasons for one in (*found.must, *found.rest)}


def open_all(draw: SampleDraw, cast: Cast) -> None:
    for item in draw.items.select_related("report"):
        assert item.report is not None
        open_sampled(item.report, by=cast.supervisor)


def test_major_and_rectification_tasks_hints_and_jumps_are_opened_one_by_one(cast: Cast) -> None:
    papers = [SimpleUploadedFile("同一份.pdf", b"%PDF-1.7 same")]
    for code, terms, percent in (
        ("plain", {}, 10),
        ("key", {"level": TaskLevel.KEY}, 10),
        ("major", {"level": TaskLevel.MAJOR}, 10),
        ("repair", {"kind": TaskKind.RECTIFICATION}, 10),
        ("leap", {}, 50),
        ("below", {}, 49),
    ):
        task = issued_task(cast, code=code, deadline=DEADLINE, **terms)
        submit_report(task, on=DAY, percent=percent, by=cast.head)
    for code in ("paper-1", "paper-2"):
        papers[0].seek(0)
        task = issued_task(cast, code=code, deadline=DEADLINE)
        submit_report(task, on=DAY, percent=10, by=cast.head, evidence=papers)
    assert waiting(cast) == {
        "plain": (),
        "key": (),
        "major": ("major",),
        "repair": ("rectification",),
        "leap": ("hints",),
        "below": (),
        "paper-1": ("hints",),
        "paper-2": ("hints",),
    }


def test_a_file_openly_used_for_two_tasks_is_no_hint(cast: Cast) -> None:
    for code in ("first", "second"):
        task = issued_task(cast, code=code, deadline=DEADLINE)
        paper = SimpleUploadedFile("同一份.pdf", b"%PDF-1.7 same")
        submit_report(task, on=DAY, percent=10, by=cast.head, evidence=[paper])
    first, second = Evidence.objects.order_by("pk")
    Evidence.objects.filter(pk=second.pk).update(reuses=first)
    assert waiting(cast) == {"first": (), "second": ()}


def test_a_hint_names_no_task_the_checker_may_not_see(cast: Cast) -> None:
    for code, lead, head in (
        ("near", cast.water, cast.water_head),
        ("far", cast.branch_unit, cast.branch),
    ):
        task = issued_task(cast, code=code, leads=(lead,), deadline=DEADLINE)
        paper = SimpleUploadedFile("同一份.pdf", b"%PDF-1.7 same")
        submit_report(task, on=DAY, percent=10, by=head, evidence=[paper])
    RoleGrant.objects.create(user=cast.clerk, role=Role.SUPERVISOR, unit=cast.water, since=SINCE)
    assert waiting(cast, "clerk") == {"near": ()}
    assert waiting(cast) == {"near": ("hints",), "far": ("hints",)}


def test_a_text_copied_from_another_task_and_a_relapse_are_hints(cast: Cast) -> None:
    text = "已完成辖区二十三家企业的排查，安装在线监测设备十七台。"
    for code in ("copy-1", "copy-2"):
        task = issued_task(cast, code=code, deadline=DEADLINE)
        submit_report(task, on=DAY, percent=10, text=text, by=cast.head)
    closed = issued_task(cast, code="again", deadline=DEADLINE)
    verify_closure(
        submit_closure(closed, on=DAY, text="完成", by=cast.head), on=DAY, by=cast.supervisor
    )
    reopen_task(closed, to=DEADLINE, reason="反弹", on=DAY, by=cast.supervisor)
    submit_report(closed, on=DAY, percent=10, by=cast.head)
    found = sort_waiting(standing_of(cast.supervisor, on=DAY)).must
    assert {one.report.task.code: [hint.code for hint in one.hints] for one in found} == {
        "copy-1": ["same_text"],
        "copy-2": ["same_text"],
        "again": ["relapse"],
    }


def test_a_sample_is_recorded_so_that_it_can_be_drawn_again(cast: Cast) -> None:
    reports = many_reports(cast, 60, on=DAY)
    draw = draw_reports(on=DAY, by=cast.supervisor)
    stored = SampleDraw.objects.get()
    assert stored.candidates == [report.pk for report in reports]
    again = draw_sample(stored.candidates, stored.seed, SampleRule(**stored.rule))
    assert sorted(stored.items.values_list("report_id", flat=True)) == list(again)
    assert len(again) == 6
    entry = AuditEntry.objects.get(action="sample.verification")
    assert (entry.data["seed"], entry.data["drawn"]) == (draw.seed, list(again))
    assert len(draw.seed) == 32


def test_nobody_draws_again_before_the_sample_is_worked_off(cast: Cast) -> None:
    many_reports(cast, 12, on=DAY)
    draw = draw_reports(on=DAY, by=cast.supervisor)
    with pytest.raises(DomainError) as refusal:
        draw_reports(on=DAY, by=cast.supervisor)
    assert refusal.value.code == "draw_open"
    # Another verifier's sample is their own.
    assert draw_reports(on=DAY, by=cast.second_supervisor).pk != draw.pk


def test_an_empty_queue_cannot_be_drawn_from(cast: Cast) -> None:
    task = issued_task(cast, level=TaskLevel.MAJOR, deadline=DEADLINE)
    submit_report(task, on=DAY, percent=10, by=cast.head)
    with pytest.raises(DomainError) as refusal:
        draw_reports(on=DAY, by=cast.supervisor)
    assert refusal.value.code == "nothing_to_draw"


def test_the_rest_waits_until_every_drawn_report_was_opened(cast: Cast) -> None:
    many_reports(cast, 12, on=DAY)
    draw = draw_reports(on=DAY, by=cast.supervisor)
    items = list(draw.items.select_related("report"))
    for item in items[:-1]:
        assert item.report is not None
        open_sampled(item.report, by=cast.supervisor)
    with pytest.raises(DomainError, match="还有 1 件没有打开"):
        verify_rest(draw, on=DAY, by=cast.supervisor)
    assert not ProgressReport.objects.exclude(verdict=Verdict.WAITING).exists()
    # Opened by somebody else is not opened by who drew it.
    last = items[-1].report
    assert last is not None
    assert open_sampled(last, by=cast.second_supervisor) is None
    assert SampledItem.objects.filter(opened_at=None).count() == 1


def test_the_rest_is_verified_each_with_its_own_verdict_and_entry(cast: Cast) -> None:
    reports = many_reports(cast, CHUNK + 1, on=DAY)
    late = many_reports(cast, 2, on=DAY)[0]
    ProgressReport.objects.filter(pk=late.pk).update(text="后来的填报")
    ids = [report.pk for report in reports]
    draw = draw_reports(on=DAY, by=cast.supervisor)
    open_all(draw, cast)
    newcomer = many_reports(cast, 1, on=DAY)[0]
    done = verify_rest(draw, on=DAY, by=cast.supervisor)
    assert (done.verified, done.left) == (CHUNK + 3, ())
    decided = ProgressReport.objects.filter(pk__in=ids)
    assert {(r.verdict, r.decided_by_id, r.decided_on) for r in decided} == {
        (Verdict.ACCEPTED, cast.supervisor.pk, DAY)
    }
    entries = AuditEntry.objects.filter(action="report.verify")
    assert {entry.data["report"] for entry in entries} >= set(ids)
    assert {entry.data["draw"] for entry in entries} == {draw.pk}
    # What came after the draw is in the next one.
    assert ProgressReport.objects.get(pk=newcomer.pk).verdict == Verdict.WAITING


def test_only_who_drew_the_sample_clears_the_rest(cast: Cast) -> None:
    many_reports(cast, 6, on=DAY)
    draw = draw_reports(on=DAY, by=cast.supervisor)
    open_all(draw, cast)
    with pytest.raises(NotAllowedError, match="只有抽取样本的核查人"):
        verify_rest(draw, on=DAY, by=cast.second_supervisor)


@pytest.mark.parametrize("who", ["head", "liaison", "hr", "discipline", "sysadmin", "clerk"])
def test_nobody_else_draws(cast: Cast, who: str) -> None:
    many_reports(cast, 6, on=DAY)
    with pytest.raises(NotAllowedError, match="核查由督办人员、局领导和局领导指定的代核人办理"):
        draw_reports(on=DAY, by=cast.named(who))


def test_a_returned_sample_sends_the_rest_of_its_unit_to_be_opened(cast: Cast) -> None:
    many_reports(cast, 5, on=DAY)
    many_reports(cast, 5, on=DAY, unit=cast.water, by=cast.water_head)
    draw = draw_reports(on=DAY, by=cast.supervisor, rule=SampleRule(percent=10, least=9, most=9))
    open_all(draw, cast)
    item = draw.items.filter(report__unit=cast.air).select_related("report")[0]
    assert item.report is not None
    return_report(item.report, reason="数据不实", on=DAY, by=cast.supervisor)
    done = verify_rest(draw, on=DAY, by=cast.supervisor)
    assert done.verified == 5
    assert [report.unit_id for report, _sentence in done.left] == [cast.air.pk] * 4
    found = sort_waiting(standing_of(cast.supervisor, on=DAY)).must
    assert {one.reasons for one in found} == {("unit_returned",)}


def test_a_verifier_s_own_matters_are_left_out_and_said(cast: Cast) -> None:
    RoleGrant.objects.create(user=cast.head, role=Role.SUPERVISOR, unit=cast.bureau, since=SINCE)
    own = many_reports(cast, 2, on=DAY, by=cast.liaison)
    other = many_reports(cast, 2, on=DAY, unit=cast.water, by=cast.water_head)
    assert sort_waiting(standing_of(cast.head, on=DAY)).recused == 2
    ids = [report.pk for report in (*own, *other)]
    done = verify_many(ids, on=DAY, by=cast.head, comment="批量核查")
    assert done.verified == 2
    assert [report.pk for report, _ in done.left] == [report.pk for report in own]
    assert all("须回避本单位和本人负责的任务" in sentence for _, sentence in done.left)


def test_what_somebody_decided_meanwhile_is_left_out_and_said(cast: Cast) -> None:
    first, second = many_reports(cast, 2, on=DAY)
    verify_report(first, on=DAY, by=cast.second_supervisor)
    done = verify_many([first.pk, second.pk], on=DAY, by=cast.supervisor, comment="批量核查")
    assert done.verified == 1
    assert "督察办副主任已于 2023-03-10 办理" in done.left[0][1]
    assert ProgressReport.objects.get(pk=first.pk).decided_by == cast.second_supervisor


@pytest.mark.parametrize("count", [12, ONE_UNIT])
def test_one_unit_s_reports_are_verified_at_once(cast: Cast, count: int) -> None:
    many_reports(cast, count, on=DAY)
    many_reports(cast, 3, on=DAY, unit=cast.water, by=cast.water_head)
    assert verify_unit(cast.air, on=DAY, by=cast.supervisor).verified == count
    assert waiting(cast).keys() == {f"N{count + n:04d}" for n in range(3)}


def test_more_than_a_list_shows_are_drawn_from(cast: Cast) -> None:
    many_reports(cast, ONE_UNIT + 1, on=DAY)
    with pytest.raises(DomainError, match=f"有 {ONE_UNIT + 1} 件，超过一次 {ONE_UNIT} 件的上限"):
        verify_unit(cast.air, on=DAY, by=cast.supervisor)


def test_sorting_asks_as_often_for_many_as_for_few(cast: Cast) -> None:
    standing = standing_of(cast.supervisor, on=DAY)
    many_reports(cast, 2, on=DAY)
    with CaptureQueriesContext(connection) as few:
        sort_waiting(standing)
    many_reports(cast, 298, on=DAY)
    standing = standing_of(cast.supervisor, on=DAY)
    with CaptureQueriesContext(connection) as many:
        assert len(sort_waiting(standing).rest) == 300
    assert len(many) == len(few) <= 12


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        (dt.date(2023, 3, 10), dt.date(2023, 3, 15)),
        (dt.date(2023, 3, 11), dt.date(2023, 3, 15)),
        (dt.date(2023, 3, 13), dt.date(2023, 3, 16)),
        # 2023-04-05 is a holiday.
        (dt.date(2023, 4, 3), dt.date(2023, 4, 7)),
    ],
)
def test_a_verdict_is_due_in_three_working_days(
    cast: Cast, set_clock: SetClock, submitted: dt.date, due: dt.date
) -> None:
    set_clock(submitted)
    report = many_reports(cast, 1, on=submitted)[0]
    assert decision_due(report) == due
