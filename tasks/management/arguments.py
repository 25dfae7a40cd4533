"""Argument types that commands share: days and plan years."""

import argparse
import datetime as dt

from django.utils.translation import gettext as _

# Years a plan may be of; outside them a typing slip is likelier than a plan.
FIRST_YEAR, LAST_YEAR = 1990, 2099


def a_date(text: str) -> dt.date:
    """Read YYYY-MM-DD, or let argparse say what is wrong."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“%(text)s”不是日期，请写成 2023-07-10。") % {"text": text}
        ) from None


def a_plan_year(text: str) -> int:
    """Read a year, or let argparse say what is wrong."""
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    raise argparse.ArgumentTypeError(
        _("“%(text)s”不是 %(first)s 到 %(last)s 之间的年份。")
        % {"text": text, "first": FIRST_YEAR, "last": LAST_YEAR}
    )
