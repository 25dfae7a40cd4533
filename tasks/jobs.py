"""Background work on tasks: the schedule wakes services, which may be woken any number of times."""

import datetime as dt

from celery import shared_task

from accounts import clock
from tasks.reminders import delivery, planning


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
