"""Stored data is judged as of a day, narrowed to a unit, and frozen byte for byte."""

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.errors import DomainError
from accounts.models import AuditEntry
from reports.evaluation.output import as_json, as_text, digest_of_text
from reports.models import FrozenRun
from reports.policy.load import SHIPPED, load_shipped
from reports.services.evaluations import evaluate, find_policy, freeze_evaluation
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import issued_task

pytestmark = pytest.mark.django_db

POLICY = load_shipped("taiyuan-2023")
LATE = dt.date(2023, 7, 30)


def command(*arguments: str) -> tuple[Any, int]:
    """Run `evaluate` in JSON; return what it printed and its exit status."""
    out, status = io.StringIO(), 0
    try:
        call_command("evaluate", "--format", "json", *arguments, stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return json.loads(out.getvalue()), status


def test_a_late_task_is_found_with_its_unit_and_its_holder(cast: Cast) -> None:
    issued_task(cast)
    answer = as_json(evaluate(as_of=LATE, policy=POLICY))
    assert [(f["subject"]["kind"], f["rule"]) for f in answer["findings"]] == [
        ("person", "seriously_lagging"),
        ("unit", "seriously_lagging"),
    ]
    assert answer["tasks"][0]["overdue_days"] == 30
    assert {row["code"]: row["overdue"] for row in answer["units"]}["DQK"] == 1


def test_what_is_recorded_later_does_not_change_what_was_known(cast: Cast) -> None:
    task = issued_task(cast)
    before = evaluate(as_of=LATE, policy=POLICY)
    submit_report(task, percent=90, text="", on=dt.date(2023, 6, 1), by=cast.head)
    after = evaluate(as_of=LATE, policy=POLICY)
    again = evaluate(as_of=LATE, policy=POLICY, known_at=before.known_at)
    assert as_text(again) == as_text(before)
    assert after.tasks[0].reading.counted == 90
    assert before.tasks[0].reading.counted == 0


def test_a_year_after_that_of_the_day_is_refused() -> None:
    with pytest.raises(DomainError) as refusal:
        evaluate(as_of=LATE, year=2024, policy=POLICY)
    assert refusal.value.code == "year_after_as_of"


def test_an_earlier_year_is_judged_on_a_later_day(cast: Cast) -> None:
    issued_task(cast)
    answer = evaluate(as_of=dt.date(2024, 1, 31), year=2023, policy=POLICY)
    assert {ranking.month for ranking in answer.rankings} == {
        f"2023-{month:02d}" for month in range(1, 13)
    }


def test_a_unit_sees_its_tasks_its_group_and_the_findings_about_it_and_its_people(
    cast: Cast,
) -> None:
    issued_task(cast, code="T1")
    issued_task(cast, code="T2", leads=(cast.water,), cooperating=(cast.branch_unit,))
    own = evaluate(as_of=LATE, policy=POLICY, unit=cast.air)
    assert [task.key for task in own.tasks] == ["T1"]
    assert [unit.code for unit in own.units] == ["DQK"]
    assert {row.unit for ranking in own.rankings for row in ranking.rows} == {"DQK", "SHK"}
    assert {(f.subject.kind, f.subject.id) for f in own.findings} == {
        ("unit", "DQK"),
        ("person", cast.head.staff_number),
    }
    branch = evaluate(as_of=LATE, policy=POLICY, unit=cast.branch_unit)
    assert [task.key for task in branch.tasks] == ["T2"]
    assert branch.findings == ()


def test_a_frozen_run_keeps_the_bytes_and_is_kept_once(cast: Cast) -> None:
    issued_task(cast)
    evaluation = evaluate(as_of=LATE, policy=POLICY)
    run = freeze_evaluation(evaluation, by=cast.hr)
    assert run.body == as_text(evaluation)
    assert run.digest == digest_of_text(run.body)
    assert (run.as_of, run.year, run.policy_digest) == (LATE, 2023, POLICY.digest)
    assert freeze_evaluation(evaluation, by=cast.hr).pk == run.pk
    again = evaluate(as_of=run.as_of, year=run.year, policy=POLICY, known_at=run.known_at)
    assert as_text(again) == run.body
    assert AuditEntry.objects.filter(action="evaluation_frozen").count() == 1


def test_a_policy_is_found_by_name_or_file(tmp_path: Any) -> None:
    assert find_policy("taiyuan-2023") == POLICY
    assert find_policy(str(SHIPPED / "taiyuan-2023.yaml")) == POLICY
    broken = tmp_path / "broken.yaml"
    broken.write_text("policy: x", encoding="utf-8")
    for named, code in (("nowhere", "unknown_policy"), (str(broken), "missing_key")):
        with pytest.raises(DomainError) as refusal:
            find_policy(named)
        assert refusal.value.code == code


def test_the_command_judges_prints_and_freezes(cast: Cast) -> None:
    issued_task(cast)
    answer, status = command(
        "--as-of",
        "2023-07-30",
        "--policy",
        "taiyuan-2023",
        "--unit",
        "大气环境科",
        "--year",
        "2023",
    )
    assert (status, answer["policy"], [u["code"] for u in answer["units"]]) == (
        0,
        "taiyuan-2023",
        ["DQK"],
    )
    _, status = command("--as-of", "2023-07-30", "--policy", "taiyuan-2023", "--freeze")
    assert (status, FrozenRun.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--unit", "没有的单位"], "unknown_unit"),
        (["--policy", "nowhere"], "unknown_policy"),
        (["--as-of", "2023-07-30", "--year", "2024"], "year_after_as_of"),
    ],
)
def test_the_command_refuses_with_a_code(cast: Cast, arguments: list[str], code: str) -> None:
    answer, status = command(*arguments)
    assert (status, answer["errors"][0]["code"]) == (1, code)


@pytest.mark.parametrize(
    "arguments", [["--as-of", "2023-02-30"], ["--known-at", "yesterday"], ["--year", "last"]]
)
def test_arguments_that_are_no_dates_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("evaluate", *arguments)


def test_freezing_one_unit_is_wrong_usage(cast: Cast) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("evaluate", "--unit", "DQK", "--freeze")
    assert refusal.value.returncode == 2
