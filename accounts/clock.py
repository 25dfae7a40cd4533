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
    shown = settings.DEMO_TODAY
    return real if shown is None else real + _shift(shown)


def machine_now() -> dt.datetime:
    """Return the machine's own time, also in a demonstration of another day.

    For what has to agree with clocks outside: the codes of authenticator apps.
    """
    return dt.datetime.now(tz=BEIJING)  # noqa: TID251


@cache
def _shift(shown: dt.date) -> dt.timedelta:
    """Return how far the date shown is from the date this process started on."""
    return shown - dt.datetime.now(tz=BEIJING).date()  # noqa: TID251


def today() -> dt.date:
    """Return today's date in Beijing."""
    return now().date()


def date_of(moment: dt.datetime) -> dt.date:
    """Return the Beijing date of an aware moment."""
    return moment.astimezone(BEIJING).date()
