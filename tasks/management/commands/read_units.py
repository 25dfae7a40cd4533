"""Say which units a cell names, and as what."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.management.base import Answer, JsonCommand
from accounts.services.unit_names import load_unit_registry
from tasks.ledger.units import UnitsRead, read_units


class Command(JsonCommand):
    """Prints one reading per cell."""

    help = "Which units a cell names: leads, cooperating units and collective words."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the cells and the header above them."""
        parser.add_argument("text", nargs="+", help="cell as written, such as A局牵头，B局配合")
        parser.add_argument("--column", help="header of the column, such as 责任单位")
        parser.add_argument(
            "--first-leads",
            action="store_true",
            help="of several without a marker the first leads, as some towns rule",
        )

    def answer(self, **options: Any) -> Answer:
        """Read each cell with the units of the database."""
        registry = load_unit_registry()
        readings = [
            read_units(
                text,
                registry,
                column=options["column"],
                first_leads=options["first_leads"],
            )
            for text in options["text"]
        ]
        return Answer(
            payload=[reading.to_json() for reading in readings],
            lines=[_line(reading) for reading in readings],
        )


def _line(reading: UnitsRead) -> str:
    """Return a reading as one line: cell, leads, cooperating, collective."""
    groups = (reading.lead, reading.cooperating, reading.collective)
    return "\t".join([reading.raw, *("、".join(group) or "-" for group in groups)])
