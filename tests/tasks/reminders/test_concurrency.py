"""Two planners or two senders at once do the work of one."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tasks.models import InboxMessage, PlanningRun, Reminder
from tasks.reminders.delivery import deliver_reminders
from tasks.reminders.planning import plan_reminders
from tests.cast import Cast
from tests.making import issued_task
from tests.tasks.reminders.mail_server import MailServer
from tests.tasks.reminders.outboxes import day, states

ON = day("2023-06-27")


def at_once(act: Callable[[], Any], times: int) -> list[Any]:
    """Start the act so many times at the same moment, each on its own connection."""
    start = Barrier(times)

    def run(_number: int) -> Any:
        start.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_the_database_refuses_a_second_row_of_one_reminder(cast: Cast) -> None:
    issued_task(cast)
    plan_reminders(on=ON)
    twin = Reminder.objects.get(channel="mail")
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_the_database_refuses_a_second_message_of_one_reminder(cast: Cast) -> None:
    issued_task(cast)
    plan_reminders(on=ON)
    deliver_reminders()
    twin = InboxMessage.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_planners_at_once_plan_once(committed_cast: Cast) -> None:
    for number in range(5):
        issued_task(committed_cast, code=f"T{number}")
    planned = at_once(lambda: plan_reminders(on=ON), 4)
    assert sorted(len(one.rows) for one in planned) == [0, 0, 0, 10]
    assert Reminder.objects.count() == 10
    run = PlanningRun.objects.get()
    assert (run.runs, run.planned) == (4, 10)


def test_senders_at_once_send_once(committed_cast: Cast, mail_server: MailServer) -> None:
    cast = committed_cast
    for unit in (cast.air, cast.water, cast.branch_unit, cast.personnel, cast.inspection):
        for number in range(3):
            issued_task(cast, code=f"{unit.code}{number}", leads=(unit,))
    plan_reminders(on=ON)
    sent = at_once(deliver_reminders, 4)
    rows = Reminder.objects.filter(channel="mail").count()
    assert (sum(one.in_app for one in sent), sum(one.mailed for one in sent)) == (rows, rows)
    assert states() == {"sent": 2 * rows}
    told = Counter(InboxMessage.objects.values_list("reminder", flat=True))
    assert set(told.values()) == {1}
    assert len(mail_server.mails) == len({mail["To"] for mail in mail_server.mails})
