"""What the pages around issuing print: plans, drafts, gaps, approvals."""

import datetime as dt
from dataclasses import dataclass

from tasks.views.shapes import ReportRow, TaskRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A plan as a line: how many drafts it holds and how many tasks it issued."""

    url: str
    code: str
    name: str
    year: int
    document: str = ""
    drafts: int = 0
    issued: int = 0
    needs_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A draft on its plan's page: what it lacks, and whether it may be assigned or handed in."""

    pk: int
    url: str
    code: str
    title: str
    unit: str
    deadline: dt.date | None
    deadline_text: str
    gaps: tuple[str, ...] = ()
    approval: str = ""
    ready: bool = False
    submittable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One of the principal's four duties; without a date it was not recorded yet."""

    label: str
    on: dt.date | None = None
    who: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """A changed wording beside the old one."""

    subject: str
    on: dt.date
    by: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingPanel:
    """What surrounds a task's issuing; empty parts are not printed."""

    draft: bool = False
    discarded_on: dt.date | None = None
    gaps: tuple[str, ...] = ()
    approvals: tuple[ReportRow, ...] = ()
    refusals: tuple[ReportRow, ...] = ()
    children: tuple[TaskRow, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    personal: tuple[Tick, ...] = ()
    amendments: tuple[Amended, ...] = ()
