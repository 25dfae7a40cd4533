"""Effective deadlines, days overdue, and the clock of the current-state columns."""

from typing import Any

import pytest

from tasks.rules.deadline import days_left, overdue_clock, overdue_days
from tasks.rules.replay import replay
from tests.tasks.rules.build import day, days, facts, history, terms


@pytest.mark.parametrize(
    ("requested", "deadline"),
    [("06-29", "09-30"), ("06-30", "09-30"), ("07-01", "06-30")],
)
def test_an_extension_counts_when_requested_by_the_deadline(requested: str, deadline: str) -> None:
    read = history(f"07-05 extension_granted to=09-30 requested_on={requested}")
    assert read.deadline_at(day("07-05")) == day(deadline)
    assert read.deadline_at(day("07-04")) == day("06-30")


def test_a_late_request_counts_when_the_policy_says_so() -> None:
    read = history("07-05 extension_granted to=09-30", counted=True)
    assert read.deadline_at(day("07-05")) == day("09-30")


def test_a_request_is_made_on_the_day_of_the_grant_when_nothing_else_is_said() -> None:
    assert history("06-30 extension_granted to=09-30").deadline_at(day("06-30")) == day("09-30")
    assert history("07-01 extension_granted to=09-30").deadline_at(day("07-01")) == day("06-30")


@pytest.mark.parametrize(
    ("lines", "deadline"),
    [
        # A request on the day of an earlier grant is judged by what that grant made of it.
        (
            [
                "06-30 extension_granted to=07-31",
                "07-31 extension_granted to=09-30 requested_on=07-31",
            ],
            "09-30",
        ),
        (
            [
                "07-10 extension_granted to=07-31 requested_on=06-30",
                "07-20 extension_granted to=09-30 requested_on=07-05",
            ],
            # On 5 July the deadline in force was still 30 June.
            "07-31",
        ),
        (
            [
                "07-10 extension_granted to=07-31 requested_on=06-30",
                "07-20 extension_granted to=09-30 requested_on=07-10",
            ],
            "09-30",
        ),
        # The same day: only what stands before it in the file is included.
        (
            [
                "07-20 extension_granted to=09-30 requested_on=07-10",
                "07-10 extension_granted to=07-31 requested_on=06-30",
            ],
            "07-31",
        ),
        # A shorter deadline granted first makes the second request late.
        (
            [
                "05-01 extension_granted to=05-10",
                "06-01 extension_granted to=09-30 requested_on=05-11",
            ],
            "05-10",
        ),
        # The newest counts, whatever it says.
        (["05-01 extension_granted to=09-30", "06-01 extension_granted to=07-31"], "07-31"),
        (["05-01 extension_granted to=09-30", "05-01 extension_granted to=07-31"], "07-31"),
    ],
)
def test_the_deadline_in_force_on_the_day_of_the_request_decides(
    lines: list[str], deadline: str
) -> None:
    assert history(*lines).deadline_at(day("12-31")) == day(deadline)


def test_a_reopening_and_a_resumption_set_the_deadline_without_a_request() -> None:
    read = history(
        "07-10 suspended",
        "08-01 resumed to=08-31",
        "08-20 closure_submitted",
        "08-25 closure_verified",
        "10-01 reopened to=11-30",
    )
    found = [read.deadline_at(day(at)) for at in ("07-31", "08-01", "09-30", "10-01")]
    assert found == [day("06-30"), day("08-31"), day("08-31"), day("11-30")]


def test_a_task_without_a_deadline_cannot_be_late_in_asking_for_one() -> None:
    read = history("09-01 extension_granted to=09-30", deadline=None)
    assert read.deadline_at(day("09-01")) == day("09-30")
    assert overdue_days(read, day("10-02")) == 2


@pytest.mark.parametrize(("at", "late"), [("06-30", 0), ("07-01", 1), ("07-02", 2), ("07-30", 30)])
def test_late_starts_the_day_after_the_deadline(at: str, late: int) -> None:
    assert overdue_days(history(), day(at)) == late
    assert days_left(history(), day(at)) == -late


@pytest.mark.parametrize(
    ("lines", "at", "late"),
    [
        # The day of submission began open and counts; days of waiting do not.
        (["07-03 closure_submitted"], "07-20", 3),
        # Back on the 10th: the 11th is the next day that begins open.
        (["07-03 closure_submitted", "07-10 closure_rejected"], "07-10", 3),
        (["07-03 closure_submitted", "07-10 closure_rejected"], "07-11", 4),
        (
            [
                "07-03 closure_submitted",
                "07-10 closure_rejected",
                "07-10 closure_submitted",
            ],
            "07-20",
            3,
        ),
        (["06-28 closure_submitted", "07-10 closure_rejected"], "07-12", 2),
        # Suspended on the 5th: that day began open.
        (["07-05 suspended"], "08-01", 5),
        # A new deadline in the past counts the days since that began open.
        (["07-05 suspended", "07-20 resumed to=07-01"], "07-22", 4 + 2),
        (["07-05 suspended", "07-20 resumed to=07-31"], "08-02", 2),
        # A completed task keeps its number, also after a relapse with a new deadline is over.
        (["07-03 closure_submitted", "07-08 closure_verified"], "12-31", 3),
        (
            [
                "07-03 closure_submitted",
                "07-08 closure_verified",
                "08-01 reopened to=08-31",
            ],
            "09-02",
            2,
        ),
        # An extension that counts takes the late days back; a terminated task keeps them.
        (["07-10 extension_granted to=07-08 requested_on=06-30"], "07-10", 2),
        (["07-10 terminated"], "12-31", 10),
    ],
)
def test_only_days_that_begin_open_after_the_deadline_count(
    lines: list[str], at: str, late: int
) -> None:
    assert overdue_days(history(*lines), day(at)) == late


def test_soft_and_missing_deadlines_are_never_overdue() -> None:
    assert overdue_days(history(soft=True), day("12-31")) == 0
    assert overdue_days(history(deadline=None), day("12-31")) == 0
    reopened = ["07-03 closure_submitted", "07-08 closure_verified", "08-01 reopened to=08-31"]
    assert overdue_days(history(*reopened, soft=True), day("12-31")) == 0


@pytest.mark.parametrize(
    ("after", "late"), [("06-20", 20), ("06-30", 20), ("07-01", 19), ("07-19", 1), ("07-20", 0)]
)
def test_a_new_holder_answers_for_days_after_the_handover(after: str, late: int) -> None:
    assert overdue_days(history(), day("07-20"), after=day(after)) == late


STORIES = [
    [],
    ["07-03 closure_submitted", "07-10 closure_rejected"],
    ["07-03 closure_submitted", "07-10 closure_rejected", "07-10 closure_submitted"],
    ["06-28 closure_submitted", "07-10 closure_rejected"],
    ["07-05 suspended", "07-20 resumed to=07-01"],
    ["07-05 suspended", "07-20 resumed to=08-15"],
    ["07-04 closure_submitted", "07-08 closure_verified", "08-01 reopened to=07-02"],
    ["06-01 extension_granted to=07-10", "07-20 progress percent=5"],
    ["06-01 extension_granted to=05-10"],
    ["07-10 terminated"],
]


@pytest.mark.parametrize("lines", STORIES)
@pytest.mark.parametrize("given", [{}, {"soft": True}, {"start": "05-10"}])
def test_the_clock_of_the_columns_runs_as_the_days_are_counted(
    lines: list[str], given: dict[str, Any]
) -> None:
    whole = history(*lines, **given)
    for set_on in days("06-25", "08-10"):
        # Only what had happened by then was known when the columns were written.
        known = replay(terms(**given), [f for f in facts(*lines) if f.on <= set_on])
        clock = overdue_clock(known, set_on)
        for later in days(set_on.isoformat(), "09-01"):
            assert clock.at(later) == overdue_days(known, later)
        assert clock.at(set_on) == overdue_days(whole, set_on)


def test_the_clock_stands_still_when_nothing_can_run() -> None:
    assert overdue_clock(history(soft=True), day("08-01")).anchor is None
    assert overdue_clock(history(deadline=None), day("08-01")).anchor is None
    assert overdue_clock(history("07-03 closure_submitted"), day("08-01")).anchor is None
    assert overdue_clock(history(), day("08-01")).anchor == day("06-30").toordinal()
