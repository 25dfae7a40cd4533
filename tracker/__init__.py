"""The project: settings, URLs, running, and the pages that belong to no single app."""

# Makes this application the one that `shared_task` of every app's `jobs` belongs to.
from tracker.celery import app as celery_app

__all__ = ["celery_app"]
