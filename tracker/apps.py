"""The project's own app: settings, URLs, the supervising command and the base templates."""

from importlib import import_module

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """Holds what belongs to no single business app."""

    name = "tracker"

    def ready(self) -> None:
        """Register the system checks."""
        import_module("tracker.checks")
