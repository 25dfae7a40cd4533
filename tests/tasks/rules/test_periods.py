"""Months, checkpoints and reporting periods, over year ends and leap days."""

import datetime as dt
from itertools import islice

import pytest

from tasks.rules.periods import (
    Cycle,
    ended_months,
    ended_periods,
    month_ends,
    newest_month_end,
    period_of,
)
from tests.tasks.rules.build import day, days


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2023-06-29", "2023-05-31"),
        ("2023-06-30", "2023-06-30"),
        ("2023-07-01", "2023-06-30"),
        ("2024-01-01", "2023-12-31"),
        ("2024-02-28", "2024-01-31"),
        ("2024-02-29", "2024-02-29"),
        ("2023-02-28", "2023-02-28"),
    ],
)
def test_the_newest_month_end_is_the_day_itself_or_before(at: str, end: str) -> None:
    assert newest_month_end(day(at)) == day(end)


def test_month_ends_go_back_without_a_gap() -> None:
    ends = list(islice(month_ends(day("2024-03-30")), 3))
    assert ends == [day("2024-02-29"), day("2024-01-31"), day("2023-12-31")]


@pytest.mark.parametrize(
    ("at", "months"), [("2023-01-30", 0), ("2023-01-31", 1), ("2023-12-31", 12), ("2024-05-01", 12)]
)
def test_a_month_has_ended_on_its_last_day(at: str, months: int) -> None:
    assert len(ended_months(2023, day(at))) == months


@pytest.mark.parametrize(
    ("cycle", "at", "first", "last"),
    [
        (Cycle.WEEKLY, "2023-07-03", "2023-07-03", "2023-07-09"),
        (Cycle.WEEKLY, "2023-07-09", "2023-07-03", "2023-07-09"),
        (Cycle.WEEKLY, "2024-01-01", "2024-01-01", "2024-01-07"),
        (Cycle.TEN_DAY, "2023-07-10", "2023-07-01", "2023-07-10"),
        (Cycle.TEN_DAY, "2023-07-11", "2023-07-11", "2023-07-20"),
        (Cycle.TEN_DAY, "2023-07-21", "2023-07-21", "2023-07-31"),
        (Cycle.TEN_DAY, "2023-07-31", "2023-07-21", "2023-07-31"),
        (Cycle.TEN_DAY, "2024-02-29", "2024-02-21", "2024-02-29"),
        (Cycle.MONTHLY, "2024-02-10", "2024-02-01", "2024-02-29"),
        (Cycle.QUARTERLY, "2023-01-01", "2023-01-01", "2023-03-31"),
        (Cycle.QUARTERLY, "2023-12-31", "2023-10-01", "2023-12-31"),
        (Cycle.HALF_YEARLY, "2023-06-30", "2023-01-01", "2023-06-30"),
        (Cycle.HALF_YEARLY, "2023-07-01", "2023-07-01", "2023-12-31"),
    ],
)
def test_a_day_lies_in_its_period(cycle: Cycle, at: str, first: str, last: str) -> None:
    period = period_of(cycle, day(at))
    assert (period.first, period.last) == (day(first), day(last))


@pytest.mark.parametrize("cycle", list(Cycle))
def test_ended_periods_follow_each_other_without_gap_or_overlap(cycle: Cycle) -> None:
    for at in days("2023-12-20", "2024-03-05"):
        newest, before = islice(ended_periods(cycle, at), 2)
        assert newest.last <= at
        assert before.last + dt.timedelta(days=1) == newest.first
        assert period_of(cycle, newest.last + dt.timedelta(days=1)).last > at
