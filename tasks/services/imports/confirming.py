"""Read what waits, land what was confirmed, and take an import back."""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import ConflictError, DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.unit_names import record_alias
from tasks.choices import FixKind, ImportState
from tasks.models import LedgerImport
from tasks.services.header_words import learn_headers
from tasks.services.imports.fixes import of_kind
from tasks.services.imports.previewing import digest_of, outcome_of
from tasks.services.imports.reading import Reading, read_import
from tasks.services.imports.uploading import is_long, lock_own

logger = logging.getLogger(__name__)
# A worker that dies leaves its work to the next one after this time.
_LEASE = dt.timedelta(minutes=30)
_NOTE = 500


def prepare(row: LedgerImport) -> LedgerImport:
    """Read the file and keep the preview; what cannot be read is said in `note`."""

    def told(done: int, total: int) -> None:
        LedgerImport.objects.filter(pk=row.pk).update(done=done, total=total)

    row.outcome, row.digest = {}, ""
    try:
        reading = read_import(row, told=told if is_long(row) else None)
        landed = reading.land(by=row.by, dry_run=True, source=row)
    except DomainError as refusal:
        row.note = str(refusal.message)[:_NOTE]
        mendable = bool(row.fixes) or refusal.code in _MENDABLE
        row.state = ImportState.READY if mendable else ImportState.REFUSED
    else:
        row.state = ImportState.READY
        row.outcome = outcome_of(reading, landed)
        row.digest = digest_of(reading, landed)
    _keep(row)
    return row


# What other settings may mend; anything else is the file's own.
_MENDABLE = frozenset(("plan_of_another_year", "unknown_campaign", "no_units"))


def _keep(row: LedgerImport) -> None:
    """Store a preview, unless it was given up or changed meanwhile."""
    columns = {name: getattr(row, name) for name in ("state", "note", "outcome", "digest")}
    LedgerImport.objects.filter(pk=row.pk, version=row.version, state=ImportState.READING).update(
        leased_until=None, **columns
    )


def confirm_import(row: LedgerImport, *, digest: str, by: User, on: dt.date) -> LedgerImport:
    """Land what the preview with this digest promises; a long file is left to a worker.

    A second confirmation of the same import changes nothing. A preview that would land otherwise
    by now is computed anew and has to be confirmed again: ConflictError `preview_stale`.
    """
    with transaction.atomic():
        states = (ImportState.READY, ImportState.LANDING, ImportState.LANDED)
        row = lock_own(row, by=by, on=on, states=states)
        if row.state != ImportState.READY:
            return row
        if not digest or digest != row.digest:
            raise _stale()
        row.state = ImportState.LANDING
        row.save(update_fields=["state"])
        summary = _("确认导入台账“%(file)s”") % {"file": row.name}
        audit.record("import.confirm", row, by=by, summary=summary, data={"digest": digest})
    if not is_long(row):
        land(row)
        if row.state == ImportState.READY:
            raise _stale()
    return row


def _stale() -> ConflictError:
    message = _("预览之后系统里的数据变了，已按现在的数据重新对比，请核对后再确认。")
    return ConflictError("preview_stale", message)


def land(row: LedgerImport) -> LedgerImport:
    """Land a confirmed import in one transaction, or return it to its preview saying why."""
    try:
        with transaction.atomic():
            fresh = LedgerImport.objects.select_for_update().get(pk=row.pk)
            if fresh.state != ImportState.LANDING:
                return _copied(row, fresh)
            _land(fresh)
    except DomainError as refusal:
        fresh = LedgerImport.objects.get(pk=row.pk)
        fresh.state, fresh.note = ImportState.READY, str(refusal.message)[:_NOTE]
        fresh.leased_until = None
        fresh.save(update_fields=["state", "note", "leased_until"])
    return _copied(row, fresh)


def _copied(row: LedgerImport, fresh: LedgerImport) -> LedgerImport:
    for field in LedgerImport._meta.concrete_fields:  # noqa: SLF001
        setattr(row, field.attname, getattr(fresh, field.attname))
    return row


def _land(row: LedgerImport) -> None:
    """Land, when the reading still promises what was confirmed; else keep the new preview."""
    reading = read_import(row)
    by = row.by
    promised = reading.land(by=by, dry_run=True, source=row)
    digest = digest_of(reading, promised)
    row.leased_until = None
    if digest != row.digest:
        row.state, row.digest = ImportState.READY, digest
        row.outcome = outcome_of(reading, promised)
        row.note = str(_stale().message)
        row.version += 1
        row.save()
        return
    landed = reading.land(by=by, dry_run=False, source=row)
    _teach(row, reading, by)
    row.state = ImportState.LANDED
    row.landed_at = clock.now()
    row.plan = reading.plan if reading.plan.pk is not None else None
    row.entry = landed.entry
    row.landed = landed.to_json()
    row.note = ""
    row.save()


def _teach(row: LedgerImport, reading: Reading, by: User) -> None:
    """Remember what the person explained: aliases they asked to keep, meanings of headers."""
    on = clock.today()
    for fix in of_kind(row.fixes, FixKind.UNIT):
        if fix["record"]:
            record_alias(fix["unit"], fix["value"], on=on, by=by)
    meanings = {fix["value"]: fix["meaning"] for fix in of_kind(row.fixes, FixKind.COLUMN)}
    if meanings and reading.body:
        learn_headers(reading.body, meanings, on=on, by=by)


def run_imports() -> int:
    """Read and land what waits, one worker at a time for each; return how many were done."""
    count = 0
    while (row := _claimed()) is not None:
        if row.state == ImportState.READING:
            prepare(row)
        else:
            land(row)
        count += 1
    return count


def _claimed() -> LedgerImport | None:
    """Take what waits longest by a conditional update; None when nothing does."""
    now = clock.now()
    waiting = LedgerImport.objects.waiting(now=now).order_by("id")
    for pk in list(waiting.values_list("pk", flat=True)):
        mine = LedgerImport.objects.waiting(now=now).filter(pk=pk)
        if mine.update(leased_until=now + _LEASE):
            return LedgerImport.objects.select_related("by").get(pk=pk)
    return None
