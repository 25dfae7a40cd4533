"""Registration of the reports app."""

from django.apps import AppConfig

from tasks import standards


class ReportsConfig(AppConfig):
    """Judgements and what they lead to; it owns the policies, so it supplies their thresholds."""

    name = "reports"

    def ready(self) -> None:
        """Tell the app of the four lists by which thresholds tasks are shown."""
        from reports.services.policies import task_thresholds  # models are loaded only now

        standards.provide(task_thresholds)
