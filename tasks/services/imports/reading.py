"""Read the file of an import again: with the settings and corrections people made."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import User
from accounts.rules.unit_names import UnitRegistry
from accounts.services.unit_names import load_unit_registry
from tasks.choices import FixKind
from tasks.ledger.grid import Book
from tasks.ledger.model import LedgerRead
from tasks.ledger.reading import Told, issuing_body, read_ledger
from tasks.ledger.workbook import read_workbook
from tasks.models import LedgerImport, Plan
from tasks.services.header_words import learned_headers
from tasks.services.imports import fixes
from tasks.services.landing.comparing import Choices
from tasks.services.ledger import Landed, campaign_named, land_ledger, plan_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file as read now: its cells, its tasks, where they go, what is chosen about conflicts."""

    book: Book
    read: LedgerRead
    plan: Plan
    body: str
    registry: UnitRegistry
    choices: Choices
    assigned: dt.date

    def land(self, *, by: User, dry_run: bool, source: LedgerImport) -> Landed:
        """Land it by the service the command uses too."""
        return land_ledger(
            self.read,
            plan=self.plan,
            assigned=self.assigned,
            by=by,
            dry_run=dry_run,
            registry=self.registry,
            choices=self.choices,
            source=source,
        )


def open_book(row: LedgerImport) -> Book:
    """Return the cells of the file as it was uploaded."""
    with row.file.open() as stream:
        return read_workbook(stream.read(), row.name)


def read_import(row: LedgerImport, *, told: Told | None = None) -> Reading:
    """Read the file; raise DomainError when it or its settings cannot be."""
    options: dict[str, Any] = row.options
    book = open_book(row)
    body = options.get("body") or issuing_body(book)
    registry = fixes.with_names(load_unit_registry(), row.fixes)
    campaign = campaign_named(options["campaign"]).name if options.get("campaign") else ""
    read = read_ledger(
        fixes.with_cells(book, row.fixes),
        registry=registry,
        plan_year=options.get("plan_year"),
        reference_date=dt.date.fromisoformat(options["reference_date"]),
        campaign=campaign,
        learned=fixes.with_meanings(learned_headers(body), row.fixes),
        told=told,
    )
    read = fixes.settled(replace(read, file=row.name), row.fixes)
    return Reading(
        book=book,
        read=read,
        plan=plan_for(read, options.get("plan") or None),
        body=body,
        registry=registry,
        choices=_choices(row.fixes),
        assigned=dt.date.fromisoformat(options["assigned"]),
    )


def _choices(made: list[dict[str, Any]]) -> Choices:
    return {
        (code, name): fix["take"]
        for fix in fixes.of_kind(made, FixKind.CONFLICT)
        for code, name in fix["fields"]
    }
