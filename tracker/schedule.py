"""What beat wakes, and when (Beijing time).

A wake carries no data and may come twice or late: what is due is found by ranges of dates in the
database, under unique keys. So a wake that nobody took before the next one is dropped.
"""

from dataclasses import dataclass
from typing import Any

from celery.schedules import crontab

# Also the unit of "older than two cycles" in /readyz.
HEARTBEAT_SECONDS = 30

HEARTBEAT = "tracker.jobs.record_heartbeat"
PLAN_REMINDERS = "tasks.jobs.plan_reminders"
DELIVER_REMINDERS = "tasks.jobs.deliver_reminders"
REFRESH_COLUMNS = "tasks.jobs.refresh_current_columns"
CONCLUDE_PUBLICITY = "tasks.jobs.conclude_publicity"
RUN_IMPORTS = "tasks.jobs.run_imports"
EXPIRE_IMPORTS = "tasks.jobs.expire_imports"
RUN_EXPORTS = "tasks.jobs.run_exports"
FORGET_EXPORTS = "tasks.jobs.forget_exports"
MAIL_TICKETS = "accounts.jobs.mail_tickets"
FORGET_ATTEMPTS = "accounts.jobs.forget_attempts"
PRUNE_SIGN_INS = "accounts.jobs.prune_sign_ins"
ANCHOR_AUDIT = "accounts.jobs.anchor_audit"
ASK_AUDIT_CHECK = "accounts.jobs.ask_audit_check"
RUN_AUDIT_CHECKS = "accounts.jobs.run_audit_checks"
JUDGE = "reports.jobs.judge_nightly"

# What goes stale while nothing runs, each resting on the one before; beat has them done in this
# order when it starts. The wakes of the schedule come later and find nothing left.
AT_START = (REFRESH_COLUMNS, PLAN_REMINDERS, DELIVER_REMINDERS, JUDGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the schedule: a job by its name, when it is woken, how long a wake holds."""

    job: str
    when: crontab | int
    expires: int

    def as_celery(self) -> dict[str, Any]:
        """Return the entry in the form of Celery's `beat_schedule`."""
        return {"task": self.job, "schedule": self.when, "options": {"expires": self.expires}}


SCHEDULE = {
    "heartbeat": Entry(job=HEARTBEAT, when=HEARTBEAT_SECONDS, expires=HEARTBEAT_SECONDS),
    # A day begins: lamps, days overdue and near-due marks of every open task.
    "refresh-columns": Entry(job=REFRESH_COLUMNS, when=crontab(minute=2), expires=3000),
    "conclude-publicity": Entry(job=CONCLUDE_PUBLICITY, when=crontab(minute=5), expires=3000),
    # Hourly, not daily, so that a reminder is planned soon after what it is about changed.
    "plan-reminders": Entry(job=PLAN_REMINDERS, when=crontab(minute=10), expires=3000),
    "deliver-reminders": Entry(job=DELIVER_REMINDERS, when=60, expires=60),
    # Somebody looks at a progress bar.
    "run-imports": Entry(job=RUN_IMPORTS, when=5, expires=5),
    "expire-imports": Entry(job=EXPIRE_IMPORTS, when=crontab(hour=3, minute=5), expires=12 * 3600),
    # Somebody waits at the other end.
    "mail-tickets": Entry(job=MAIL_TICKETS, when=30, expires=30),
    # Somebody looks at a progress bar.
    "run-exports": Entry(job=RUN_EXPORTS, when=5, expires=5),
    "forget-exports": Entry(job=FORGET_EXPORTS, when=crontab(minute=35), expires=3000),
    "forget-attempts": Entry(
        job=FORGET_ATTEMPTS, when=crontab(hour=3, minute=15), expires=12 * 3600
    ),
    "prune-sign-ins": Entry(job=PRUNE_SIGN_INS, when=crontab(hour=3, minute=25), expires=12 * 3600),
    # At the end of the office's day, so that what was done in it cannot be taken back unseen.
    "anchor-audit": Entry(job=ANCHOR_AUDIT, when=crontab(hour=18, minute=30), expires=12 * 3600),
    "ask-audit-check": Entry(
        job=ASK_AUDIT_CHECK, when=crontab(hour=2, minute=40), expires=12 * 3600
    ),
    "run-audit-checks": Entry(job=RUN_AUDIT_CHECKS, when=60, expires=60),
    "judge": Entry(job=JUDGE, when=crontab(hour=1, minute=30), expires=12 * 3600),
}
