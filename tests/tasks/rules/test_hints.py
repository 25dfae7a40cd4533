"""Hints for a checker: each at its edge, with the values it was made from."""

import datetime as dt
from fractions import Fraction

import pytest

from tasks.rules.copies import copies_among, normalised
from tasks.rules.hints import (
    Paper,
    Submission,
    hints_of,
    quick_sign_off,
    relapse,
)
from tasks.rules.risk import Case, why_opened
from tasks.rules.terms import Kind, Level

DAY = dt.date(2023, 6, 30)
BEFORE = dt.timedelta(days=1)


def codes(submission: Submission) -> list[str]:
    return [hint.code for hint in hints_of(submission)]


def report(percent: int | None, before: int, **values: object) -> Submission:
    reached = None if percent is None else Fraction(percent)
    return Submission(on=DAY, percent=reached, before=Fraction(before), **values)  # type: ignore[arg-type]


def test_an_honest_report_has_no_hint() -> None:
    paper = Paper(name="监测.pdf", dated=DAY)
    assert codes(report(60, 50, deadline=DAY, issued_on=DAY, papers=(paper,))) == []


@pytest.mark.parametrize(("percent", "found"), [(49, []), (50, ["jump"]), (51, ["jump"])])
def test_a_jump_is_fifty_points_and_more(percent: int, found: list[str]) -> None:
    assert codes(report(percent, 0)) == found


@pytest.mark.parametrize(
    ("percent", "before", "deadline", "found"),
    [
        (100, 81, DAY, []),
        (100, 80, DAY, ["last_day"]),
        (100, 79, DAY, ["last_day"]),
        (99, 60, DAY, []),
        (100, 80, DAY + BEFORE, []),
        (100, 80, DAY - BEFORE, []),
        (100, 50, DAY - BEFORE, ["jump"]),
        (100, 80, None, []),
        # A close-out says 100 %.
        (None, 80, DAY, ["last_day"]),
        (None, 81, DAY, []),
        (None, 0, DAY + BEFORE, []),
    ],
)
def test_a_leap_to_a_hundred_on_the_last_day_is_told(
    percent: int | None, before: int, deadline: dt.date | None, found: list[str]
) -> None:
    assert codes(report(percent, before, deadline=deadline)) == found


@pytest.mark.parametrize(
    ("dated", "found"),
    [(DAY - BEFORE, ["before_document"]), (DAY, []), (DAY + BEFORE, []), (None, [])],
)
def test_material_is_told_when_it_is_older_than_the_document(
    dated: dt.date | None, found: list[str]
) -> None:
    papers = (Paper(name="验收.pdf", dated=dated),)
    assert codes(report(10, 0, issued_on=DAY, papers=papers)) == found
    assert codes(report(10, 0, issued_on=None, papers=papers)) == []


def test_a_file_of_another_task_is_named_with_that_task() -> None:
    papers = (Paper(name="验收.pdf", elsewhere=("T2", "T7")), Paper(name="照片.jpg"))
    (hint,) = hints_of(report(10, 0, papers=papers))
    assert (hint.code, hint.values["name"], hint.values["tasks"]) == (
        "same_file",
        "验收.pdf",
        ("T2", "T7"),
    )


@pytest.mark.parametrize(
    ("share", "found"),
    [(Fraction(49, 100), []), (Fraction(1, 2), ["same_text"]), (Fraction(1), ["same_text"])],
)
def test_half_of_a_text_found_elsewhere_is_told(share: Fraction, found: list[str]) -> None:
    assert codes(report(10, 0, copied={"T2": share})) == found


@pytest.mark.parametrize(
    ("days", "found"), [(0, True), (89, True), (90, True), (91, False), (-1, False)]
)
def test_a_relapse_is_told_up_to_ninety_days_after_the_close_out(days: int, found: bool) -> None:
    assert bool(relapse(DAY, DAY + dt.timedelta(days=days))) is found
    assert relapse(None, DAY) == relapse(DAY, None) == ()


@pytest.mark.parametrize(
    ("seconds", "found"), [(0, True), (59, True), (59.9, True), (60, False), (61, False)]
)
def test_a_sign_off_within_a_minute_is_told(seconds: float, found: bool) -> None:
    at = dt.datetime(2023, 6, 30, 9, tzinfo=dt.UTC)
    assert bool(quick_sign_off(at, at + dt.timedelta(seconds=seconds))) is found


LONG = "已完成辖区二十三家企业的排查，安装在线监测设备十七台。"


@pytest.mark.parametrize(
    ("other", "share"),
    [
        (LONG, 1),
        # Case, width, spaces and punctuation do not hide a copy.
        ("已完成辖区二十三家企业的排查 ，安装在线监测设备十七台", 1),
        # A sentence of one's own in front: the copied one is still whole, mistakes and all.
        (f"本月进展如下情况良好。{LONG}", 1),
        ("已完成辖区二十四家企业的排查，安装在线监测设备十七台。", 0),
        ("", 0),
    ],
)
def test_copied_text_is_found_by_its_sentences(other: str, share: int) -> None:
    found = copies_among({1: (1, LONG)}, corpus=[(2, other)], least=20)
    assert found.get(1, {}).get(2, 0) == share


def test_the_share_is_that_of_the_text_looked_at() -> None:
    own = "另外完成了三个乡镇的散煤清零工作并逐户核实。"
    found = copies_among(
        {1: (1, LONG + own), 2: (2, LONG)}, corpus=[(1, LONG + own), (2, LONG)], least=20
    )
    whole = len(normalised(LONG)) + len(normalised(own))
    assert found[1] == {2: Fraction(len(normalised(LONG)), whole)}
    assert found[2] == {1: 1}


def test_a_task_s_own_earlier_text_is_no_copy() -> None:
    assert copies_among({1: (1, LONG)}, corpus=[(1, LONG)], least=20) == {1: {}}


@pytest.mark.parametrize(("least", "found"), [(24, True), (25, True), (26, False)])
def test_short_texts_are_everybody_s(least: int, found: bool) -> None:
    assert len(normalised(LONG)) == 25
    assert bool(copies_among({1: (1, LONG)}, corpus=[(2, LONG)], least=least)) is found


@pytest.mark.parametrize(
    ("case", "reasons"),
    [
        (Case(level=Level.ORDINARY, kind=Kind.TASK), ()),
        (Case(level=Level.KEY, kind=Kind.TASK), ()),
        (Case(level=Level.MAJOR, kind=Kind.TASK), ("major",)),
        (Case(level=Level.ORDINARY, kind=Kind.RECTIFICATION), ("rectification",)),
        (Case(level=Level.ORDINARY, kind=Kind.TASK, hints=hints_of(report(50, 0))), ("hints",)),
        (Case(level=Level.ORDINARY, kind=Kind.TASK, unit_returned=True), ("unit_returned",)),
        (Case(level=Level.MAJOR, kind=Kind.RECTIFICATION), ("major", "rectification")),
    ],
)
def test_risk_says_what_is_opened_one_by_one(case: Case, reasons: tuple[str, ...]) -> None:
    assert why_opened(case) == reasons
