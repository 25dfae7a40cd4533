"""Heartbeats: two missed turns are a standstill, and somebody is told."""

import datetime as dt

import pytest

from accounts import clock
from tasks.models import Heartbeat
from tasks.reminders import health
from tasks.reminders.delivery import deliver_in_hours, deliver_reminders
from tasks.reminders.planning import plan_reminders
from tests.tasks.reminders.outboxes import day
from tracker.schedule import SCHEDULE

pytestmark = pytest.mark.django_db

NIGHT = dt.datetime(2023, 6, 27, 3, tzinfo=clock.BEIJING)


def ran() -> dt.datetime:
    """Run both jobs and put their heartbeats at one moment; return it."""
    plan_reminders(on=day("2023-06-27"))
    deliver_reminders()
    Heartbeat.objects.update(at=NIGHT)
    return NIGHT


def stale(after: dt.timedelta) -> set[str]:
    """Return the jobs that count as standing still so long after both ran."""
    return {watch.name for watch in health.watches(now=NIGHT + after) if watch.stale}


def test_what_never_ran_stands_still() -> None:
    assert {watch.name for watch in health.watches(now=NIGHT)} == {"planning", "delivery"}
    assert "提醒编排尚未运行过" in health.standstill(now=NIGHT)


@pytest.mark.parametrize(
    ("minutes", "names"),
    [
        (10, set()),
        (10.01, {"delivery"}),
        (120, {"delivery"}),
        (120.01, {"delivery", "planning"}),
    ],
)
def test_two_missed_turns_are_a_standstill(minutes: float, names: set[str]) -> None:
    ran()
    assert stale(dt.timedelta(minutes=minutes)) == names


def test_the_sentence_names_the_job_and_since_when() -> None:
    now = ran() + dt.timedelta(hours=2, minutes=1)
    assert health.standstill(now=now) == (
        "提醒编排自 2023-06-27 03:00 起没有运行，提醒可能延迟，请联系系统管理员。"
    )


def test_a_quiet_night_is_no_standstill() -> None:
    plan_reminders(on=day("2023-06-27"))
    before = clock.now()
    deliver_in_hours(now=lambda: NIGHT)
    at = Heartbeat.objects.get(name="delivery").at
    assert at is not None
    assert at >= before
    assert health.standstill(now=clock.now()) == ""


def test_the_schedule_wakes_each_job_at_least_once_a_turn() -> None:
    turns = {"deliver-reminders": health.DELIVERY_CYCLE, "plan-reminders": health.PLANNING_CYCLE}
    for name, cycle in turns.items():
        when = SCHEDULE[name].when
        if isinstance(when, int):
            assert when <= cycle.total_seconds()
        else:
            assert str(when).startswith("<crontab: 10 * * * *")
            assert cycle == dt.timedelta(hours=1)


def test_a_dry_run_is_no_sign_of_life() -> None:
    plan_reminders(on=day("2023-06-27"), dry_run=True)
    assert not Heartbeat.objects.exists()
