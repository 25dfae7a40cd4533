"""Background work on accounts: may be woken any number of times."""

from celery import shared_task

from accounts import clock
from accounts.services import attempts, tickets


@shared_task
def mail_tickets() -> int:
    """Send the mails with which people set a password; return how many went out."""
    return tickets.mail_tickets(at=clock.now())


@shared_task
def forget_attempts() -> int:
    """Delete counts of failed sign-ins that say nothing any more; return how many."""
    return attempts.forget_old(at=clock.now())
