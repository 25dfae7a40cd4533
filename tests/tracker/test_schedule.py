"""What beat wakes: every name is a job that exists, every wake ends before the next."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab

from tracker import celery_app
from tracker.schedule import (
    AT_START,
    DELIVER_REMINDERS,
    JUDGE,
    PLAN_REMINDERS,
    REFRESH_COLUMNS,
    SCHEDULE,
    Entry,
)


@pytest.fixture(scope="module", autouse=True)
def jobs() -> None:
    """Import every app's jobs, as a worker does."""
    celery_app.loader.import_default_modules()


@pytest.mark.parametrize("name", sorted({e.job for e in SCHEDULE.values()} | set(AT_START)))
def test_every_job_of_the_schedule_exists(name: str) -> None:
    assert name in celery_app.tasks


@pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE.keys())
def test_a_wake_nobody_took_is_gone_before_the_next_one(entry: Entry) -> None:
    assert 0 < entry.expires <= cycle_seconds(entry)


def cycle_seconds(entry: Entry) -> float:
    if isinstance(entry.when, int):
        return entry.when
    when: Any = entry.when
    return 24 * 3600 / len(when.hour)


def test_a_start_makes_up_for_what_was_missed_in_the_order_in_which_one_rests_on_another() -> None:
    assert AT_START == (REFRESH_COLUMNS, PLAN_REMINDERS, DELIVER_REMINDERS, JUDGE)


def test_times_are_beijing_times_wherever_the_server_stands() -> None:
    assert str(celery_app.timezone) == "Asia/Shanghai"
    when: Any = SCHEDULE["judge"].when
    when.app = celery_app
    beijing = ZoneInfo("Asia/Shanghai")
    midnight = dt.datetime(2023, 7, 2, 0, 0, tzinfo=beijing)
    when.nowfun = lambda: midnight
    wait = when.remaining_estimate(midnight)
    assert wait == dt.timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(("hours_later", "due"), [(11, True), (13, False)])
def test_a_night_without_the_machine_is_made_up_for_in_the_morning(
    hours_later: int, due: bool
) -> None:
    when: Any = crontab(hour=1, minute=30, app=celery_app)
    beijing = ZoneInfo("Asia/Shanghai")
    last = dt.datetime(2023, 7, 1, 1, 30, tzinfo=beijing)
    now = dt.datetime(2023, 7, 2, 1, 30, tzinfo=beijing) + dt.timedelta(hours=hours_later)
    when.nowfun = lambda: now
    assert when.is_due(last).is_due is due
