"""Read a workbook as a ledger and put its tasks into a plan."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from accounts.models import User
from accounts.services.unit_names import load_unit_registry
from tasks.ledger.model import Issue, LedgerRead
from tasks.ledger.reading import issuing_body, read_ledger
from tasks.ledger.workbook import open_workbook
from tasks.management.arguments import a_date, a_plan_year
from tasks.services.header_words import learned_headers
from tasks.services.ledger import (
    REJECT_FILE,
    REJECT_ROW,
    Landed,
    campaign_named,
    land_ledger,
    plan_for,
)


class Command(JsonCommand):
    """Imports one workbook; rows with an error are left out and listed."""

    help = "Read a ledger and land its tasks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, where it goes and what it leaves out."""
        parser.add_argument("file", type=Path, help="workbook (.xlsx, .xls, .ods)")
        parser.add_argument("--plan", help="plan code; default: from the title or file name")
        parser.add_argument("--sheet", help="read this sheet only")
        parser.add_argument(
            "--plan-year", type=a_plan_year, help="default: from the title or file name"
        )
        parser.add_argument("--reference-date", type=a_date, help="the document's; default: today")
        parser.add_argument("--assigned", type=a_date, help="day of assignment; default: today")
        parser.add_argument("--campaign", help="campaign of rows that name none: code or name")
        parser.add_argument("--body", help="issuing body, for its headers; default: from the title")
        parser.add_argument(
            "--first-leads",
            action="store_true",
            help="of several responsible units the first leads (首家即牵头)",
        )
        parser.add_argument("--by", help="login name of who imports; default: the machine itself")
        parser.add_argument("--dry-run", action="store_true", help="read and check only")
        parser.add_argument("--on-error", choices=[REJECT_ROW, REJECT_FILE], default=REJECT_ROW)

    def answer(self, **options: Any) -> Answer:
        """Read, land unless told otherwise, and list what was left out."""
        today = clock.today()
        registry = load_unit_registry()
        if not registry.units:
            raise DomainError("no_units", _("还没有载入单位，请先载入组织机构再导入台账。"))
        campaign = campaign_named(options["campaign"]).name if options["campaign"] else ""
        by = _person(options["by"]) if options["by"] else None
        book = open_workbook(options["file"])
        read = read_ledger(
            book,
            registry=registry,
            plan_year=options["plan_year"],
            reference_date=options["reference_date"] or today,
            sheet=options["sheet"],
            campaign=campaign,
            learned=learned_headers(options["body"] or issuing_body(book)),
            first_leads=options["first_leads"],
        )
        del book
        landed = land_ledger(
            read,
            plan=plan_for(read, options["plan"]),
            assigned=options["assigned"] or today,
            by=by,
            on_error=options["on_error"],
            dry_run=options["dry_run"],
            registry=registry,
        )
        return _answer(read, landed, dry_run=options["dry_run"])


def _person(login: str) -> User:
    user = User.objects.filter(username=login, is_active=True).first()
    if user is None:
        raise DomainError("unknown_person", _("没有登录名“%(login)s”。") % {"login": login})
    return user


def _answer(read: LedgerRead, landed: Landed, *, dry_run: bool) -> Answer:
    """Return the import's JSON and text; a dry run lists what would clash apart from the errors."""
    return Answer(
        payload=lambda: _payload(read, landed, dry_run=dry_run),
        lines=_lines(read, landed, dry_run=dry_run),
        refused=landed.count == 0,
    )


def _payload(read: LedgerRead, landed: Landed, *, dry_run: bool) -> dict[str, Any]:
    payload = read.to_json()
    payload["landing"] = {**landed.to_json(), "dry_run": dry_run}
    clashes = [issue.to_json() for issue in landed.errors]
    if dry_run:
        payload["landing"]["errors"] = clashes
    else:
        payload["errors"] += clashes
        payload["counts"]["errors"] += len(clashes)
    return payload


def _lines(read: LedgerRead, landed: Landed, *, dry_run: bool) -> list[str]:
    """Return the summary, then every error and warning with its place."""
    summary = _(
        "计划 %(plan)s：新增 %(created)s 项、更新 %(updated)s 项、未变 %(unchanged)s 项，"
        "其中 %(drafts)s 项待确认时限；未导入 %(refused)s 项。"
    ) % {
        "plan": landed.plan,
        "created": len(landed.created),
        "updated": len(landed.updated),
        "unchanged": len(landed.unchanged),
        "drafts": len(landed.drafts),
        "refused": len(landed.refused),
    }
    lines = [_("试读，未写入任何数据。"), summary] if dry_run else [summary]
    errors = [*read.errors, *landed.errors]
    lines += [_("错误 %(place)s %(what)s") % _words(issue) for issue in errors]
    lines += [_("提示 %(place)s %(what)s") % _words(issue) for issue in read.warnings]
    return lines


def _words(issue: Issue) -> dict[str, str]:
    place = f"{issue.sheet}!{issue.col}{issue.row or ''}".rstrip("!")
    return {"place": place, "what": issue.message}
