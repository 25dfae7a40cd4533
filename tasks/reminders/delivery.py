"""Send what is planned: check again, claim, send, mark. A crash at any point loses nothing.

In-app messages are written in the transaction that marks them, so each exists exactly once. Mail
leaves the database: a digest is claimed under a lease, sent, then marked. A sender that dies in
between leaves a lease that runs out; the digest is then sent again with the same Message-ID.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from tasks.choices import Channel, ReminderState
from tasks.models import Heartbeat, PlanningRun, Reminder
from tasks.reminders import digests, health, outbox, wording
from tasks.reminders.channels import ChannelDownError, PermanentError, TransientError, in_app
from tasks.reminders.channels.mail import Mail, MailChannel
from tasks.reminders.checks import check
from tasks.reminders.digests import Claimed, Desk
from tasks.reminders.recipients import Addressbook

logger = logging.getLogger(__name__)

# In-app messages of one transaction.
BATCH = 200


def moment() -> dt.datetime:
    """Return the present moment; asked anew for each lease, for a run may be long."""
    return clock.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a delivery run did: rows by what became of them, and mails that were handed over.

    `on` is the planned day it delivered, None before anything was planned. `trouble` says why
    mail could not be sent, if it could not.
    """

    on: dt.date | None
    in_app: int = 0
    mailed: int = 0
    mails: int = 0
    suppressed: int = 0
    superseded: int = 0
    failed: int = 0
    trouble: str = ""


def deliver_reminders(
    *,
    now: Callable[[], dt.datetime] = moment,
    lease: dt.timedelta = digests.LEASE,
    channel: Callable[[], MailChannel] = MailChannel,
) -> Delivered:
    """Send everything that is planned and may still be sent.

    Words are as of the day that was planned last, which is today when the schedule runs. Any
    number of these may run at once.
    """
    on = _day_planned_last()
    if on is None:
        _beat("")
        return Delivered(on=None)
    book = Addressbook(on=on)
    count: Counter[str] = Counter()
    _deliver_in_app(on, book, now, count)
    trouble = ""
    try:
        _deliver_mail(lambda: Desk(on=on, book=book, now=now(), lease=lease), channel(), now, count)
    except ChannelDownError as error:
        logger.warning("mail is down: %s", error)
        trouble = _("邮件服务器连接失败，邮件提醒将自动补发：%(error)s") % {"error": error}
    _beat(trouble)
    return Delivered(on=on, trouble=trouble, **count)


def deliver_in_hours(*, now: Callable[[], dt.datetime] = moment) -> Delivered:
    """Send what is planned if people may be disturbed now; else only show that sending is alive.

    They may in the hours of `REMINDER_HOURS`, in Beijing.
    """
    begin, end = settings.REMINDER_HOURS
    if begin <= now().astimezone(clock.BEIJING).hour < end:
        return deliver_reminders(now=now)
    _beat("")
    return Delivered(on=None)


def _deliver_in_app(
    on: dt.date, book: Addressbook, now: Callable[[], dt.datetime], count: Counter[str]
) -> None:
    more = True
    while more:
        with transaction.atomic():
            rows = Reminder.objects.waiting(Channel.IN_APP)
            checked = check(list(outbox.locked(rows)[:BATCH]), on=on, book=book)
            more = bool(checked)
            outbox.leave_out(checked, count)
            live = [one for one in checked if one.reason is None]
            at = now()
            in_app.put(
                [
                    (one.reminder, wording.word(one.reminder, late_days=one.late_days, on=on))
                    for one in live
                ],
                at=at,
            )
            count["in_app"] += Reminder.objects.filter(
                pk__in=[one.reminder.pk for one in live]
            ).update(state=ReminderState.SENT, sent_at=at)


def _deliver_mail(
    desk: Callable[[], Desk],
    channel: MailChannel,
    now: Callable[[], dt.datetime],
    count: Counter[str],
) -> None:
    """Send each person's digest; raise ChannelDownError when nothing passes any more."""
    on = desk().on
    recipients = digests.waiting_recipients(on=on)
    again = digests.unfinished(now=now())
    if not recipients and not again:
        return
    with channel:
        for recipient_id in recipients:
            _send(digests.claim_new(recipient_id, desk(), count), on, channel, now, count)
        for digest_id in again:
            _send(digests.claim_again(digest_id, desk(), count), on, channel, now, count)


def _send(
    claimed: Claimed | None,
    on: dt.date,
    channel: MailChannel,
    now: Callable[[], dt.datetime],
    count: Counter[str],
) -> None:
    if claimed is None:
        return
    lines = [wording.word(one.reminder, late_days=one.late_days, on=on) for one in claimed.content]
    subject, text = wording.digest(claimed.recipient.name, lines, on=on)
    mail = Mail(
        to=claimed.recipient.email,
        subject=subject,
        text=text,
        message_id=claimed.digest.message_id,
    )
    try:
        channel.send(mail)
    except PermanentError as error:
        count["failed"] += digests.close_refused(claimed, error=str(error))
    except TransientError as error:
        count["failed"] += digests.close_postponed(claimed, error=str(error), at=now())
        if isinstance(error, ChannelDownError):
            raise
    else:
        count["mailed"] += digests.close_sent(claimed, at=now())
        count["mails"] += 1


def _day_planned_last() -> dt.date | None:
    return PlanningRun.objects.order_by("-finished_at").values_list("on", flat=True).first()


def _beat(trouble: str) -> None:
    with transaction.atomic():
        health.beat(health.lock(Heartbeat.DELIVERY), trouble=trouble)
