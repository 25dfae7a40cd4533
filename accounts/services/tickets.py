"""Let a person set a password they do not have: a mail to them alone, once, for 72 hours.

No officer sees what the mail holds: its secret is signed when the mail is written and shown
nowhere else. The old password stays good until the new one is set, so that sending a ticket locks
nobody out.
"""

import datetime as dt
import logging
import secrets
import smtplib
import socket

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import TicketKind
from accounts.errors import DomainError
from accounts.models import PasswordTicket, User
from accounts.services import attempts, audit
from accounts.services.managing_people import refuse_unless_manager
from accounts.services.passwords import store_password

logger = logging.getLogger(__name__)

VALID = dt.timedelta(hours=72)
# So long an address somebody entered for another person takes no reset: time for them to notice.
SETTLING = dt.timedelta(hours=72)
# A sender that died holds its mail so long; one that was refused tries again so late.
AGAIN = dt.timedelta(minutes=5)


@transaction.atomic
def issue_ticket(user: User, *, by: User) -> PasswordTicket:
    """Have a mail sent with which the person sets a password; an older one is void from now on.

    Raises `no_address` and `address_too_new`, which keep who enters addresses from opening
    other people's accounts.
    """
    refuse_unless_manager(user.unit, by=by)
    user = User.objects.select_for_update().get(pk=user.pk)
    _refuse_unreachable(user)
    first = not user.has_usable_password()
    kind = TicketKind.FIRST if first else TicketKind.RESET
    entry = audit.record(
        f"ticket.{kind.value}",
        user,
        by=by,
        summary=_("向 %(name)s 发送设置密码邮件（%(kind)s）")
        % {"name": user.name, "kind": kind.label},
        data={"hours": VALID.days * 24},
    )
    user.password_tickets.filter(closed_at=None).update(closed_at=entry.at)
    return PasswordTicket.objects.create(
        user=user,
        kind=kind,
        nonce=secrets.token_urlsafe(32),
        address=user.email,
        issued_by=by,
        issued_at=entry.at,
        expires_at=entry.at + VALID,
        next_try_at=entry.at,
    )


def secret_of(ticket: PasswordTicket) -> str:
    """Return what the mail's link ends in."""
    return Signer(salt="accounts.ticket", sep=".").sign(ticket.nonce)


def find_ticket(secret: str, *, at: dt.datetime) -> PasswordTicket:
    """Return the ticket that may still be used; raise `ticket_invalid` for every other secret."""
    try:
        nonce = Signer(salt="accounts.ticket", sep=".").unsign(secret)
    except BadSignature:
        nonce = ""
    live = PasswordTicket.objects.filter(closed_at=None, expires_at__gt=at, user__is_active=True)
    ticket = live.select_related("user__unit").filter(nonce=nonce).first()
    if ticket is None:
        raise DomainError(
            "ticket_invalid",
            _(
                "链接无效、已使用过或已过期（%(hours)s 小时内有效，只能使用一次），"
                "请联系系统管理员重新发送。"
            )
            % {"hours": VALID.days * 24},
        )
    return ticket


def use_ticket(secret: str, *, new: str, at: dt.datetime) -> User:
    """Set the person's password and close the ticket, whose holder has thereby shown who they are.

    Of several at the same moment one gets through.
    """
    ticket = find_ticket(secret, at=at)

    def close() -> None:
        # Conditional: the one of several in parallel that closes it is the one that used it.
        live = PasswordTicket.objects.filter(pk=ticket.pk, closed_at=None)
        if not live.update(closed_at=at, used=True):
            find_ticket(secret, at=at)
        attempts.clear_account(ticket.user)

    return store_password(ticket.user, new, action=f"password.{ticket.kind}", along_with=close)


def mail_tickets(*, at: dt.datetime) -> int:
    """Send every ticket that waits; return how many went out. Any number of these may run."""
    waiting = PasswordTicket.objects.filter(
        sent_at=None, closed_at=None, next_try_at__lte=at, expires_at__gt=at
    )
    sent = 0
    for ticket in waiting.select_related("user").order_by("next_try_at"):
        mine = Q(pk=ticket.pk, sent_at=None, closed_at=None, next_try_at=ticket.next_try_at)
        if PasswordTicket.objects.filter(mine).update(next_try_at=at + AGAIN):
            sent += _mail(ticket, at=at)
    return sent


def _mail(ticket: PasswordTicket, *, at: dt.datetime) -> bool:
    try:
        _message(ticket).send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        logger.warning("ticket %s was not mailed: %s", ticket.pk, type(error).__name__)
        reply = getattr(error, "smtp_code", "")
        sentence = f"{type(error).__name__} {reply}".strip()
        PasswordTicket.objects.filter(pk=ticket.pk).update(error=sentence)
        return False
    PasswordTicket.objects.filter(pk=ticket.pk).update(sent_at=at, error="")
    return True


def _message(ticket: PasswordTicket) -> EmailMessage:
    link = settings.SITE_URL + reverse("password_ticket", args=[secret_of(ticket)])
    until = ticket.expires_at.astimezone(clock.BEIJING)
    context = {"name": ticket.user.name, "login": ticket.user.username, "link": link}
    text = render_to_string(
        "accounts/mail/ticket.txt", {**context, "until": f"{until:%Y-%m-%d %H:%M}"}
    )
    return EmailMessage(
        subject=_("请设置四个清单责任落实系统的登录密码"),
        body=text,
        to=[ticket.address],
        headers={
            # The same in every attempt, so that a receiver sees a repetition as what it is.
            "Message-ID": f"<ticket-{ticket.pk}@{socket.getfqdn()}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _refuse_unreachable(user: User) -> None:
    if not user.is_active:
        raise DomainError(
            "account_closed", _("%(name)s 的账号已停用，请先启用。") % {"name": user.name}
        )
    if not user.email:
        raise DomainError(
            "no_address",
            _("%(name)s 没有登记邮箱，无法发送；请先登记本人的邮箱。") % {"name": user.name},
        )
    settled = user.email_set_at + SETTLING if user.email_set_at else None
    # An account that could already do something is worth stealing, with a password or without.
    matters = user.has_usable_password() or user.grants.exists()
    if matters and settled is not None and clock.now() < settled:
        raise DomainError(
            "address_too_new",
            _("%(name)s 的邮箱刚修改过，为防冒用，%(until)s 以后才能向新邮箱发送重置邮件。")
            % {
                "name": user.name,
                "until": f"{settled.astimezone(clock.BEIJING):%Y-%m-%d %H:%M}",
            },
        )
