"""Unit cells: real ones, our own variations, and text nobody meant as a list of units."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.ledger.units import UnitsRead, read_units
from tasks.ledger.units.words import unit_words
from tests.data import DATA
from tests.tasks.ledger.registers import shipped_registry

_GROUPS = ("lead", "cooperating", "collective")


def read(text: str, column: str | None = None, **options: bool) -> UnitsRead:
    return read_units(text, shipped_registry(), column=column, **options)


def as_registered(names: list[str]) -> list[str]:
    """Names of the shared cells, some from other cities, by the shipped register."""
    registry = shipped_registry()
    return [match.name if (match := registry.find(name)) else name for name in names]


def test_at_least_95_percent_of_the_shared_cells_are_read_right() -> None:
    cells = yaml.safe_load((DATA / "units.yaml").read_text("utf-8"))["items"]
    wrong: dict[str, Any] = {}
    for cell in cells:
        got = read(cell["text"], cell.get("column_header")).to_json()
        differing = {
            group: (cell[group], got[group])
            for group in _GROUPS
            if as_registered(cell[group]) != as_registered(got[group])
        }
        if cell.get("person", []) != got.get("person", []):
            differing["person"] = (cell.get("person"), got.get("person"))
        if differing:
            wrong[cell["text"]] = differing
    assert len(cells) == 68
    assert 1 - len(wrong) / len(cells) >= 0.95, wrong


@pytest.mark.parametrize(
    "row",
    yaml.safe_load((DATA / "unit_variations.yaml").read_text("utf-8")),
    ids=lambda row: str(row[0]),
)
def test_our_own_variations_are_read_right(row: list[Any]) -> None:
    text, column, *expected = row
    got = read(text, column).to_json()
    assert [got[group] for group in _GROUPS] == expected


def test_a_name_that_contains_a_joining_word_stays_whole() -> None:
    assert read("市政务和数据局、市文化和旅游局", "配合单位").cooperating == (
        "市政务和数据局",
        "市文化和旅游局",
    )


def test_known_units_carry_their_code_and_unknown_ones_are_listed() -> None:
    reading = read("大气科、地震局、综改示范区管委会", "责任单位")
    assert reading.codes == {"大气环境科": "DQK", "综改区管委会": "ZGQ"}
    assert reading.unknown == ("地震局",)


def test_the_responsible_column_helps_when_there_is_a_lead_column() -> None:
    assert read("执法队", "责任单位").lead == ("市生态环境综合行政执法队",)
    reading = read("执法队", "责任单位", has_lead_column=True)
    assert (reading.lead, reading.cooperating) == ((), ("市生态环境综合行政执法队",))


def test_first_named_leads_is_a_switch() -> None:
    text = "大气环境科、水生态环境科、执法队"
    joint = read(text, "责任单位")
    assert len(joint.lead) == 3
    assert "joint_no_lead" in joint.flags
    first = read(text, "责任单位", first_leads=True)
    assert first.lead == ("大气环境科",)
    assert first.cooperating == ("水生态环境科", "市生态环境综合行政执法队")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("市水务局、公安局", "prefix_elided"),
        ("小店、迎泽分局", "suffix_elided"),
        ("市住建局等", "open_ended"),
        ("市直有关部门", "open_collective"),
        ("大气环境科（蓝天办公室）", "alias_in_brackets"),
        ("除古交市外各县（市、区）", "exclusion"),
        ("同上", "ditto"),
        ("市环境监察支队", "former_name"),
        ("大气科", "shorthand"),
        ("大气环境科、水生态环境科按职责分工负责", "duty_phrase"),
    ],
)
def test_what_was_inferred_is_flagged(text: str, flag: str) -> None:
    assert flag in read(text, "责任单位").flags


def test_persons_and_remarks_in_a_cell_are_no_units() -> None:
    reading = read("大气环境科 张某某", "责任单位")
    assert (reading.lead, reading.persons) == (("大气环境科",), ("张某某",))
    reading = read("大气环境科（6月底前完成）", "责任单位")
    assert (reading.lead, reading.notes) == (("大气环境科",), ("6月底前完成",))


words = sorted(
    {*unit_words().roles, *unit_words().suffixes, "大气环境科", "市住建局", "小店区", "各", "等"}
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from([*words, *"()（）、，；：\n 和1①"]), max_size=14).map("".join),
    ),
    st.sampled_from([None, "牵头单位", "责任单位", "配合单位"]),
)
def test_any_text_gets_an_answer_and_nothing_is_raised(text: str, column: str | None) -> None:
    reading = read(text, column)
    assert reading.raw == text.strip()
    named = {*reading.lead, *reading.cooperating}
    assert named == {*reading.codes, *reading.unknown}
