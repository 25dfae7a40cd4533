"""The real settings, with the failing views and the failing job beside the real ones."""

from tracker.settings import *  # noqa: F403
from tracker.settings import INSTALLED_APPS, LOGGING

INSTALLED_APPS += ["tests.tracker.canary"]
ROOT_URLCONF = "tests.tracker.canary.urls"
# As in production.
LOGGING["loggers"]["tracker.requests"]["level"] = "INFO"
