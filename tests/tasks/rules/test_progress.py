"""Counted and planned percent at every edge of reports, checkpoints and measures."""

from fractions import Fraction
from typing import Any

import pytest

from tasks.rules.progress import counted_percent, newest_report, planned_percent
from tests.tasks.rules.build import day, history


@pytest.mark.parametrize(
    ("at", "counted"),
    [("02-28", 0), ("03-01", 40), ("04-01", 90), ("04-05", 90), ("04-06", 40), ("12-31", 40)],
)
def test_a_report_counts_from_its_day_until_it_is_returned(at: str, counted: int) -> None:
    read = history(
        "03-01 progress percent=40",
        "04-01 progress percent=90",
        "04-06 progress_returned about=2",
    )
    assert counted_percent(read, day(at)) == counted


def test_the_newest_of_a_day_is_the_later_in_the_file_even_when_it_is_lower() -> None:
    read = history("03-01 progress percent=40", "03-01 progress percent=30")
    assert counted_percent(read, day("03-01")) == 30


def test_a_report_returned_the_same_day_never_counts() -> None:
    read = history("03-01 progress percent=40", "03-01 progress_returned about=1")
    assert counted_percent(read, day("03-01")) == 0
    newest = newest_report(read, day("03-01"))
    assert newest is not None
    assert newest.percent == 40
    assert newest_report(read, day("02-28")) is None


def test_a_completed_task_counts_as_whole_and_a_reopened_one_as_last_reported() -> None:
    read = history(
        "03-01 progress percent=80",
        "04-01 closure_submitted",
        "04-10 closure_verified",
        "05-01 reopened to=07-31",
    )
    counted = [counted_percent(read, day(at)) for at in ("04-01", "04-09", "04-10", "05-01")]
    assert counted == [80, 80, 100, 80]


@pytest.mark.parametrize(
    ("given", "at", "planned"),
    [
        # 1 January to 30 June are 180 days.
        ({}, "01-30", 0),
        ({}, "01-31", Fraction(100 * 30, 180)),
        ({}, "02-27", Fraction(100 * 30, 180)),
        ({}, "02-28", Fraction(100 * 58, 180)),
        ({}, "06-29", Fraction(100 * 150, 180)),
        ({}, "06-30", 100),
        ({}, "12-31", 100),
        # A checkpoint on the start is nothing yet, one on the deadline is everything.
        ({"start": "01-31"}, "01-31", 0),
        ({"start": "01-30"}, "01-31", Fraction(100, 151)),
        ({"start": "06-30"}, "06-30", 100),
        ({"start": "06-15"}, "06-29", 0),
        ({"start": "03-10", "deadline": "03-20"}, "03-30", 0),
        ({"start": "03-10", "deadline": "03-20"}, "03-31", 100),
        # Before the start.
        ({"start": "03-10"}, "02-28", 0),
        ({"start": "2024-02-01", "deadline": "2024-03-31"}, "2024-02-29", Fraction(100 * 28, 59)),
    ],
)
def test_the_plan_is_linear_between_start_and_deadline_at_month_ends(
    given: dict[str, Any], at: str, planned: Fraction
) -> None:
    assert planned_percent(history(**given), day(at)) == planned


@pytest.mark.parametrize(
    ("measures", "at", "planned"),
    [
        ([("03-31", 1), ("06-30", 1)], "03-30", 0),
        ([("03-31", 1), ("06-30", 1)], "03-31", 50),
        ([("04-01", 1), ("06-30", 1)], "04-29", 0),
        ([("04-01", 1), ("06-30", 1)], "04-30", 50),
        ([("03-31", "0.5"), ("06-30", "1.5")], "03-31", 25),
        ([("03-31", 1), (None, 7), ("06-30", 2)], "03-31", Fraction(100, 3)),
        # Undated ones alone leave the line.
        ([(None, 7)], "01-31", Fraction(100 * 30, 180)),
        # Measures may end before or after the deadline; the deadline does not matter to them.
        ([("09-30", 1)], "06-30", 0),
        ([("01-15", 1)], "01-31", 100),
    ],
)
def test_with_dated_measures_the_plan_is_the_due_share_of_their_weight(
    measures: list[tuple[str | None, str]], at: str, planned: Fraction
) -> None:
    assert planned_percent(history(measures=measures), day(at)) == planned


def test_new_deadlines_stretch_the_line_from_their_day_and_leave_measures_alone() -> None:
    extended = "04-10 extension_granted to=12-31"
    read = history(extended)
    assert planned_percent(read, day("04-09")) == Fraction(100 * 89, 180)
    # The checkpoint is still 31 March, the deadline that of the day.
    assert planned_percent(read, day("04-10")) == Fraction(100 * 89, 364)
    measured = history(extended, measures=[("03-31", 1), ("06-30", 1)])
    assert planned_percent(measured, day("06-30")) == 100


def test_there_is_no_plan_without_a_deadline_or_past_a_soft_one() -> None:
    assert planned_percent(history(deadline=None, measures=[("03-31", 1)]), day("04-30")) is None
    soft = history(soft=True)
    assert planned_percent(soft, day("06-30")) == 100
    assert planned_percent(soft, day("07-01")) is None
    again = history("07-05 extension_granted to=09-30 requested_on=06-30", soft=True)
    assert planned_percent(again, day("07-05")) == Fraction(100 * 180, 272)


def test_nothing_counts_before_the_assignment_not_even_an_older_measure() -> None:
    read = history(start="03-10", measures=[("02-10", 1), ("05-31", 1)])
    assert planned_percent(read, day("02-28")) == 0
    assert planned_percent(read, day("03-09")) == 0
    assert planned_percent(read, day("03-10")) == 50
