"""What an evaluation says, with every number a sentence or a dossier may need."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reports.evaluation.inputs import Subject
from reports.policy.language import Clause
from tasks.rules.reading import TaskReading
from tasks.rules.terms import TaskTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """A task's reading as of the day."""

    key: str
    terms: TaskTerms
    reading: TaskReading


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult:
    """Counts over the tasks a unit leads; `overdue` are the open ones that are late."""

    code: str
    group: str
    tasks: int
    open: int
    pending: int
    completed: int
    suspended: int
    terminated: int
    overdue: int
    seriously_lagging: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """What one task adds to a unit's month: points and weight; no points: not scored."""

    task: str
    role: str
    weight: Fraction
    points: Fraction
    light: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitScore:
    """A unit's monthly score (月度得分) and how it came about.

    `base` is exact; `score` is the published one, 2 places. `leads_red` says that a scored task it
    leads has a red light.
    """

    unit: str
    score: Decimal
    base: Fraction
    deductions: Fraction
    bonus: Fraction
    leads_red: bool
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRow:
    """A unit's place in its group's month; `bottom` is 排名靠后."""

    unit: str
    score: Decimal
    rank: int
    bottom: bool
    detail: UnitScore


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRanking:
    """The ranking of one peer group for the month that ended on `end`."""

    end: dt.date
    group: str
    rows: tuple[RankingRow, ...]

    @property
    def month(self) -> str:
        """The month as YYYY-MM."""
        return f"{self.end:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FindingReason:
    """Why a finding holds: what was measured on which day, against which threshold.

    `task` is its key, empty where the reason is not about one; `dates` are the days that were
    counted (interviews held, ends of bottom months).
    """

    task: str
    code: str
    value: str
    comparison: str
    threshold: str
    on: dt.date
    dates: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A condition of the policy that holds for a subject; never a sanction by itself.

    `reading` is how the policy reads the clause where its text leaves something open.
    """

    kind: str
    subject: Subject
    rule: str
    clause: Clause
    reading: str
    first_met_on: dt.date | None
    reasons: tuple[FindingReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The whole answer; every list is in its final order."""

    as_of: dt.date
    year: int
    known_at: dt.datetime
    policy: str
    policy_digest: str
    tasks: tuple[TaskResult, ...]
    units: tuple[UnitResult, ...]
    rankings: tuple[MonthRanking, ...]
    findings: tuple[Finding, ...]

    def findings_about(self, subject: Subject) -> Iterator[Finding]:
        """Yield the findings about a unit or person."""
        return (finding for finding in self.findings if finding.subject == subject)
