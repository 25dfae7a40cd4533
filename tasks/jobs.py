"""Background work on tasks: the schedule wakes services, which may be woken any number of times."""

import datetime as dt

from celery import shared_task
from celery.utils.log import get_task_logger

from accounts import clock
from tasks.reminders import delivery, planning
from tasks.services import closing, current, rolling
from tasks.services.exporting import requests
from tasks.services.imports import confirming, uploading

logger = get_task_logger(__name__)


@shared_task
def plan_reminders(on: str = "") -> int:
    """Plan the reminders of a day (ISO date, default today in Beijing); return how many are new."""
    day = dt.date.fromisoformat(on) if on else clock.today()
    return len(planning.plan_reminders(on=day).rows)


@shared_task
def deliver_reminders() -> int:
    """Send what is planned, by day; return how many reminders went out."""
    done = delivery.deliver_in_hours()
    return done.in_app + done.mailed


@shared_task
def refresh_current_columns(on: str = "") -> int:
    """Bring the current-state columns up to a day (default today); return how many turned.

    Logs an error for every task whose columns then differ from the as-of reading of its facts.
    """
    day = dt.date.fromisoformat(on) if on else clock.today()
    turned = current.refresh_current(on=day)
    for difference in current.compare(on=day):
        logger.error("columns of task %s differ: %s", difference.task.pk, difference.columns)
    for parent, stored, computed in rolling.differing_parents(on=day):
        logger.error("progress of task %s is %s, its children's %s", parent.pk, stored, computed)
    return turned


@shared_task
def conclude_publicity(on: str = "") -> int:
    """Complete close-outs whose publicity has ended (default: by today); return how many."""
    return closing.conclude_publicity(on=dt.date.fromisoformat(on) if on else clock.today())


@shared_task
def run_imports() -> int:
    """Read uploaded ledgers and land confirmed ones; return how many."""
    return confirming.run_imports()


@shared_task
def expire_imports(on: str = "") -> int:
    """Give up previews kept past their day (default: today); return how many."""
    return uploading.expire_imports(on=dt.date.fromisoformat(on) if on else clock.today())


@shared_task
def run_exports() -> int:
    """Write the ledgers people wait for; return how many."""
    return requests.run_exports()


@shared_task
def forget_exports() -> int:
    """Delete exported files whose time is over; return how many."""
    return requests.forget_exports()
