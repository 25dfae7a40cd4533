"""How much waits for a person, counted no further than a badge can show."""

import datetime as dt

from django.db.models import QuerySet

from accounts.models import User
from tasks.models import Closure, InboxMessage, ProgressReport, Task

# A badge says 99+ from here on, so nothing counts further however large the table.
LIMIT = 100


def overdue(user: User, on: dt.date) -> int:
    """Count open tasks the person may see that are late on the day."""
    return _capped(Task.objects.visible_to(user, on=on).overdue(on=on))


def waiting_for_verdict(user: User, on: dt.date) -> int:
    """Count the reports and close-outs that wait for a verdict and that others submitted."""
    waiting = (
        model.objects.visible_to(user, on=on).to_verify().exclude(submitted_by=user)
        for model in (ProgressReport, Closure)
    )
    return min(LIMIT, sum(_capped(rows) for rows in waiting))


def unread(user: User, on: dt.date) -> int:
    """Count the person's messages that were not opened."""
    return _capped(InboxMessage.objects.visible_to(user, on=on).unread())


def _capped(rows: QuerySet) -> int:  # type: ignore[type-arg]
    return rows.order_by()[:LIMIT].count()
