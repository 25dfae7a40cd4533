"""Write an export's workbook."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from tasks.ledger.out.model import PER_UNIT
from tasks.ledger.out.template import fill_template
from tasks.ledger.out.writing import write_ledger
from tasks.ledger.workbook import read_workbook
from tasks.services.exporting.choosing import Choice, ledger_of, plans_in
from tasks.services.exporting.rows import RowReader


def write_export(
    choice: Choice,
    path: Path,
    *,
    by: User | None,
    on: dt.date,
    footer: str = "",
    template: tuple[str, bytes] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Write the chosen tasks as they stand on the day; return how many.

    `template` is the name and the content of an issuing body's own workbook, which is filled
    instead of the style. Raises `nothing_to_export` where there are none the person may see, and
    what is wrong with the template.
    """
    tasks = choice.tasks(by=by, on=on)
    total = tasks.count()
    if not total:
        raise nothing_to_export()
    under = None
    if choice.style == PER_UNIT and choice.unit is not None:
        codes = type(choice.unit).objects.under(choice.unit).values_list("code", flat=True)
        under = frozenset(codes)
    reader = RowReader(on=on, units=under)
    if template is not None:
        name, content = template
        rows = reader.read(tasks)
        return fill_template(content, read_workbook(content, name), rows, plans_in(tasks), path)
    ledger = ledger_of(choice, tasks, reader, total=total, footer=footer)
    return write_ledger(ledger, reader.read(tasks), path, progress=progress)


def nothing_to_export() -> DomainError:
    """Return the refusal of an export without a task."""
    message = _("没有符合条件的任务可以导出，请核对攻坚行动、单位和计划。")
    return DomainError("nothing_to_export", message)
