"""What the menu counts for whom."""

import datetime as dt

from accounts import clock
from tasks.models import InboxMessage, Reminder
from tasks.reminders.planning import plan_reminders
from tasks.services.closing import submit_closure
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import DEADLINE, issued_task
from tracker import badges

DAY_AFTER = DEADLINE + dt.timedelta(days=1)


def test_a_task_is_counted_as_overdue_from_the_day_after_its_deadline(cast: Cast) -> None:
    issued_task(cast)
    assert badges.overdue(cast.supervisor, DEADLINE) == 0
    assert badges.overdue(cast.supervisor, DAY_AFTER) == 1


def test_overdue_tasks_of_others_are_not_counted(cast: Cast) -> None:
    issued_task(cast)
    assert badges.overdue(cast.water_head, DAY_AFTER) == 0


def test_a_person_s_own_unread_messages_are_counted(cast: Cast) -> None:
    issued_task(cast)
    plan_reminders(on=DEADLINE)
    reminder = Reminder.objects.get(channel="in_app", recipient=cast.head)
    message = InboxMessage.objects.create(
        recipient=cast.head, reminder=reminder, title="任务到期", text="", at=clock.now()
    )
    assert badges.unread(cast.head, DEADLINE) == 1
    assert badges.unread(cast.supervisor, DEADLINE) == 0
    message.read_at = clock.now()
    message.save()
    assert badges.unread(cast.head, DEADLINE) == 0


def test_reports_and_close_outs_wait_for_who_did_not_submit_them(cast: Cast) -> None:
    task = issued_task(cast)
    submit_report(task, on=DEADLINE, by=cast.head, percent=80, text="已完成")
    submit_closure(task, on=DEADLINE, by=cast.head, text="全部完成")
    assert badges.waiting_for_verdict(cast.supervisor, DEADLINE) == 2
    assert badges.waiting_for_verdict(cast.head, DEADLINE) == 0
