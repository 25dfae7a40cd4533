"""What is stored of a plan's tasks, and what their last import stated."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch

from accounts import clock
from accounts.models import AuditEntry
from tasks.choices import ImportState, RowFate, Verdict
from tasks.ledger.out.model import OutTask
from tasks.models import Approval, ImportedRow, LedgerImport, Plan, ProgressReport, Task
from tasks.services.exporting.rows import RowReader
from tasks.services.landing.comparing import plain
from tasks.services.landing.content import Content, content_of_stored
from tasks.services.landing.returned import Stored

_BATCH = 500


def stored_rows(plan: Plan, *, printed: bool = False) -> dict[str, Stored]:
    """Return the plan's tasks by code, locked, with what their last import stated.

    `printed` tells too how an export prints each, for a file that is one.
    """
    if plan.pk is None:
        return {}
    newest: dict[int, tuple[dict[str, Any], bool]] = {}
    rows = ImportedRow.objects.filter(task__plan=plan).order_by("id")
    for task_id, stated, state in rows.values_list("task_id", "stated", "source__state"):
        newest[task_id] = (stated, state == ImportState.UNDONE)
    tasks = (
        Task.objects.select_for_update(of=("self",))
        .filter(plan=plan)
        .select_related("campaign")
        .prefetch_related(
            "responsibilities__unit",
            "measures",
            "closures",
            Prefetch("reports", ProgressReport.objects.filter(opening=True)),
        )
        .order_by("pk")
    )
    waiting = set(
        Approval.objects.filter(task__plan=plan, verdict=Verdict.WAITING).values_list(
            "task_id", flat=True
        )
    )
    shown: dict[int, OutTask] = {}
    if printed:
        reader = RowReader(on=clock.today())
        shown = {task.pk: task for task in reader.read(Task.objects.filter(plan=plan))}
    found: dict[str, Stored] = {}
    for task in tasks.iterator(chunk_size=_BATCH):
        base, undone = newest.get(task.pk, (None, False))
        found[task.code] = Stored(
            task=task,
            content=content_of_stored(task),
            printed=shown.get(task.pk),
            base=base,
            undone=undone,
            waits=task.pk in waiting,
        )
    return found


def remember(
    fates: Iterable[tuple[Task, RowFate]],
    stated: Mapping[str, Content],
    *,
    entry: AuditEntry,
    source: LedgerImport | None,
) -> None:
    """Keep what the ledger stated of each task, for the next import to compare with."""
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(
                task=task,
                source=source,
                entry=entry,
                fate=fate,
                stated=plain(stated[task.code]),
                version=task.version,
            )
            for task, fate in fates
        ),
        batch_size=_BATCH,
    )
