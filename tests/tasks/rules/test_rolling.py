"""A parent's percent out of its children's."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.rolling import rolled_up, stored

WEIGHTS = st.fractions(min_value=Fraction(1, 1000), max_value=1000)
PERCENTS = st.fractions(min_value=0, max_value=100)


@pytest.mark.parametrize(
    ("parts", "percent"),
    [
        ([], None),
        ([(1, 40)], 40),
        ([(1, 0), (1, 100)], 50),
        ([(3, 100), (1, 0)], 75),
        ([(1, 100), (1, 100), (1, 0)], Fraction(200, 3)),
    ],
)
def test_the_mean_is_by_weight(parts: list[tuple[int, int]], percent: Fraction | None) -> None:
    exact = [(Fraction(weight), Fraction(value)) for weight, value in parts]
    assert rolled_up(exact) == percent


@given(st.lists(st.tuples(WEIGHTS, PERCENTS), min_size=1, max_size=8))
def test_it_lies_between_the_least_and_the_most(parts: list[tuple[Fraction, Fraction]]) -> None:
    percent = rolled_up(parts)
    assert percent is not None
    values = [value for _weight, value in parts]
    assert min(values) <= percent <= max(values)


def test_a_stored_percent_keeps_twelve_places() -> None:
    assert stored(Fraction(200, 3)) == Decimal("66.666666666667")
    assert stored(Fraction(100)) == Decimal("100.000000000000")
