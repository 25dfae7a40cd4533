"""Fixtures of the tests of the four lists."""

from fractions import Fraction

import pytest

from tasks import standards
from tasks.rules.numbers import Bound, Comparison
from tasks.rules.policy import LagPolicy, LightPolicy, TaskPolicy
from tests.cast import cast
from tests.making import set_clock

__all__ = ["cast", "set_clock"]


def _bound(comparison: Comparison, value: int) -> Bound:
    return Bound(comparison=comparison, value=Fraction(value))


POLICY = TaskPolicy(
    lights=LightPolicy(
        overdue_red=_bound(Comparison.AT_LEAST, 1),
        near_yellow=_bound(Comparison.AT_MOST, 3),
        late_yellow=_bound(Comparison.AT_LEAST, 1),
        gap_red=_bound(Comparison.MORE_THAN, 30),
        gap_yellow=_bound(Comparison.AT_LEAST, 10),
        missed_red=_bound(Comparison.AT_LEAST, 2),
        missed_yellow=_bound(Comparison.AT_LEAST, 1),
    ),
    lag=LagPolicy(overdue=_bound(Comparison.AT_LEAST, 30), red_month_ends=2),
)


@pytest.fixture(autouse=True)
def thresholds(monkeypatch: pytest.MonkeyPatch) -> TaskPolicy:
    """The thresholds of rules.md §3, whatever policy ships."""
    monkeypatch.setattr(standards._Source, "provider", lambda on: POLICY)
    return POLICY
