"""How often and how far a deadline may be extended, at n−1, n and n+1."""

import pytest

from tasks.rules.budget import ExtensionBudget, overdrawn, used
from tasks.rules.deadline import days_after_original
from tests.tasks.rules.build import day, history

BUDGET = ExtensionBudget(times=2, days=60)
FIRST = "06-20 extension_granted to=07-30 requested_on=06-15"  # 30 days
SECOND = "07-20 extension_granted to=08-09 requested_on=07-15"  # 10 more


def test_every_granted_extension_is_counted_with_the_days_it_added() -> None:
    assert used(history()) == ExtensionBudget(times=0, days=0)
    assert used(history(FIRST)) == ExtensionBudget(times=1, days=30)
    assert used(history(FIRST, SECOND)) == ExtensionBudget(times=2, days=40)


def test_what_does_not_count_and_what_is_no_extension_costs_nothing() -> None:
    late = "07-05 extension_granted to=09-30 requested_on=07-01"
    assert used(history(late)) == ExtensionBudget(times=0, days=0)
    paused = ("06-01 suspended", "06-20 resumed to=08-30")
    assert used(history(*paused)) == ExtensionBudget(times=0, days=0)


def test_an_extension_beyond_the_number_is_overdrawn() -> None:
    one, two = history(FIRST), history(FIRST, SECOND)
    assert overdrawn(one, to=day("08-01"), deadline=day("07-30"), budget=BUDGET) is None
    over = overdrawn(two, to=day("08-10"), deadline=day("08-09"), budget=BUDGET)
    assert over is not None
    assert (over.code, over.used, over.limit) == ("times", 2, 2)


@pytest.mark.parametrize(("to", "fits"), [("08-28", True), ("08-29", True), ("08-30", False)])
def test_the_days_add_up_to_the_limit_and_no_further(to: str, fits: bool) -> None:
    over = overdrawn(history(FIRST), to=day(to), deadline=day("07-30"), budget=BUDGET)
    assert (over is None) is fits
    if over is not None:
        assert (over.code, over.used, over.asked, over.latest) == ("days", 30, 31, day("08-29"))


@pytest.mark.parametrize(("at", "late"), [("06-30", 0), ("07-01", 1), ("08-15", 46)])
def test_lateness_against_the_original_deadline_goes_on_after_an_extension(
    at: str, late: int
) -> None:
    assert days_after_original(history(FIRST), day(at)) == late


def test_lateness_against_the_original_deadline_ends_with_the_submission() -> None:
    closed = history(FIRST, "07-10 closure_submitted", "07-15 closure_verified")
    assert days_after_original(closed, day("12-31")) == 10
    assert days_after_original(history(deadline=None), day("12-31")) == 0
    assert days_after_original(history(soft=True), day("12-31")) == 0
