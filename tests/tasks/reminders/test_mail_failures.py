"""Mail that does not pass: tried again as the same mail, or given up with its reason."""

import datetime as dt
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from accounts import clock
from tasks.models import Digest, InboxMessage, Reminder
from tasks.reminders import digests, health
from tasks.reminders.channels.mail import Mail, MailChannel
from tasks.reminders.delivery import deliver_reminders
from tasks.reminders.planning import plan_reminders
from tasks.reminders.recipients import Addressbook
from tasks.services.closing import submit_closure
from tests.cast import Cast
from tests.making import issued_task
from tests.tasks.reminders.mail_server import MailServer
from tests.tasks.reminders.outboxes import day, reasons, states

ON = day("2023-06-27")
NOON = dt.datetime(2023, 6, 27, 12, tzinfo=clock.BEIJING)


def after(minutes: float) -> Callable[[], dt.datetime]:
    """A clock standing so many minutes after noon."""
    return lambda: NOON + dt.timedelta(minutes=minutes)


class CrashError(Exception):
    """Stands for the sudden end of a sending process."""


class DiesBeforeSending(MailChannel):
    """Ends its process before the server saw the mail."""

    def send(self, mail: Mail) -> None:
        """Die."""
        raise CrashError


class DiesAfterSending(MailChannel):
    """Ends its process when the server has taken the mail, before it is marked."""

    def send(self, mail: Mail) -> None:
        """Send, then die."""
        super().send(mail)
        raise CrashError


@pytest.fixture
def planned(cast: Cast) -> Cast:
    """One task of 大气环境科 and one of 水生态环境科, announced three days before."""
    issued_task(cast)
    issued_task(cast, code="W1", leads=(cast.water,))
    plan_reminders(on=ON)
    return cast


def test_a_refused_address_fails_for_good_and_the_others_pass(
    planned: Cast, mail_server: MailServer
) -> None:
    mail_server.refusals["head@example.com"] = "550 5.1.1 no such user"
    done = deliver_reminders()
    assert (done.in_app, done.mailed, done.failed) == (2, 1, 1)
    assert [mail["To"] for mail in mail_server.mails] == ["water_head@example.com"]
    assert reasons() == {"refused": 1}
    failed = Digest.objects.get(state="failed")
    assert "no such user" in failed.error
    assert deliver_reminders(now=after(10_000)).mails == 0


def test_a_busy_server_is_tried_again_with_the_same_message_id(
    planned: Cast, mail_server: MailServer
) -> None:
    mail_server.refusals["head@example.com"] = "451 4.3.2 try again later"
    assert deliver_reminders(now=after(0)).mails == 1
    waiting = Digest.objects.get(state="waiting")
    assert (waiting.attempts, waiting.next_try_at) == (1, after(1)())
    assert deliver_reminders(now=after(0.9)).mails == 0
    mail_server.refusals.clear()
    assert deliver_reminders(now=after(1)).mails == 1
    assert mail_server.message_ids[-1] == waiting.message_id
    assert states() == {"sent": 4}


def test_after_the_last_attempt_the_mail_is_given_up(
    planned: Cast, mail_server: MailServer
) -> None:
    mail_server.refusals["head@example.com"] = "451 4.3.2 try again later"
    minutes = 0
    for wait in (0, *digests.BACKOFF):
        assert reasons() == {}
        minutes += wait
        deliver_reminders(now=after(minutes))
    assert reasons() == {"gave_up": 1}
    assert InboxMessage.objects.filter(recipient=planned.head).count() == 1


def test_a_server_that_is_down_costs_no_attempt_and_is_said(planned: Cast, settings: Any) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody.getsockname()
        done = deliver_reminders()
    assert (done.in_app, done.mails) == (2, 0)
    assert "邮件服务器连接失败" in done.trouble
    assert states() == {"sent": 2, "pending": 2}
    assert not Digest.objects.exists()
    plan_reminders(on=ON)
    assert health.standstill(now=clock.now()) == done.trouble
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_reminders().mails == 2
    assert health.standstill(now=clock.now()) == ""


@pytest.mark.parametrize(("dies", "mails"), [(DiesBeforeSending, 1), (DiesAfterSending, 2)])
def test_a_sender_that_dies_leaves_a_lease_that_runs_out(
    planned: Cast, mail_server: MailServer, dies: type[MailChannel], mails: int
) -> None:
    with pytest.raises(CrashError):
        deliver_reminders(now=after(0), channel=dies)
    left = Digest.objects.get(state="sending")
    # Nobody takes it over while the lease runs; the other person's mail passes.
    assert deliver_reminders(now=after(5)).mails == 1
    assert deliver_reminders(now=after(5.1)).mails == 1
    assert mail_server.message_ids.count(left.message_id) == mails
    assert len(set(mail_server.message_ids)) == 2
    assert states() == {"sent": 4}


def test_who_lost_the_lease_marks_nothing(planned: Cast) -> None:
    desk = digests.Desk(on=ON, book=_book(), now=NOON, lease=dt.timedelta(minutes=5))
    late = dt.timedelta(minutes=6)
    slow = digests.claim_new(planned.head.pk, desk, Counter())
    assert slow is not None
    taken = digests.claim_again(
        slow.digest.pk,
        digests.Desk(on=ON, book=_book(), now=NOON + late, lease=desk.lease),
        Counter(),
    )
    assert taken is not None
    assert digests.close_refused(slow, error="550") == 0
    assert digests.close_postponed(slow, error="451", at=NOON) == 0
    assert digests.close_sent(slow, at=NOON) == 0
    assert digests.close_sent(taken, at=NOON) == 1
    assert Digest.objects.get().state == "sent"


def test_a_mail_with_nothing_left_to_say_is_dropped(planned: Cast, mail_server: MailServer) -> None:
    mail_server.refusals["head@example.com"] = "451 4.3.2 try again later"
    deliver_reminders(now=after(0))
    task = Reminder.objects.filter(recipient=planned.head)[0].task
    submit_closure(task, text="已完成", on=ON, by=planned.head)
    mail_server.refusals.clear()
    done = deliver_reminders(now=after(1))
    assert (done.mails, done.suppressed) == (0, 1)
    assert Digest.objects.get(recipient=planned.head).state == "dropped"
    assert len(mail_server.mails) == 1


def test_an_address_no_mail_can_carry_fails_for_good(
    planned: Cast, mail_server: MailServer
) -> None:
    planned.head.email = "head@example.com\nBcc: other@example.com"
    planned.head.save()
    done = deliver_reminders()
    assert (done.mails, done.failed) == (1, 1)
    assert reasons() == {"refused": 1}


def _book() -> Addressbook:
    return Addressbook(on=ON)
