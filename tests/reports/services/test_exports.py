"""Handing out HR's list and its dossiers: who may, what is in them, and that it is logged."""

import datetime as dt
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import translation

from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry
from reports.choices import FindingKind
from reports.models import Exclusion, Interview
from reports.services.exclusions import (
    grant_dossiers,
    list_exclusions,
    may_take_dossiers,
    resting_on,
    withdraw_exclusion,
)
from reports.services.exports import export_dossiers, export_list
from reports.services.interviews import revoke_interview
from reports.services.proposals import confirm_proposal
from tasks.models import ProgressReport
from tasks.services.extensions import grant_extension, request_extension
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import issued_task
from tests.reports.making import (
    LAGGING,
    excluded_unit,
    held_interview,
    in_force,
    only_proposal,
    run,
)

DAY = dt.timedelta(days=1)
END = dt.date(2023, 12, 31)
PROOF = "逐条河道巡查，登记在册。".encode()


def cells(content: bytes) -> list[list[object]]:
    """Return the rows below the heading."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def grant(cast: Cast, *, until: dt.date = END) -> None:
    grant_dossiers(cast.hr, year=2023, on=LAGGING, until=until, reason="年度考核", by=cast.leader)


def test_hr_takes_the_list_and_it_is_logged(cast: Cast) -> None:
    in_force()
    exclusion = excluded_unit(cast)
    export = export_list(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    assert export.count == 1
    assert cells(export.content) == [
        [
            "水生态环境科",
            None,
            "水生态环境科",
            "取消评优资格",
            f"取消2023年度考核评优资格（{exclusion.number}）",
            exclusion.clause,
            dt.datetime(2023, 7, 30),  # noqa: DTZ001 - a cell has no zone
        ]
    ]
    entry = AuditEntry.objects.get(action="exclusions.export")
    assert entry.actor == cast.hr
    assert entry.data["count"] == 1
    assert entry.data["digest"] == export.digest
    assert export_list(2023, as_of=LAGGING, on=LAGGING, by=cast.hr).digest == export.digest


def test_a_person_is_listed_with_their_staff_number(cast: Cast) -> None:
    in_force()
    held_interview(cast, cast.clerk, dt.date(2023, 3, 1))
    held_interview(cast, cast.clerk, dt.date(2023, 5, 8))
    run(LAGGING)
    confirm_proposal(only_proposal(), on=LAGGING, by=cast.leader, reason="属实")
    export = export_list(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    assert cells(export.content)[0][:3] == ["大气环境科科员", "TY-clerk", "大气环境科"]


def test_a_referral_is_never_on_hrs_list(cast: Cast) -> None:
    in_force()
    excluded_unit(cast)
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    run(LAGGING)
    confirm_proposal(
        only_proposal(kind=FindingKind.DISCIPLINE_REFERRAL),
        on=LAGGING,
        by=cast.leader,
        reason="移送",
    )
    assert Exclusion.objects.count() == 2
    assert export_list(2023, as_of=LAGGING, on=LAGGING, by=cast.hr).count == 1


@pytest.mark.parametrize(
    "name",
    ["head", "liaison", "clerk", "supervisor", "discipline", "sysadmin", "secadmin", "auditor"],
)
def test_only_hr_and_leaders_take_the_list(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError, match="只有人事或局领导"):
        export_list(2023, as_of=LAGGING, on=LAGGING, by=cast.named(name))


def test_the_list_is_as_it_stood_on_the_day(cast: Cast) -> None:
    in_force()
    exclusion = excluded_unit(cast)
    gone = LAGGING + 5 * DAY
    withdraw_exclusion(exclusion, on=gone, reason="复核不成立", by=cast.leader)
    counts = {
        day: list_exclusions(2023, on=day).count()
        for day in (LAGGING - DAY, LAGGING, gone - DAY, gone)
    }
    assert list(counts.values()) == [0, 1, 1, 0]
    assert list_exclusions(2022, on=gone - DAY).count() == 0


def test_a_later_year_than_its_day_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        export_list(2024, as_of=LAGGING, on=LAGGING, by=cast.hr)
    assert refusal.value.code == "year_after_as_of"


def test_dossiers_need_a_further_right_for_a_while(cast: Cast) -> None:
    in_force()
    excluded_unit(cast)
    with pytest.raises(NotAllowedError, match="授权"):
        export_dossiers(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    until = LAGGING + 3 * DAY
    grant(cast, until=until)
    assert export_dossiers(2023, as_of=LAGGING, on=until, by=cast.hr).count == 1
    assert not may_take_dossiers(cast.hr, 2023, on=until + DAY)
    assert not may_take_dossiers(cast.hr, 2022, on=LAGGING)
    assert AuditEntry.objects.filter(action="dossiers.export").count() == 1


@pytest.mark.parametrize("name", ["hr", "supervisor", "secadmin"])
def test_only_leaders_grant_dossiers(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError, match="只有局领导"):
        grant_dossiers(
            cast.hr, year=2023, on=LAGGING, until=END, reason="考核", by=cast.named(name)
        )


def test_dossiers_are_granted_to_hr_alone_and_never_to_oneself(cast: Cast) -> None:
    for name in ("clerk", "supervisor", "auditor"):
        with pytest.raises(DomainError) as refusal:
            grant_dossiers(
                cast.named(name), year=2023, on=LAGGING, until=END, reason="看", by=cast.leader
            )
        assert refusal.value.code == "not_hr"
    with pytest.raises(DomainError, match="自己"):
        grant_dossiers(cast.leader, year=2023, on=LAGGING, until=END, reason="看", by=cast.leader)


def test_a_dossier_holds_what_the_exclusion_rests_on(cast: Cast) -> None:
    in_force()
    exclusion = excluded_unit(cast)
    grant(cast)
    export = export_dossiers(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    archive = zipfile.ZipFile(io.BytesIO(export.content))
    assert archive.testzip() is None
    folder = f"001_{exclusion.number}_水生态环境科"
    assert set(archive.namelist()) == {
        "README.txt",
        "SHA256SUMS",
        f"{folder}/说明.txt",
        f"{folder}/dossier.json",
        f"{folder}/audit.json",
    }
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    account = archive.read(f"{folder}/说明.txt").decode()
    for part in (exclusion.clause, "2023-03-01", "2023-05-08", "落实不力", "限期整改。"):
        assert part in account
    record = json.loads(archive.read(f"{folder}/dossier.json"))
    assert [one["held_on"] for one in record["interviews"]] == ["2023-03-01", "2023-05-08"]
    assert record["policy_digest"] == exclusion.proposal.policy_digest
    actions = [entry["action"] for entry in json.loads(archive.read(f"{folder}/audit.json"))]
    assert actions.count("interview.hold") == 2
    assert "proposal.confirm" in actions


def proven_unit(cast: Cast) -> tuple[Exclusion, ProgressReport]:
    """An excluded unit whose second interview was about a task reported with evidence."""
    task = issued_task(cast, leads=(cast.water,))
    upload = SimpleUploadedFile("../巡查 记录.txt", PROOF)
    report = submit_report(
        task, on=dt.date(2023, 2, 1), percent=20, text="巡查", evidence=[upload], by=cast.water_head
    )
    held_interview(cast, cast.water, dt.date(2023, 3, 1))
    held_interview(cast, cast.water, dt.date(2023, 5, 8), tasks=[task])
    run(LAGGING)
    proposal = only_proposal(unit=cast.water, kind=FindingKind.EXCELLENCE_CANCELLED)
    confirmed = confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="情况属实")
    return confirmed.exclusion, report


def test_a_dossier_holds_the_evidence_of_its_tasks_unchanged(cast: Cast) -> None:
    in_force()
    exclusion, report = proven_unit(cast)
    grant(cast)
    export = export_dossiers(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    archive = zipfile.ZipFile(io.BytesIO(export.content))
    name = (
        f"001_{exclusion.number}_水生态环境科/佐证/"
        f"{report.task.plan.code}_{report.task.code}/01_巡查 记录.txt"
    )
    assert archive.read(name) == PROOF
    digest = hashlib.sha256(PROOF).hexdigest()
    assert f"{digest}  {name}" in archive.read("SHA256SUMS").decode().splitlines()
    folder = name.split("/", 1)[0]
    assert (
        "01_巡查 记录.txt 2023-02-01 进展填报 水生态环境科科长"
        in archive.read(f"{folder}/说明.txt").decode()
    )
    (task,) = json.loads(archive.read(f"{folder}/dossier.json"))["tasks"]
    assert [file["sha256"] for file in task["evidence"]] == [digest]


@pytest.mark.parametrize("what", ["lost", "changed"])
def test_a_dossier_with_a_hole_in_its_evidence_is_not_handed_out(cast: Cast, what: str) -> None:
    in_force()
    _exclusion, report = proven_unit(cast)
    grant(cast)
    stored = Path(report.evidence.get().file.path)
    if what == "lost":
        stored.unlink()
    else:
        stored.write_bytes(PROOF + b".")
    with pytest.raises(DomainError, match="巡查 记录") as refusal:
        export_dossiers(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    assert refusal.value.code == "evidence_lost"
    assert not AuditEntry.objects.filter(action="dossiers.export").exists()
    stored.unlink(missing_ok=True)


def dossier(content: bytes) -> tuple[dict[str, Any], list[str], str]:
    """Return the first dossier's record, the actions of its entries, and its account."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    folder = next(name for name in archive.namelist() if name.startswith("001_")).split("/")[0]
    record = json.loads(archive.read(f"{folder}/dossier.json"))
    entries = json.loads(archive.read(f"{folder}/audit.json"))
    account = archive.read(f"{folder}/说明.txt").decode()
    return record, [entry["action"] for entry in entries], account


def test_a_dossier_of_a_past_day_knows_nothing_of_what_came_after(cast: Cast) -> None:
    in_force()
    exclusion, report = proven_unit(cast)
    grant(cast)
    task, later = report.task, LAGGING + 5 * DAY
    assert task.effective_deadline is not None
    asked = request_extension(
        task,
        to=task.effective_deadline + 30 * DAY,
        reason="设备到货推迟",
        on=dt.date(2023, 6, 1),
        by=cast.water_head,
    )
    before = export_dossiers(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    grant_extension(asked, on=later, by=cast.supervisor)
    withdraw_exclusion(exclusion, on=later, reason="复核不成立", by=cast.leader)
    revoke_interview(
        Interview.objects.get(held_on=dt.date(2023, 3, 1)), on=later, reason="复核", by=cast.leader
    )
    after = export_dossiers(2023, as_of=LAGGING, on=later, by=cast.hr)
    assert after.digest == before.digest
    assert dossier(after.content) == dossier(before.content)
    _record, actions, account = dossier(after.content)
    assert "申请延期（待核查）" in account
    assert "proposal.confirm" in actions and "exclusion.withdraw" not in actions
    assert not AuditEntry.objects.filter(action__in=actions, data__on__gt=str(LAGGING)).exists()


def test_the_digest_is_the_same_in_every_language(cast: Cast) -> None:
    in_force()
    excluded_unit(cast)
    grant(cast)
    digests = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            lists = export_list(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
            files = export_dossiers(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
            digests.add((lists.digest, files.digest))
            shown = cells(lists.content)[0][3]
    assert shown == "Excellence cancelled" and len(digests) == 1


def test_what_leaves_the_house_carries_the_head_of_the_chain(cast: Cast) -> None:
    """Each copy anchors the log: its entry's number and digest, as `verify_audit` takes them."""
    in_force()
    excluded_unit(cast)
    grant(cast)
    export = export_list(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    head = AuditEntry.objects.get(action="exclusions.export")
    sheet = openpyxl.load_workbook(io.BytesIO(export.content)).active
    assert sheet is not None and f"链头：{head.seq}:{head.digest}" in str(sheet["A2"].value)
    assert sheet.oddFooter is not None
    assert f"链头 {head.seq}:{head.digest[:8]}" in str(sheet.oddFooter.center.text)
    files = export_dossiers(2023, as_of=LAGGING, on=LAGGING, by=cast.hr)
    head = AuditEntry.objects.get(action="dossiers.export")
    archive = zipfile.ZipFile(io.BytesIO(files.content))
    assert f"链头：{head.seq}:{head.digest}" in archive.read("README.txt").decode()


def test_what_rests_on_a_revoked_interview_is_shown_and_withdrawn_by_a_leader(cast: Cast) -> None:
    in_force()
    exclusion = excluded_unit(cast)
    other = held_interview(cast, cast.clerk, dt.date(2023, 6, 5))
    assert not resting_on(other, on=LAGGING).exists()
    first = Interview.objects.get(held_on=dt.date(2023, 3, 1))
    revoke_interview(first, on=LAGGING + DAY, reason="复核", by=cast.leader)
    assert list(resting_on(first, on=LAGGING + DAY)) == [exclusion]
    for name in ("hr", "supervisor", "discipline", "water_head"):
        with pytest.raises(NotAllowedError):
            withdraw_exclusion(exclusion, on=LAGGING + DAY, reason="撤", by=cast.named(name))
    withdraw_exclusion(exclusion, on=LAGGING + DAY, reason="约谈已撤销", by=cast.leader)
    assert not resting_on(first, on=LAGGING + DAY).exists()
    with pytest.raises(DomainError, match="撤回") as refusal:
        withdraw_exclusion(exclusion, on=LAGGING + DAY, reason="再撤", by=cast.leader)
    assert refusal.value.code == "already_withdrawn"


def test_the_command_writes_both_files(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_force()
    excluded_unit(cast)
    book, archive = tmp_path / "名单.xlsx", tmp_path / "卷宗.zip"
    call_command(
        "export_exclusions",
        "2023",
        "--as-of",
        "2023-12-31",
        "-o",
        str(book),
        "--dossiers",
        str(archive),
        "--format",
        "json",
    )
    answer = json.loads(capsys.readouterr().out)
    assert (answer["year"], answer["as_of"], answer["count"]) == (2023, "2023-12-31", 1)
    assert len(cells(book.read_bytes())) == 1
    assert zipfile.is_zipfile(archive)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([book.name, archive.name])
    assert AuditEntry.objects.get(action="exclusions.export").actor is None


def test_a_place_that_cannot_be_written_is_refused_and_leaves_nothing(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(
            "export_exclusions",
            "2023",
            "-o",
            str(tmp_path / "名单.xlsx"),
            "--dossiers",
            str(tmp_path / "没有" / "卷宗.zip"),
        )
    assert ended.value.code == 1
    assert "不能写入" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
