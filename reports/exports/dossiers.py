"""The evidence behind HR's list: one folder for each exclusion, and the digests of every file."""

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from reports.exports.stamp import Stamp

# Characters that a file system or an archive tool may take for something else.
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewRecord:
    """A counted interview: its notice, day, cause and minutes."""

    number: str
    held_on: dt.date
    cause: str
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineStep:
    """One step of a task's deadline: the original, an extension asked for, a new one given."""

    on: dt.date | None
    what: str
    to: dt.date | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """A file handed in for a task: with what, when, by whom, and the digest taken then.

    `key` is what the file is read by; `name` is safe as the last part of a path.
    """

    key: str
    name: str
    size: int
    sha256: str
    on: dt.date
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """A task the exclusion rests on: what happened to its deadline, what was handed in for it."""

    key: str
    title: str
    lead: tuple[str, ...]
    steps: tuple[DeadlineStep, ...]
    evidence: tuple[EvidenceRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """An entry of the audit log about the exclusion, its proposal, interviews or tasks."""

    seq: int
    at: str
    actor: str
    action: str
    summary: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything one exclusion rests on."""

    number: str
    subject: str
    category: str
    conclusion: str
    clause: str
    policy: str
    policy_digest: str
    effective_on: dt.date
    confirmed_by: str
    decision: str
    reasons: tuple[str, ...]
    gates: tuple[str, ...]
    interviews: tuple[InterviewRecord, ...]
    tasks: tuple[TaskRecord, ...]
    audit: tuple[AuditRecord, ...]


class EvidenceLostError(Exception):
    """A stored evidence file is not there any more, or not what was handed in."""

    def __init__(self, task: TaskRecord, file: EvidenceRecord) -> None:
        super().__init__(f"{task.key}: {file.name}")
        self.task, self.file = task, file


def write_dossiers(
    dossiers: Sequence[Dossier], *, stamp: Stamp, read: Callable[[str], Iterable[bytes]]
) -> bytes:
    """Return a .zip: for each exclusion the account, its JSON and audit entries, the evidence.

    `read` yields the content of an evidence file by its key; OSError is a file that is lost.
    `SHA256SUMS` names every file in the form `sha256sum -c` reads. The same content gives the
    same bytes. Raises EvidenceLostError rather than hand out a dossier with a hole in it.
    """
    sums: dict[str, str] = {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: Iterable[bytes]) -> str:
            entry = zipfile.ZipInfo(name, date_time=stamp.taken_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            digest = hashlib.sha256()
            with archive.open(entry, "w") as target:
                for chunk in content:
                    digest.update(chunk)
                    target.write(chunk)
            sums[name] = digest.hexdigest()
            return sums[name]

        put("README.txt", [f"{stamp.line()}\n".encode()])
        for position, dossier in enumerate(dossiers, start=1):
            folder = _folder(position, dossier)
            for name, content in _files_of(dossier, folder).items():
                put(name, [content])
            for task, file, path in _evidence_of(dossier):
                try:
                    found = put(f"{folder}/{path}", read(file.key))
                except OSError as error:
                    raise EvidenceLostError(task, file) from error
                if found != file.sha256:
                    raise EvidenceLostError(task, file)
        put(SUMS, ["".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()])
    return out.getvalue()


def _evidence_of(dossier: Dossier) -> Iterator[tuple[TaskRecord, EvidenceRecord, str]]:
    """Yield each task's files with their path in the dossier's folder."""
    for task in dossier.tasks:
        for position, file in enumerate(task.evidence, start=1):
            yield task, file, f"佐证/{_UNSAFE.sub('_', task.key)}/{position:02d}_{file.name}"


def _folder(position: int, dossier: Dossier) -> str:
    return _UNSAFE.sub("_", f"{position:03d}_{dossier.number}_{dossier.subject}")


def _files_of(dossier: Dossier, folder: str) -> dict[str, bytes]:
    record = asdict(dossier)
    audit = record.pop("audit")
    return {
        f"{folder}/说明.txt": ("\n".join(_account(dossier)) + "\n").encode(),
        f"{folder}/dossier.json": _json(record),
        f"{folder}/audit.json": _json(audit),
    }


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _account(dossier: Dossier) -> Iterator[str]:
    """Yield the lines of the account a person reads."""
    yield f"{dossier.number}　{dossier.subject}　{dossier.category}"
    yield _("结论：%(text)s") % {"text": dossier.conclusion}
    yield _("依据：%(text)s") % {"text": dossier.clause}
    yield _("办法：%(name)s（%(digest)s）") % {
        "name": dossier.policy,
        "digest": dossier.policy_digest,
    }
    yield _("生效：%(on)s　确认人：%(by)s　确认理由：%(why)s") % {
        "on": dossier.effective_on,
        "by": dossier.confirmed_by,
        "why": dossier.decision,
    }
    yield from _section(_("判定理由"), dossier.reasons)
    yield from _section(_("前置条件"), dossier.gates)
    yield from _section(_("计入的约谈"), (_interview_line(one) for one in dossier.interviews))
    for task in dossier.tasks:
        title = _("任务 %(key)s %(title)s（牵头：%(lead)s）的时限") % {
            "key": task.key,
            "title": task.title,
            "lead": "、".join(task.lead),
        }
        yield from _section(title, (_step_line(step) for step in task.steps))
    yield from _section(
        _("佐证材料"),
        (f"{path} {file.on} {file.what} {file.by}" for _task, file, path in _evidence_of(dossier)),
    )
    yield from _section(_("操作记录"), (_audit_line(entry) for entry in dossier.audit))


def _section(title: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield ""
    yield f"【{title}】"
    empty = True
    for line in lines:
        empty = False
        yield f"- {line}"
    if empty:
        yield _("- 无")


def _interview_line(one: InterviewRecord) -> str:
    return _("%(on)s %(number)s 事由：%(cause)s；纪要：%(minutes)s") % {
        "on": one.held_on,
        "number": one.number,
        "cause": one.cause,
        "minutes": one.minutes,
    }


def _step_line(step: DeadlineStep) -> str:
    parts = [
        str(step.on or ""),
        step.what,
        _("至 %(to)s") % {"to": step.to} if step.to else "",
        step.by,
        step.reason,
    ]
    return " ".join(part for part in parts if part)


def _audit_line(entry: AuditRecord) -> str:
    return f"#{entry.seq} {entry.at} {entry.actor} {entry.summary} {entry.digest[:16]}"
