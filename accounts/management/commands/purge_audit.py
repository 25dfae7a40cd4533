"""`purge_audit --before DAY`: remove old audit entries, leaving a bridge in the chain."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.management.base import Answer, JsonCommand
from accounts.services.audit_purge import purge_audit


class Command(JsonCommand):
    """Remove audit entries older than a day, at least six months ago; run as the tables' owner."""

    help = "Remove audit entries of earlier days that nothing refers to; they leave a bridge."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day."""
        parser.add_argument("--before", required=True, type=dt.date.fromisoformat, metavar="DAY")

    def answer(self, **options: Any) -> Answer:
        """Remove them and say how many."""
        count = purge_audit(before=options["before"])
        lines = [_("已清理操作记录 %(count)s 条。") % {"count": count}]
        return Answer(payload={"purged": count}, lines=lines)
