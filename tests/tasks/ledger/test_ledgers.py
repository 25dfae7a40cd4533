"""The three real ledgers, field by field, as a perfect import reads them."""

import datetime as dt
import json
from typing import Any

import pytest

from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import open_workbook
from tests.data import DATA
from tests.tasks.ledger.registers import shipped_registry

LEDGERS = {
    1: "1_整洁单表.xlsx",
    2: "2_合并标题两行表头.xlsx",
    3: "3_四清单四表.xlsx",
}
_FOR_PEOPLE = ("message", "note", "value", "skipped_rows")


def read_json(number: int) -> dict[str, Any]:
    return read_ledger(
        open_workbook(DATA / "ledgers" / LEDGERS[number]),
        registry=shipped_registry(),
        plan_year=2023,
        reference_date=dt.date(2023, 7, 10),
    ).to_json()


def expected_json(number: int) -> dict[str, Any]:
    text = (DATA / "ledgers" / f"expected_{number}.json").read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def differences(want: Any, have: Any, path: str = "") -> list[str]:
    """Name every field of `want` that `have` lacks or states otherwise; extra keys are fine."""
    if isinstance(want, dict) and isinstance(have, dict):
        return [
            found
            for name, value in want.items()
            if name not in _FOR_PEOPLE
            for found in differences(value, have.get(name), f"{path}.{name}")
        ]
    if isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        return [
            found
            for index, value in enumerate(want)
            for found in differences(value, have[index], f"{path}[{index}]")
        ]
    return [] if want == have else [f"{path}: {want!r} != {have!r}"]


def deadlines(read: dict[str, Any]) -> list[Any]:
    return [
        holder.get("deadline") for task in read["tasks"] for holder in (task, *task["measures"])
    ]


def by_place(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(issues, key=lambda issue: (issue["sheet"], issue["row"] or 0, issue["code"]))


@pytest.mark.parametrize("number", LEDGERS)
def test_a_real_ledger_is_read_without_a_difference(number: int) -> None:
    want, have = expected_json(number), read_json(number)
    assert differences(want["tasks"], have["tasks"]) == []
    assert deadlines(have) == deadlines(want)
    for kind in ("errors", "warnings"):
        assert differences(by_place(want[kind]), by_place(have[kind])) == []
    for name in ("tasks", "measures", "errors", "warnings", "skipped_rows"):
        assert have["counts"][name] == want["counts"][name]
    assert (have["file"], have["plan_year"]) == (LEDGERS[number], 2023)


@pytest.mark.parametrize("number", LEDGERS)
def test_every_issue_is_a_sentence_with_its_value(number: int) -> None:
    have = read_json(number)
    for issue in [*have["errors"], *have["warnings"]]:
        assert issue["message"].endswith(("。", "！"))
        values = issue["value"] if isinstance(issue["value"], list) else [issue["value"]]
        assert all(str(value) in issue["message"] for value in values)


def test_the_plan_year_comes_from_title_or_file_name_before_the_reference_date() -> None:
    book = open_workbook(DATA / "ledgers" / LEDGERS[2])
    read = read_ledger(book, registry=shipped_registry(), reference_date=dt.date(2026, 1, 5))
    assert read.plan_year == 2023
    assert read.title == "太原市2023年污染防治攻坚任务清单"
    book = open_workbook(DATA / "ledgers" / LEDGERS[1])
    read = read_ledger(book, registry=shipped_registry(), reference_date=dt.date(2026, 1, 5))
    assert (read.plan_year, read.title) == (2026, "整洁单表")
