"""Take an import back as far as nothing has happened to its tasks since."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import ImportState, RowFate, TaskState
from tasks.models import ImportedRow, LedgerImport, Task
from tasks.services.imports.uploading import lock_own


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """What undoing an import would do: the drafts it gives up, and why each other task stays."""

    drafts: tuple[Task, ...] = ()
    stays: tuple[tuple[Task, str], ...] = ()


def what_undoes(row: LedgerImport) -> Undoable:
    """Return what of a landed import can be taken back.

    Facts are never deleted: an issued task stays. A draft goes when the import made it and nothing
    has happened to it since.
    """
    drafts: list[Task] = []
    stays: list[tuple[Task, str]] = []
    rows = ImportedRow.objects.filter(source=row).exclude(fate=RowFate.KEPT)
    for one in rows.select_related("task").order_by("id"):
        why = _why_it_stays(one)
        if why:
            stays.append((one.task, why))
        else:
            drafts.append(one.task)
    return Undoable(drafts=tuple(drafts), stays=tuple(stays))


def _why_it_stays(one: ImportedRow) -> str:
    task = one.task
    if task.state != TaskState.DRAFT:
        return _("已交办，记录不能删除；确实不办的请终止任务")
    if task.discarded_on is not None:
        return _("草稿已经作废")
    if task.version != one.version:
        return _("导入之后有人改过，请在草稿里处理")
    if one.fate == RowFate.UPDATED:
        return _("导入之前就有这份草稿，请在草稿里改回")
    if task.approvals.exists():
        return _("已报送立项审核")
    return ""


@transaction.atomic
def undo_import(row: LedgerImport, *, by: User, on: dt.date) -> Undoable:
    """Give up the drafts an import made that nobody has touched; return what went and what stayed.

    Raises DomainError `nothing_to_undo`. The same file may be imported again afterwards.
    """
    row = lock_own(row, by=by, on=on, states=(ImportState.LANDED,))
    tasks = ImportedRow.objects.filter(source=row).values("task")
    list(Task.objects.select_for_update().filter(pk__in=tasks).order_by("pk"))
    found = what_undoes(row)
    if not found.drafts:
        message = _("这次导入没有可以撤销的草稿：任务都已交办或改过，请逐项处理。")
        raise DomainError("nothing_to_undo", message)
    audit.record(
        "import.undo",
        row,
        by=by,
        summary=_("撤销导入“%(file)s”：作废草稿 %(count)s 项，保留 %(stays)s 项")
        % {"file": row.name, "count": len(found.drafts), "stays": len(found.stays)},
        data={
            "on": on.isoformat(),
            "discarded": [task.code for task in found.drafts],
            "stays": [task.code for task, _why in found.stays],
        },
    )
    for task in found.drafts:
        task.discarded_on = on
        task.version += 1
        save_checked(task, only=["discarded_on", "version"])
    row.state, row.undone_at = ImportState.UNDONE, clock.now()
    row.save(update_fields=["state", "undone_at"])
    return found
