"""Planned curves: straight between what is planned, and how far a reading lies from them."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from tasks.rules.curves import CurveTerms, knots, planned_value, shortfall

JAN, END = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
# From 76 to 40 in 364 days.
FALLING = CurveTerms(
    starts_on=JAN,
    ends_on=END,
    baseline=Fraction(76),
    target=Fraction(40),
    rising=False,
    points={},
)


@pytest.mark.parametrize(
    ("day", "planned"),
    [
        (dt.date(2022, 12, 31), None),
        (JAN, Fraction(76)),
        (dt.date(2023, 1, 2), 76 - Fraction(36, 364)),
        (dt.date(2023, 7, 2), Fraction(58)),
        (END, Fraction(40)),
        (dt.date(2024, 5, 1), Fraction(40)),
    ],
)
def test_without_points_the_plan_runs_straight(day: dt.date, planned: Fraction | None) -> None:
    assert planned_value(FALLING, day) == planned


def test_points_bend_the_plan_and_take_the_place_of_the_ends() -> None:
    june = dt.date(2023, 6, 30)
    bent = replace(FALLING, points={june: Fraction(70), END: Fraction(41)})
    assert knots(bent) == ((JAN, Fraction(76)), (june, Fraction(70)), (END, Fraction(41)))
    assert planned_value(bent, june) == 70
    assert planned_value(bent, dt.date(2023, 4, 1)) == 73
    assert planned_value(bent, END) == 41


def test_without_a_baseline_the_first_planned_value_holds_before_it() -> None:
    flat = replace(FALLING, baseline=None)
    assert planned_value(flat, JAN) == 40
    bent = replace(flat, points={dt.date(2023, 6, 30): Fraction(50)})
    assert planned_value(bent, JAN) == planned_value(bent, dt.date(2023, 6, 30)) == 50


@pytest.mark.parametrize(
    ("rising", "value", "behind"),
    [(False, 59, 1), (False, 58, 0), (False, 57, -1), (True, 57, 1), (True, 58, 0), (True, 59, -1)],
)
def test_behind_is_above_a_falling_and_below_a_rising_plan(
    rising: bool, value: int, behind: int
) -> None:
    terms = replace(FALLING, rising=rising)
    assert shortfall(terms, Fraction(value), dt.date(2023, 7, 2)) == behind


def test_nothing_is_behind_before_the_plan_begins() -> None:
    assert shortfall(FALLING, Fraction(99), dt.date(2022, 12, 31)) is None
