"""Load the demonstration, or synthetic load."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.utils.translation import gettext as _

from accounts import clock
from accounts.management.base import Answer, JsonCommand
from tracker.demo.load import Loaded, load_demo
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
        loaded = load_demo(tasks=options["tasks"], today=clock.today())
        accounts = demo_accounts()
        return Answer(
            payload={
                "tasks": loaded.tasks,
                "accounts": [account.login for account in accounts],
                "loaded": loaded.fresh,
                "plans": loaded.plans,
                "interviews": loaded.interviews,
                "exclusions": loaded.exclusions,
                "frozen": loaded.frozen,
            },
            lines=[
                *_lines(loaded),
                _("演示账号（密码 %(password)s）：") % {"password": PASSWORD},
                *(f"  {account.login:<12}{account.title}" for account in accounts),
            ],
        )


def _lines(loaded: Loaded) -> list[str]:
    """Return what was loaded, or what was there already, plan by plan."""
    summary = _("已载入演示数据：任务 %(count)s 项。")
    if not loaded.fresh:
        summary = _("已有数据，未再载入：任务 %(count)s 项。")
    lines = [summary % {"count": loaded.tasks}]
    lines += [_("  %(year)s 年度 %(code)s %(name)s：%(tasks)s 项") % plan for plan in loaded.plans]
    if loaded.interviews or loaded.exclusions:
        lines.append(
            _("  已进行约谈 %(interviews)s 次，评优资格名单 %(exclusions)s 条")
            % {"interviews": loaded.interviews, "exclusions": loaded.exclusions}
        )
    lines += [_("  %(year)s 年度考核已按 %(as_of)s 冻结") % run for run in loaded.frozen]
    return lines
