"""The thresholds a task is judged by, supplied by whoever owns the policy in force.

The apps never look back, so the app that holds the policies hands this module a callable at
start-up (`provide`) and everything about tasks asks `task_policy(on)`.
"""

import datetime as dt
from collections.abc import Callable

from tasks.rules.policy import TaskPolicy

Provider = Callable[[dt.date], TaskPolicy]


class _Source:
    """The one provider of this process."""

    provider: Provider | None = None


def provide(provider: Provider) -> None:
    """Name the callable that returns the thresholds in force on a day."""
    _Source.provider = provider


def task_policy(on: dt.date) -> TaskPolicy:
    """Return the thresholds in force on the day.

    Raises LookupError when no app provided any: judging by thresholds nobody adopted is worse
    than not judging.
    """
    if _Source.provider is None:
        raise LookupError("no app provided the thresholds tasks are judged by")
    return _Source.provider(on)
