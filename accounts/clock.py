"""The only place that asks the machine for the time; everything else is handed a date."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

# Business dates are plain dates in Beijing time, whatever the server, database or process uses.
BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """Return the present moment, aware, in Beijing time.

    In the demonstration `DEMO_TODAY` puts another date in place of today's; the time of day goes
    on, and so does the date from midnight on.
    """
    real = dt.datetime.now(tz=BEIJING)  # noqa: TID251
    return real + _shift() if settings.DEMO_TODAY else real


@cache
def _shift() -> dt.timedelta:
    """Return how far the demonstration's date is from the date this process started on."""
    started: dt.timedelta = settings.DEMO_TODAY - dt.datetime.now(tz=BEIJING).date()  # noqa: TID251
    return started


def today() -> dt.date:
    """Return today's date in Beijing."""
    return now().date()


def date_of(moment: dt.datetime) -> dt.date:
    """Return the Beijing date of an aware moment."""
    return moment.astimezone(BEIJING).date()
