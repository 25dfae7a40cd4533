"""Ask one process of the running system whether it works; for a container's health check."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tracker.probe import beat_answers, web_answers, worker_answers

PROBES: dict[str, Callable[[], bool]] = {
    "web": lambda: web_answers(settings.CONFIG),
    "worker": worker_answers,
    "beat": beat_answers,
}


class Command(BaseCommand):
    """Exit 0 when the process answers, 1 when it does not."""

    help = "Ask web, worker or beat whether it works."
    # Asked every few seconds: what `serve` checked at the start is not checked again.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the process."""
        parser.add_argument("process", choices=PROBES)

    def handle(self, *, process: str, **_options: Any) -> str:
        """Ask it."""
        if not PROBES[process]():
            raise CommandError(_("%(process)s 没有应答。") % {"process": process})
        return _("%(process)s 工作正常。") % {"process": process}
