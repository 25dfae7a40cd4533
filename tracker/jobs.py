"""Background jobs of the project itself."""

from celery import shared_task

from accounts import clock
from tracker import heartbeat


@shared_task
def record_heartbeat() -> None:
    """Write down that beat, broker and worker are at work."""
    heartbeat.record_heartbeat(at=clock.now())
