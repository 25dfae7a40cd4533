"""Ask for an export, write it now or in the background, keep its file for a while."""

import datetime as dt
import tempfile
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import BUSINESS_ROLES
from accounts.errors import DomainError, NotAllowedError
from accounts.models import User
from accounts.scopes import Standing, standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import ExportState
from tasks.models import LedgerExport, LedgerTemplate
from tasks.services.evidence import safe_name
from tasks.services.exporting.choosing import Choice, check_style
from tasks.services.exporting.files import nothing_to_export, write_export

# So many tasks are written while the person waits: about two seconds.
AT_ONCE = 300
KEPT = dt.timedelta(days=7)
# A worker that died leaves its export running; after this long another one takes it.
LEASE = dt.timedelta(minutes=30)
_FINDING_LENGTH = 500


def may_export(standing: Standing) -> bool:
    """Whether the person takes ledgers out: whoever sees tasks at all."""
    return standing.has(*BUSINESS_ROLES)


@transaction.atomic
def ask_export(
    choice: Choice, *, template: LedgerTemplate | None = None, on: dt.date, by: User
) -> LedgerExport:
    """Enter an export of the tasks the person sees, and return it, still to be written.

    Raises `nothing_to_export` and `unknown_style`.
    """
    check_style(choice.style)
    standing = standing_of(by, on=on)
    if not may_export(standing):
        message = _("只有业务人员可以导出台账；%(name)s没有业务角色。") % {"name": by.name}
        raise NotAllowedError("not_allowed", message)
    total = choice.tasks(by=by, on=on).count()
    if not total:
        raise nothing_to_export()
    row = LedgerExport(
        requested_by=by,
        requested_at=clock.now(),
        on=on,
        style=choice.style,
        campaign=choice.campaign,
        unit=choice.unit,
        plan=choice.plan,
        template=template,
        total=total,
        name=_file_name(choice, template, on),
    )
    save_checked(row)
    audit.record(
        "ledger.export",
        row,
        by=by,
        summary=_("导出台账“%(name)s”：%(count)s 项任务") % {"name": row.name, "count": total},
        data={
            "on": on.isoformat(),
            "style": choice.style,
            "campaign": choice.campaign.code if choice.campaign else None,
            "unit": choice.unit.code if choice.unit else None,
            "plan": choice.plan.code if choice.plan else None,
            "template": template.sha256 if template else None,
            "tasks": total,
        },
    )
    return row


def run_export(row: LedgerExport) -> LedgerExport:
    """Write an export that waits; one that somebody else took is returned as it is."""
    now = clock.now()
    taken = LedgerExport.objects.filter(pk=row.pk, state=ExportState.WAITING).update(
        state=ExportState.RUNNING, started_at=now, done=0
    )
    if taken:
        try:
            _write(row)
        except DomainError as refusal:
            LedgerExport.objects.filter(pk=row.pk).update(
                state=ExportState.FAILED, finding=str(refusal.message)[:_FINDING_LENGTH]
            )
    row.refresh_from_db()
    return row


def run_exports() -> int:
    """Write what waits, oldest first, and what a dead worker left; return how many."""
    lost = LedgerExport.objects.filter(
        state=ExportState.RUNNING, started_at__lt=clock.now() - LEASE
    )
    lost.update(state=ExportState.WAITING)
    waiting = list(LedgerExport.objects.filter(state=ExportState.WAITING).order_by("id"))
    for row in waiting:
        run_export(row)
    return len(waiting)


def forget_exports() -> int:
    """Delete the files whose time is over; return how many. The rows stay."""
    over = list(LedgerExport.objects.filter(state=ExportState.READY, kept_until__lt=clock.now()))
    for row in over:
        row.file.delete(save=False)
        LedgerExport.objects.filter(pk=row.pk).update(state=ExportState.GONE, file="")
    return len(over)


def _write(row: LedgerExport) -> None:
    def progress(done: int) -> None:
        LedgerExport.objects.filter(pk=row.pk).update(done=done)

    template = None
    if row.template is not None:
        with row.template.file.open() as stream:
            template = (row.template.name, stream.read())
    choice = Choice(style=row.style, campaign=row.campaign, unit=row.unit, plan=row.plan)
    by = row.requested_by
    taken_at = row.requested_at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        count = write_export(
            choice,
            path,
            by=by,
            on=row.on,
            footer=f"内部资料　导出：{by.name} {taken_at}",
            template=template,
            progress=progress,
        )
        with path.open("rb") as written:
            name = row.file.storage.save(f"exports/{row.pk}.xlsx", File(written))
    LedgerExport.objects.filter(pk=row.pk).update(
        state=ExportState.READY,
        file=name,
        done=count,
        total=count,
        kept_until=clock.now() + KEPT,
    )


def _file_name(choice: Choice, template: LedgerTemplate | None, on: dt.date) -> str:
    parts = (
        template.body if template else "",
        choice.unit.name if choice.unit else "",
        choice.campaign.name if choice.campaign else "",
        choice.plan.name if choice.plan else "",
    )
    return safe_name(f"{''.join(parts)}任务台账{on:%Y%m%d}.xlsx")
