"""Missed reports: what has to be open, when, and what is a report."""

from typing import Any

import pytest

from tasks.rules.periods import Cycle
from tasks.rules.reporting import missed_in_a_row, missed_in_month
from tests.tasks.rules.build import day, history


def in_a_row(at: str, *lines: str, **given: Any) -> int:
    """Count the reports a task without a deadline missed up to the day."""
    given = {"deadline": None, "report_cycle": Cycle.MONTHLY, **given}
    return missed_in_a_row(history(*lines, **given), day(at))


@pytest.mark.parametrize(
    ("at", "count"), [("01-30", 0), ("01-31", 1), ("02-27", 1), ("02-28", 2), ("03-31", 3)]
)
def test_a_month_without_a_report_is_missed_when_it_has_ended(at: str, count: int) -> None:
    assert in_a_row(at) == count


@pytest.mark.parametrize(
    ("start", "count"), [("01-01", 2), ("01-02", 1), ("02-01", 1), ("02-02", 0)]
)
def test_a_month_counts_when_the_task_had_started_by_its_first_day(start: str, count: int) -> None:
    assert in_a_row("02-28", start=start) == count


@pytest.mark.parametrize(("on", "count"), [("01-31", 1), ("02-01", 0), ("02-28", 0), ("03-01", 2)])
def test_a_report_dated_in_the_month_saves_it(on: str, count: int) -> None:
    assert in_a_row("02-28", f"{on} progress percent=0") == count


def test_a_returned_report_is_a_report_and_a_close_out_is_not() -> None:
    assert in_a_row("01-31", "01-15 progress percent=0", "01-16 progress_returned about=1") == 0
    assert in_a_row("01-31", "01-15 closure_submitted", "01-16 closure_rejected") == 1


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        # Not open at the end of the first day, or of the last.
        (["02-01 suspended", "02-02 resumed"], 0),
        (["01-31 suspended", "02-01 resumed"], 1),
        (["02-28 closure_submitted"], 0),
        (["02-28 closure_submitted", "02-28 closure_rejected"], 2),
        (["02-10 closure_submitted", "02-20 closure_rejected"], 2),
    ],
)
def test_a_month_is_missed_only_when_open_at_the_end_of_its_first_and_last_day(
    lines: list[str], count: int
) -> None:
    assert in_a_row("02-28", *lines) == count


def test_a_month_that_was_not_missed_breaks_the_row() -> None:
    assert in_a_row("04-30", "02-10 progress percent=0") == 2


def test_a_task_that_need_not_report_misses_nothing() -> None:
    assert in_a_row("12-31", report_cycle=None) == 0


@pytest.mark.parametrize(
    ("after", "count"), [("01-30", 3), ("01-31", 2), ("03-30", 1), ("03-31", 0)]
)
def test_a_new_holder_answers_for_periods_that_end_after_the_handover(
    after: str, count: int
) -> None:
    read = history(deadline=None, report_cycle=Cycle.MONTHLY)
    assert missed_in_a_row(read, day("03-31"), after=day(after)) == count


@pytest.mark.parametrize(
    ("cycle", "start", "month", "count"),
    [
        (Cycle.MONTHLY, "01-01", "03-31", 1),
        # Weeks that end in April: on the 2nd, 9th, 16th, 23rd and 30th.
        (Cycle.WEEKLY, "01-01", "04-30", 5),
        (Cycle.WEEKLY, "03-28", "04-30", 4),
        (Cycle.TEN_DAY, "01-01", "02-28", 3),
        (Cycle.TEN_DAY, "02-11", "02-28", 2),
        (Cycle.QUARTERLY, "01-01", "02-28", 0),
        (Cycle.QUARTERLY, "01-01", "03-31", 1),
        (Cycle.QUARTERLY, "01-02", "03-31", 0),
        (Cycle.HALF_YEARLY, "01-01", "06-30", 1),
        (Cycle.HALF_YEARLY, "01-01", "07-31", 0),
    ],
)
def test_other_cycles_miss_the_periods_that_end_in_the_month(
    cycle: Cycle, start: str, month: str, count: int
) -> None:
    read = history(deadline=None, report_cycle=cycle, start=start)
    assert missed_in_month(read, day(month)) == count


def test_a_report_saves_only_the_week_it_is_dated_in() -> None:
    read = history("04-09 progress percent=0", deadline=None, report_cycle=Cycle.WEEKLY)
    assert missed_in_month(read, day("04-30")) == 4
