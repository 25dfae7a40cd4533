"""Argument types of the commands that judge."""

import argparse
import datetime as dt

from accounts.clock import BEIJING


def a_moment(text: str) -> dt.datetime:
    """Read an ISO moment, Beijing time where no zone is given; a day alone means its end."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}”不是时刻，请写成 2024-01-31T18:00:00+08:00 或 2024-01-31。"
        ) from None
    if len(text) <= len("2024-01-31"):
        moment = dt.datetime.combine(moment.date(), dt.time.max)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=BEIJING)
