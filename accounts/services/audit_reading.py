"""Search the audit log and hand it out, to the audit officer alone."""

import csv
import datetime as dt
import hashlib
import io

from django.db import transaction
from django.db.models import Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import AuditEntry, AuditHead, User
from accounts.rules.spreadsheets import escaped
from accounts.services import audit
from accounts.services.audit_checks import audits, require_auditor

MOST_EXPORTED = 50_000


def visible_entries(user: User) -> QuerySet[AuditEntry]:
    """Return all entries, newest first, to the audit officer; none to anybody else."""
    entries = AuditEntry.objects.select_related("actor").order_by("-seq")
    return entries if audits(user) else entries.none()


def search_entries(
    entries: QuerySet[AuditEntry],
    *,
    q: str,
    actor: str,
    action: str,
    subject: str,
    since: dt.date | None,
    until: dt.date | None,
) -> QuerySet[AuditEntry]:
    """Narrow entries by words of the summary, actor, action, subject, and days (both included).

    `subject` is a kind, or a kind and an id: `task` or `task/12`.
    """
    for word in q.split():
        entries = entries.filter(summary__icontains=word)
    if actor:
        entries = entries.filter(
            Q(actor__name__icontains=actor)
            | Q(actor__username=actor)
            | Q(actor__staff_number=actor)
        )
    if action:
        entries = entries.filter(action__startswith=action)
    if subject:
        kind, _slash, number = subject.partition("/")
        entries = entries.filter(subject_kind=kind)
        if number:
            entries = entries.filter(subject_id=number)
    if since is not None:
        entries = entries.filter(at__gte=_midnight(since))
    if until is not None:
        entries = entries.filter(at__lt=_midnight(until + dt.timedelta(days=1)))
    return entries


def export_entries(
    *,
    q: str,
    actor: str,
    action: str,
    subject: str,
    since: dt.date | None,
    until: dt.date | None,
    by: User,
) -> bytes:
    """Return the entries found as CSV with a stamp, and record that they were handed out.

    Everything up to the head at the moment of asking is read before the entry is written, so that
    nobody's act waits for a long table; entries are never changed, so it is one state all the same.

    Raises `too_many_entries` beyond what a spreadsheet opens in good time.
    """
    require_auditor(by)
    upto = AuditHead.objects.get(pk=1).seq
    found = search_entries(
        visible_entries(by).filter(seq__lte=upto),
        q=q,
        actor=actor,
        action=action,
        subject=subject,
        since=since,
        until=until,
    )
    count = found.count()
    if count > MOST_EXPORTED:
        raise DomainError(
            "too_many_entries",
            _("共 %(count)s 条，一次最多导出 %(most)s 条，请缩小时间范围。")
            % {"count": count, "most": MOST_EXPORTED},
        )
    table = _table(found)
    digest = hashlib.sha256(table.encode("utf-8", "surrogatepass")).hexdigest()
    filters = {
        "q": q,
        "actor": actor,
        "action": action,
        "subject": subject,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }
    with transaction.atomic():
        entry = audit.record(
            "audit.export",
            AuditHead(pk=1),
            by=by,
            summary=_("导出操作记录 %(count)s 条") % {"count": count},
            data={"count": count, "upto": upto, "digest": digest, "filters": filters},
        )
    stamp = _("导出：%(by)s　链头：%(seq)s:%(head)s　共 %(count)s 条") % {
        "by": by.name,
        "seq": entry.seq,
        "head": entry.digest,
        "count": count,
    }
    last = io.StringIO()
    csv.writer(last).writerow([escaped(stamp)])
    # The mark at the start is what makes spreadsheets read UTF-8.
    return f"\ufeff{table}{last.getvalue()}".encode("utf-8", "replace")


def _table(entries: QuerySet[AuditEntry]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    titles = [_("编号"), _("时间"), _("操作人"), _("操作"), _("对象"), _("说明"), _("内容")]
    writer.writerow([*titles, _("摘要")])
    for entry in entries.iterator(chunk_size=2000):
        actor = entry.actor.name if entry.actor else _("系统")
        at = entry.at.astimezone(clock.BEIJING).isoformat(sep=" ", timespec="seconds")
        subject = f"{entry.subject_kind}/{entry.subject_id}"
        data = audit.canonical(entry.data).decode("utf-8", "replace")
        cells = [actor, entry.action, subject, entry.summary, data, entry.digest]
        writer.writerow([entry.seq, at, *map(escaped, cells)])
    return text.getvalue()


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.BEIJING)
