"""Judge scenario files."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.management.base import Answer, JsonCommand
from reports.evaluation.output import as_json
from reports.evaluation.report import lines_of
from reports.evaluation.scenario import ScenarioError
from reports.management.arguments import a_moment
from reports.services.simulations import simulate
from reports.wording import problem_code, problem_sentence


class Command(JsonCommand):
    """Prints the evaluation of each file; a refused one prints its reasons and makes the exit 1."""

    help = "Judge scenario files by the same code as stored data, which is not touched."
    # Nothing of the site is used: no checks, no stored database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files and the moment of knowledge."""
        parser.add_argument("file", nargs="+", type=Path, help="a scenario in YAML or JSON")
        parser.add_argument(
            "--known-at",
            type=a_moment,
            help="count only what was recorded by then, each fact on its own day; default: all",
        )

    def answer(self, **options: Any) -> Answer:
        """Judge one file, or several as a list in their order."""
        answers = [_judge(path, options["known_at"]) for path in options["file"]]
        if len(answers) == 1:
            return answers[0]
        return Answer(
            payload=[answer.payload for answer in answers],
            lines=[
                line
                for path, answer in zip(options["file"], answers, strict=True)
                for line in (f"== {path}", *answer.lines, "")
            ],
            refused=any(answer.refused for answer in answers),
        )


def _judge(path: Path, known_at: dt.datetime | None) -> Answer:
    """Return one file's evaluation, or why it is refused."""
    try:
        evaluation = simulate(path.read_text(encoding="utf-8-sig"), known_at=known_at)
    except ScenarioError as refusal:
        errors = [
            {"code": problem_code(problem), "message": problem_sentence(problem)}
            for problem in refusal.problems
        ]
    except OSError as error:
        errors = [
            {
                "code": "file_not_readable",
                "message": _("无法读取文件：%(problem)s。") % {"problem": error.strerror},
            }
        ]
    except UnicodeDecodeError:
        errors = [{"code": "not_readable", "message": _("文件不是 UTF-8 编码。")}]
    else:
        return Answer(payload=as_json(evaluation), lines=lines_of(evaluation))
    return Answer(
        payload={"file": str(path), "errors": errors},
        lines=[f"{path}：{error['message']}" for error in errors],
        refused=True,
    )
