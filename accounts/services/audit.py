"""Write the audit log inside the business transaction, and walk it."""

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.models import AuditEntry, AuditHead, User

GENESIS = "0" * 64
SUMMARY_LENGTH = 500


def record(
    action: str,
    subject: Any,
    *,
    by: User | None,
    summary: str,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append an entry about `subject` (any saved model) and return it.

    Call it inside the transaction of the act itself, before its facts are written: it locks the
    head row until commit, so entry numbers and times follow the order of commits. Facts carry
    the entry's `at` as the moment they became known. What a substitute does on somebody's behalf
    says so (`B代A：…`, and the person's id as `for` in the data).
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs a transaction")
    if by is not None and by.acting_for is not None:
        summary = f"{by.name}代{by.acting_for.name}：{summary}"[:SUMMARY_LENGTH]
        data = {**(data or {}), "for": by.acting_for.pk}
    head = AuditHead.objects.select_for_update().get(pk=1)
    # Strictly increasing even when the machine's clock stands still or is set back.
    at = max(clock.now(), head.at + dt.timedelta(microseconds=1))
    entry = AuditEntry(
        seq=head.seq + 1,
        at=at,
        actor=by,
        action=action,
        subject_kind=subject._meta.model_name,  # noqa: SLF001
        subject_id=str(subject.pk),
        summary=summary,
        data=data or {},
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    head.seq, head.digest, head.at = entry.seq, entry.digest, at
    head.save(update_fields=["seq", "digest", "at"])
    return entry


def digest_of(entry: AuditEntry) -> str:
    """Return the SHA-256 hex digest of an entry's content and its predecessor's digest."""
    content = [
        entry.seq,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.summary,
        entry.data,
        entry.previous,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def known_until() -> dt.datetime:
    """Return the newest moment all of whose facts are committed and visible here."""
    return AuditHead.objects.get(pk=1).at.astimezone(clock.BEIJING)
