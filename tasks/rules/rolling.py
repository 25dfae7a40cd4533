"""A parent's progress out of its children's (一级抓一级)."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tasks.rules.numbers import HUNDRED

# As many places as a stored percent keeps.
_STORED = Decimal("1e-12")


def rolled_up(parts: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return the mean of the children's percents by weight; None without children (§2).

    `parts` are weight and counted percent of each child that was assigned and is not terminated;
    weights are above 0.
    """
    found = list(parts)
    if not found:
        return None
    total = sum((weight for weight, _percent in found), Fraction(0))
    mean = sum((weight * percent for weight, percent in found), Fraction(0)) / total
    return min(max(mean, Fraction(0)), HUNDRED)


def stored(percent: Fraction) -> Decimal:
    """Return a percent with the places that a fact keeps."""
    exact = Decimal(percent.numerator) / Decimal(percent.denominator)
    return exact.quantize(_STORED, ROUND_HALF_UP)
