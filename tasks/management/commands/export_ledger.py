"""Write the four lists as a workbook that imports again unchanged."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from accounts.services.unit_names import find_unit
from tasks.ledger.out.model import SINGLE, STYLES
from tasks.ledger.workbook import open_workbook
from tasks.models import Plan
from tasks.services.exporting.choosing import Choice
from tasks.services.exporting.files import write_export
from tasks.services.ledger import campaign_named


class Command(JsonCommand):
    """Exports what the machine itself sees; people export on their page."""

    help = "Export tasks as a workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which tasks, in which style, and the file."""
        parser.add_argument("--campaign", help="code or name; default: all")
        parser.add_argument("--unit", help="tasks led by it or below it: code, name or alias")
        parser.add_argument("--plan", help="plan code; default: all")
        parser.add_argument("--style", choices=STYLES, default=SINGLE)
        parser.add_argument(
            "--template", type=Path, metavar="FILE.xlsx", help="an issuing body's own workbook"
        )
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.xlsx")

    def answer(self, **options: Any) -> Answer:
        """Write the file and say how many tasks it holds."""
        path: Path = options["output"]
        if not path.parent.is_dir():
            message = _("没有“%(folder)s”这个文件夹，请先建立或改写路径。")
            raise DomainError("no_folder", message % {"folder": str(path.parent)})
        choice = Choice(
            style=options["style"],
            campaign=campaign_named(options["campaign"]) if options["campaign"] else None,
            unit=find_unit(options["unit"]) if options["unit"] else None,
            plan=_plan(options["plan"]) if options["plan"] else None,
        )
        template: Path | None = options["template"]
        if template is not None:
            open_workbook(template)
        count = write_export(
            choice,
            path,
            by=None,
            on=clock.today(),
            template=(template.name, template.read_bytes()) if template is not None else None,
        )
        return Answer(
            payload={"file": str(path), "style": choice.style, "tasks": count},
            lines=[_("已导出 %(count)s 项任务到 %(file)s。") % {"count": count, "file": str(path)}],
        )


def _plan(code: str) -> Plan:
    plan = Plan.objects.filter(code=code).first()
    if plan is None:
        raise DomainError("unknown_plan", _("没有代码为“%(code)s”的计划。") % {"code": code})
    return plan
