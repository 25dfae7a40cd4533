"""Seal facts that were written in bulk: one audit entry for all of them, verifiable later.

A row by row entry costs many times the write itself; a digest over the rows costs a few percent.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from accounts.services import audit
from accounts.services.audit_verification import Fault
from tasks.models import TaskFact

SEALED = "facts.sealed"
BATCH = 2000
_COLUMNS = (
    "id",
    "task_id",
    "type",
    "on",
    "recorded_at",
    "by_id",
    "percent",
    "to",
    "requested_on",
    "measure_id",
    "person_id",
    "about_id",
    "supersedes_id",
    "reason",
)


def seal_facts(entry: AuditEntry, *, about: Model, by: User | None) -> AuditEntry:
    """Record the count and digest of all facts that rest on an entry; call it after the last."""
    count, digest = _sum_of(entry.seq)
    return audit.record(
        SEALED,
        about,
        by=by,
        summary=_("封存第 %(seq)s 条记录批量写入的事实 %(count)s 条")
        % {"seq": entry.seq, "count": count},
        data={"entry": entry.seq, "count": count, "digest": digest},
    )


def verify_seals() -> Fault | None:
    """Recompute every seal from the facts as stored; return the first that does not hold."""
    seals = AuditEntry.objects.filter(action=SEALED).order_by("seq")
    for seq, data in seals.values_list("seq", "data"):
        count, digest = _sum_of(data["entry"])
        if (count, digest) != (data["count"], data["digest"]):
            message = _("第 %(seq)s 条封存的事实已变：封存 %(sealed)s 条，现有 %(found)s 条。")
            values = {"seq": seq, "sealed": data["count"], "found": count}
            return Fault(seq=seq, code="seal", message=message % values)
    return None


def _sum_of(seq: int) -> tuple[int, str]:
    """Return how many facts rest on an entry, and a digest over them in the order of their ids."""
    total, count = hashlib.sha256(), 0
    facts = TaskFact.objects.filter(entry_id=seq).order_by("id").values_list(*_COLUMNS)
    for row in facts.iterator(chunk_size=BATCH):
        total.update(audit.canonical(list(_plain(row))))
        count += 1
    return count, total.hexdigest()


def _plain(row: Iterable[Any]) -> Iterator[Any]:
    """Return a fact's values as JSON has them, the same from every database."""
    for value in row:
        if isinstance(value, dt.datetime):
            yield value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        elif value is None or isinstance(value, int | str):
            yield value
        else:
            yield str(value)
