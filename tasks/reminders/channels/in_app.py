"""The inbox on the site: written with the mark itself, so a message exists exactly once."""

import datetime as dt
from collections.abc import Iterable

from tasks.models import InboxMessage, Reminder
from tasks.reminders.wording import Wording


def put(messages: Iterable[tuple[Reminder, Wording]], *, at: dt.datetime) -> None:
    """Write the messages; call it in the transaction that marks their reminders as sent."""
    InboxMessage.objects.bulk_create(
        InboxMessage(
            recipient_id=reminder.recipient_id,
            reminder=reminder,
            title=wording.title,
            text=wording.text,
            at=at,
        )
        for reminder, wording in messages
    )
