"""Seal the reminders that one planning writes: its audit entry carries a digest over them.

What was planned for whom, about which deadline, over which channel is sealed; what became of it
(sent, superseded, why not) moves on and is not.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from accounts.services import audit
from accounts.services.audit_verification import Fault
from tasks.models import Reminder
from tasks.reminders.outbox import KEY

PLANNED = "reminders.planned"
BATCH = 2000


def sum_of(keys: Iterable[tuple[Any, ...]]) -> str:
    """Return the digest over reminders by what makes each the same one, in any order."""
    total = hashlib.sha256()
    for line in sorted(audit.canonical([str(value) for value in key]) for key in keys):
        total.update(line)
    return total.hexdigest()


def verify_plans() -> Fault | None:
    """Recompute the seal of every planning from the rows as stored; return the first broken one."""
    sealed = {
        seq: (data["added"], data["digest"])
        for seq, data in AuditEntry.objects.filter(action=PLANNED).values_list("seq", "data")
        if "digest" in data
    }
    for seq, keys in _stored():
        if seq in sealed and sealed.pop(seq) != (len(keys), sum_of(keys)):
            return _changed(seq)
    empty = sum_of([])
    return next((_changed(seq) for seq, (_n, found) in sealed.items() if found != empty), None)


def _stored() -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Yield each entry with the keys of the reminders that rest on it, in the order of entries."""
    rows = Reminder.objects.order_by("entry_id").values_list("entry_id", *KEY)
    for seq, group in groupby(rows.iterator(chunk_size=BATCH), key=itemgetter(0)):
        yield seq, [row[1:] for row in group]


def _changed(seq: int) -> Fault:
    message = _("第 %(seq)s 条编排的提醒已变：有提醒被增删或改动。")
    return Fault(seq=seq, code="seal", message=message % {"seq": seq})
