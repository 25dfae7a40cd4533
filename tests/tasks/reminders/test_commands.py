"""The commands: the same services, in text or JSON, whatever the server's time zone."""

import datetime as dt
import io
import json
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tasks.jobs import deliver_reminders, plan_reminders
from tasks.models import InboxMessage, Plan, Reminder
from tests.cast import Cast, build_cast
from tests.making import SetClock, issued_task
from tests.tasks.reminders.processes import environment
from tracker.env import BASE_DIR


def said(*args: str) -> Any:
    """Run a command and return its JSON."""
    out = io.StringIO()
    call_command(*args, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_planning_prints_the_new_rows(cast: Cast) -> None:
    task = issued_task(cast)
    row = {
        "stage": "before_3",
        "item": f"task:{task.pk}",
        "task": "T1",
        "recipient": "head",
        "channel": "in_app",
        "deadline": "2023-06-30",
    }
    answer = said("plan_reminders", "--on", "2023-06-27")
    assert answer == {
        "on": "2023-06-27",
        "planned": 2,
        "superseded": 0,
        "rows": [row, row | {"channel": "mail"}],
    }
    assert said("plan_reminders", "--on", "2023-06-27")["rows"] == []


def test_a_dry_run_says_the_same_and_writes_nothing(cast: Cast) -> None:
    issued_task(cast)
    tried = said("plan_reminders", "--on", "2023-06-27", "--dry-run")
    assert not Reminder.objects.exists()
    assert said("plan_reminders", "--on", "2023-06-27") == tried


def test_a_code_of_several_plans_is_printed_with_its_plan(cast: Cast) -> None:
    issued_task(cast)
    issued_task(cast, plan=Plan.objects.create(code="P2", name="另一计划", year=2023))
    rows = said("plan_reminders", "--on", "2023-06-27")["rows"]
    assert {row["task"] for row in rows} == {"P1/T1", "P2/T1"}


def test_text_is_for_people(cast: Cast) -> None:
    task = issued_task(cast)
    out = io.StringIO()
    call_command("plan_reminders", "--on", "2023-06-27", stdout=out)
    assert "2023-06-27：新编排 2 条提醒，作废 0 条。" in out.getvalue()
    assert f"T1　task:{task.pk}　before_3　时限 2023-06-30　head　in_app" in out.getvalue()
    out = io.StringIO()
    call_command("deliver_reminders", stdout=out)
    assert "站内消息 1 条；邮件 1 封（含 1 条提醒）" in out.getvalue()


def test_delivery_counts_what_became_of_the_rows(cast: Cast) -> None:
    issued_task(cast)
    said("plan_reminders", "--on", "2023-06-27")
    answer = said("deliver_reminders")
    assert (answer["on"], answer["in_app"], answer["mailed"]) == ("2023-06-27", 1, 1)


@pytest.mark.parametrize("text", ["2023-02-30", "明天", "2023"])
@pytest.mark.django_db
def test_a_day_that_does_not_exist_is_wrong_usage(text: str) -> None:
    with pytest.raises(CommandError, match="不是日期"):
        call_command("plan_reminders", "--on", text)


def test_the_jobs_run_the_same_services(cast: Cast, set_clock: SetClock) -> None:
    issued_task(cast)
    assert plan_reminders(on="2023-06-27") == 2
    assert plan_reminders(on="2023-06-27") == 0
    set_clock(dt.date(2023, 6, 27))
    assert deliver_reminders() == 2
    assert InboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_server_in_utc_and_one_in_new_york_plan_the_same_rows() -> None:
    cast = build_cast()
    issued_task(cast, measures=((cast.air, dt.date(2023, 6, 28)),))
    issued_task(cast, code="T2", report_cycle="monthly")
    command = ["plan_reminders", "--dry-run", "--format", "json", "--on", "2023-06-28"]
    answers = []
    for zone in ("UTC", "America/New_York", "Asia/Shanghai"):
        run = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=BASE_DIR,
            env=environment() | {"TZ": zone, "PGTZ": zone},
            capture_output=True,
            check=True,
        )
        answers.append(json.loads(run.stdout))
    assert answers[0] == answers[1] == answers[2]
    assert {row["stage"] for row in answers[0]["rows"]} == {"due"}
