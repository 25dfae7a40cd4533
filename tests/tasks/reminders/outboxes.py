"""Short ways for tests to ask the outbox."""

import datetime as dt

from tasks.models import Reminder
from tasks.reminders.planning import described, plan_reminders


def day(text: str) -> dt.date:
    """Return a date."""
    return dt.date.fromisoformat(text)


def plan(text: str) -> list[tuple[str, str, str, str]]:
    """Plan a day; return the new rows as (item's kind, task, stage, recipient), in-app only."""
    return [
        (row["item"].split(":")[0], row["task"], row["stage"], row["recipient"])
        for row in described(plan_reminders(on=day(text)))
        if row["channel"] == "in_app"
    ]


def states() -> dict[str, int]:
    """Return how many rows of the outbox stand in each state."""
    counts: dict[str, int] = {}
    for state in Reminder.objects.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def reasons() -> dict[str, int]:
    """Return how many rows were not sent for each reason."""
    counts: dict[str, int] = {}
    for reason in Reminder.objects.exclude(not_sent="").values_list("not_sent", flat=True):
        counts[reason] = counts.get(reason, 0) + 1
    return counts
