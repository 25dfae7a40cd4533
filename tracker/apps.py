"""The project's own app: settings, URLs, the supervising command and the base templates."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """Holds what belongs to no single business app."""

    name = "tracker"
