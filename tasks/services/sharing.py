"""One document that openly proves several tasks, and new revisions of a file handed in."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.services import audit
from tasks.choices import Verdict
from tasks.models import Closure, Evidence, ProgressReport, Task
from tasks.permissions import Act, authorise
from tasks.services.current import refresh
from tasks.services.evidence import MAX_FILES, examine_all, store_evidence
from tasks.services.facts import lock_task

# How many of a unit's newest documents are offered for another task.
OFFERED = 30


def documents_of(unit: Unit, *, by: User, on: dt.date) -> list[Evidence]:
    """Return the unit's newest documents that may prove another task, each document once."""
    rows = _of_unit(unit, by=by, on=on).filter(reuses=None, replaced_by=None)
    return list(rows.select_related("report__task", "closure__task").order_by("-id")[:OFFERED])


def check_reuses(
    chosen: Sequence[Evidence], *, unit: Unit, by: User, on: dt.date
) -> list[Evidence]:
    """Return the documents as they were first handed in; refuse one that is not the unit's own.

    Each document comes once, however often it was named.
    """
    roots = dict.fromkeys(item.reuses_id or item.pk for item in chosen)
    own = {item.pk: item for item in _of_unit(unit, by=by, on=on).filter(pk__in=roots)}
    foreign = [item.name for item in chosen if (item.reuses_id or item.pk) not in own]
    if foreign:
        raise NotAllowedError(
            "reuse_not_own",
            _("“%(name)s”不是%(unit)s提交过的佐证，只能引用本单位的材料。")
            % {"name": foreign[0], "unit": unit.name},
            fields={"reuses": _("只能引用本单位的材料")},
        )
    return [own[pk] for pk in roots]


@transaction.atomic
def share_evidence(
    documents: Sequence[Evidence],
    *,
    report: ProgressReport | None = None,
    closure: Closure | None = None,
    at: dt.datetime,
    by: User,
) -> list[Evidence]:
    """Put checked documents to a further report or close-out, naming where each came from."""
    made = []
    for first in documents:
        evidence = Evidence(
            report=report,
            closure=closure,
            reuses=first,
            dated=first.dated,
            name=first.name,
            size=first.size,
            sha256=first.sha256,
            uploaded_by=by,
            uploaded_at=at,
        )
        evidence.file.name = first.file.name
        evidence.full_clean()
        evidence.save()
        made.append(evidence)
    return made


@transaction.atomic
def add_evidence(
    submission: ProgressReport | Closure,
    *,
    evidence: Sequence[File],  # type: ignore[type-arg]
    on: dt.date,
    by: User,
    dated: dt.date | None = None,
) -> list[Evidence]:
    """Add files to a report or a close-out that waits for its check; return their rows.

    Raises `evidence_decided` when the check is done, `evidence_too_many` when they would be more
    than one submission takes, and what `examine_all` refuses.
    """
    files = examine_all(evidence, dated=dated)
    task = lock_task(submission.task)
    authorise(Act.REPORT, task, on=on, by=by)
    submission = type(submission).objects.get(pk=submission.pk)
    if submission.verdict != Verdict.WAITING:
        raise DomainError(
            "evidence_decided",
            _("这份提交已有核查结论，不能再补充佐证；请随新的填报提交。"),
        )
    had = submission.evidence.filter(replaced_by=None).count()
    if had + len(files) > MAX_FILES:
        sentence = _("这份提交已有 %(had)s 个文件，再加 %(count)s 个超过 %(limit)s 个的上限。") % {
            "had": had,
            "count": len(files),
            "limit": MAX_FILES,
        }
        raise DomainError("evidence_too_many", sentence, fields={"evidence": sentence})
    entry = audit.record(
        "evidence.add",
        task,
        by=by,
        summary=_("补充佐证：%(names)s") % {"names": "、".join(one.name for one in files)[:300]},
        data={"on": on.isoformat(), "evidence": [one.sha256 for one in files]},
    )
    where = (
        {"report": submission}
        if isinstance(submission, ProgressReport)
        else {"closure": submission}
    )
    made = store_evidence(files, **where, dated=dated, at=entry.at, by=by)
    refresh(task, on=clock.date_of(entry.at))
    return made


@transaction.atomic
def revise_evidence(
    evidence: Evidence,
    *,
    upload: File,  # type: ignore[type-arg]
    on: dt.date,
    by: User,
    dated: dt.date | None = None,
) -> Evidence:
    """Hand in a new revision of a file that waits for its check; return the new row.

    The old one stays and can be loaded. Raises `already_revised` when there is a newer revision,
    `revision_decided` when the check is done, `revision_same` for the same content.
    """
    (item,) = examine_all([upload], dated=dated)
    task = lock_task(submission_of(evidence).task)
    authorise(Act.REPORT, task, on=on, by=by)
    evidence = Evidence.objects.select_related("report", "closure").get(pk=evidence.pk)
    _check_revisable(evidence)
    if item.sha256 == evidence.sha256:
        sentence = _("新文件与“%(name)s”内容完全相同，没有可替换的。") % {"name": evidence.name}
        raise DomainError("revision_same", sentence, fields={"upload": sentence})
    entry = audit.record(
        "evidence.revise",
        task,
        by=by,
        summary=_("替换佐证“%(old)s”为“%(new)s”") % {"old": evidence.name, "new": item.name},
        data={"on": on.isoformat(), "replaces": evidence.sha256, "evidence": [item.sha256]},
    )
    (made,) = store_evidence(
        [item],
        report=evidence.report,
        closure=evidence.closure,
        dated=dated,
        replaces=evidence,
        at=entry.at,
        by=by,
    )
    refresh(task, on=clock.date_of(entry.at))
    return made


def may_revise(evidence: Evidence) -> bool:
    """Whether a file may still be replaced, by whoever reports on its task."""
    waits = submission_of(evidence).verdict == Verdict.WAITING
    return waits and evidence.reuses_id is None and not hasattr(evidence, "replaced_by")


def submission_of(evidence: Evidence) -> ProgressReport | Closure:
    """Return the report or close-out a file was handed in with."""
    found = evidence.report or evidence.closure
    if found is None:
        raise LookupError("a checker's own record, not a unit's evidence")
    return found


def _check_revisable(evidence: Evidence) -> None:
    if submission_of(evidence).verdict != Verdict.WAITING:
        raise DomainError(
            "revision_decided",
            _("“%(name)s”所属的提交已有核查结论，不能再替换；请随新的填报提交新材料。")
            % {"name": evidence.name},
        )
    if evidence.reuses_id is not None:
        raise DomainError(
            "revision_of_reuse",
            _("“%(name)s”引用自其他任务，请在首次提交处替换，或上传新的材料。")
            % {"name": evidence.name},
        )
    if hasattr(evidence, "replaced_by"):
        raise ConflictError(
            "already_revised",
            _("“%(name)s”已有更新的版本，请在最新版本上替换。") % {"name": evidence.name},
        )


def _of_unit(unit: Unit, *, by: User, on: dt.date) -> QuerySet[Evidence]:
    """Evidence handed in for tasks the unit leads, as far as the person sees them."""
    tasks = Task.objects.visible_to(by, on=on).led_by([unit])
    return Evidence.objects.filter(Q(report__task__in=tasks) | Q(closure__task__in=tasks))
