"""kill -9 at random moments of planning and sending: nothing lost, nothing told twice."""

import json
import subprocess
import sys
from collections import Counter, defaultdict

from accounts.models import Unit, User
from tasks.choices import DutyRole, TaskState
from tasks.models import InboxMessage, Plan, Reminder, Responsibility, Task
from tests.cast import Cast
from tests.making import DEADLINE, START
from tests.tasks.reminders.mail_server import MailServer
from tests.tasks.reminders.outboxes import states
from tests.tasks.reminders.processes import environment
from tracker.env import BASE_DIR

KILLS = 16
PEOPLE = 60


def test_kills_lose_nothing_and_tell_nobody_twice(
    committed_cast: Cast, mail_server: MailServer
) -> None:
    tasks_of_many(committed_cast.air)
    run = subprocess.run(
        [sys.executable, "-m", "tests.tasks.reminders.killing", str(KILLS), "7"],
        cwd=BASE_DIR,
        env=environment() | {"EMAIL_URL": f"smtp://127.0.0.1:{mail_server.controller.port}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    went = json.loads(run.stdout)
    assert went["kills"] >= KILLS
    # The kills fell into the work, not beside it.
    assert went["sent_between"] > 2 * PEOPLE
    days = went["days"]
    # Nothing lost: every day's reminder of every task reached its person over both channels.
    assert Reminder.objects.count() == 2 * PEOPLE * days
    assert states() == {"sent": 2 * PEOPLE * days}
    # In-app exactly once.
    told = Counter(InboxMessage.objects.values_list("recipient", "reminder__stage"))
    assert len(told) == PEOPLE * days
    assert set(told.values()) == {1}
    # Mail at least once; what came twice is the same mail, and no more than the kills explain.
    ids = defaultdict(set)
    for mail in mail_server.mails:
        ids[mail["To"], mail["Subject"]].add(mail["Message-ID"])
    assert len(ids) == PEOPLE * days
    assert all(len(found) == 1 for found in ids.values())
    assert len(mail_server.mails) - len(ids) <= went["kills"]


def tasks_of_many(unit: Unit) -> None:
    """Make people who hold one task each, all due on the same day."""
    plan = Plan.objects.create(code="K", name="攻坚计划", year=2023)
    for number in range(PEOPLE):
        person = User.objects.create(
            username=f"k{number}",
            staff_number=f"K{number}",
            name=f"科员{number}",
            unit=unit,
            email=f"k{number}@example.com",
        )
        task = Task.objects.create(
            plan=plan,
            code=f"K{number}",
            title=f"任务{number}",
            start=START,
            assigned_on=START,
            state=TaskState.OPEN,
            original_deadline=DEADLINE,
            effective_deadline=DEADLINE,
            overdue_anchor=DEADLINE.toordinal(),
            holder=person,
        )
        Responsibility.objects.create(task=task, unit=unit, role=DutyRole.LEAD)
