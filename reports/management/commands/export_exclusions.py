"""Write HR's list of a year as a workbook, and the evidence behind it."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from reports.services.exports import export_dossiers, export_list
from tasks.management.arguments import a_date, a_plan_year


class Command(JsonCommand):
    """Writes the workbook, and with --dossiers the evidence, which is for few eyes."""

    help = "Write the year's exclusions as a workbook for HR."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the year, the day and the files."""
        parser.add_argument("year", type=a_plan_year, help="the assessment year")
        parser.add_argument("--as-of", type=a_date, help="as it stood that day; default: today")
        parser.add_argument("-o", "--output", type=Path, required=True, help="the workbook (.xlsx)")
        parser.add_argument("--dossiers", type=Path, help="also the evidence, as a .zip")

    def answer(self, **options: Any) -> Answer:
        """Write the files and say how much they hold."""
        today = clock.today()
        as_of = options["as_of"] or today
        made = {"list": export_list(options["year"], as_of=as_of, on=today, by=None)}
        files = {"list": options["output"]}
        if options["dossiers"]:
            made["dossiers"] = export_dossiers(options["year"], as_of=as_of, on=today, by=None)
            files["dossiers"] = options["dossiers"]
        _write([(files[name], export.content) for name, export in made.items()])
        return Answer(
            payload={
                "year": options["year"],
                "as_of": as_of.isoformat(),
                "count": made["list"].count,
                "files": {
                    name: {"file": str(files[name]), "digest": export.digest}
                    for name, export in made.items()
                },
            },
            lines=[
                _("%(file)s：%(count)s 条，摘要 %(digest)s")
                % {"file": files[name], "count": export.count, "digest": export.digest}
                for name, export in made.items()
            ],
        )


def _write(files: list[tuple[Path, bytes]]) -> None:
    """Write every file whole or none; refuse a place that cannot be written."""
    parts = [(path.with_name(f"{path.name}.part"), path) for path, _content in files]
    try:
        for (part, _path), (_target, content) in zip(parts, files, strict=True):
            part.write_bytes(content)
        for part, path in parts:
            part.replace(path)
    except OSError as error:
        for part, _path in parts:
            part.unlink(missing_ok=True)
        raise DomainError(
            "cannot_write",
            _("不能写入 %(file)s：%(why)s。请换一个位置。")
            % {"file": error.filename, "why": error.strerror},
        ) from error
