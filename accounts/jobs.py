"""Background work on accounts: may be woken any number of times."""

from celery import shared_task

from accounts import clock
from accounts.services import attempts, audit_anchors, audit_checks, pruning, tickets


@shared_task
def mail_tickets() -> int:
    """Send the mails with which people set a password; return how many went out."""
    return tickets.mail_tickets(at=clock.now())


@shared_task
def forget_attempts() -> int:
    """Delete counts of failed sign-ins that say nothing any more; return how many."""
    return attempts.forget_old(at=clock.now())


@shared_task
def prune_sign_ins() -> int:
    """Delete expired sessions and sign-ins past their retention; return how many rows."""
    return pruning.prune_sign_ins(at=clock.now())


@shared_task
def anchor_audit() -> str:
    """Take the head of the audit chain outside the database; return it."""
    return audit_anchors.anchor_head(on=clock.today()).text


@shared_task
def ask_audit_check() -> int:
    """Enter the nightly verification of the audit chain; return its number."""
    return int(audit_checks.ask_check(by=None).pk)


@shared_task
def run_audit_checks() -> int:
    """Run the verifications that wait; return how many."""
    return audit_checks.run_checks()
