"""Unit cells: real ones, our own variations, and text nobody meant as a list of units."""

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.ledger.units import UnitsRead, read_units
from tasks.ledger.units.words import unit_words
from tests.data import DATA
from tests.tasks.ledger.registers import shipped_registry

# Columns of the shared list that say nothing about the meaning.
_REMARKS = {"text", "column_header", "seen", "source", "variation", "note"}
_GROUPS = ("lead", "cooperating", "collective")


def read(text: str, column: str | None = None, **options: bool) -> UnitsRead:
    return read_units(text, shipped_registry(), column=column, **options)


def differences(cell: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return every key of a shared cell whose value is not exactly the expected one.

    Flags may stand in any order; names are compared as printed, none made alike.
    """
    got = read(cell["text"], cell.get("column_header")).to_json()
    meaning = {key: value for key, value in cell.items() if key not in _REMARKS}
    meaning.setdefault("flags", [])
    return {
        key: (value, got.get(key))
        for key, value in meaning.items()
        if (sorted(got["flags"]) if key == "flags" else got.get(key))
        != (sorted(value) if key == "flags" else value)
    }


def test_at_least_95_percent_of_the_shared_cells_are_read_exactly() -> None:
    cells = yaml.safe_load((DATA / "units.yaml").read_text("utf-8"))["items"]
    wrong = {cell["text"]: found for cell in cells if (found := differences(cell))}
    assert len(cells) == 68
    assert 1 - len(wrong) / len(cells) >= 0.95, wrong


@pytest.mark.parametrize(
    "row",
    yaml.safe_load((DATA / "unit_heldout.yaml").read_text("utf-8")),
    ids=lambda row: str(row[0]),
)
def test_cells_of_other_towns_are_read_right(row: list[Any]) -> None:
    text, column, *expected = row
    got = read(text, column).to_json()
    assert [got[group] for group in _GROUPS] == expected


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


def test_shorthand_gives_way_to_the_registers_name_and_formal_names_stay() -> None:
    reading = read("市生态环境局、市城管局、市发展改革委、市环保局", "配合单位")
    assert reading.to_json()["cooperating"] == ["市生态环境局", "市城乡管理局", "市发展改革委"]
    # What is imported has one name per unit.
    assert reading.cooperating == ("太原市生态环境局", "市城乡管理局", "市发改委")
    assert reading.codes["市发改委"] == read("市发改委").codes["市发改委"]


def test_who_is_left_out_and_what_a_bracket_names_is_told() -> None:
    reading = read("除古交市外各县（市、区）人民政府、各分局（小店、迎泽除外）").to_json()
    assert reading["exclude"][0] == "古交市人民政府"
    assert read("市生态环境局（大气科、水科）").parts == ("大气环境科", "水生态环境科")
    assert read("省市场监管局（省知识产权局）").to_json()["aliases"] == {
        "省市场监管局": ["省知识产权局"]
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("大气坏境科", "大气环境科"),
        ("固废与化学品科", "固体废物与化学品科"),
        ("市生态环境执法队", "市生态环境综合行政执法队"),
        ("杏花玲分局", "杏花岭分局"),
    ],
)
def test_an_unknown_name_is_told_what_it_may_mean(written: str, meant: str) -> None:
    reading = read(written, "责任单位")
    assert reading.unknown == (written,)
    assert reading.suggestions[written][0] == meant


@pytest.mark.parametrize("written", ["市地震局", "山西焦煤集团", "省发展改革委", "待"])
def test_a_name_like_no_other_is_suggested_nothing(written: str) -> None:
    assert read(written).suggestions == {}


_units = st.lists(
    st.sampled_from([unit.name for unit in shipped_registry().units if unit.kind != "bureau"]),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_units, _units, st.sampled_from(["、", "，", ";", "\n", " "]))
def test_lists_of_registered_units_come_back(
    leads: list[str], helpers: list[str], between: str
) -> None:
    helpers = [name for name in helpers if name not in leads]
    text = "牵头单位：" + between.join(leads)
    text += f"；配合单位：{between.join(helpers)}" if helpers else ""
    reading = read(text)
    assert (reading.lead, reading.cooperating) == (tuple(leads), tuple(helpers))
    # What was read reads the same again.
    again = read(f"{'、'.join(reading.lead)}牵头")
    assert again.lead == reading.lead


@pytest.mark.parametrize(
    "piece", ["市", "(", "市住建局、", "各县、", "和", "大气坏境科、", "（牵头）"]
)
def test_a_long_cell_is_answered_at_once(piece: str) -> None:
    text = (piece * 2000)[:2000]
    begun = time.perf_counter()
    assert read(text).raw == text
    assert time.perf_counter() - begun < 5


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
