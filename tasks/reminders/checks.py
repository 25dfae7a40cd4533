"""Whether a planned reminder may still be sent: asked again at the moment of sending."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from tasks.choices import Channel, NotSent, ReminderState
from tasks.models import Reminder
from tasks.reminders.items import Item, items_of, key_of
from tasks.reminders.recipients import Addressbook, Recipient

_LIVE = (ReminderState.PENDING, ReminderState.SENDING, ReminderState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A reminder with the reason not to send it (None: send it) and its overdue days."""

    reminder: Reminder
    reason: NotSent | None
    late_days: int


def check(reminders: Sequence[Reminder], *, on: dt.date, book: Addressbook) -> list[Checked]:
    """Read the items of the reminders again and say which may be sent, in the same order."""
    items = items_of(reminders, on=on)
    told: dict[int, dict[int, Recipient]] = {}
    for item, recipients in book.address(list(items.values())):
        told[id(item)] = {person.user_id: person for person in recipients}
    newest = _newest_stages(reminders)
    checked = []
    for reminder in reminders:
        item = items[key_of(reminder)]
        person = told[id(item)].get(reminder.recipient_id)
        reason = _reason(reminder, item, person)
        if reason is None and newest[_line(reminder)] > reminder.stage_on:
            reason = NotSent.OVERTAKEN
        checked.append(Checked(reminder=reminder, reason=reason, late_days=item.late_days))
    return checked


def _reason(reminder: Reminder, item: Item, person: Recipient | None) -> NotSent | None:
    if item.gone:
        return item.gone
    if item.deadline != reminder.deadline:
        return NotSent.MOVED
    if person is None:
        return NotSent.REASSIGNED
    if reminder.channel == Channel.MAIL and not person.has_mail:
        return NotSent.NO_ADDRESS
    return None


_Line = tuple[str, int, int, str]


def _line(reminder: Reminder) -> _Line:
    return reminder.kind, reminder.item_id, reminder.recipient_id, reminder.channel


def _newest_stages(reminders: Sequence[Reminder]) -> dict[_Line, dt.date]:
    """Return the newest stage day each person was or is being told of each item, by channel."""
    wanted = defaultdict(set)
    for reminder in reminders:
        wanted[reminder.kind].add(reminder.item_id)
    newest: dict[_Line, dt.date] = {}
    for kind, ids in wanted.items():
        rows = Reminder.objects.filter(kind=kind, item_id__in=ids, state__in=_LIVE)
        columns = ("kind", "item_id", "recipient_id", "channel")
        for *line, stage_on in rows.values_list(*columns).annotate(Max("stage_on")).order_by():
            newest[line[0], line[1], line[2], line[3]] = stage_on
    return newest
