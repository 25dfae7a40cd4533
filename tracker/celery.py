"""The Celery application; modules named `jobs` hold the background work."""

import os
from typing import Any

from celery import Celery, chain
from celery.signals import beat_init, setup_logging, task_postrun, task_prerun

from accounts.request_ids import current
from tracker.schedule import AT_START, HEARTBEAT

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.config_from_object("tracker.celery_config")
app.autodiscover_tasks(related_name="jobs")


@beat_init.connect
def catch_up(**_signal: Any) -> None:
    """Do at once what may have been missed while beat was not running, one after the other."""
    app.send_task(HEARTBEAT)
    chain(*(app.signature(job, immutable=True) for job in AT_START)).apply_async()


@setup_logging.connect
def keep_logging(**_signal: Any) -> None:
    """Leave logging as the settings have it: Celery adds its own handlers where nobody answers."""


@task_prerun.connect
def name_job(task_id: str, **_signal: Any) -> None:
    """Name the job in every line logged while it runs."""
    current.set(task_id)


@task_prerun.connect
def read_calendar_again(**_signal: Any) -> None:
    """Let every job read the working days as they stand when it begins."""
    # Imported here: the models are not loaded when beat and the worker read this module.
    from accounts import calendar

    calendar.forget()


@task_postrun.connect
def forget_job(**_signal: Any) -> None:
    """Name no job between two."""
    current.set("")
