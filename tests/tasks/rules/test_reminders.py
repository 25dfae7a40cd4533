"""Stages of a deadline, by windows of days."""

import datetime as dt

import pytest

from tasks.rules.reminders import Stage, Window, announced_deadlines, newest_stage, report_due

DEADLINE = dt.date(2023, 6, 30)


def window(since: str, until: str, *, workday: bool = True) -> Window:
    """The days after `since` up to `until`, within 2023 unless the year is written."""
    return Window(
        since=dt.date.fromisoformat(since), until=dt.date.fromisoformat(until), workday=workday
    )


def day_of(date: str) -> Window:
    """The window of a single day."""
    day = dt.date.fromisoformat(date)
    return Window(since=day - dt.timedelta(days=1), until=day, workday=True)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2023-05-30", None),
        ("2023-05-31", "before_30"),
        ("2023-06-01", None),
        ("2023-06-14", None),
        ("2023-06-15", "before_15"),
        ("2023-06-16", None),
        ("2023-06-22", None),
        ("2023-06-23", "before_7"),
        ("2023-06-24", None),
        ("2023-06-26", None),
        ("2023-06-27", "before_3"),
        ("2023-06-28", None),
        ("2023-06-29", "before_1"),
        ("2023-06-30", "due"),
        ("2023-07-01", None),
    ],
)
def test_each_stage_has_its_own_day(day: str, code: str | None) -> None:
    stage = newest_stage(DEADLINE, day_of(day), late=False)
    assert stage == (code and Stage(code=code, on=dt.date.fromisoformat(day)))


@pytest.mark.parametrize(
    ("since", "until", "code", "on"),
    [
        # One missed night.
        ("2023-06-22", "2023-06-24", "before_7", "2023-06-23"),
        # A week without planning: 7 and 3 days before were missed, the newest is planned.
        ("2023-06-21", "2023-06-28", "before_3", "2023-06-27"),
        ("2023-05-01", "2023-06-30", "due", "2023-06-30"),
        # The edges: the first day is excluded, the last included.
        ("2023-06-23", "2023-06-24", None, None),
        ("2023-06-22", "2023-06-23", "before_7", "2023-06-23"),
    ],
)
def test_of_several_missed_stages_the_newest_counts(
    since: str, until: str, code: str | None, on: str | None
) -> None:
    stage = newest_stage(DEADLINE, window(since, until), late=False)
    assert stage == (code and Stage(code=code, on=dt.date.fromisoformat(str(on))))


def test_overdue_is_announced_on_working_days_by_days_after_the_deadline() -> None:
    late = newest_stage(DEADLINE, window("2023-07-02", "2023-07-03"), late=True)
    assert late == Stage(code="overdue_3", on=dt.date(2023, 7, 3))


def test_overdue_is_not_announced_on_days_off() -> None:
    saturday = window("2023-06-30", "2023-07-01", workday=False)
    assert newest_stage(DEADLINE, saturday, late=True) is None


def test_a_missed_due_day_is_announced_on_a_day_off_but_gives_way_to_overdue() -> None:
    missed = window("2023-06-29", "2023-07-01", workday=False)
    assert newest_stage(DEADLINE, missed, late=True) == Stage(code="due", on=DEADLINE)
    monday = window("2023-06-29", "2023-07-03")
    overdue = newest_stage(DEADLINE, monday, late=True)
    assert overdue is not None
    assert overdue.code == "overdue_3"


def test_a_date_passed_without_counting_as_late_is_not_announced_as_overdue() -> None:
    assert newest_stage(DEADLINE, window("2023-07-02", "2023-07-03"), late=False) is None


def test_stages_reach_over_the_end_of_february_and_of_the_year() -> None:
    leap = newest_stage(dt.date(2024, 2, 29), day_of("2024-01-30"), late=False)
    assert leap is not None
    assert leap.code == "before_30"
    after = newest_stage(dt.date(2024, 3, 1), day_of("2024-02-29"), late=False)
    assert after is not None
    assert after.code == "before_1"
    new_year = newest_stage(dt.date(2024, 1, 1), day_of("2023-12-31"), late=False)
    assert new_year is not None
    assert new_year.code == "before_1"


def test_the_ranges_hold_exactly_the_deadlines_with_a_stage() -> None:
    for days in (1, 2, 5, 40):
        until = dt.date(2024, 2, 29)
        shown = Window(since=until - dt.timedelta(days=days), until=until, workday=False)
        for ahead in range(-60, 60):
            deadline = until + dt.timedelta(days=ahead)
            inside = any(after < deadline <= upto for after, upto in announced_deadlines(shown))
            assert inside == (newest_stage(deadline, shown, late=False) is not None), deadline


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        ("2023-02-26", "2023-02-27", None),
        ("2023-02-27", "2023-02-28", "2023-02-28"),
        ("2023-02-28", "2023-03-01", None),
        ("2023-02-27", "2023-03-02", "2023-02-28"),
        ("2024-02-27", "2024-02-29", "2024-02-28"),
        ("2023-12-27", "2024-01-03", "2023-12-28"),
        ("2023-06-01", "2023-08-28", "2023-08-28"),
        ("2023-06-01", "2023-08-27", "2023-07-28"),
    ],
)
def test_monthly_reports_are_due_on_the_28th(since: str, until: str, due: str | None) -> None:
    assert report_due(window(since, until)) == (due and dt.date.fromisoformat(due))
