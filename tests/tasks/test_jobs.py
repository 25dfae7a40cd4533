"""The nightly job over the current-state columns."""

import datetime as dt

import pytest

from tasks.choices import Light
from tasks.jobs import refresh_current_columns
from tasks.models import Task
from tests.cast import Cast
from tests.making import SetClock, fresh, issued_task


def test_the_nightly_job_turns_lamps_and_twice_is_once(cast: Cast, set_clock: SetClock) -> None:
    set_clock(dt.date(2023, 1, 1))
    task = issued_task(cast)
    assert refresh_current_columns("2023-03-31") == 1
    assert fresh(task).progress_light == Light.RED
    assert refresh_current_columns("2023-03-31") == 0


def test_the_nightly_job_reports_columns_that_differ(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    task = issued_task(cast)
    Task.objects.filter(pk=task.pk).update(counted_percent=99)
    refresh_current_columns()
    assert f"columns of task {task.pk} differ" in caplog.text
