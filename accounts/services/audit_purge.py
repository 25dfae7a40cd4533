"""Remove old audit entries that nothing rests on, and leave a bridge the chain is walked across."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.append_only import AUDIT_TABLE, lifted
from accounts.errors import DomainError
from accounts.models import AuditEntry, AuditHead
from accounts.services import audit
from accounts.services.audit_verification import PURGED, verify_chain

# Six months at their longest; the law's minimum, so not a setting.
KEPT_DAYS = 184
RUNS_PER_ENTRY = 500
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of consecutive entries that goes: its ends, the digest before it and its last."""

    first: int
    last: int
    previous: str
    digest: str


@transaction.atomic
def purge_audit(*, before: dt.date) -> int:
    """Remove entries of earlier days than `before` that no record refers to; return how many.

    The runs removed, with the digests at their ends, become the content of new entries of the same
    chain, so they are sealed by the next anchor. Run as the tables' owner: the triggers are lifted
    inside this transaction. Raises `kept_too_short`, and `chain_broken` before touching a chain
    that does not verify.
    """
    earliest = clock.today() - dt.timedelta(days=KEPT_DAYS)
    if before > earliest:
        raise DomainError(
            "kept_too_short",
            _("操作记录至少保存 %(days)s 天，只能清理 %(day)s 以前的，不能清理到 %(before)s。")
            % {"days": KEPT_DAYS, "day": earliest, "before": before},
        )
    head = AuditHead.objects.select_for_update().get(pk=1)
    found = verify_chain()
    if found.fault is not None:
        raise DomainError("chain_broken", found.fault.message)
    runs = list(_runs(before))
    count = sum(run.last - run.first + 1 for run in runs)
    for start in range(0, len(runs), RUNS_PER_ENTRY):
        part = runs[start : start + RUNS_PER_ENTRY]
        size = sum(run.last - run.first + 1 for run in part)
        audit.record(
            PURGED,
            head,
            by=None,
            summary=_("清理 %(before)s 以前的操作记录 %(count)s 条")
            % {"before": before, "count": size},
            data={
                "before": before.isoformat(),
                "count": size,
                "runs": [[run.first, run.last, run.previous, run.digest] for run in part],
            },
        )
    with lifted(connection, AUDIT_TABLE):
        for run in runs:
            _delete(run)
    return count


def _runs(before: dt.date) -> Iterator[Run]:
    """Yield the runs of consecutive entries that may go, in order."""
    until = dt.datetime.combine(before, dt.time(), tzinfo=clock.BEIJING)
    old = AuditEntry.objects.filter(at__lt=until).exclude(action=PURGED)
    for relation in AuditEntry._meta.related_objects:  # noqa: SLF001 - documented API
        model, column = relation.related_model, relation.field.name
        old = old.exclude(pk__in=model._base_manager.values(column))  # noqa: SLF001
    run: Run | None = None
    rows = old.order_by("seq").values_list("seq", "previous", "digest")
    for seq, previous, digest in rows.iterator(chunk_size=BATCH):
        if run is not None and seq == run.last + 1:
            run = Run(first=run.first, last=seq, previous=run.previous, digest=digest)
            continue
        if run is not None:
            yield run
        run = Run(first=seq, last=seq, previous=previous, digest=digest)
    if run is not None:
        yield run


def _delete(run: Run) -> None:
    """Delete a run in plain SQL: the ORM would first ask every table whether it refers to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {AUDIT_TABLE} WHERE seq BETWEEN %s AND %s",  # noqa: S608 - a constant
            [run.first, run.last],
        )
