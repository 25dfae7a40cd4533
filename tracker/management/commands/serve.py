"""Serve the application: web, worker and beat under one supervisor, or one of them alone."""

import contextlib
import io
import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connections, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.demo.people import PASSWORD, demo_accounts
from tracker.env import BASE_DIR, Config
from tracker.metrics import share_between_processes
from tracker.probe import web_answers
from tracker.processes import processes
from tracker.supervisor import DataDirBusyError, Supervisor, hold


class Command(BaseCommand):
    """Run the system until Ctrl-C or SIGTERM, which end it within 10 seconds."""

    help = "Serve the application: web, worker and beat, or the one that is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name one process, or none for all three."""
        parser.add_argument("process", nargs="?", choices=["web", "worker", "beat"])
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="first migrate the database and, in demo mode, load the demo once",
        )

    def handle(self, *, process: str | None, prepare: bool, **_options: Any) -> None:
        """Check, prepare and start."""
        config: Config = settings.CONFIG
        if process in (None, "web"):
            _refuse_a_taken_port(config.host, config.port)
        if process is None:
            try:
                hold(settings.DATA_DIR / "serve.lock")
            except DataDirBusyError as error:
                raise CommandError(
                    _("数据目录 %(dir)s 正由另一个四清单使用，请先停止它，或用 DATA_DIR 另设目录。")
                    % {"dir": settings.DATA_DIR}
                ) from error
        if prepare:
            self._prepare(config)
        if not config.demo:
            _refuse_what_checks_refuse()
        connections.close_all()
        os.chdir(BASE_DIR)
        if process in (None, "web"):
            share_between_processes()
        children = processes(config)
        if process is not None:
            command = list(children[process].command)
            os.execv(command[0], command)  # noqa: S606 - our own command
        supervisor = Supervisor(children=list(children.values()), say=self._say)
        supervisor.run(meanwhile=lambda: self._announced(config))
        self._say(_("已全部停止。"))

    def _prepare(self, config: Config) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if config.demo and not User.objects.exists():
            self._say(_("首次启动，载入演示数据（约一分钟）……"))
            # Whole or not at all: a start that is stopped meanwhile loads it the next time.
            with transaction.atomic():
                call_command("seed_demo", stdout=io.StringIO())

    def _announced(self, config: Config) -> bool:
        """Print the address and the demo's accounts once pages are served."""
        if not web_answers(config):
            return False
        self._say(_("四清单已启动：%(url)s") % {"url": config.site_url + "/"})
        if config.demo:
            self._say(_("演示账号（口令均为 %(password)s）：") % {"password": PASSWORD})
            for account in demo_accounts():
                self._say(f"  {account.login:<12}{account.title}")
        self._say(_("按 Ctrl-C 停止。"))
        return True

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _refuse_a_taken_port(host: str, port: int) -> None:
    """Raise CommandError where HOST:PORT cannot be listened on."""
    try:
        family, kind, *_rest, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with contextlib.closing(socket.socket(family, kind)) as probe:
            # As the server does: a connection of the last run still closing is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            _(
                "无法在 %(host)s:%(port)d 上提供服务（%(reason)s），请换一个端口或地址，"
                "如 make run PORT=%(other)d。"
            )
            % {"host": host, "port": port, "reason": error.strerror, "other": port % 65535 + 1}
        ) from error


def _refuse_what_checks_refuse() -> None:
    """Raise CommandError where production's settings or data fail a check."""
    try:
        call_command("check", deploy=True, fail_level="WARNING", databases=["default"])
    except SystemCheckError as error:
        raise CommandError(str(error)) from error
