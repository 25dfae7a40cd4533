"""The demo on any day of the calendar: whole on a few days, its dates alone on all others."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
import yaml

from tests.tracker.demo.loading import demo_on, waiting_on
from tracker.demo.consequences import assessed_year, interview_days
from tracker.demo.past import is_over
from tracker.demo.people import HERE

EVERY_DAY = [dt.date(2024, 1, 1) + dt.timedelta(days=number) for number in range(5 * 366)]


def _content(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return content


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("day", "year"),
    [
        # The leap day, with 2023 just frozen; a first of January, whose list is last year's.
        (dt.date(2024, 2, 29), 2024),
        (dt.date(2027, 1, 1), 2026),
    ],
)
def test_every_role_has_something_to_do_on_the_day(day: dt.date, year: int) -> None:
    with demo_on(day) as loaded:
        assert loaded.fresh
        assert [run["year"] for run in loaded.frozen] == [2023]
        waiting = waiting_on(day, year=year)
    assert [what for what, count in waiting.items() if not count] == []


def test_on_any_day_repeated_interviews_count_in_the_assessed_year_and_a_first_one_this_year() -> (
    None
):
    entries = _content("current.yaml")["interviews"]
    often = Counter(entry["unit"] for entry in entries)
    for today in EVERY_DAY:
        year = assessed_year(entries, today=today)
        days: dict[str, set[dt.date]] = {unit: set() for unit in often}
        for on, entry in interview_days(entries, today=today):
            assert on <= today
            days[entry["unit"]].add(on)
        for unit, count in often.items():
            wanted = year if count > 1 else today.year
            assert {on.year for on in days[unit]} == {wanted}, (today, unit)
            assert len(days[unit]) == count, (today, unit)


@pytest.mark.parametrize(
    ("today", "year"),
    [("2026-12-31", 2026), ("2027-01-01", 2026), ("2027-01-05", 2026), ("2027-01-06", 2027)],
)
def test_last_year_is_assessed_until_its_interviews_fit_into_the_new_one(
    today: str, year: int
) -> None:
    entries = _content("current.yaml")["interviews"]
    assert assessed_year(entries, today=dt.date.fromisoformat(today)) == year


@pytest.mark.parametrize(
    ("today", "over"), [("2023-12-31", False), ("2024-01-31", False), ("2024-02-01", True)]
)
def test_2023_is_looked_back_on_once_the_day_of_its_assessment_has_passed(
    today: str, over: bool
) -> None:
    assert is_over(_content("y2023.yaml"), today=dt.date.fromisoformat(today)) is over
