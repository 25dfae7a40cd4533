"""Duties of a role that somebody has without holding it, as the apps above name them.

Whoever has them answers to the same demands: the second factor.
"""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from accounts.choices import Role

# Given a day, a query of the people's ids.
Holders = Callable[[dt.date], Any]
_named: dict[str, tuple[Role, Holders]] = {}


def name_holders(key: str, role: Role, holders: Holders) -> None:
    """Say who else has a role's duties on a day; once a process under each key."""
    _named[key] = role, holders


def holders_of(roles: Collection[str], *, on: dt.date) -> list[Any]:
    """Return the queries of people's ids who have duties of one of the roles on the day."""
    return [holders(on) for role, holders in _named.values() if role in roles]
