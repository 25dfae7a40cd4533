"""Verifying, anchoring and purging the audit chain."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction

from accounts import append_only, clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditCheck, AuditEntry, AuditHead
from accounts.services import audit
from accounts.services.audit_anchors import (
    anchor_file,
    anchor_head,
    last_anchor,
    parse_anchor,
    read_anchors,
)
from accounts.services.audit_checks import ask_check, last_check, run_checks
from accounts.services.audit_purge import KEPT_DAYS, purge_audit
from accounts.services.audit_verification import PURGED, verify_chain
from tasks.models import TaskFact
from tests.cast import Cast, cast
from tests.making import SetClock, issued_task, set_clock

__all__ = ["cast", "set_clock"]

OLD, TODAY = dt.date(2023, 1, 10), dt.date(2023, 9, 1)


@pytest.fixture(autouse=True)
def own_data(settings: LazySettings, tmp_path: Path) -> None:
    """Anchors of this test alone."""
    settings.DATA_DIR = tmp_path


def note(cast: Cast, text: str = "记一笔") -> AuditEntry:
    with transaction.atomic():
        return audit.record("unit.note", cast.air, by=cast.head, summary=text)


def test_an_anchor_is_appended_and_mailed_to_the_auditors_alone(cast: Cast) -> None:
    entry = note(cast)
    anchor = anchor_head(on=TODAY)
    assert anchor.text == f"{entry.seq}:{entry.digest}"
    second = note(cast)
    anchor_head(on=TODAY)
    assert read_anchors(anchor_file()) == {entry.seq: entry.digest, second.seq: second.digest}
    newest = last_anchor()
    assert newest is not None
    assert newest.seq == second.seq
    assert [message.to for message in mail.outbox] == [["auditor@example.com"]] * 2
    assert anchor.text in mail.outbox[0].body


def test_an_anchor_is_read_as_it_is_printed() -> None:
    assert parse_anchor("12:AB") == (12, "ab")
    for text in ("12", "12:", ":ab", "x:ab", "-1:ab"):
        with pytest.raises(DomainError, match="不是锚点"):
            parse_anchor(text)


def test_only_the_auditor_asks_and_a_second_question_waits_with_the_first(cast: Cast) -> None:
    for person in (cast.head, cast.sysadmin, cast.secadmin, cast.leader):
        with pytest.raises(NotAllowedError):
            ask_check(by=person)
    assert ask_check(by=cast.auditor) == ask_check(by=None)
    assert AuditCheck.objects.count() == 1
    assert run_checks() == 1
    assert run_checks() == 0
    check = last_check()
    assert check is not None
    assert check.sound
    assert check.done == check.total == 1


def test_a_broken_chain_alarms_the_auditors(cast: Cast) -> None:
    entry = note(cast)
    with append_only.lifted(connection, append_only.AUDIT_TABLE):
        AuditEntry.objects.filter(pk=entry.pk).update(summary="改")
    ask_check(by=None)
    run_checks()
    check = last_check()
    assert check is not None
    assert check.sound is False
    assert f"第 {entry.seq} 条" in check.finding
    assert [message.to for message in mail.outbox] == [["auditor@example.com"]]
    assert "警报" in mail.outbox[0].subject


def write_anchors(*anchors: tuple[int, str], rubbish: str = "") -> None:
    lines = [json.dumps({"seq": seq, "digest": digest}) for seq, digest in anchors]
    anchor_file().parent.mkdir(parents=True, exist_ok=True)
    anchor_file().write_text("\n".join([*lines, rubbish]), encoding="utf-8")


def checked() -> AuditCheck:
    """Ask for a check, run it, and return it with its finding."""
    ask_check(by=None)
    assert run_checks() == 1 and run_checks() == 0
    check = last_check()
    assert check is not None
    return check


def test_two_anchors_that_contradict_each_other_are_a_finding(cast: Cast) -> None:
    entry = note(cast)
    write_anchors((entry.seq, entry.digest), (entry.seq, "f" * 64))
    check = checked()
    assert check.sound is False
    assert f"第 {entry.seq} 条有两个不同的摘要" in check.finding and "备份恢复" in check.finding
    assert "警报" in mail.outbox[0].subject and check.finding in mail.outbox[0].body


def test_two_anchors_of_one_day_that_agree_with_the_chain_are_none(cast: Cast) -> None:
    note(cast)
    anchor_head(on=TODAY)
    note(cast)
    anchor_head(on=TODAY)
    assert checked().sound is True


def test_a_line_of_the_file_that_cannot_be_read_is_a_finding_too(cast: Cast) -> None:
    entry = note(cast)
    write_anchors((entry.seq, entry.digest), rubbish='{"seq": 3, "dig')
    check = checked()
    assert check.sound is False and "锚点文件第 2 行无法读取" in check.finding
    assert mail.outbox[0].subject == "警报：操作记录链的锚点无法核验"


def test_a_broken_chain_is_told_before_anchors_that_contradict_each_other(cast: Cast) -> None:
    first, entry = note(cast), note(cast)
    write_anchors((entry.seq, entry.digest), (entry.seq, "f" * 64))
    with append_only.lifted(connection, append_only.AUDIT_TABLE):
        AuditEntry.objects.filter(pk=first.pk).update(summary="改")
    assert f"第 {first.seq} 条的内容与其摘要不符" in checked().finding


@pytest.mark.parametrize(
    ("anchors", "words"),
    [
        ([(1, "f"), (2, "e")], "没有更早的锚点相符：整条链被改写，或锚点出自另一个数据库"),
        ([(1, "own"), (3, "f")], "最后相符的是第 1 条的锚点；如其后曾从备份恢复"),
        ([(1, "own"), (90, "f")], "第 5 条起被截断，或数据库从更早的备份恢复"),
        ([(90, "f")], "或锚点出自另一个数据库"),
    ],
    ids=["another database's", "restored and gone on", "restored", "all beyond"],
)
def test_anchors_of_before_a_restore_or_of_another_database_say_what_they_may_be(
    cast: Cast, anchors: list[tuple[int, str]], words: str
) -> None:
    first = note(cast)
    note(cast)
    note(cast)
    write_anchors(*((seq, first.digest if what == "own" else what * 64) for seq, what in anchors))
    check = checked()
    assert check.sound is False and words in check.finding


def test_old_entries_go_leave_a_bridge_and_those_facts_rest_on_stay(
    cast: Cast, set_clock: SetClock
) -> None:
    set_clock(OLD)
    note(cast)
    note(cast)
    issued_task(cast, on=OLD)
    note(cast)
    kept = set(TaskFact.objects.values_list("entry_id", flat=True))
    before = set(AuditEntry.objects.values_list("seq", flat=True))
    set_clock(TODAY)
    fresh = note(cast)
    assert purge_audit(before=OLD + dt.timedelta(days=1)) == len(before - kept)
    left = set(AuditEntry.objects.exclude(action=PURGED).values_list("seq", flat=True))
    assert left == kept | {fresh.seq}
    found = verify_chain()
    assert found.fault is None
    assert found.bridged == len(before - kept)
    assert found.entries == len(left) + 1
    # The triggers are back, and a second purge has nothing to take.
    assert purge_audit(before=OLD + dt.timedelta(days=1)) == 0
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=fresh.pk).update(summary="改")


def test_what_a_forged_bridge_covers_is_found(cast: Cast, set_clock: SetClock) -> None:
    set_clock(OLD)
    first, second, third = note(cast), note(cast), note(cast)
    set_clock(TODAY)
    note(cast)
    purge_audit(before=OLD + dt.timedelta(days=1))
    purge = AuditEntry.objects.get(action=PURGED)
    assert purge.data["runs"] == [[first.seq, third.seq, audit.GENESIS, third.digest]]
    purge.data["runs"][0][3] = second.digest
    with append_only.lifted(connection, append_only.AUDIT_TABLE):
        AuditEntry.objects.filter(pk=purge.pk).update(data=purge.data)
    found = verify_chain().fault
    assert found is not None
    assert found.seq == 4


@pytest.mark.parametrize(("days", "taken"), [(KEPT_DAYS, True), (KEPT_DAYS - 1, False)])
def test_six_months_are_kept_whatever_is_asked(
    cast: Cast, set_clock: SetClock, days: int, taken: bool
) -> None:
    set_clock(TODAY)
    note(cast)
    day = TODAY - dt.timedelta(days=days)
    if taken:
        assert purge_audit(before=day) == 0
        return
    with pytest.raises(DomainError, match="至少保存 184 天"):
        purge_audit(before=day)


def test_the_command_says_what_it_found(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    note(cast)
    head = AuditHead.objects.get()
    call_command("verify_audit", "--anchor", f"1:{head.digest}", "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["sound"], answer["entries"], answer["anchors"]) == (True, 1, 1)
    call_command("verify_audit")
    assert f"链头：1:{head.digest}" in capsys.readouterr().out
    for wrong in (["--anchor", "1"], ["--anchor-file", "/nowhere"]):
        with pytest.raises(SystemExit) as end:
            call_command("verify_audit", *wrong)
        assert end.value.code == 1


def test_the_clock_of_the_anchor_is_the_offices(cast: Cast) -> None:
    note(cast)
    anchor_head(on=clock.today())
    newest = last_anchor()
    assert newest is not None
    assert newest.at.endswith("+08:00")
