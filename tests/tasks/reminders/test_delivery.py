"""Delivery: what is planned reaches its person, checked again, in-app exactly once."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tasks.models import Digest, InboxMessage, Reminder, Task
from tasks.reminders.delivery import deliver_in_hours, deliver_reminders
from tasks.reminders.planning import plan_reminders
from tasks.services.closing import submit_closure
from tasks.services.extensions import grant_extension, request_extension
from tasks.services.handover import hand_over
from tasks.services.measures import complete_measure
from tasks.services.pausing import suspend_task
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import DEADLINE, SetClock, issued_task
from tests.tasks.reminders.mail_server import MailServer
from tests.tasks.reminders.outboxes import day, plan, reasons, states

BEFORE_3 = day("2023-06-27")


def test_a_reminder_is_in_the_inbox_once_and_says_what_to_do(cast: Cast) -> None:
    issued_task(cast)
    plan_reminders(on=BEFORE_3)
    first = deliver_reminders()
    assert (first.in_app, first.mailed, first.mails) == (1, 1, 1)
    again = deliver_reminders()
    assert (again.in_app, again.mailed) == (0, 0)
    message = InboxMessage.objects.get()
    assert message.recipient == cast.head
    assert message.title == "任务“任务T1”还有 3 天到期"
    assert message.text == (
        "任务编号 T1，时限 2023-06-30。"
        "请按时限完成并申请销号；确需延期的，请不晚于时限当日提出申请。"
    )
    assert states() == {"sent": 2}


def test_the_mail_is_in_chinese_with_a_link_to_each_item(
    cast: Cast, mail_server: MailServer
) -> None:
    late = issued_task(cast, code="A1", deadline=day("2023-06-20"), title="扬尘整治“回头看”")
    soon = issued_task(cast, code="B2")
    plan_reminders(on=BEFORE_3)
    deliver_reminders()
    by_person = {mail["To"]: mail for mail in mail_server.mails}
    assert set(by_person) == {"head@example.com"}
    mail = by_person["head@example.com"]
    assert mail_server.subjects[0] == "【四清单】2023-06-27 待办提醒：2 项，其中逾期 1 项"
    text = mail.get_content()
    assert text.startswith("大气环境科科长，您好：")
    assert "截至 2023-06-27，您有 2 项事项需要处理，其中逾期 1 项。" in text
    assert text.index("1. 任务“扬尘整治“回头看””已逾期 7 天") < text.index(
        "2. 任务“任务B2”还有 3 天"
    )
    assert f"http://127.0.0.1:8000/tasks/{late.pk}/" in text
    assert f"http://127.0.0.1:8000/tasks/{soon.pk}/" in text
    assert "任务编号 A1，时限 2023-06-20。请抓紧完成并申请销号" in text
    assert mail["Message-ID"] == Digest.objects.get().message_id
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_copy_says_that_it_is_one(cast: Cast) -> None:
    task = issued_task(cast)
    hand_over(task, to=cast.clerk, on=day("2023-02-01"), by=cast.supervisor)
    plan_reminders(on=day("2023-07-07"))
    deliver_reminders()
    copy = InboxMessage.objects.get(recipient=cast.head)
    assert copy.title == "【抄送】任务“任务T1”已逾期 7 天"
    assert copy.text.endswith("请督促承办人员抓紧办理。")


@pytest.mark.parametrize(
    ("on", "title"),
    [
        ("2023-03-30", "措施“措施1”（任务“任务T1”）还有 1 天到期"),
        ("2023-03-31", "措施“措施1”（任务“任务T1”）今天到期"),
        ("2023-04-03", "措施“措施1”（任务“任务T1”）已逾期 3 天"),
        ("2023-04-28", "任务“任务T1”4月进展今天应填报"),
    ],
)
def test_every_kind_of_item_has_its_words(cast: Cast, on: str, title: str) -> None:
    issued_task(cast, measures=((cast.air, day("2023-03-31")),), report_cycle="monthly")
    plan_reminders(on=day(on))
    deliver_reminders()
    assert title in set(InboxMessage.objects.values_list("title", flat=True))


def test_what_is_closed_before_sending_is_not_sent(cast: Cast) -> None:
    applied, paused = issued_task(cast, code="A"), issued_task(cast, code="B")
    plan_reminders(on=BEFORE_3)
    submit_closure(applied, text="已完成", on=BEFORE_3, by=cast.head)
    suspend_task(paused, reason="停产", on=BEFORE_3, by=cast.leader)
    done = deliver_reminders()
    assert (done.in_app, done.mails, done.suppressed) == (0, 0, 4)
    assert not InboxMessage.objects.exists()
    assert reasons() == {"not_open": 4}


def test_what_moved_before_sending_is_not_sent_and_is_planned_anew(cast: Cast) -> None:
    task = issued_task(cast)
    plan_reminders(on=BEFORE_3)
    asked = request_extension(
        task, to=day("2023-07-04"), reason="设备延迟", on=BEFORE_3, by=cast.head
    )
    grant_extension(asked, on=BEFORE_3, by=cast.leader)
    done = deliver_reminders()
    assert (done.in_app, done.mails, done.superseded) == (0, 0, 2)
    assert plan("2023-06-27") == [("task", "T1", "before_7", "head")]
    deliver_reminders()
    assert InboxMessage.objects.get().title == "任务“任务T1”还有 7 天到期"


def test_what_changed_hands_before_sending_goes_to_the_new_holder(cast: Cast) -> None:
    task = issued_task(cast)
    plan_reminders(on=BEFORE_3)
    hand_over(task, to=cast.clerk, on=BEFORE_3, by=cast.supervisor)
    deliver_reminders()
    assert reasons() == {"reassigned": 2}
    assert plan("2023-06-27") == [("task", "T1", "before_3", "clerk")]
    deliver_reminders()
    assert InboxMessage.objects.get().recipient == cast.clerk


def test_a_measure_done_or_a_report_made_before_sending_ends_its_reminder(
    cast: Cast, set_clock: SetClock
) -> None:
    april = day("2023-04-28")
    task = issued_task(cast, measures=((cast.air, april),), report_cycle="monthly")
    plan_reminders(on=april)
    complete_measure(task.measures.get(), on=april, by=cast.head)
    set_clock(april)
    submit_report(task, on=april, percent=Decimal(40), text="推进中", by=cast.head)
    deliver_reminders()
    assert not InboxMessage.objects.exists()
    assert reasons() == {"done": 2, "reported": 2}


def test_who_lost_the_address_gets_no_mail_but_the_message(cast: Cast) -> None:
    issued_task(cast)
    plan_reminders(on=BEFORE_3)
    cast.head.email = ""
    cast.head.save()
    deliver_reminders()
    assert InboxMessage.objects.count() == 1
    assert reasons() == {"no_address": 1}


def test_after_days_without_delivery_only_the_newest_stage_is_told(cast: Cast) -> None:
    issued_task(cast)
    for text in ("2023-06-29", "2023-06-30", "2023-07-03", "2023-07-04"):
        plan_reminders(on=day(text))
    done = deliver_reminders()
    assert (done.in_app, done.mails, done.suppressed) == (1, 1, 6)
    assert InboxMessage.objects.get().title == "任务“任务T1”已逾期 4 天"
    assert reasons() == {"overtaken": 6}


def test_there_is_one_mail_a_person_and_day(cast: Cast, mail_server: MailServer) -> None:
    issued_task(cast, code="A")
    plan_reminders(on=BEFORE_3)
    deliver_reminders()
    issued_task(cast, code="B", on=BEFORE_3)
    plan_reminders(on=BEFORE_3)
    deliver_reminders()
    assert len(mail_server.mails) == 1
    assert InboxMessage.objects.count() == 2
    # The later one waits for the next day's mail.
    plan_reminders(on=day("2023-06-28"))
    deliver_reminders()
    assert mail_server.subjects == [
        "【四清单】2023-06-27 待办提醒：1 项",
        "【四清单】2023-06-28 待办提醒：1 项",
    ]
    assert "任务“任务B”还有 2 天到期" in mail_server.mails[1].get_content()
    assert states() == {"sent": 4}


def test_every_planned_row_is_accounted_for(cast: Cast) -> None:
    for number in range(6):
        issued_task(cast, code=f"T{number}")
    Task.objects.filter(code="T1").update(holder=None)
    plan_reminders(on=BEFORE_3)
    submit_closure(Task.objects.get(code="T0"), text="已完成", on=BEFORE_3, by=cast.head)
    Task.objects.filter(code="T2").update(effective_deadline=DEADLINE + dt.timedelta(days=90))
    done = deliver_reminders()
    total = done.in_app + done.mailed + done.suppressed + done.superseded + done.failed
    assert total == Reminder.objects.count() == 14


@pytest.mark.parametrize(
    ("hour", "sent"),
    [("08:59:59", 0), ("09:00:00", 1), ("20:59:59", 1), ("21:00:00", 0), ("00:00:00", 0)],
)
def test_the_schedule_sends_by_day_only(cast: Cast, hour: str, sent: int) -> None:
    issued_task(cast)
    plan_reminders(on=BEFORE_3)
    # The same moment on a server in New York.
    moment = dt.datetime.fromisoformat(f"2023-06-27T{hour}+08:00").astimezone(
        dt.timezone(dt.timedelta(hours=-4))
    )
    assert deliver_in_hours(now=lambda: moment).in_app == sent


@pytest.mark.parametrize(
    ("hours", "hour", "sent"),
    [((0, 24), "00:00:00", 1), ((0, 24), "23:59:59", 1), ((22, 24), "21:59:59", 0)],
)
def test_an_office_may_name_other_hours(
    cast: Cast, settings: Any, hours: tuple[int, int], hour: str, sent: int
) -> None:
    settings.REMINDER_HOURS = hours
    issued_task(cast)
    plan_reminders(on=BEFORE_3)
    moment = dt.datetime.fromisoformat(f"2023-06-27T{hour}+08:00")
    assert deliver_in_hours(now=lambda: moment).in_app == sent


def test_nothing_planned_is_nothing_to_send(cast: Cast) -> None:
    assert deliver_reminders().on is None
