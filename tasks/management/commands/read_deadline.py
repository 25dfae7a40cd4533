"""Say what deadline phrases mean."""

from typing import Any

from django.core.management.base import CommandParser

from accounts import clock
from accounts.management.base import Answer, JsonCommand
from tasks.ledger.deadlines import Deadline, read_deadline
from tasks.management.arguments import a_date, a_plan_year


class Command(JsonCommand):
    """Prints one reading per phrase."""

    help = "What a deadline phrase means."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the phrases and what they leave out."""
        parser.add_argument("text", nargs="+", help="deadline as written, such as 2023年12月底前")
        parser.add_argument("--plan-year", type=a_plan_year, help="default: the reference date's")
        parser.add_argument("--reference-date", type=a_date, help="the document's; default: today")

    def answer(self, **options: Any) -> Answer:
        """Read each phrase."""
        reference = options["reference_date"] or clock.today()
        year = options["plan_year"] or reference.year
        readings = [
            read_deadline(text, plan_year=year, reference_date=reference)
            for text in options["text"]
        ]
        return Answer(
            payload=[reading.to_json() for reading in readings],
            lines=[_line(reading) for reading in readings],
        )


def _line(reading: Deadline) -> str:
    """Return a reading as one line: phrase, kind, date, remark."""
    parts = [reading.raw, reading.kind, reading.date.isoformat() if reading.date else "-"]
    return "\t".join([*parts, reading.note] if reading.note else parts)
