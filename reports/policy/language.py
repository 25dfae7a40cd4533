"""What a policy can say: the words of the rule language, as frozen dataclasses."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tasks.rules.facts import State
from tasks.rules.numbers import Bound
from tasks.rules.policy import TaskPolicy
from tasks.rules.terms import Kind, Level


class Metric(StrEnum):
    """What a cause measures, and of whom.

    Of a task: `seriously_lagging`, `overdue_days`, `missed_reports` (in a row), `rejections` (in
    all), `submitted_after_year_end`, `affects_overall` (a determination that stands). Of a unit:
    `overdue_tasks` it leads, `bottom_months` of the year. Of a unit or person: `interviews` held
    in the year, one a day.
    """

    SERIOUSLY_LAGGING = "seriously_lagging"
    OVERDUE_DAYS = "overdue_days"
    MISSED_REPORTS = "missed_reports"
    REJECTIONS = "rejections"
    SUBMITTED_AFTER_YEAR_END = "submitted_after_year_end"
    AFFECTS_OVERALL = "affects_overall"
    OVERDUE_TASKS = "overdue_tasks"
    BOTTOM_MONTHS = "bottom_months"
    INTERVIEWS = "interviews"


# Metrics that hold or not, and those that count something.
FLAGS = frozenset(
    {Metric.SERIOUSLY_LAGGING, Metric.SUBMITTED_AFTER_YEAR_END, Metric.AFFECTS_OVERALL}
)
# Metrics of a single task; the others look at a unit or person as a whole.
TASK_METRICS = FLAGS | {Metric.OVERDUE_DAYS, Metric.MISSED_REPORTS, Metric.REJECTIONS}


class SubjectRole(StrEnum):
    """Whom a finding is about, seen from the task or as such.

    `holder` is the one on the day the cause is judged; `holder_on_deadline` the one on the task's
    effective deadline. `unit` and `person` are subjects of metrics that are not about a task.
    """

    LEAD = "lead"
    HOLDER = "holder"
    HOLDER_ON_DEADLINE = "holder_on_deadline"
    UNIT = "unit"
    PERSON = "person"


TASK_ROLES = frozenset({SubjectRole.LEAD, SubjectRole.HOLDER, SubjectRole.HOLDER_ON_DEADLINE})


class Combine(StrEnum):
    """Whether one of several conditions is enough or each is needed."""

    ANY = "any"
    ALL = "all"


class HolderShare(StrEnum):
    """What a holder who took over answers for: what lasted under them, or the whole cause."""

    OWN_PERIOD = "own_period"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A published clause (条款): its text, source and day it took effect.

    `number` is the clause's number, None where the source gives none (shown as not verified).
    """

    id: str
    text: str
    number: str | None
    source: str
    effective_from: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One condition: a metric and the bound it has to meet (None for a metric that is a flag).

    `states` are the task states in which it counts, None for all; `each` is the bound of days
    overdue that makes a task one of `overdue_tasks`.
    """

    metric: Metric
    bound: Bound | None = None
    states: frozenset[State] | None = None
    each: Bound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """A rule (规则): whose findings it makes, on which tasks, from when, for which causes.

    `kinds` and `levels` are the task kinds and levels it looks at, None for all.
    `deadline_in_year` asks for an effective deadline in the year that is not soft; `at_year_end`
    waits for the year's last day. Under `all` a task has to meet every cause itself.
    """

    name: str
    reading: str
    subjects: tuple[SubjectRole, ...]
    causes: tuple[Cause, ...]
    combine: Combine = Combine.ANY
    kinds: frozenset[Kind] | None = None
    levels: frozenset[Level] | None = None
    deadline_in_year: bool = False
    at_year_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What rules lead to (`kind`), under which clause; `all` wants every rule met by a subject."""

    kind: str
    clause: Clause
    rules: tuple[FindingRule, ...]
    combine: Combine = Combine.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePolicy:
    """Points, weights, deductions and bonus of the monthly score (月度得分).

    `near_deadline` is for a task that is yellow only because its deadline is near.
    """

    green: Fraction
    near_deadline: Fraction
    yellow: Fraction
    red: Fraction
    seriously_lagging: Fraction
    support_late: Fraction
    support_else: Fraction
    level_weights: Mapping[Level, Fraction]
    lead_weight: Fraction
    supporting_weight: Fraction
    missed_report: Fraction
    rejected_closure: Fraction
    early_bonus: Fraction
    early_days: Bound
    bonus_limit: Fraction
    lowest: Fraction
    highest: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPolicy:
    """Who is bottom (排名靠后): the last min(`most`, ⌊group ÷ `one_in`⌋) of the ranked units.

    Only with a score within `score`, not the group's best when `never_best`, and leading a scored
    task whose light is red when `needs_red_task`.
    """

    most: int
    one_in: int
    score: Bound
    never_best: bool
    needs_red_task: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """What stands between a finding and a proposal, and the times an interview is given.

    Days are calendar days, workdays working days.
    """

    slip_before_interview: bool = True
    ranking_correction_workdays: int = 3
    notice_workdays: int = 3
    rectification_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy (考核办法) and the digest of its content."""

    name: str
    title: str
    effective_from: dt.date | None
    effective_until: dt.date | None
    clauses: Mapping[str, Clause]
    task: TaskPolicy
    holder_share: HolderShare
    score: ScorePolicy
    ranking: RankingPolicy
    effects: tuple[Effect, ...]
    gates: GatePolicy
    digest: str
