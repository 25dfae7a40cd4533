"""The command `simulate`: hand-computed scenarios, refusals, several files, exit statuses."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from tests.reference.expectations import SCENARIOS, differences
from tests.tracker.processes import environment, manage

pytestmark = pytest.mark.usefixtures("scratch")


def simulate(*arguments: str | Path) -> tuple[Any, int]:
    """Run the command in JSON; return what it printed and its exit status."""
    out, status = io.StringIO(), 0
    try:
        call_command("simulate", "--format", "json", *map(str, arguments), stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return json.loads(out.getvalue()), status


def written(path: Path, content: Any) -> Path:
    """Write a scenario as JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def small(**more: Any) -> dict[str, Any]:
    """Return a scenario with one unit and one task that is 12 days late."""
    return {
        "policy": "taiyuan-2023",
        "as_of": "2023-07-12",
        "units": [{"code": "A", "name": "大气环境科", "group": "section"}],
        "people": [],
        "tasks": [{"code": "T1", "lead": "A", "start": "2023-01-01", "deadline": "2023-06-30"}],
        "events": [],
        **more,
    }


def test_the_hand_computed_files_come_out_in_one_run() -> None:
    """Their comments and expectations are no part of what is judged."""
    files = sorted(SCENARIOS.glob("*.json"))
    answers, status = simulate(*files)
    assert (len(answers), status) == (16, 0)
    for path, answer in zip(files, answers, strict=True):
        expect = json.loads(path.read_text(encoding="utf-8"))["expect"]
        assert differences(answer, expect) == [], path.name


def test_the_answer_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    people = [{"id": "p1", "unit": "A"}]
    tasks = [
        {
            "code": "T1",
            "lead": "A",
            "start": "2023-01-01",
            "deadline": "2023-06-12",
            "responsible": "p1",
            "level": "major",
        }
    ]
    answer, _ = simulate(written(tmp_path / "s.json", small(people=people, tasks=tasks)))
    assert list(answer) == [
        "as_of",
        "year",
        "known_at",
        "policy",
        "policy_digest",
        "tasks",
        "units",
        "rankings",
        "findings",
    ]
    assert {
        "code",
        "state",
        "effective_deadline",
        "overdue_days",
        "planned_percent",
        "counted_percent",
        "gap",
        "deadline_light",
        "progress_light",
        "light",
        "seriously_lagging",
        "reasons",
    } <= set(answer["tasks"][0])
    finding = answer["findings"][0]
    assert finding["subject"] == {"kind": "person", "id": "p1"}
    assert finding["clause"].startswith("R1 ")
    reasons = {reason["code"]: reason for reason in finding["reasons"]}
    assert set(reasons) == {"overdue_days", "red_month_ends"}
    assert reasons["overdue_days"] == {
        "code": "overdue_days",
        "task": "T1",
        "value": "30",
        "comparison": ">=",
        "threshold": "30",
        "on": "2023-07-12",
        "dates": [],
    }


def test_yaml_says_the_same_as_json(tmp_path: Path) -> None:
    scenario = json.loads((SCENARIOS / "46_handover_overdue.json").read_text(encoding="utf-8"))
    del scenario["why"]
    path = tmp_path / "scenario.yaml"
    path.write_text(yaml.safe_dump(scenario, allow_unicode=True), encoding="utf-8")
    # PyYAML quotes what older YAML misreads; people do not.
    path.write_text(path.read_text("utf-8").replace("'on'", "on").replace("'", ""), "utf-8")
    assert simulate(path) == simulate(written(tmp_path / "scenario.json", scenario))


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path / "s.json", small())
    printed = []
    for _ in range(2):
        out = io.StringIO()
        call_command("simulate", "--format", "json", str(path), stdout=out)
        printed.append(out.getvalue())
    assert printed[0] == printed[1]


def test_several_files_make_a_list_in_their_order_and_one_refused_exits_1(tmp_path: Path) -> None:
    good = written(tmp_path / "good.json", small())
    bad = written(tmp_path / "bad.json", small(year=2024))
    answer, status = simulate(good, bad, good)
    assert status == 1
    assert [next(iter(entry)) for entry in answer] == ["as_of", "file", "as_of"]
    assert answer[0] == answer[2]
    assert answer[1]["file"] == str(bad)
    assert [error["code"] for error in answer[1]["errors"]] == ["year_after_as_of"]


def test_a_single_refused_file_prints_its_reasons(tmp_path: Path) -> None:
    path = written(tmp_path / "bad.json", small(as_of="2023-02-30"))
    answer, status = simulate(path)
    assert status == 1
    (error,) = answer["errors"]
    assert error["code"] == "invalid_date"
    assert error["message"] == ("as_of：2023-02-30 不是存在的日期，请按 2023-06-30 的样式填写。")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe{", "not_readable"),
        (b"{", "not_readable"),
        (b"", "not_a_mapping"),
        (b"[]", "not_a_mapping"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "strange.yaml"
    path.write_bytes(content)
    answer, status = simulate(path)
    assert ([error["code"] for error in answer["errors"]], status) == ([code], 1)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    answer, status = simulate(tmp_path / "missing.json")
    assert (answer["errors"][0]["code"], status) == ("file_not_readable", 1)


def test_no_file_is_wrong_usage() -> None:
    with pytest.raises(CommandError):
        call_command("simulate")


def test_known_at_counts_each_fact_from_its_own_day(tmp_path: Path) -> None:
    events = [{"on": "2023-07-10", "type": "closure_submitted", "task": "T1"}]
    path = written(tmp_path / "s.json", small(events=events))
    states = {
        moment: simulate(path, "--known-at", moment)[0]["tasks"][0]["state"]
        for moment in ("2023-07-09", "2023-07-10", "2023-07-09T23:59:59", "2023-07-10T00:00:00")
    }
    assert states == {
        "2023-07-09": "open",
        "2023-07-10": "pending_verification",
        "2023-07-09T23:59:59": "open",
        "2023-07-10T00:00:00": "pending_verification",
    }


def test_text_says_it_in_sentences(tmp_path: Path) -> None:
    out = io.StringIO()
    tasks = [{"code": "T1", "lead": "A", "start": "2023-01-01", "deadline": "2023-06-12"}]
    call_command("simulate", str(written(tmp_path / "s.json", small(tasks=tasks))), stdout=out)
    assert "约谈：单位 A，进度严重滞后" in out.getvalue()
    assert "任务 T1 逾期 30 天（≥ 30）" in out.getvalue()
    assert "红：逾期 30 天（时限 2023-06-12）；销号申请核查通过后转黄" in out.getvalue()


def test_scenarios_need_no_stored_database(tmp_path: Path) -> None:
    path = written(tmp_path / "s.json", small())
    done = subprocess.run(
        manage("simulate", "--format", "json", str(path)),
        env=environment(
            DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing", DATA_DIR=str(tmp_path)
        ),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert json.loads(done.stdout)["units"][0]["overdue"] == 1
