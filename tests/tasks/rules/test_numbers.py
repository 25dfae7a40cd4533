"""Thresholds include their number or not, and rounding is half away from zero."""

from fractions import Fraction

import pytest

from tasks.rules.numbers import Bound, Comparison, plain, rounded


@pytest.mark.parametrize(
    ("comparison", "below", "at", "above"),
    [
        (Comparison.AT_LEAST, False, True, True),
        (Comparison.MORE_THAN, False, False, True),
        (Comparison.AT_MOST, True, True, False),
        (Comparison.LESS_THAN, True, False, False),
    ],
)
def test_a_bound_says_whether_its_number_is_included(
    comparison: Comparison, below: bool, at: bool, above: bool
) -> None:
    bound = Bound(comparison=comparison, value=Fraction(30))
    tiny = Fraction(1, 10**9)
    assert [bound.holds(30 - tiny), bound.holds(30), bound.holds(30 + tiny)] == [below, at, above]
    assert str(bound) == f"{comparison.value} 30"


@pytest.mark.parametrize(
    ("exact", "printed"),
    [
        (Fraction(0), "0.00"),
        (Fraction(2, 3), "0.67"),
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(49, 10000), "0.00"),
        (Fraction(-49, 10000), "0.00"),
        (Fraction(2675, 1000), "2.68"),
        (Fraction(-2675, 1000), "-2.68"),
        (Fraction(100), "100.00"),
        (Fraction(99995, 1000), "100.00"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero_and_never_print_a_negative_nought(
    exact: Fraction, printed: str
) -> None:
    assert str(rounded(exact)) == printed


def test_a_whole_number_prints_without_places() -> None:
    assert plain(Fraction(30)) == "30"
    assert plain(Fraction(61, 2)) == "30.50"
