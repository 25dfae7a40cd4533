"""The closure check: each gap by itself, and its edges."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from tasks.rules.columns import typed
from tasks.rules.errors import RuleViolationError
from tasks.rules.gaps import FourLists, ListedColumn, ListedMeasure, gaps_in
from tasks.rules.terms import Kind, Level

DEADLINE = dt.date(2023, 6, 30)
MEASURE = ListedMeasure(seq=1, owner="A", deadline=DEADLINE, output="清单", proof="验收单")
WHOLE = FourLists(
    level=Level.KEY,
    kind=Kind.TASK,
    leads=("A",),
    person="p1",
    deadline=DEADLINE,
    measures=(MEASURE,),
    results=("达标",),
)


def named(lists: FourLists) -> list[tuple[str, str]]:
    return [(gap.code, gap.value) for gap in gaps_in(lists)]


def with_measures(*measures: ListedMeasure) -> FourLists:
    return replace(WHOLE, measures=measures)


def test_whole_lists_have_no_gap() -> None:
    assert named(WHOLE) == []


@pytest.mark.parametrize(
    ("lists", "gap"),
    [
        (replace(WHOLE, leads=()), ("no_lead", "")),
        (replace(WHOLE, person=""), ("no_person", "")),
        (replace(WHOLE, unread=True), ("deadline_unread", "")),
        (replace(WHOLE, measures=()), ("no_measure", "")),
        (replace(WHOLE, results=()), ("no_result", "")),
        (replace(WHOLE, results=("  ",)), ("no_result", "")),
        (replace(WHOLE, kind=Kind.RECTIFICATION), ("no_problem", "")),
        (with_measures(replace(MEASURE, owner="")), ("measure_without_owner", "1")),
        (with_measures(replace(MEASURE, deadline=None)), ("measure_without_node", "1")),
        (with_measures(replace(MEASURE, output=" ")), ("measure_without_output", "1")),
        (with_measures(replace(MEASURE, proof="")), ("measure_without_proof", "1")),
        (
            replace(WHOLE, columns=(ListedColumn(label="投资", required=True),)),
            ("column_missing", "投资"),
        ),
    ],
)
def test_each_gap_is_named_alone(lists: FourLists, gap: tuple[str, str]) -> None:
    assert named(lists) == [gap]


@pytest.mark.parametrize(("late", "gaps"), [(-1, []), (0, []), (1, [("node_after_deadline", "1")])])
def test_a_node_may_lie_on_the_deadline_and_no_later(
    late: int, gaps: list[tuple[str, str]]
) -> None:
    node = DEADLINE + dt.timedelta(days=late)
    assert named(with_measures(replace(MEASURE, deadline=node))) == gaps


@pytest.mark.parametrize(
    ("weights", "gaps"),
    [
        ((1, 1), []),
        ((40, 60), []),
        ((40, 59), [("weights_not_hundred", "99")]),
        ((40, 61), [("weights_not_hundred", "101")]),
        ((Fraction("33.3"), Fraction("66.6")), [("weights_not_hundred", "99.90")]),
    ],
)
def test_weights_are_alike_or_add_up_to_a_hundred(
    weights: tuple[Fraction, ...], gaps: list[tuple[str, str]]
) -> None:
    measures = [
        replace(MEASURE, seq=seq, weight=Fraction(weight))
        for seq, weight in enumerate(weights, start=1)
    ]
    assert named(with_measures(*measures)) == gaps


@pytest.mark.parametrize("level", list(Level))
def test_only_key_and_major_tasks_need_output_and_proof_named(level: Level) -> None:
    lists = replace(with_measures(replace(MEASURE, proof="", output="")), level=level)
    assert len(named(lists)) == (0 if level is Level.ORDINARY else 2)


def test_a_standing_task_needs_no_node_and_an_optional_column_no_value() -> None:
    lists = replace(
        with_measures(replace(MEASURE, deadline=None)),
        deadline=None,
        columns=(ListedColumn(label="投资", required=False),),
    )
    assert named(lists) == []


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("text", " 甲 ", "甲"),
        ("number", "1,200.50", "1200.50"),
        ("date", dt.date(2023, 1, 2), "2023-01-02"),
        ("yes_no", True, "是"),
        ("yes_no", "否", "否"),
        ("choice", "中央", "中央"),
        ("number", None, ""),
    ],
)
def test_a_column_holds_its_type(kind: str, value: object, stored: str) -> None:
    assert typed(value, label="栏", kind=kind, options=["中央", "省级"]) == stored


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "很多"),
        ("number", "NaN"),
        ("date", "2023-13-01"),
        ("yes_no", "也许"),
        ("choice", "市级"),
    ],
)
def test_a_column_refuses_another_type_with_the_value(kind: str, value: str) -> None:
    with pytest.raises(RuleViolationError) as refusal:
        typed(value, label="栏", kind=kind, options=["中央"])
    assert refusal.value.values == {"column": "栏", "value": value}
