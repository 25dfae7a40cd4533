"""Take a ledger in for a preview, let it be corrected, and give it up again."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import User
from accounts.scopes import standing_of
from accounts.services import audit
from tasks.choices import ImportState
from tasks.ledger.workbook import MAX_BYTES
from tasks.models import LedgerImport
from tasks.parties import imports_ledgers
from tasks.services.antivirus import refuse_infected
from tasks.services.evidence import safe_name

SUFFIXES = (".xlsx", ".xls", ".ods")
# How long a preview nobody confirms is kept.
KEPT_DAYS = 7
# A file up to this size is read while the person waits.
AT_ONCE = 200 * 1024
_FOLDER = "ledgers"


def authorise_import(*, on: dt.date, by: User) -> None:
    """Refuse who may not bring in ledgers, saying who may."""
    standing = standing_of(by, on=on)
    if not imports_ledgers(standing):
        message = _("只有督办人员可以导入台账；%(name)s没有这项权限。") % {"name": by.name}
        raise NotAllowedError("not_allowed", message)
    by.acting_for = standing.acts_for(imports_ledgers)


def is_long(row: LedgerImport) -> bool:
    """Whether the file is read by a worker, beside a progress bar."""
    return row.size > AT_ONCE


@transaction.atomic
def upload_ledger(
    upload: File,  # type: ignore[type-arg]
    options: Mapping[str, Any],
    *,
    on: dt.date,
    by: User,
) -> LedgerImport:
    """Store a workbook for its preview and return the import, to be read yet.

    `options`: plan (code), plan_year, campaign, body, assigned (ISO). Raises DomainError
    `ledger_empty`, `ledger_too_large`, `ledger_type` and those of the scanner.
    """
    authorise_import(on=on, by=by)
    name = safe_name(upload.name or "")
    _check(upload, name)
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    row = LedgerImport(
        by=by,
        uploaded_at=clock.now(),
        expires_on=on + dt.timedelta(days=KEPT_DAYS),
        name=name,
        size=upload.size,
        sha256=digest.hexdigest(),
        options={"reference_date": on.isoformat(), "assigned": on.isoformat(), **options},
    )
    row.save()
    suffix = PurePosixPath(name).suffix.lower()
    upload.seek(0)
    row.file.save(f"{_FOLDER}/{row.pk}-{row.sha256[:16]}{suffix}", upload, save=False)
    row.save(update_fields=["file"])
    audit.record(
        "import.upload",
        row,
        by=by,
        summary=_("上传台账“%(file)s”预览") % {"file": name},
        data={"file": name, "size": row.size, "sha256": row.sha256, "options": dict(row.options)},
    )
    return row


def _check(upload: File, name: str) -> None:  # type: ignore[type-arg]
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        message = _("不接收“%(name)s”这种文件，请上传 Excel 或 WPS 表格（.xlsx、.xls、.ods）。")
        raise _refusal("ledger_type", message % {"name": name})
    if not upload.size:
        message = _("文件“%(name)s”是空文件（0 字节），请检查是否选错文件。") % {"name": name}
        raise _refusal("ledger_empty", message)
    if upload.size > MAX_BYTES:
        message = _("文件“%(name)s”有 %(size)s MB，最多 %(limit)s MB，请删去无关的工作表或拆开。")
        words = {"size": f"{upload.size / 2**20:.1f}", "limit": MAX_BYTES // 2**20}
        raise _refusal("ledger_too_large", message % {"name": name, **words})
    refuse_infected(upload, name=name)


def _refusal(code: str, message: str) -> DomainError:
    return DomainError(code, message, fields={"file": message})


@transaction.atomic
def change_import(
    row: LedgerImport,
    *,
    version: int | None,
    by: User,
    on: dt.date,
    add: Mapping[str, Any] | None = None,
    remove: int | None = None,
    options: Mapping[str, Any] | None = None,
) -> LedgerImport:
    """Add a correction, take one back (by its position) or change settings; it is to be read anew.

    Raises ConflictError `version_conflict` when the preview was changed in another window.
    """
    row = lock_own(row, by=by, on=on, states=(ImportState.READY,))
    if version is not None and version != row.version:
        message = _("这份预览已在另一个窗口里改过，下面是现在的样子，请核对后再处理。")
        raise ConflictError("version_conflict", message)
    made = list(row.fixes)
    if add is not None:
        made.append(dict(add))
        what = _("预览处理：%(what)s") % {"what": str(add["what"])[:300]}
    elif remove is not None and 0 <= remove < len(made):
        what = _("撤销预览处理：%(what)s") % {"what": str(made.pop(remove)["what"])[:300]}
    else:
        what = _("修改导入设置")
    row.fixes = made
    row.options = {**row.options, **(options or {})}
    row.version += 1
    row.state, row.done, row.total, row.note = ImportState.READING, 0, 0, ""
    row.save(update_fields=["fixes", "options", "version", "state", "done", "total", "note"])
    data = {"fixes": len(made), "options": dict(row.options)}
    audit.record("import.change", row, by=by, summary=what, data=data)
    return row


@transaction.atomic
def discard_import(row: LedgerImport, *, by: User, on: dt.date) -> LedgerImport:
    """Give a preview up; nothing of it was written, and its file is removed."""
    states = (ImportState.READING, ImportState.READY, ImportState.REFUSED)
    row = lock_own(row, by=by, on=on, states=states)
    summary = _("放弃导入台账“%(file)s”") % {"file": row.name}
    audit.record("import.discard", row, by=by, summary=summary, data={"sha256": row.sha256})
    _close(row, ImportState.DISCARDED)
    return row


def expire_imports(*, on: dt.date) -> int:
    """Give up previews kept longer than they may be; return how many."""
    rows = LedgerImport.objects.open().filter(expires_on__lt=on)
    count = 0
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            row = LedgerImport.objects.open().select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            summary = _("预览“%(file)s”过期作废") % {"file": row.name}
            audit.record("import.expire", row, by=None, summary=summary)
            _close(row, ImportState.EXPIRED)
            count += 1
    return count


def _close(row: LedgerImport, state: ImportState) -> None:
    stored, storage = row.file.name, row.file.storage
    row.state, row.outcome, row.digest = state, {}, ""
    row.file = ""
    row.save(update_fields=["state", "outcome", "digest", "file"])
    if stored:
        transaction.on_commit(lambda: storage.delete(stored))


def lock_own(
    row: LedgerImport, *, by: User, on: dt.date, states: tuple[ImportState, ...]
) -> LedgerImport:
    """Return the import locked; refuse who did not upload it, and one that stands elsewhere."""
    authorise_import(on=on, by=by)
    row = LedgerImport.objects.select_for_update().get(pk=row.pk)
    if row.by_id != by.pk:
        message = _("这份台账由%(name)s上传，只有上传的人可以处理。") % {"name": row.by.name}
        raise NotAllowedError("not_allowed", message)
    if row.state not in states:
        message = _("这份台账目前是“%(state)s”，不能这样处理。")
        raise ConflictError("wrong_state", message % {"state": row.get_state_display()})
    return row
