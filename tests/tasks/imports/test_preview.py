"""The preview of a ledger: what it counts, what corrections change, what becomes of it."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry, UnitAlias
from accounts.services.unit_names import load_unit_registry
from tasks.choices import ImportState, TaskState
from tasks.models import LearnedHeader, LedgerImport, Plan, Task
from tasks.services.imports import fixes
from tasks.services.imports.confirming import confirm_import, run_imports
from tasks.services.imports.previewing import open_fields
from tasks.services.imports.undoing import undo_import
from tasks.services.imports.uploading import (
    change_import,
    discard_import,
    expire_imports,
    upload_ledger,
)
from tests.cast import Cast
from tests.tasks.imports.making import (
    DAY,
    UNKNOWN,
    corrected,
    group,
    messy,
    uploaded,
    with_unknown_unit,
)

pytestmark = pytest.mark.django_db


def confirmed(row: LedgerImport) -> LedgerImport:
    return confirm_import(row, digest=row.digest, by=row.by, on=DAY)


def test_a_clean_ledger_is_all_new_and_nothing_is_written_before_it_is_confirmed(
    cast: Cast,
) -> None:
    row = uploaded(cast.supervisor)
    counts = row.outcome["counts"]
    assert (counts["new"], counts["changed"], counts["errors"]) == (6, 0, 0)
    assert row.outcome["plan"]["new"]
    assert not Task.objects.exists()
    assert not Plan.objects.exists()


def test_an_unknown_unit_is_explained_once_for_all_its_rows(cast: Cast) -> None:
    row = uploaded(cast.supervisor, messy(with_unknown_unit))
    unknown = group(row, "unknown_unit")
    assert (unknown["value"], unknown["codes"]) == (UNKNOWN, ["1", "2"])
    assert [(p["sheet"], p["row"], p["col"]) for p in unknown["places"]] == [
        ("任务清单", 5, "F"),
        ("任务清单", 8, "F"),
    ]
    assert "工地和道路扬尘治理" in unknown["places"][0]["content"]
    assert ["DQK", "大气环境科"] in unknown["units"]
    assert row.outcome["counts"]["new"] == 4
    fix = fixes.unit_fix(UNKNOWN, "DQK", record=False, registry=load_unit_registry())
    row = corrected(row, fix)
    assert (row.outcome["counts"]["new"], row.outcome["counts"]["errors"]) == (6, 0)
    row = confirmed(row)
    assert row.state == ImportState.LANDED
    assert Task.objects.filter(responsibilities__unit__code="DQK").count() >= 2
    assert not UnitAlias.objects.filter(name=UNKNOWN).exists()


def test_an_alias_to_be_kept_is_registered_with_the_landing_and_known_next_time(
    cast: Cast,
) -> None:
    row = uploaded(cast.supervisor, messy(with_unknown_unit))
    fix = fixes.unit_fix(UNKNOWN, "大气环境科", record=True, registry=load_unit_registry())
    row = corrected(row, fix)
    assert not UnitAlias.objects.filter(name=UNKNOWN).exists()
    confirmed(row)
    assert UnitAlias.objects.get(name=UNKNOWN).unit.code == "DQK"
    again = uploaded(cast.supervisor, messy(with_unknown_unit))
    assert again.outcome["counts"]["unchanged"] == 6


def test_a_correction_taken_back_brings_the_error_back(cast: Cast) -> None:
    row = uploaded(cast.supervisor, messy(with_unknown_unit))
    before = row.outcome
    fix = fixes.unit_fix(UNKNOWN, "DQK", record=False, registry=load_unit_registry())
    row = corrected(row, fix)
    assert row.outcome["counts"]["errors"] == 0
    change_import(row, version=row.version, by=row.by, on=DAY, remove=0)
    row.refresh_from_db()
    assert run_imports() == 1
    row.refresh_from_db()
    assert row.outcome == before


def test_an_ambiguous_deadline_is_read_by_the_person_its_wording_kept(cast: Cast) -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0]["J10"] = "2027年前"

    row = uploaded(cast.supervisor, messy(change))
    ambiguous = group(row, "ambiguous_deadline")
    assert ambiguous["days"] == ["2026-12-31", "2027-12-31"]
    assert row.outcome["counts"]["drafts"] == 1
    fix = fixes.deadline_fix("2027年前", "2026-12-31", plan_year=2023, reference_date=DAY)
    row = corrected(row, fix)
    assert (row.outcome["counts"]["drafts"], row.outcome["counts"]["warnings"]) == (0, 0)
    confirmed(row)
    task = Task.objects.get(code="3")
    assert (task.state, task.original_deadline) == (TaskState.OPEN, dt.date(2026, 12, 31))
    assert task.deadline_raw == "2027年前"
    # The file as it is says the same as before, though nobody explains its wording again.
    again = uploaded(cast.supervisor, messy(change))
    assert again.outcome["counts"]["unchanged"] == 6


def test_a_draft_already_there_is_issued_once_its_deadline_is_explained(cast: Cast) -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0]["J10"] = "待定"

    confirmed(uploaded(cast.supervisor, messy(change)))
    assert Task.objects.get(code="3").state == TaskState.DRAFT
    row = uploaded(cast.supervisor, messy(change))
    assert row.outcome["counts"]["unchanged"] == 6
    group(row, "ambiguous_deadline")
    fix = fixes.deadline_fix("待定", "2023年10月底前", plan_year=2023, reference_date=DAY)
    row = corrected(row, fix)
    assert row.outcome["counts"]["changed"] == 1
    confirmed(row)
    task = Task.objects.get(code="3")
    assert (task.state, task.original_deadline) == (TaskState.OPEN, dt.date(2023, 10, 31))


@pytest.mark.parametrize("words", ["", "看情况", "待定", "2027年前"])
def test_a_reading_that_is_unclear_itself_is_refused(words: str) -> None:
    with pytest.raises(DomainError) as refusal:
        fixes.deadline_fix("2027年前", words, plan_year=2023, reference_date=DAY)
    assert refusal.value.code == "deadline_unread"


def test_a_cell_is_read_as_if_the_person_s_words_stood_in_it(cast: Cast) -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0]["J10"] = "2023年2月30日"

    row = uploaded(cast.supervisor, messy(change))
    wrong = group(row, "invalid_date")
    row = corrected(row, fixes.cell_fix(wrong["places"], "2023年9月底前"))
    assert row.outcome["counts"]["new"] == 6
    assert [r["deadline"] for r in row.outcome["rows"] if r["code"] == "3"] == ["2023-09-30"]


def test_rows_are_left_out(cast: Cast) -> None:
    row = uploaded(cast.supervisor, messy(with_unknown_unit))
    row = corrected(row, fixes.leave_out_fix(group(row, "unknown_unit")["places"]))
    assert (row.outcome["counts"]["new"], row.outcome["counts"]["errors"]) == (4, 0)
    confirmed(row)
    assert sorted(Task.objects.values_list("code", flat=True)) == ["3", "4", "5", "6"]


def test_a_column_is_taken_for_another_field_and_that_is_learned(cast: Cast) -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0]["D3"] = "奋斗方向"

    row = uploaded(cast.supervisor, messy(change))
    assert any(
        column["header"] == "奋斗方向" and not column["field"] for column in row.outcome["columns"]
    )
    row = corrected(row, fixes.column_fix("奋斗方向", "target"))
    confirmed(row)
    assert Task.objects.get(code="1").target == "六个百分之百"
    assert LearnedHeader.objects.get().meaning == "target"
    again = uploaded(cast.supervisor, messy(change))
    assert again.outcome["counts"]["unchanged"] == 6


def test_a_second_confirmation_changes_nothing(cast: Cast) -> None:
    row = uploaded(cast.supervisor)
    digest = row.digest
    confirm_import(row, digest=digest, by=cast.supervisor, on=DAY)
    entries = AuditEntry.objects.count()
    again = confirm_import(row, digest=digest, by=cast.supervisor, on=DAY)
    assert again.state == ImportState.LANDED
    assert AuditEntry.objects.count() == entries
    assert Task.objects.count() == 6


def test_a_stale_preview_is_computed_anew_and_lands_only_when_confirmed_again(cast: Cast) -> None:
    row, other = uploaded(cast.supervisor), uploaded(cast.second_supervisor)
    confirmed(other)
    with pytest.raises(ConflictError) as refusal:
        confirmed(row)
    assert refusal.value.code == "preview_stale"
    row.refresh_from_db()
    assert (row.state, row.outcome["counts"]["unchanged"]) == (ImportState.READY, 6)
    assert "重新对比" in row.note
    assert confirmed(row).state == ImportState.LANDED
    assert Task.objects.count() == 6


def retitled(title: str, deadline: str = "待定") -> bytes:
    def change(book: Workbook) -> None:
        book.worksheets[0]["C10"] = title
        book.worksheets[0]["J10"] = deadline

    return messy(change)


def draft_3() -> Task:
    return Task.objects.get(code="3")


def test_what_changed_here_and_there_is_shown_with_both_values_and_chosen(cast: Cast) -> None:
    confirmed(uploaded(cast.supervisor, retitled("VOCs治理")))
    Task.objects.filter(code="3").update(title="系统里改的名称")
    row = uploaded(cast.supervisor, retitled("台账里改的名称"))
    conflict = group(row, "changed_here_too")
    (line,) = [one for one in row.outcome["rows"] if one["code"] == "3"]
    assert [(f["old"], f["new"], f["fate"]) for f in line["fields"]] == [
        ("系统里改的名称", "台账里改的名称", "conflict")
    ]
    assert row.outcome["counts"]["changed"] == 0
    fields = open_fields(row.outcome, conflict["places"])
    took = corrected(row, fixes.conflict_fix(fields, "file"))
    assert took.outcome["counts"]["changed"] == 1
    took = prepare_without_last(took)
    kept = corrected(took, fixes.conflict_fix(fields, "system"))
    assert (kept.outcome["counts"]["changed"], kept.outcome["counts"]["errors"]) == (0, 0)
    confirmed(kept)
    assert draft_3().title == "系统里改的名称"
    # The choice holds: the same file raises the question no more.
    again = uploaded(cast.supervisor, retitled("台账里改的名称"))
    assert again.outcome["counts"]["unchanged"] == 6
    assert not [g for g in again.outcome["groups"] if g["level"] == "error"]


def prepare_without_last(row: LedgerImport) -> LedgerImport:
    change_import(row, version=row.version, by=row.by, on=DAY, remove=0)
    run_imports()
    return LedgerImport.objects.get(pk=row.pk)


def test_what_only_the_system_changed_stays_and_what_only_the_ledger_changed_follows(
    cast: Cast,
) -> None:
    confirmed(uploaded(cast.supervisor, retitled("VOCs治理")))
    Task.objects.filter(code="3").update(remark="系统里的备注")
    confirmed(uploaded(cast.supervisor, retitled("新的名称")))
    task = draft_3()
    assert (task.title, task.remark) == ("新的名称", "系统里的备注")


def test_an_amended_issued_task_is_no_error_while_its_row_stays_the_same(cast: Cast) -> None:
    confirmed(uploaded(cast.supervisor))
    task = draft_3()
    Task.objects.filter(pk=task.pk).update(title="修订后的名称")
    row = uploaded(cast.supervisor)
    assert (row.outcome["counts"]["unchanged"], row.outcome["counts"]["errors"]) == (6, 0)


def test_a_preview_is_its_uploader_s_alone(cast: Cast) -> None:
    row = uploaded(cast.supervisor)
    seen = LedgerImport.objects.visible_to(cast.second_supervisor, on=DAY)
    assert not seen.exists()
    with pytest.raises(NotAllowedError):
        confirm_import(row, digest=row.digest, by=cast.second_supervisor, on=DAY)
    confirmed(row)
    assert seen.get() == row
    assert not LedgerImport.objects.visible_to(cast.head, on=DAY).exists()


def test_who_does_not_supervise_uploads_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        uploaded(cast.head)
    assert not LedgerImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("台账.docx", b"PK\x03\x04", "ledger_type"),
        ("台账.xlsx", b"", "ledger_empty"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused(
    cast: Cast, name: str, content: bytes, code: str
) -> None:
    upload = SimpleUploadedFile(name, content)
    with pytest.raises(DomainError) as refusal:
        upload_ledger(upload, {}, on=DAY, by=cast.supervisor)
    assert refusal.value.code == code
    assert not LedgerImport.objects.exists()


def test_another_window_s_correction_is_not_overwritten(cast: Cast) -> None:
    row = uploaded(cast.supervisor, messy(with_unknown_unit))
    fix = fixes.leave_out_fix(group(row, "unknown_unit")["places"])
    corrected(row, fix)
    with pytest.raises(ConflictError) as refusal:
        change_import(row, version=1, by=cast.supervisor, on=DAY, add=fix)
    assert refusal.value.code == "version_conflict"


def test_a_preview_given_up_or_expired_leaves_nothing(cast: Cast) -> None:
    row, late = uploaded(cast.supervisor), uploaded(cast.supervisor)
    stored = row.file.name
    discard_import(row, by=cast.supervisor, on=DAY)
    row.refresh_from_db()
    assert (row.state, row.outcome, row.file.name) == (ImportState.DISCARDED, {}, "")
    assert stored
    assert expire_imports(on=late.expires_on) == 0
    assert expire_imports(on=late.expires_on + dt.timedelta(days=1)) == 1
    late.refresh_from_db()
    assert late.state == ImportState.EXPIRED
    assert not Task.objects.exists()


def test_undoing_gives_up_untouched_drafts_and_says_why_the_rest_stays(cast: Cast) -> None:
    row = confirmed(uploaded(cast.supervisor, retitled("VOCs治理")))
    undone = undo_import(row, by=cast.supervisor, on=DAY)
    assert [task.code for task in undone.drafts] == ["3"]
    assert {why for _task, why in undone.stays} == {"已交办，记录不能删除；确实不办的请终止任务"}
    assert draft_3().discarded_on == DAY
    # The corrected file brings the draft back.
    again = uploaded(cast.supervisor, retitled("VOCs治理", "2023年9月底前"))
    assert again.outcome["counts"]["changed"] == 1
    confirmed(again)
    assert (draft_3().state, draft_3().discarded_on) == (TaskState.OPEN, None)


def test_an_import_whose_tasks_were_all_issued_cannot_be_undone(cast: Cast) -> None:
    row = confirmed(uploaded(cast.supervisor))
    with pytest.raises(DomainError) as refusal:
        undo_import(row, by=cast.supervisor, on=DAY)
    assert refusal.value.code == "nothing_to_undo"


def test_a_draft_changed_since_stays(cast: Cast) -> None:
    row = confirmed(uploaded(cast.supervisor, retitled("VOCs治理")))
    Task.objects.filter(code="3").update(version=9)
    with pytest.raises(DomainError):
        undo_import(row, by=cast.supervisor, on=DAY)


def test_a_worker_that_died_leaves_its_work_to_the_next(cast: Cast, set_clock: Any) -> None:
    upload = SimpleUploadedFile("台账.xlsx", messy())
    row = upload_ledger(upload, {}, on=DAY, by=cast.supervisor)
    LedgerImport.objects.filter(pk=row.pk).update(
        leased_until=dt.datetime(2023, 7, 10, 23, tzinfo=dt.UTC)
    )
    assert run_imports() == 0
    set_clock(DAY + dt.timedelta(days=2))
    assert run_imports() == 1
    assert run_imports() == 0
    row.refresh_from_db()
    assert row.state == ImportState.READY
