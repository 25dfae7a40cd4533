"""The only place that asks the machine for the time; everything else is handed a date."""

import datetime as dt
from zoneinfo import ZoneInfo

# Business dates are plain dates in Beijing time, whatever the server, database or process uses.
BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """Return the present moment, aware, in Beijing time."""
    return dt.datetime.now(tz=BEIJING)  # noqa: TID251


def today() -> dt.date:
    """Return today's date in Beijing."""
    return now().date()


def date_of(moment: dt.datetime) -> dt.date:
    """Return the Beijing date of an aware moment."""
    return moment.astimezone(BEIJING).date()
