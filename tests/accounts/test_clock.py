"""The clock: Beijing's date, and another day for the demonstration."""

import datetime as dt
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts import clock


@pytest.fixture(autouse=True)
def fresh_shift() -> Iterator[None]:
    clock._shift.cache_clear()
    yield
    clock._shift.cache_clear()


def test_a_moment_belongs_to_beijings_date_whatever_its_own_zone() -> None:
    moment = dt.datetime(2023, 6, 30, 16, 0, tzinfo=dt.UTC)
    assert clock.date_of(moment) == dt.date(2023, 7, 1)
    assert clock.date_of(moment - dt.timedelta(seconds=1)) == dt.date(2023, 6, 30)


def test_the_demonstration_can_be_shown_as_on_another_day(settings: Settings) -> None:
    settings.DEMO_TODAY = dt.date(2024, 2, 29)
    assert clock.today() in (dt.date(2024, 2, 29), dt.date(2024, 3, 1))
    later = clock.now()
    assert clock.now() >= later
