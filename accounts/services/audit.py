"""Write the audit log inside the business transaction, and walk it."""

import datetime as dt
import hashlib
import json
import logging
from functools import partial
from typing import Any, NoReturn

from django.conf import settings
from django.db import transaction

from accounts import clock
from accounts.models import AuditEntry, AuditHead, User
from accounts.request_ids import current

# Forwarded to a log server where there is one (tracker.log_settings); silent otherwise.
events = logging.getLogger("accounts.audit")
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
    says so (`B代A：…`, and the person's id as `for` in the data). `data` holds no fractions (write
    them as text): databases store them differently, and the digest would not be found again.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs a transaction")
    if by is not None and by.acting_for is not None:
        summary = f"{by.name}代{by.acting_for.name}：{summary}"
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
        summary=_shortened(summary),
        data=_as_stored(data) if data else {},
        previous=head.digest,
        algorithm=settings.AUDIT_DIGEST,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    head.seq, head.digest, head.at = entry.seq, entry.digest, at
    head.save(update_fields=["seq", "digest", "at"])
    if events.isEnabledFor(logging.INFO):
        transaction.on_commit(partial(_tell, entry, current.get()))
    return entry


def _tell(entry: AuditEntry, request: str) -> None:
    """Tell the log server that the entry stands, by numbers: its words name people."""
    events.info(
        "audit %d at %s: %s of %s %s by %s in %s, %s:%s",
        entry.seq,
        entry.at.isoformat(),
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.actor_id or "-",
        request or "-",
        entry.algorithm,
        entry.digest,
    )


def digest_of(entry: AuditEntry) -> str:
    """Return the hex digest of an entry's content and its predecessor's digest.

    Every column is covered; `algorithm` is, by being what the digest is made with.
    """
    content = [
        entry.seq,
        entry.at,
        entry.actor_id,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.summary,
        entry.data,
        entry.previous,
    ]
    return digest_of_columns(content, entry.algorithm)


def digest_of_columns(content: list[Any], algorithm: str) -> str:
    """Return the digest of an entry's columns in their fixed order, `at` being the second."""
    at = content[1].astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.new(algorithm, canonical([content[0], at, *content[2:]])).hexdigest()


def canonical(content: Any) -> bytes:
    """Return plain data as the one JSON text that equal data has."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _as_stored(data: dict[str, Any]) -> dict[str, Any]:
    """Return data as it will be read back: keys as text, tuples as lists."""
    stored: dict[str, Any] = json.loads(
        json.dumps(data, allow_nan=False), parse_float=_refuse_fraction
    )
    return stored


def _refuse_fraction(number: str) -> NoReturn:
    raise TypeError(f"audit data holds the fraction {number}; write it as text")


def _shortened(summary: str) -> str:
    """Return a summary that fits its column on every database."""
    return summary if len(summary) <= SUMMARY_LENGTH else f"{summary[: SUMMARY_LENGTH - 1]}…"


def known_until() -> dt.datetime:
    """Return the newest moment all of whose facts are committed and visible here."""
    return AuditHead.objects.get(pk=1).at.astimezone(clock.BEIJING)
