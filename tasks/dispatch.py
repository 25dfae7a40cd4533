"""How units answered their reporting cycles, and how often each was asked, by the database.

The same reading of due and missed as `tasks.rules.reporting`: a period that has ended, of a task
started by its first day and open at the end of its first and of its last day. The number of
queries depends on the kinds of cycle, not on units, tasks or periods.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Unit
from tasks.choices import DutyRole, FactType, ReportCycle, Verdict
from tasks.models import Closure, ProgressReport, Responsibility, Slip, TaskFact
from tasks.rules.periods import DAY, Cycle, Period, ended_periods, month_end

# What opens a task, and everything that moves its state.
_OPENING = (
    FactType.ASSIGNED,
    FactType.CLOSURE_REJECTED,
    FactType.REOPENED,
    FactType.RESUMED,
)
_MOVING = (
    *_OPENING,
    FactType.CLOSURE_SUBMITTED,
    FactType.CLOSURE_VERIFIED,
    FactType.SUSPENDED,
    FactType.TERMINATED,
)
# The windows in which is counted how often a unit was asked, in days up to today.
WINDOWS = (30, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Reports due in some days, how many came, and how many of those said 无变化."""

    due: int = 0
    reported: int = 0
    unchanged: int = 0

    @property
    def silent(self) -> int:
        """Reports that were due and never came."""
        return self.due - self.reported

    def __add__(self, other: "Answers") -> "Answers":
        return Answers(
            due=self.due + other.due,
            reported=self.reported + other.reported,
            unchanged=self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How often a unit was asked in some days: reports due, slips, and what it had to redo."""

    reports: int = 0
    slips: int = 0
    returns: int = 0

    @property
    def total(self) -> int:
        """All of it together."""
        return self.reports + self.slips + self.returns


def month_of(day: dt.date) -> Period:
    """Return the day's month."""
    return Period(first=day.replace(day=1), last=month_end(day))


def answers(
    units: QuerySet[Unit] | Iterable[Unit], spans: Mapping[Any, Period], *, on: dt.date
) -> dict[int, dict[Any, Answers]]:
    """Return unit id → span → the answers to reports whose period ended in the span, by the day.

    Each lead unit answers for a task; a unit or span that is missing had nothing due.
    """
    found: dict[int, dict[Any, Answers]] = defaultdict(lambda: defaultdict(Answers))
    if not spans:
        return found
    earliest = min(span.first for span in spans.values())
    for cycle in ReportCycle:
        periods = _ended(Cycle(cycle.value), earliest, on)
        for unit_id, counted in _counted(units, cycle, periods):
            for period, one in zip(periods, counted, strict=True):
                for name, span in spans.items():
                    if span.first <= period.last <= span.last:
                        found[unit_id][name] += one
    return found


def asked(units: QuerySet[Unit] | Iterable[Unit], *, on: dt.date) -> dict[int, dict[int, Asked]]:
    """Return unit id → days of the window → how often the unit was asked in it."""
    spans = {days: Period(first=on - (days - 1) * DAY, last=on) for days in WINDOWS}
    due = answers(units, spans, on=on)
    slips = _by_window(Slip.objects.filter(unit__in=units), "unit_id", "issued_on", spans)
    reports = _by_window(
        ProgressReport.objects.filter(unit__in=units, verdict=Verdict.RETURNED),
        "unit_id",
        "decided_on",
        spans,
    )
    closures = _by_window(
        Closure.objects.filter(
            verdict=Verdict.RETURNED,
            task__responsibilities__role=DutyRole.LEAD,
            task__responsibilities__unit__in=units,
        ),
        "task__responsibilities__unit_id",
        "decided_on",
        spans,
    )
    ids = {*due, *slips, *reports, *closures}
    return {
        unit_id: {
            days: Asked(
                reports=due[unit_id][days].due if unit_id in due else 0,
                slips=slips[unit_id][days],
                returns=reports[unit_id][days] + closures[unit_id][days],
            )
            for days in spans
        }
        for unit_id in ids
    }


def _ended(cycle: Cycle, earliest: dt.date, on: dt.date) -> list[Period]:
    """Return the periods that ended from the one day to the other, newest first."""
    periods = []
    for period in ended_periods(cycle, on):
        if period.last < earliest:
            break
        periods.append(period)
    return periods


def _counted(
    units: Any, cycle: ReportCycle, periods: list[Period]
) -> Iterable[tuple[int, list[Answers]]]:
    """Yield each unit that leads tasks on the cycle, with its answers in each period."""
    if not periods:
        return
    rows: Any = Responsibility.objects.filter(
        role=DutyRole.LEAD, unit__in=units, task__report_cycle=cycle
    ).filter(task__assigned_on__lte=periods[0].first)
    names = []
    for number, period in enumerate(periods):
        rows = rows.annotate(
            **{
                f"at_first_{number}": _moved_at(period.first),
                f"at_last_{number}": _moved_at(period.last),
                f"reported_{number}": Exists(_reports(period)),
                f"same_{number}": _said_unchanged(period),
            }
        )
        due = Q(task__start__lte=period.first, task__assigned_on__lte=period.first) & Q(
            (f"at_first_{number}__in", _OPENING), (f"at_last_{number}__in", _OPENING)
        )
        came = due & Q((f"reported_{number}", True))
        names.append((due, came, came & Q((f"same_{number}", True))))
    counts = {
        f"n{number}_{part}": Count("pk", filter=condition)
        for number, conditions in enumerate(names)
        for part, condition in enumerate(conditions)
    }
    for row in rows.order_by().values("unit_id").annotate(**counts):
        yield (
            row["unit_id"],
            [
                Answers(
                    due=row[f"n{number}_0"],
                    reported=row[f"n{number}_1"],
                    unchanged=row[f"n{number}_2"],
                )
                for number in range(len(periods))
            ],
        )


def _standing_facts() -> QuerySet[TaskFact]:
    return TaskFact.objects.filter(task=OuterRef("task"), superseded_by=None)


def _moved_at(day: dt.date) -> Coalesce:
    """The newest fact that moved the state by the end of the day; open before any."""
    facts = _standing_facts().filter(type__in=_MOVING, on__lte=day).order_by("-on", "-id")
    return Coalesce(Subquery(facts.values("type")[:1]), Value(FactType.ASSIGNED.value))


def _reports(period: Period) -> QuerySet[TaskFact]:
    return _standing_facts().filter(
        type=FactType.PROGRESS, on__gte=period.first, on__lte=period.last
    )


def _said_unchanged(period: Period) -> Subquery:
    """Whether the newest report of the period said 无变化."""
    reports = ProgressReport.objects.filter(
        task=OuterRef("task"), on__gte=period.first, on__lte=period.last
    ).order_by("-on", "-id")
    return Subquery(reports.values("unchanged")[:1])


def _by_window(
    rows: QuerySet[Any], unit: str, day: str, spans: Mapping[int, Period]
) -> dict[int, dict[int, int]]:
    """Return unit id → days of the window → rows dated in it."""
    counts = {
        f"in_{days}": Count("pk", filter=Q((f"{day}__gte", span.first), (f"{day}__lte", span.last)))
        for days, span in spans.items()
    }
    found: dict[int, dict[int, int]] = defaultdict(lambda: dict.fromkeys(spans, 0))
    widest = min(span.first for span in spans.values())
    for row in rows.filter(Q((f"{day}__gte", widest))).order_by().values(unit).annotate(**counts):
        found[row[unit]] = {days: row[f"in_{days}"] for days in spans}
    return found
