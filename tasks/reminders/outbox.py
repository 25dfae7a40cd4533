"""The rows of planned reminders: adding, superseding, re-arming. Each is planned once for ever."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models.query import QuerySet

from accounts.models import AuditEntry
from tasks.choices import Channel, NotSent, ReminderKind, ReminderState
from tasks.models import Reminder
from tasks.reminders.checks import Checked
from tasks.rules.reminders import Stage, Window

# kind, item, stage, recipient, channel, deadline: what makes a reminder the same one.
Key = tuple[str, int, str, int, str, dt.date]

KEY = ("kind", "item_id", "stage", "recipient_id", "channel", "deadline")
BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A reminder that should exist."""

    kind: ReminderKind
    item_id: int
    task_id: int
    stage: Stage
    deadline: dt.date
    recipient_id: int
    copied: bool
    channel: Channel

    @property
    def key(self) -> Key:
        """What the table's unique constraint compares."""
        return (
            self.kind,
            self.item_id,
            self.stage.code,
            self.recipient_id,
            self.channel,
            self.deadline,
        )


def known(window: Window) -> dict[Key, tuple[int, str]]:
    """Return the rows whose stage lies in the window: key → (id, state)."""
    rows = Reminder.objects.filter(stage_on__gt=window.since, stage_on__lte=window.until)
    return {
        tuple(row[:6]): (row[6], row[7])
        for row in rows.values_list(*KEY, "id", "state").iterator(chunk_size=BATCH)
    }


def without_known(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Return those that no row has whatever day its stage was on: exactly what `add` inserts."""
    there = {
        tuple(row)
        for chunk in chunked(sorted({one.item_id for one in wanted}))
        for row in Reminder.objects.filter(item_id__in=chunk).values_list(*KEY)
    }
    return list({one.key: one for one in wanted if one.key not in there}.values())


def supersede_moved() -> int:
    """Close pending rows whose deadline is no longer the item's own; return how many."""
    return Reminder.objects.moved().update(state=ReminderState.SUPERSEDED, not_sent=NotSent.MOVED)


def rearm(ids: Collection[int]) -> int:
    """Make superseded rows pending again, their deadline having come back; return how many."""
    return sum(
        Reminder.objects.filter(pk__in=chunk, state=ReminderState.SUPERSEDED).update(
            state=ReminderState.PENDING, not_sent="", digest=None
        )
        for chunk in chunked(sorted(ids))
    )


def chunked(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the ids in pieces small enough for one statement on every database."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def add(wanted: Iterable[Wanted], *, entry: AuditEntry) -> None:
    """Insert the rows; one that exists already is left as it is."""
    rows = [
        Reminder(
            kind=one.kind,
            item_id=one.item_id,
            task_id=one.task_id,
            measure_id=one.item_id if one.kind == ReminderKind.MEASURE else None,
            stage=one.stage.code,
            stage_on=one.stage.on,
            deadline=one.deadline,
            recipient_id=one.recipient_id,
            copied=one.copied,
            channel=one.channel,
            entry=entry,
        )
        for one in wanted
    ]
    Reminder.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def locked(rows: QuerySet[Reminder], *, skip: bool = True) -> QuerySet[Reminder]:
    """Lock the rows for this transaction, passing over those another sender holds.

    SQLite lets one writer in at a time and needs no row locks.
    """
    return rows.select_for_update(skip_locked=skip, of=("self",)).select_related(
        "task", "measure", "recipient"
    )


def leave_out(checked: Iterable[Checked], count: Counter[str]) -> None:
    """Close what must not be sent with its reason, and count it by what became of it."""
    reasons: dict[NotSent, list[int]] = {}
    for one in checked:
        if one.reason is not None:
            reasons.setdefault(one.reason, []).append(one.reminder.pk)
    for reason, ids in reasons.items():
        moved = reason == NotSent.MOVED
        state = ReminderState.SUPERSEDED if moved else ReminderState.SUPPRESSED
        count["superseded" if moved else "suppressed"] += Reminder.objects.filter(
            pk__in=ids
        ).update(state=state, not_sent=reason)
