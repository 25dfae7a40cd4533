"""Exact numbers of the rules: thresholds that say whether they include their number, rounding."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Exact = int | Fraction

HUNDRED = Fraction(100)


class Comparison(StrEnum):
    """How a measured number is held against a threshold; 以上 includes, 以下 excludes."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A threshold and whether the number itself is included."""

    comparison: Comparison
    value: Fraction

    def holds(self, measured: Exact) -> bool:
        """Say whether the measured number meets the threshold, compared exactly."""
        if self.comparison is Comparison.AT_LEAST:
            return measured >= self.value
        if self.comparison is Comparison.MORE_THAN:
            return measured > self.value
        if self.comparison is Comparison.AT_MOST:
            return measured <= self.value
        return measured < self.value

    def __str__(self) -> str:
        return f"{self.comparison} {plain(self.value)}"


def rounded(number: Exact) -> Decimal:
    """Return the number to 2 decimal places, half away from zero, never -0.00."""
    above, below = number.numerator, number.denominator
    # Whole numbers only: this runs for every lamp of every month.
    cents = (abs(above) * 200 + below) // (2 * below)
    return Decimal(-cents if above < 0 else cents).scaleb(-2)


def plain(number: Exact) -> str:
    """Return a whole number as such and anything else to 2 decimal places."""
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else str(rounded(exact))
