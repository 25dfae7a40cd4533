"""Plan and deliver in processes that are killed at random moments; run as a module.

Arguments: the number of kills to reach and the seed of the moments. Prints how it went as JSON.
The database and the mail server come from the environment.
"""

import datetime as dt
import json
import os
import random
import signal
import sys
import time

import django
from django.db import connections

# Long enough for a living sender, short enough to be waited for.
LEASE = dt.timedelta(seconds=0.5)
# Each announces the deadline of 30 June anew.
DAYS = [
    dt.date(2023, month, day)
    for month, month_days in ((5, [31]), (6, [15, 23, 27, 29, 30]), (7, [3, 4, 5, 6]))
    for day in month_days
]
# The part of a whole day's work after which a process is killed at the latest.
LATEST = 0.5
# A busy machine changes its pace: after a day that was finished, or a kill that came too early.
SHORTER, LONGER = 0.7, 1.1


def main(kills_wanted: int, seed: int) -> None:
    """Work through the days, killing most processes; stop after the wanted number of kills."""
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    kills, sent_between = 0, 0
    # The first day goes undisturbed: it shows how long a day's work takes on this machine.
    started = time.monotonic()
    _settle(DAYS[0])
    longest = (time.monotonic() - started) * LATEST
    days = 1
    for on in DAYS[1:]:
        days += 1
        before = sent = _sent()
        while kills < kills_wanted:
            killed = _work(on, moments.uniform(0, longest))
            kills += killed
            if not killed:
                longest *= SHORTER
                break
            stuck, sent = sent == _sent(), _sent()
            longest *= LONGER if stuck else 1
        sent_between += _sent() - before
        _settle(on)
        if kills >= kills_wanted:
            break
    sys.stdout.write(json.dumps({"kills": kills, "days": days, "sent_between": sent_between}))


def _settle(on: dt.date) -> None:
    """Plan and deliver undisturbed until nothing of the day is left."""
    while _unsettled(on):
        _work(on, None)
        if _unsettled(on):
            time.sleep(LEASE.total_seconds() / 5)


def _sent() -> int:
    return Reminder.objects.filter(state=ReminderState.SENT).count()


def _work(on: dt.date, seconds: float | None) -> bool:
    """Plan and deliver in a process of its own; return whether it had to be killed."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        plan_reminders(on=on)
        deliver_reminders(lease=LEASE)
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a process failed by itself")
    return os.WIFSIGNALED(status)


def _unsettled(on: dt.date) -> bool:
    """Whether the day is not planned to its end, or a planned row not settled."""
    unsent = [ReminderState.PENDING, ReminderState.SENDING]
    return (
        not PlanningRun.objects.filter(on=on).exists()
        or Reminder.objects.filter(state__in=unsent).exists()
    )


if __name__ == "__main__":
    django.setup()
    from tasks.choices import ReminderState
    from tasks.models import PlanningRun, Reminder
    from tasks.reminders import delivery
    from tasks.reminders.delivery import deliver_reminders
    from tasks.reminders.planning import plan_reminders

    # Many small transactions, so that kills fall between them as well as into them.
    delivery.BATCH = 10
    main(int(sys.argv[1]), int(sys.argv[2]))
