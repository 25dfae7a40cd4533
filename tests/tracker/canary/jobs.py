"""A job that fails."""

from celery import shared_task


@shared_task
def fail(text: str) -> None:
    """Fail, quoting what was sent."""
    try:
        raise ValueError(text)
    except ValueError as error:
        raise RuntimeError(f"it failed on {text}") from error
