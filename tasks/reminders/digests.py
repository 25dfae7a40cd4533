"""Claiming and closing a person's mail of a day, under a lease."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.query import QuerySet

from accounts.models import User
from tasks.choices import Channel, DigestState, NotSent, ReminderState
from tasks.models import Digest, Reminder
from tasks.reminders import outbox
from tasks.reminders.checks import Checked, check
from tasks.reminders.recipients import Addressbook

# Longer than any attempt takes: the mail server's timeout counts for each step of one.
LEASE = dt.timedelta(minutes=5)
# Minutes before the second, third … attempt; after the last one the digest has failed.
BACKOFF = (1, 5, 15, 60, 180, 360, 720, 1440)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A digest this process may send until its lease ends, and what belongs into it."""

    digest: Digest
    recipient: User
    content: list[Checked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What claiming needs: the day of the digests, the people, the moment, the lease's length."""

    on: dt.date
    book: Addressbook
    now: dt.datetime
    lease: dt.timedelta


def waiting_recipients(*, on: dt.date) -> list[int]:
    """Return the people with mail to get and no digest of the day yet."""
    rows = Reminder.objects.waiting(Channel.MAIL).exclude(
        recipient__in=Digest.objects.filter(on=on, channel=Channel.MAIL).values("recipient")
    )
    return list(rows.order_by("recipient").values_list("recipient", flat=True).distinct())


def unfinished(*, now: dt.datetime) -> list[int]:
    """Return the digests to try again, those first whose sender is not known to have died."""
    rows = Digest.objects.filter(_claimable(now)).order_by("-state", "id")
    return list(rows.values_list("pk", flat=True))


def claim_new(recipient_id: int, desk: Desk, count: Counter[str]) -> Claimed | None:
    """Make and claim the person's digest of the day; None when there is nothing to say."""
    with transaction.atomic():
        rows = Reminder.objects.waiting(Channel.MAIL).filter(recipient=recipient_id)
        content = _sendable(list(outbox.locked(rows)), desk, count)
        if not content:
            return None
        try:
            with transaction.atomic():
                digest = Digest.objects.create(
                    channel=Channel.MAIL,
                    recipient_id=recipient_id,
                    on=desk.on,
                    message_id=_message_id(),
                    state=DigestState.SENDING,
                    token=uuid.uuid4(),
                    lease_until=desk.now + desk.lease,
                )
        except IntegrityError:
            # Another sender was faster; these rows go with the next day's digest.
            return None
        Reminder.objects.filter(pk__in=[one.reminder.pk for one in content]).update(
            state=ReminderState.SENDING, digest=digest
        )
        return Claimed(digest=digest, recipient=digest.recipient, content=content)


def claim_again(digest_id: int, desk: Desk, count: Counter[str]) -> Claimed | None:
    """Take over a digest that waits or whose sender died; None when another one was faster.

    It keeps its rows and its Message-ID; rows that need no sending any more are left out.
    """
    with transaction.atomic():
        taken = Digest.objects.filter(_claimable(desk.now), pk=digest_id).update(
            state=DigestState.SENDING,
            token=uuid.uuid4(),
            lease_until=desk.now + desk.lease,
            next_try_at=None,
        )
        if not taken:
            return None
        digest = Digest.objects.select_related("recipient").get(pk=digest_id)
        rows = digest.reminders.filter(
            state__in=[ReminderState.PENDING, ReminderState.SENDING]
        ).order_by("id")
        content = _sendable(list(outbox.locked(rows, skip=False)), desk, count)
        if not content:
            Digest.objects.filter(pk=digest_id).update(state=DigestState.DROPPED, token=None)
            return None
        Reminder.objects.filter(pk__in=[one.reminder.pk for one in content]).update(
            state=ReminderState.SENDING
        )
        return Claimed(digest=digest, recipient=digest.recipient, content=content)


def close_sent(claimed: Claimed, *, at: dt.datetime) -> int:
    """Mark the digest and its rows as sent; return how many, 0 when the lease was lost."""
    with transaction.atomic():
        if not _close(claimed, state=DigestState.SENT, sent_at=at, error=""):
            return 0
        return _rows(claimed).update(state=ReminderState.SENT, sent_at=at)


def close_refused(claimed: Claimed, *, error: str, reason: NotSent = NotSent.REFUSED) -> int:
    """Mark the digest and its rows as failed for good; return how many rows."""
    with transaction.atomic():
        if not _close(claimed, state=DigestState.FAILED, error=error[:500]):
            return 0
        return _rows(claimed).update(state=ReminderState.FAILED, not_sent=reason)


def close_postponed(claimed: Claimed, *, error: str, at: dt.datetime) -> int:
    """Put the digest back for a later attempt; after the last one its rows have failed.

    Return how many rows failed.
    """
    attempts = claimed.digest.attempts + 1
    if attempts > len(BACKOFF):
        return close_refused(claimed, error=error, reason=NotSent.GAVE_UP)
    with transaction.atomic():
        next_try_at = at + dt.timedelta(minutes=BACKOFF[attempts - 1])
        if _close(
            claimed,
            state=DigestState.WAITING,
            attempts=attempts,
            next_try_at=next_try_at,
            error=error[:500],
        ):
            _rows(claimed).update(state=ReminderState.PENDING)
    return 0


def _sendable(reminders: list[Reminder], desk: Desk, count: Counter[str]) -> list[Checked]:
    checked = check(reminders, on=desk.on, book=desk.book)
    outbox.leave_out(checked, count)
    return [one for one in checked if one.reason is None]


def _claimable(now: dt.datetime) -> Q:
    return Q(state=DigestState.WAITING, next_try_at__lte=now) | Q(
        state=DigestState.SENDING, lease_until__lt=now
    )


def _close(claimed: Claimed, **columns: object) -> bool:
    """Write the outcome if this process still holds the lease."""
    mine = Digest.objects.filter(
        pk=claimed.digest.pk, token=claimed.digest.token, state=DigestState.SENDING
    )
    return bool(mine.update(token=None, lease_until=None, **columns))


def _rows(claimed: Claimed) -> QuerySet[Reminder]:
    return Reminder.objects.filter(digest=claimed.digest, state=ReminderState.SENDING)


def _message_id() -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{uuid.uuid4().hex}@{host}>"
