"""Background work on judgements: the schedule wakes a service, any number of times."""

import datetime as dt

from celery import shared_task

from accounts import clock
from reports.services.nightly import judge_night


@shared_task
def judge_nightly(on: str = "") -> int:
    """Judge a day (ISO date, default today in Beijing) and propose; return the new proposals."""
    day = dt.date.fromisoformat(on) if on else clock.today()
    return sum(done.proposed for done in judge_night(on=day).values())
