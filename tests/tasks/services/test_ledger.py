"""Landing ledgers: what a read row becomes, what a second import leaves alone, what is refused."""

import datetime as dt
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, User
from accounts.services.granting import grant_role
from accounts.services.machine import machine_account
from accounts.services.organisation import load_organisation
from accounts.services.unit_names import find_unit, load_unit_registry
from tasks.choices import DutyRole, TaskState, TaskType, Verdict
from tasks.ledger.deadlines import read_deadline
from tasks.ledger.issues import Place, make_issue
from tasks.ledger.model import LedgerMeasure, LedgerRead, LedgerResult, LedgerTask
from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import open_workbook
from tasks.models import Campaign, Closure, Measure, Plan, ProgressReport, Task, TaskFact
from tasks.services.approving import submit_approval
from tasks.services.closing import verify_closure
from tasks.services.current import compare
from tasks.services.drafting import discard_draft
from tasks.services.issuing import assign_task, confirm_deadline
from tasks.services.ledger import REJECT_FILE, Landed, land_ledger, plan_for
from tasks.services.seals import verify_seals
from tests.cast import Cast
from tests.data import DATA
from tests.making import draft_task

pytestmark = pytest.mark.django_db

DAY = dt.date(2023, 7, 10)
LEDGERS = ("1_整洁单表.xlsx", "2_合并标题两行表头.xlsx", "3_四清单四表.xlsx")


@pytest.fixture(autouse=True)
def units(request: pytest.FixtureRequest) -> None:
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
    load_organisation()


def read_file(name: str) -> LedgerRead:
    return read_ledger(
        open_workbook(DATA / "ledgers" / name),
        registry=load_unit_registry(),
        plan_year=2023,
        reference_date=DAY,
    )


def land(read: LedgerRead, code: str = "P", **options: Any) -> Landed:
    values = {"plan": plan_for(read, code), "assigned": DAY, "by": None, **options}
    return land_ledger(read, **values)


def row(code: str = "1", raw: str = "2023年12月底前", **values: Any) -> LedgerTask:
    """A read task led by 大气环境科."""
    terms: dict[str, Any] = {
        "code": code,
        "title": f"任务{code}",
        "lead": ("大气环境科",),
        "codes": {"大气环境科": "DQK", "水生态环境科": "SHK"},
        "deadline": read_deadline(raw, plan_year=2023, reference_date=DAY),
        "sheet": "表",
        "rows": (int(code) + 1, int(code) + 1),
        **values,
    }
    return LedgerTask(**terms)


def ledger(*tasks: LedgerTask) -> LedgerRead:
    return LedgerRead(file="台账.xlsx", plan_year=2023, reference_date=DAY, tasks=tasks)


def landed_task(*, raw: str = "2023年12月底前", **values: Any) -> Task:
    land(ledger(row(raw=raw, **values)))
    return Task.objects.get(code="1")


def counts() -> tuple[int, ...]:
    models = (Plan, Task, TaskFact, Measure, ProgressReport, Closure, AuditEntry, User, Campaign)
    return tuple(model.objects.count() for model in models)


# ---- the real ledgers ------------------------------------------------------------------------


def test_a_tidy_ledger_is_issued_with_opening_reports_and_close_out_applications() -> None:
    landed = land(read_file(LEDGERS[0]), "TY2023-A")
    assert (len(landed.created), landed.drafts, landed.refused) == (10, (), ())
    states = dict(Task.objects.values_list("code", "state"))
    assert states.pop("DQ-2023-002") == TaskState.PENDING
    assert set(states.values()) == {TaskState.OPEN}
    done = Task.objects.get(code="DQ-2023-002")
    closure = done.closures.get()
    assert (closure.verdict, closure.submitted_on, closure.text) == (
        Verdict.WAITING,
        DAY,
        "已完成",
    )
    report = Task.objects.get(code="SH-2023-001").reports.get()
    assert (report.opening, report.on, report.percent) == (True, DAY, Decimal(60))
    assert report.text == "河道整治60%"
    cycles = dict(Task.objects.values_list("code", "report_cycle"))
    assert (cycles["DQ-2023-001"], cycles["DQ-2023-002"], cycles["WF-2023-001"]) == (
        "monthly",
        "weekly",
        "quarterly",
    )


def test_a_deadline_already_past_keeps_its_day() -> None:
    land(read_file(LEDGERS[0]))
    task = Task.objects.get(code="DQ-2023-002")
    assert task.original_deadline == dt.date(2023, 5, 31)
    assert task.effective_deadline == DAY  # read as the day of assignment


def test_merged_rows_become_measures_with_their_own_nodes() -> None:
    land(read_file(LEDGERS[1]))
    task = Task.objects.get(code="2")
    assert list(task.measures.values_list("seq", "text", "deadline", "deadline_raw")) == [
        (1, "清徐3家焦化超超低改造", dt.date(2023, 10, 31), "2023年10月底前"),
        (2, "外运车辆国六或新能源", None, "持续推进"),
    ]
    assert Task.objects.get(code="5").continues_after
    standing = Task.objects.get(code="6")
    assert (standing.type, standing.original_deadline) == (TaskType.STANDING, None)


def test_collective_words_become_cooperating_units_that_name_the_word() -> None:
    land(read_file(LEDGERS[1]))
    duties = Task.objects.get(code="5").responsibilities
    branches = duties.filter(role=DutyRole.COOPERATING, collective="各分局")
    assert branches.count() == 12
    named = duties.get(role=DutyRole.COOPERATING, collective="")
    assert named.unit.name == "市生态环境综合行政执法队"
    assert duties.get(role=DutyRole.LEAD).unit.name == "水生态环境科"


def test_a_deadline_nobody_can_read_keeps_the_task_a_draft() -> None:
    landed = land(read_file(LEDGERS[2]))
    assert landed.drafts == ("6",)
    task = Task.objects.get(code="6")
    assert (task.state, task.assigned_on, task.facts.count()) == (TaskState.DRAFT, None, 0)
    assert Task.objects.exclude(code="6").filter(state=TaskState.DRAFT).count() == 0


@pytest.mark.parametrize("name", LEDGERS)
def test_importing_the_same_file_again_changes_nothing(name: str) -> None:
    read = read_file(name)
    first = land(read)
    before = counts()
    again = land(read_file(name), assigned=dt.date(2023, 8, 1))
    assert again.unchanged == tuple(task.code for task in read.tasks)
    assert (again.created, again.updated, again.errors) == ((), (), ())
    assert counts() == before
    assert len(again.unchanged) == len(first.created)


@pytest.mark.parametrize("name", LEDGERS)
def test_the_columns_agree_with_the_facts(name: str) -> None:
    land(read_file(name))
    assert list(compare(on=clock.today())) == []


def test_two_ledgers_may_both_have_a_task_1() -> None:
    land(read_file(LEDGERS[1]), "A")
    land(read_file(LEDGERS[2]), "B")
    assert sorted(Task.objects.filter(code="1").values_list("plan__code", flat=True)) == ["A", "B"]


# ---- single rules ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "state", "type_", "deadline"),
    [
        ("2023年12月底前", TaskState.OPEN, TaskType.DATED, dt.date(2023, 12, 31)),
        ("长期坚持", TaskState.OPEN, TaskType.STANDING, None),
        ("每月", TaskState.OPEN, TaskType.STANDING, None),
        ("立行立改", TaskState.OPEN, TaskType.IMMEDIATE, None),
        ("待定", TaskState.DRAFT, TaskType.DATED, None),
        ("2027年前", TaskState.DRAFT, TaskType.DATED, dt.date(2026, 12, 31)),
        ("收到通知后10个工作日内", TaskState.DRAFT, TaskType.DATED, None),
    ],
)
def test_what_kind_of_deadline_makes_what_kind_of_task(
    raw: str, state: str, type_: str, deadline: dt.date | None
) -> None:
    task = landed_task(raw=raw)
    assert (task.state, task.type, task.original_deadline) == (state, type_, deadline)
    assert task.deadline_raw == raw


def test_the_start_is_the_assignment_unless_the_ledger_states_another() -> None:
    assert landed_task().start == DAY
    land(ledger(row("2", start=dt.date(2023, 9, 1))))
    assert Task.objects.get(code="2").start == dt.date(2023, 9, 1)
    land(ledger(row("3", raw="2024-2025年")))
    assert Task.objects.get(code="3").start == dt.date(2024, 1, 1)
    land(ledger(row("4", raw="2021-2025年")))
    assert Task.objects.get(code="4").start == DAY


def test_a_soft_deadline_stays_soft() -> None:
    assert landed_task(raw="力争年底前").soft


def test_the_dated_part_of_a_lasting_task_leaves_a_standing_child(cast: Cast) -> None:
    result = LedgerResult(status="done", progress="已完成")
    task = landed_task(raw="2023年12月底前，并长期坚持", result=result)
    closure = task.closures.get()
    verify_closure(closure, on=dt.date(2023, 7, 11), by=cast.supervisor)
    child = task.children.get()
    assert (child.type, child.state) == (TaskType.STANDING, TaskState.OPEN)


def test_several_dates_in_a_cell_become_weighted_milestones() -> None:
    task = landed_task(raw="9月底前完成80%，年底前全部完成")
    assert task.state == TaskState.DRAFT
    assert list(task.measures.values_list("text", "deadline", "weight")) == [
        ("80%", dt.date(2023, 9, 30), Decimal(80)),
        ("100%", dt.date(2023, 12, 31), Decimal(20)),
    ]


def test_what_a_draft_reports_is_kept_in_words() -> None:
    task = landed_task(raw="待定", result=LedgerResult(progress="完成58%", status="open"))
    assert task.extra == {"台账进展": "完成58%"}
    assert not task.reports.exists()


@pytest.mark.parametrize(
    ("result", "percent"),
    [
        (LedgerResult(progress="完成58%"), 58),
        (LedgerResult(progress="河道整治60%"), 60),
        (LedgerResult(progress="浓度同比下降12%"), 0),
        (LedgerResult(progress="完成30%，累计完成45%"), 0),
        (LedgerResult(progress="完成年度目标的110%"), 100),
        (LedgerResult(progress="已完成", status="done"), 100),
        (LedgerResult(percent=33.5), Decimal("33.5")),
        (LedgerResult(problems="占道"), 0),
    ],
)
def test_the_opening_percent_is_what_the_ledger_states(result: LedgerResult, percent: Any) -> None:
    report = landed_task(result=result).reports.get()
    assert report.percent == percent


def test_open_collective_words_are_kept_for_a_person() -> None:
    task = landed_task(collective=("市直有关部门",))
    assert task.responsibilities.count() == 1
    assert task.extra == {"未展开的集合词": "市直有关部门"}


def test_a_lead_in_the_collective_word_stays_lead_only() -> None:
    task = landed_task(collective=("各科室",))
    assert task.responsibilities.filter(unit__code="DQK").count() == 1
    assert task.responsibilities.count() == 17


def test_the_principal_of_the_lead_is_responsible(cast: Cast) -> None:
    assert landed_task().holder == cast.head


def test_an_import_of_any_size_is_one_entry_and_its_seal(cast: Cast) -> None:
    before = AuditEntry.objects.count()
    land(ledger(row("1"), row("2")), by=cast.supervisor)
    entry, seal = AuditEntry.objects.order_by("seq")[before:]
    assert (seal.action, seal.actor) == ("facts.sealed", cast.supervisor)
    assert (seal.data["entry"], seal.data["count"]) == (entry.seq, TaskFact.objects.count())
    assert verify_seals() is None
    assert (entry.action, entry.actor, entry.data["created"]) == (
        "ledger.import",
        cast.supervisor,
        ["1", "2"],
    )
    assert set(TaskFact.objects.values_list("entry", "recorded_at")) == {(entry.pk, entry.at)}


# ---- a second import -------------------------------------------------------------------------


def test_an_issued_task_is_never_altered_and_what_differs_is_named() -> None:
    land(ledger(row("1")))
    landed = land(ledger(row("1", raw="2024年6月底前", title="改名")))
    (issue,) = landed.errors
    assert (issue.code, issue.task) == ("already_issued", "1")
    assert "任务名称、完成时限" in issue.message
    assert landed.count == 0
    task = Task.objects.get(code="1")
    assert (task.title, task.original_deadline) == ("任务1", dt.date(2023, 12, 31))


def test_a_draft_is_rewritten_and_issued_once_its_deadline_is_clear() -> None:
    land(ledger(row("1", raw="待定", measures=(LedgerMeasure(seq=1, text="旧措施"),))))
    landed = land(ledger(row("1", measures=(LedgerMeasure(seq=1, text="新措施"),))))
    assert (landed.updated, landed.drafts) == (("1",), ())
    task = Task.objects.get(code="1")
    assert (task.state, task.assigned_on) == (TaskState.OPEN, DAY)
    assert [measure.text for measure in task.measures.all()] == ["新措施"]
    assert task.responsibilities.count() == 1


def test_what_a_person_read_a_deadline_as_survives_a_second_import(cast: Cast) -> None:
    task = landed_task(raw="待定")
    day = dt.date(2023, 11, 30)
    confirm_deadline(task, deadline=day, by=cast.supervisor, on=DAY)
    assert land(ledger(row("1", raw="待定"))).unchanged == ("1",)
    assert land(ledger(row("1", raw="待定", title="改名"))).updated == ("1",)
    task.refresh_from_db()
    assert (task.title, task.original_deadline, task.deadline_kind) == ("改名", day, "date")
    assign_task(task, on=DAY, by=cast.supervisor, gap_reason="台账所缺随后补齐")
    task.refresh_from_db()
    assert task.state == TaskState.OPEN


def test_new_progress_in_an_issued_task_s_row_is_not_lost_silently() -> None:
    land(ledger(row("1", result=LedgerResult(progress="完成10%"))))
    (issue,) = land(ledger(row("1", result=LedgerResult(progress="完成20%")))).errors
    assert "进展情况" in issue.message


# ---- refusals --------------------------------------------------------------------------------


def with_error(read: LedgerRead) -> LedgerRead:
    """The ledger with an error in its first task."""

    first = read.tasks[0]
    issue = make_issue("missing_deadline", Place("表", 2, 5), task=first.code, owner=first.key)
    return replace(read, errors=(issue,))


def test_rows_with_an_error_are_left_out_and_the_rest_lands() -> None:
    landed = land(with_error(ledger(row("1"), row("2"))))
    assert (landed.created, landed.refused) == (("2",), ("1",))
    assert Task.objects.count() == 1


def test_reject_file_lands_nothing_when_one_row_has_an_error() -> None:
    before = counts()
    landed = land(with_error(ledger(row("1"), row("2"))), on_error=REJECT_FILE)
    assert (landed.count, landed.refused) == (0, ("1", "2"))
    assert counts() == before


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    before = counts()
    dry = land(read_file(LEDGERS[2]), dry_run=True)
    assert counts() == before
    assert dry == land(read_file(LEDGERS[2]))


def test_an_assignment_tomorrow_is_refused_and_leaves_nothing() -> None:
    before = counts()
    today = clock.today()
    tomorrow = today + dt.timedelta(days=1)
    with pytest.raises(DomainError, match=tomorrow.isoformat()):
        land(ledger(row("1")), assigned=tomorrow)
    assert counts() == before
    assert land(ledger(row("1")), assigned=today).created == ("1",)


def test_who_does_not_supervise_may_not_import(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        land(ledger(row("1")), by=cast.head)


def test_rows_led_by_a_foreign_unit_are_left_out(cast: Cast) -> None:

    grant_role(cast.head, Role.SUPERVISOR, unit=cast.air, since=DAY, by=None)
    water = row("2", lead=("水生态环境科",))
    landed = land(ledger(row("1"), water), by=cast.head)
    assert landed.created == ("1",)
    (issue,) = landed.errors
    assert (issue.code, issue.task) == ("foreign_unit", "2")


def test_a_draft_of_a_foreign_unit_is_not_taken_over(cast: Cast) -> None:
    land(ledger(row("1", raw="待定", lead=("水生态环境科",))))
    grant_role(cast.head, Role.SUPERVISOR, unit=cast.air, since=DAY, by=None)
    landed = land(ledger(row("1", raw="待定", title="改名")), by=cast.head)
    assert [(issue.code, issue.task) for issue in landed.errors] == [("foreign_unit", "1")]
    assert landed.differences == {}
    assert Task.objects.get().title == "任务1"


def test_a_draft_that_was_discarded_stays_so(cast: Cast) -> None:
    task = landed_task(raw="待定")
    discard_draft(task, reason="不办", on=DAY, by=cast.supervisor)
    landed = land(ledger(row("1")), by=cast.supervisor)
    assert [issue.code for issue in landed.errors] == ["code_discarded"]


def test_a_draft_waiting_for_its_approval_is_not_changed(cast: Cast) -> None:
    landed_task()
    Plan.objects.update(needs_approval=True)
    land(ledger(row("2", raw="待定")))
    waiting = Task.objects.get(code="2")
    confirm_deadline(waiting, deadline=dt.date(2023, 12, 1), by=cast.supervisor, on=DAY)
    submit_approval(waiting, on=DAY, by=cast.supervisor)
    landed = land(ledger(row("2", raw="待定", title="改名")))
    assert [issue.code for issue in landed.errors] == ["waits_for_approval"]


def test_a_task_nobody_imported_is_not_overwritten(cast: Cast) -> None:
    land(ledger(row("1")))
    draft_task(cast, code="9", plan=Plan.objects.get())
    landed = land(ledger(row("9")))
    assert [issue.code for issue in landed.errors] == ["changed_here_too"]


def test_a_plan_of_another_year_is_refused() -> None:
    land(ledger(row("1")))
    with pytest.raises(DomainError) as refusal:
        plan_for(replace(ledger(row("1")), plan_year=2024), "P")
    assert refusal.value.code == "plan_of_another_year"


def test_the_machine_s_account_is_made_once_and_nobody_can_sign_in_with_it() -> None:
    account = machine_account()
    assert machine_account() == account
    assert not account.is_active
    assert not account.has_usable_password()
    assert account.unit == find_unit("TYHB")


# ---- the command -----------------------------------------------------------------------------


def command(*args: str) -> tuple[dict[str, Any], int]:
    out, status = io.StringIO(), 0
    try:
        call_command("import_ledger", *args, "--format", "json", stdout=out, skip_checks=True)
    except SystemExit as end:
        status = int(str(end.code))
    return json.loads(out.getvalue()), status


def test_the_command_lands_a_file_and_prints_what_it_read() -> None:
    path = str(DATA / "ledgers" / LEDGERS[2])
    payload, status = command(
        path, "--plan", "C", "--plan-year", "2023", "--reference-date", "2023-07-10",
        "--assigned", "2023-07-10",
    )  # fmt: skip
    assert (status, payload["counts"]["tasks"], payload["counts"]["errors"]) == (0, 6, 1)
    assert payload["landing"]["created"] == ["1", "2", "3", "4", "5", "6"]
    assert Task.objects.filter(plan__code="C").count() == 6


def test_a_dry_run_of_the_command_prints_the_reading_and_writes_nothing() -> None:
    before = counts()
    payload, status = command(str(DATA / "ledgers" / LEDGERS[0]), "--dry-run")
    assert (status, payload["counts"]["tasks"]) == (0, 10)
    assert counts() == before


def test_clashes_exit_1_when_nothing_lands_and_are_listed_with_the_errors(tmp_path: Path) -> None:
    path = DATA / "ledgers" / LEDGERS[1]
    command(str(path), "--plan", "B", "--plan-year", "2023", "--assigned", "2023-07-10")
    book = load_workbook(path)
    for place in ("C5", "C8", "C10", "C11", "C13", "C16"):
        book.worksheets[0][place] = f"{book.worksheets[0][place].value}（改）"
    book.save(tmp_path / "改过的台账.xlsx")
    changed = str(tmp_path / "改过的台账.xlsx")
    payload, status = command(changed, "--plan", "B", "--plan-year", "2023")
    assert status == 1
    assert {error["code"] for error in payload["errors"]} == {"already_issued"}
    assert payload["counts"]["errors"] == 6


def test_a_campaign_can_be_given_for_rows_that_name_none() -> None:
    Campaign.objects.create(code="KQ", name="空气质量")
    payload, _status = command(str(DATA / "ledgers" / LEDGERS[0]), "--campaign", "KQ", "--dry-run")
    assert payload["tasks"][0]["campaign"] == "空气质量巩固提升"
    payload, status = command(
        str(DATA / "ledgers" / LEDGERS[0]), "--campaign", "无此行动", "--dry-run"
    )
    assert (status, payload["errors"][0]["code"]) == (1, "unknown_campaign")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("无此文件.xlsx", None, "file_not_found"),
        ("空.xlsx", b"", "empty_workbook"),
        ("文字.xlsx", "这不是工作簿".encode(), "not_a_workbook"),
    ],
)
def test_a_file_that_is_no_ledger_exits_1_with_a_sentence(
    tmp_path: Any, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = counts()
    payload, status = command(str(tmp_path / name))
    assert (status, payload["errors"][0]["code"]) == (1, code)
    assert payload["errors"][0]["message"].endswith("。")
    assert counts() == before


def test_the_text_answer_lists_each_error_with_its_place() -> None:
    out = io.StringIO()
    path = str(DATA / "ledgers" / LEDGERS[2])
    call_command("import_ledger", path, "--dry-run", stdout=out, skip_checks=True)
    text = out.getvalue()
    assert "试读" in text
    assert "附件4 结果清单 !A7" in text
    assert "附件1 任务清单!E8" in text
