"""Load the demonstration, or synthetic load."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.utils.translation import gettext as _

from accounts import clock
from accounts.management.base import Answer, JsonCommand
from tracker.demo.load import load_demo
from tracker.demo.people import PASSWORD, demo_accounts


def _count(text: str) -> int:
    """Read a number of tasks; below 0 is wrong usage."""
    count = int(text)
    if count < 0:
        raise ArgumentTypeError(_("任务数 %(count)s 不能小于 0。") % {"count": count})
    return count


class Command(JsonCommand):
    """Load units, accounts and tasks; what is already there is left alone."""

    help = "Load the demonstration; --tasks N loads N synthetic tasks instead, 0 none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of synthetic tasks."""
        parser.add_argument("--tasks", type=_count, help="synthetic tasks instead of the demo's")

    def answer(self, **options: Any) -> Answer:
        """Load and say what can be tried."""
        count = load_demo(tasks=options["tasks"], today=clock.today())
        accounts = demo_accounts()
        return Answer(
            payload={"tasks": count, "accounts": [account.login for account in accounts]},
            lines=[
                _("已载入演示数据：任务 %(count)s 项。") % {"count": count},
                _("演示账号（密码 %(password)s）：") % {"password": PASSWORD},
                *(f"  {account.login:<12}{account.title}" for account in accounts),
            ],
        )
