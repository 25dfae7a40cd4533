"""Working days around holidays, make-up days and years without a notice."""

import datetime as dt

import pytest

from accounts.calendar import (
    add_workdays,
    is_provisional,
    is_workday,
    next_workday,
    workdays_between,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2023, 9, 28), True),  # Thursday
        (dt.date(2023, 9, 29), False),  # 中秋, Friday
        (dt.date(2023, 10, 6), False),  # 国庆, Friday
        (dt.date(2023, 10, 7), True),  # make-up Saturday
        (dt.date(2023, 10, 8), True),  # make-up Sunday
        (dt.date(2023, 10, 14), False),  # Saturday
    ],
)
def test_holidays_and_make_up_days_follow_the_notice(day: dt.date, expected: bool) -> None:
    assert is_workday(day) is expected


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (dt.date(2023, 7, 3), 1, dt.date(2023, 7, 4)),
        (dt.date(2023, 7, 7), 1, dt.date(2023, 7, 10)),  # Friday to Monday
        (dt.date(2023, 7, 3), 5, dt.date(2023, 7, 10)),
        (dt.date(2023, 9, 28), 3, dt.date(2023, 10, 9)),  # over the holiday, both make-up days
    ],
)
def test_the_start_day_is_not_counted(start: dt.date, days: int, expected: dt.date) -> None:
    assert add_workdays(start, days) == expected
    assert workdays_between(start, expected) == days
    assert workdays_between(start, expected - dt.timedelta(days=1)) == days - 1


def test_a_period_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_workdays(dt.date(2023, 7, 3), 0)


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert workdays_between(dt.date(2023, 7, 4), dt.date(2023, 7, 3)) == 0


def test_a_last_day_on_a_holiday_moves_to_the_next_working_day() -> None:
    assert next_workday(dt.date(2023, 9, 30)) == dt.date(2023, 10, 7)
    assert next_workday(dt.date(2023, 10, 9)) == dt.date(2023, 10, 9)


def test_a_year_without_its_notice_is_provisional_and_read_as_monday_to_friday() -> None:
    assert not is_provisional(2023)
    assert is_provisional(2099)
    assert is_workday(dt.date(2099, 1, 1))  # a Thursday nobody has made a holiday yet
    assert not is_workday(dt.date(2099, 1, 3))
