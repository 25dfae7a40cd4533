"""Hand HR its list as a workbook, and the evidence behind it as dossiers; both leave an entry."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import AuditEntry, Unit, User
from accounts.services import audit
from reports.choices import InterviewFactType, InterviewState
from reports.exports.dossiers import (
    AuditRecord,
    DeadlineStep,
    Dossier,
    EvidenceLostError,
    EvidenceRecord,
    InterviewRecord,
    TaskRecord,
    write_dossiers,
)
from reports.exports.exclusions import ExclusionRow, write_list
from reports.exports.stamp import Stamp, digest_of
from reports.models import Exclusion, Interview, InterviewFact
from reports.permissions import Act, act_of_withdrawal, authorise, require_role
from reports.sentences import gate_sentence, stored_gate, stored_reason
from reports.services.assessments import lasting_name, tasks_by_key
from reports.services.exclusions import INTERVIEW_RULES, list_exclusions, require_dossier_right
from reports.wording import reason_sentence
from tasks.choices import DutyRole, FactType, Verdict
from tasks.models import Evidence, Extension, Task, TaskFact
from tasks.services.evidence import safe_name

_NEW_DEADLINES = (FactType.EXTENSION_GRANTED, FactType.REOPENED, FactType.RESUMED)

# A revoked one was held too; whether it counted on a day its facts say.
_WERE_HELD = (InterviewState.HELD, InterviewState.CLOSED, InterviewState.REVOKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that was handed out: its name, content, number of entries and their digest."""

    name: str
    content: bytes
    count: int
    digest: str


@transaction.atomic
def export_list(year: int, *, as_of: dt.date, on: dt.date, by: User | None) -> Export:
    """Return HR's workbook of a year as it stood at the end of a day.

    `by` is None for the operator of the machine. The digest is over the rows, so two copies of the
    same list can be told to be the same. Raises `year_after_as_of`.
    """
    if by is not None:
        require_role(Act.EXPORT_LIST, on=on, by=by)
    _check_year(year, as_of)
    exclusions = list(list_exclusions(year, on=as_of))
    rows = [as_row(exclusion) for exclusion in exclusions]
    # Whatever language the list is read in, the digest is over its Chinese.
    with translation.override(settings.LANGUAGE_CODE):
        chinese = [asdict(as_row(exclusion)) for exclusion in exclusions]
    digest = digest_of([[str(value) for value in row.values()] for row in chinese])
    stamp = _record("exclusions.export", year, as_of=as_of, count=len(rows), digest=digest, by=by)
    return Export(
        name=f"{_('评优资格排除名单')}_{year}_{as_of:%Y%m%d}.xlsx",
        content=write_list(rows, year=year, as_of=as_of, stamp=stamp),
        count=len(rows),
        digest=digest,
    )


@transaction.atomic
def export_dossiers(year: int, *, as_of: dt.date, on: dt.date, by: User | None) -> Export:
    """Return the dossiers behind the list of a year as a .zip; needs the further right."""
    if by is not None:
        require_dossier_right(by, year, on=on)
    _check_year(year, as_of)
    exclusions = list(list_exclusions(year, on=as_of))
    dossiers = [dossier_of(one, as_of=as_of) for one in exclusions]
    digest = _digest_of(exclusions, as_of=as_of)
    stamp = _record("dossiers.export", year, as_of=as_of, count=len(dossiers), digest=digest, by=by)
    return Export(
        name=f"{_('佐证卷宗')}_{year}_{as_of:%Y%m%d}.zip",
        content=_written(dossiers, stamp),
        count=len(dossiers),
        digest=digest,
    )


@transaction.atomic
def export_referral(exclusion: Exclusion, *, on: dt.date, by: User) -> Export:
    """Return the file of one confirmed referral as a .zip, for leaders and discipline."""
    authorise(
        act_of_withdrawal(exclusion.kind),
        unit=exclusion.subject_unit,
        person=exclusion.person,
        on=on,
        by=by,
    )
    dossier = dossier_of(exclusion, as_of=on)
    digest = _digest_of([exclusion], as_of=on)
    entry = audit.record(
        "referral.export",
        exclusion,
        by=by,
        summary=_("导出移送卷宗 %(number)s") % {"number": exclusion.number},
        data={"digest": digest},
    )
    stamp = Stamp(
        taken_by=by.name,
        taken_at=entry.at.astimezone(clock.BEIJING),
        count=1,
        digest=digest,
        chain=f"{entry.seq}:{entry.digest}",
    )
    return Export(
        name=f"{_('移送卷宗')}_{exclusion.number}.zip",
        content=_written([dossier], stamp),
        count=1,
        digest=digest,
    )


def _essence(dossier: Dossier) -> list[object]:
    """Return what two copies of a dossier must have in common to be the same, in any language."""
    files = sorted({file.sha256 for task in dossier.tasks for file in task.evidence})
    return [dossier.number, dossier.subject, list(dossier.reasons), files]


def _digest_of(exclusions: Iterable[Exclusion], *, as_of: dt.date) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return digest_of([_essence(dossier_of(one, as_of=as_of)) for one in exclusions])


def _written(dossiers: Sequence[Dossier], stamp: Stamp) -> bytes:
    """Return the archive; refuse to hand it out with an evidence file lost or changed."""
    try:
        return write_dossiers(dossiers, stamp=stamp, read=_content)
    except EvidenceLostError as lost:
        raise DomainError(
            "evidence_lost",
            _(
                "任务 %(task)s 的佐证材料“%(name)s”已缺失或与提交时不一致，卷宗不完整，未予导出；"
                "请联系系统管理员核查文件存储。"
            )
            % {"task": lost.task.key, "name": lost.file.name},
        ) from lost


def _content(path: str) -> Iterator[bytes]:
    with default_storage.open(path) as file:
        yield from file.chunks()


def as_row(exclusion: Exclusion) -> ExclusionRow:
    """Return an exclusion as HR lists it: what security asks for and no more."""
    person = exclusion.person
    return ExclusionRow(
        name=str(exclusion.subject),
        staff_number=person.staff_number if person else "",
        unit=exclusion.subject_unit.name,
        category=exclusion.get_kind_display(),
        conclusion=f"{exclusion.conclusion}（{exclusion.number}）",
        clause=exclusion.clause,
        date=exclusion.effective_on,
    )


def dossier_of(exclusion: Exclusion, *, as_of: dt.date) -> Dossier:
    """Return everything an exclusion rests on, as it stood at the end of a day."""
    proposal = exclusion.proposal
    interviews = list(_counted_interviews(exclusion, as_of))
    tasks = {task.pk: task for one in interviews for task in one.tasks.all()}
    named = tasks_by_key({why["task"] for why in proposal.reasons if why["task"]})
    tasks |= {task.pk: task for task in named.values()}
    titles = {key: task.title for key, task in named.items()}
    facts = [fact for task in tasks.values() for fact in _new_deadlines(task, as_of)]
    return Dossier(
        number=exclusion.number,
        subject=str(exclusion.subject),
        category=exclusion.get_kind_display(),
        conclusion=exclusion.conclusion,
        clause=exclusion.clause,
        policy=proposal.policy,
        policy_digest=proposal.policy_digest,
        effective_on=exclusion.effective_on,
        confirmed_by=exclusion.confirmed_by.name,
        decision=proposal.decision,
        reasons=tuple(reason_sentence(stored_reason(why), titles) for why in proposal.reasons),
        gates=tuple(gate_sentence(stored_gate(gate)) for gate in proposal.gates),
        interviews=tuple(
            InterviewRecord(
                number=one.number,
                held_on=one.held_on,
                cause=one.cause,
                minutes=one.minutes,
            )
            for one in interviews
            if one.held_on is not None
        ),
        tasks=tuple(_task_record(task, as_of) for task in tasks.values()),
        audit=tuple(_entries(exclusion, interviews, facts, as_of=as_of)),
    )


def _counted_interviews(exclusion: Exclusion, as_of: dt.date) -> Iterable[Interview]:
    """Return the interviews the exclusion counted, those of one day included, in order."""
    proposal = exclusion.proposal
    if proposal.rule not in INTERVIEW_RULES:
        return []
    days = {day for why in proposal.reasons for day in why["dates"]}
    revoked = InterviewFact.objects.filter(type=InterviewFactType.REVOKED, on__lte=as_of)
    return (
        Interview.objects.filter(unit=exclusion.unit, person=exclusion.person, held_on__in=days)
        .filter(state__in=_WERE_HELD)
        .exclude(pk__in=revoked.values("interview"))
        .prefetch_related("tasks__plan", "tasks__responsibilities__unit")
        .order_by("held_on", "id")
    )


def _new_deadlines(task: Task, as_of: dt.date) -> Iterable[TaskFact]:
    return (
        task.facts.filter(type__in=_NEW_DEADLINES, on__lte=as_of, superseded_by=None)
        .select_related("by", "entry")
        .order_by("on", "id")
    )


def _task_record(task: Task, as_of: dt.date) -> TaskRecord:
    """Return a task with its original deadline, what was asked for and what was given."""
    steps = [
        DeadlineStep(
            on=task.assigned_on, what=_("原定时限"), to=task.original_deadline, by="", reason=""
        )
    ]
    asked = task.extensions.filter(requested_on__lte=as_of).select_related("submitted_by")
    steps += [
        DeadlineStep(
            on=extension.requested_on,
            what=_("申请延期（%(verdict)s）") % {"verdict": _verdict_on(extension, as_of).label},
            to=extension.to,
            by=extension.submitted_by.name,
            reason=extension.reason,
        )
        for extension in asked.order_by("requested_on", "id")
    ]
    steps += [
        DeadlineStep(
            on=fact.on,
            what=fact.get_type_display(),
            to=fact.to,
            by=fact.by.name if fact.by else "",
            reason=fact.reason,
        )
        for fact in _new_deadlines(task, as_of)
    ]
    return TaskRecord(
        key=lasting_name(task),
        title=task.title,
        lead=tuple(
            duty.unit.name for duty in task.responsibilities.all() if duty.role == DutyRole.LEAD
        ),
        steps=tuple(steps),
        evidence=tuple(_evidence(task, as_of)),
    )


def _verdict_on(extension: Extension, day: dt.date) -> Verdict:
    """Return what had become of an extension by the end of a day."""
    if extension.decided_on is None or extension.decided_on > day:
        return Verdict.WAITING
    return Verdict(extension.verdict)


def _evidence(task: Task, as_of: dt.date) -> Iterator[EvidenceRecord]:
    """Yield the files handed in for a task up to the day, in the order they came."""
    files = Evidence.objects.filter(
        Q(report__task=task, report__on__lte=as_of)
        | Q(closure__task=task, closure__submitted_on__lte=as_of)
        | Q(site_check__task=task, site_check__on__lte=as_of)
    ).select_related("report", "closure", "site_check", "uploaded_by")
    for file in files.order_by("uploaded_at", "id"):
        what, on = _handed_in_with(file)
        yield EvidenceRecord(
            key=str(file.file.name),
            name=safe_name(file.name),
            size=file.size,
            sha256=file.sha256,
            on=on,
            what=what,
            by=file.uploaded_by.name,
        )


def _handed_in_with(file: Evidence) -> tuple[str, dt.date]:
    """Return what a file belongs to, and the day of that."""
    if file.report is not None:
        return _("进展填报"), file.report.on
    if file.closure is not None:
        return _("销号申请"), file.closure.submitted_on
    assert file.site_check is not None, "held by a database constraint"  # noqa: S101
    return _("现场核查"), file.site_check.on


def _entries(
    exclusion: Exclusion, interviews: list[Interview], facts: list[TaskFact], *, as_of: dt.date
) -> Iterable[AuditRecord]:
    """Yield the audit entries about the exclusion, its proposal, interviews and deadlines.

    Only acts of the day or before: by the day an act counts from where its entry says it, else by
    the day it was written down.
    """
    about = (
        Q(subject_kind="exclusion", subject_id=str(exclusion.pk))
        | Q(subject_kind="proposal", subject_id=str(exclusion.proposal_id))
        | Q(subject_kind="interview", subject_id__in=[str(one.pk) for one in interviews])
        | Q(pk__in=[fact.entry_id for fact in facts])
    )
    for entry in AuditEntry.objects.filter(about).select_related("actor").order_by("seq"):
        if (entry.data.get("on") or clock.date_of(entry.at).isoformat()) > as_of.isoformat():
            continue
        yield AuditRecord(
            seq=entry.seq,
            at=entry.at.astimezone(clock.BEIJING).isoformat(timespec="seconds"),
            actor=entry.actor.name if entry.actor else _("系统"),
            action=entry.action,
            summary=entry.summary,
            digest=entry.digest,
        )


def _record(
    action: str, year: int, *, as_of: dt.date, count: int, digest: str, by: User | None
) -> Stamp:
    """Write the entry of an export and return what its file carries."""
    bureau = Unit.objects.filter(parent=None).order_by("position", "id").first()
    if bureau is None:
        raise DomainError("no_units", _("尚未建立单位，没有可导出的名单。"))
    entry = audit.record(
        action,
        bureau,
        by=by,
        summary=_("导出%(year)s年度评优资格排除（截至%(as_of)s，共%(count)s条）")
        % {"year": year, "as_of": as_of, "count": count},
        data={"year": year, "as_of": as_of.isoformat(), "count": count, "digest": digest},
    )
    return Stamp(
        taken_by=by.name if by else _("系统操作员"),
        taken_at=entry.at.astimezone(clock.BEIJING),
        count=count,
        digest=digest,
        chain=f"{entry.seq}:{entry.digest}",
    )


def _check_year(year: int, as_of: dt.date) -> None:
    if year > as_of.year:
        raise DomainError(
            "year_after_as_of",
            _("考核年度 %(year)s 晚于截止日期 %(as_of)s，请改正。")
            % {"year": year, "as_of": as_of},
        )
