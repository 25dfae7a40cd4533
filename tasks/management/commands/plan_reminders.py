"""`plan_reminders`: write the reminders of a day into the outbox."""

import datetime as dt
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser

from accounts import clock
from accounts.management.base import Answer, JsonCommand
from tasks.reminders.planning import described, plan_reminders


class Command(JsonCommand):
    """Plan what falls due, is due or is overdue; the worker runs the same service."""

    help = "Plan the reminders of a day (default: today in Beijing); deliver_reminders sends them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day, and whether to write."""
        parser.add_argument("--on", type=_date, help="the day to plan, YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="say what, write nothing")

    def answer(self, **options: Any) -> Answer:
        """Plan and list the newly planned rows."""
        on = options["on"] or clock.today()
        planned = plan_reminders(on=on, dry_run=options["dry_run"])
        rows = described(planned)
        return Answer(
            payload={
                "on": on.isoformat(),
                "planned": len(rows),
                "superseded": planned.superseded,
                "rows": rows,
            },
            lines=[
                f"{on}：新编排 {len(rows)} 条提醒，作废 {planned.superseded} 条。",
                *(
                    f"{row['task']}　{row['item']}　{row['stage']}　时限 {row['deadline']}　"
                    f"{row['recipient']}　{row['channel']}"
                    for row in rows
                ),
            ],
        )


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成 2023-06-30。") from error
