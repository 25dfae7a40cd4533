"""Judge stored data as of a day."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts import clock
from accounts.management.base import Answer, JsonCommand
from accounts.services.unit_names import find_unit
from reports.evaluation.output import as_json
from reports.evaluation.report import lines_of
from reports.management.arguments import a_moment
from reports.services.evaluations import evaluate, find_policy, freeze_evaluation
from tasks.management.arguments import a_date


class Command(JsonCommand):
    """Prints tasks, units, rankings and findings of a year as of a day."""

    help = "Judge a year as of a day: lights, scores, ranks and findings."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day, the year, the moment of knowledge, the policy and the unit."""
        parser.add_argument("--as-of", type=a_date, help="the day judged; default: today")
        parser.add_argument("--year", type=int, help="the year judged; default: the day's")
        parser.add_argument(
            "--known-at", type=a_moment, help="count only what was recorded by then; default: now"
        )
        parser.add_argument(
            "--policy", help="a shipped policy's name, or a file; default: the one in force"
        )
        parser.add_argument("--unit", help="a unit's code, name or alias: only what concerns it")
        parser.add_argument("--freeze", action="store_true", help="keep the result for ever")

    def answer(self, **options: Any) -> Answer:
        """Judge, keep when asked to, and print."""
        if options["freeze"] and options["unit"]:
            raise CommandError("--freeze keeps all units: leave out --unit", returncode=2)
        evaluation = evaluate(
            as_of=options["as_of"] or clock.today(),
            year=options["year"],
            known_at=options["known_at"],
            policy=find_policy(options["policy"]) if options["policy"] else None,
            unit=find_unit(options["unit"]) if options["unit"] else None,
        )
        if options["freeze"]:
            freeze_evaluation(evaluation, by=None)
        return Answer(payload=as_json(evaluation), lines=lines_of(evaluation))
