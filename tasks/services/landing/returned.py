"""Rows of an export that come back: only what a person changed in them is read anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tasks.choices import DeadlineKind, TaskState
from tasks.ledger.deadlines import Deadline
from tasks.ledger.model import LedgerTask
from tasks.ledger.out.comparing import changed_fields
from tasks.ledger.out.model import OutTask
from tasks.models import Task
from tasks.services.landing.content import Content

# Which terms each column of an export states.
_TERMS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "category": ("campaign",),
    "target": ("target",),
    "start": ("start",),
    "deadline": (
        "deadline", "deadline_raw", "deadline_kind", "deadline_reading", "soft", "continues_after",
        "type", "begins",
    ),
    "frequency": ("report_cycle",),
    "lead": ("leads",),
    "cooperating": ("helpers",),
    "leader": ("leader_raw",),
    "person": ("person_raw",),
    "measures": ("measures",),
    "percent": ("report",),
    "progress": ("report",),
    "problems": ("report",),
    "next": ("report",),
    "status": ("done",),
    "remark": ("remark",),
    "extra": ("extra",),
    "custom": ("custom",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored task, what it amounts to, and how an export prints it (when one came back).

    `base` is what its last import stated (None: never imported), `undone` says that this import
    was taken back, `waits` that the task waits for its approval.
    """

    task: Task
    content: Content
    printed: OutTask | None = None
    base: Mapping[str, Any] | None = None
    undone: bool = False
    waits: bool = False


def is_unchanged(read: LedgerTask, stored: Stored) -> bool:
    """Whether a row shows its task just as an export prints it now."""
    return _changed(read, stored) == frozenset()


def with_known_deadline(read: LedgerTask, stored: Stored) -> LedgerTask:
    """Return a row whose deadline is as stored where its wording is unchanged.

    A wording was read once, by the rules or by a person; that reading stays.
    """
    changed = _changed(read, stored)
    if changed is None or "deadline" in changed:
        return read
    known = stored.content
    kind = known.deadline_kind if stored.task.state == TaskState.DRAFT else DeadlineKind.DATE
    deadline = Deadline(raw=known.deadline_raw, kind=kind, date=known.deadline)
    return replace(read, deadline=deadline)


def keep_unchanged(content: Content, read: LedgerTask, stored: Stored) -> Content:
    """Return what a row amounts to with every term as stored that its cells do not change."""
    changed = _changed(read, stored)
    if changed is None:
        return content
    known = stored.content
    terms = {term for name in changed for term in _TERMS.get(name, ())}
    kept: dict[str, Any] = {
        term: getattr(known, term)
        for names in _TERMS.values()
        for term in names
        if term not in terms
    }
    if "custom" in changed:
        kept["custom"] = {**known.custom, **content.custom}
    if "deadline" not in changed and stored.task.state == TaskState.DRAFT:
        kept["settled"] = False
    return replace(content, **kept)


def _changed(read: LedgerTask, stored: Stored) -> frozenset[str] | None:
    """Return the columns whose cells differ, none where the row or the task is no export's."""
    if read.printed is None or stored.printed is None:
        return None
    names = changed_fields(read.printed, stored.printed)
    return frozenset(name.partition(":")[0] for name in names)
