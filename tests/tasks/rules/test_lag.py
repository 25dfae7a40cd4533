"""Serious lag at its edges, for the task and for a holder who took it over."""

from typing import Any

import pytest

from tasks.rules.lag import serious_lag
from tasks.rules.periods import Cycle
from tests.tasks.rules.build import POLICY, day, history

# Everything is reported, so only days overdue can make it lag.
REPORTED = "01-02 progress percent=100"


def codes(at: str, *lines: str, since: str | None = None, **given: Any) -> list[str]:
    """Return why a task lags seriously on the day."""
    reasons = serious_lag(
        history(*lines, **given), day(at), POLICY, since=day(since) if since else None
    )
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(("at", "why"), [("07-29", []), ("07-30", ["overdue_days"])])
def test_thirty_days_overdue_are_serious_and_29_are_not(at: str, why: list[str]) -> None:
    assert codes(at, REPORTED) == why


def test_the_lag_ends_with_the_close_out_application() -> None:
    assert codes("08-01", REPORTED, "08-01 closure_submitted") == []


@pytest.mark.parametrize(
    ("at", "why"),
    [
        # Red from the end of February: 58 of 180 days planned and nothing done.
        ("02-28", []),
        ("03-30", []),
        ("03-31", ["red_month_ends"]),
        ("04-15", ["red_month_ends"]),
    ],
)
def test_red_today_and_at_two_month_ends_is_serious(at: str, why: list[str]) -> None:
    assert codes(at) == why


@pytest.mark.parametrize("caught_up", ["02-28", "03-31", "04-15"])
def test_catching_up_at_any_of_the_three_ends_it(caught_up: str) -> None:
    reported = f"{caught_up} progress percent=60"
    returned = f"{caught_up} progress_returned about=1"
    assert codes("04-15", reported) == []
    assert codes("04-15", reported, returned) == ["red_month_ends"]


def test_a_month_end_spent_under_verification_was_not_red() -> None:
    assert codes("04-15", "03-31 closure_submitted", "04-01 closure_rejected") == []


def test_an_extension_granted_later_does_not_change_the_month_ends_before_it() -> None:
    # At the end of March the old deadline made the lamp red; today's is red too.
    extended = "04-10 extension_granted to=07-31"
    assert codes("04-15", extended) == ["red_month_ends"]


def test_missed_reports_make_the_lamp_red_too() -> None:
    given = {"deadline": None, "report_cycle": Cycle.MONTHLY}
    assert codes("03-30", **given) == []
    assert codes("03-31", **given) == ["red_month_ends"]


@pytest.mark.parametrize(
    ("since", "at", "why"),
    [
        ("06-30", "07-30", ["overdue_days"]),
        ("07-01", "07-30", []),
        ("07-01", "07-31", ["overdue_days"]),
    ],
)
def test_a_new_holder_needs_thirty_overdue_days_of_their_own(
    since: str, at: str, why: list[str]
) -> None:
    assert codes(at, REPORTED, since=since) == why


@pytest.mark.parametrize(
    ("since", "at", "why"),
    [
        ("02-27", "03-31", ["red_month_ends"]),
        ("02-28", "03-31", []),
        ("02-28", "04-29", []),
        ("02-28", "04-30", ["red_month_ends"]),
        ("04-30", "04-30", []),
    ],
)
def test_a_new_holder_needs_two_red_month_ends_of_their_own(
    since: str, at: str, why: list[str]
) -> None:
    assert codes(at, since=since) == why
