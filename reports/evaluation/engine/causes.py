"""The causes a policy can name: each metric as one function over the matter at hand.

Of a task a function yields whom the cause meets and why; of a subject it says how much was
counted. What "a holder who took over answers for" means is in `answerable`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reports.evaluation.engine.cases import Case, Docket
from reports.evaluation.engine.results import FindingReason
from reports.evaluation.inputs import Subject
from reports.policy.language import Cause, HolderShare, Metric, Policy, SubjectRole
from tasks.rules.deadline import overdue_days
from tasks.rules.facts import State
from tasks.rules.lag import Reason, reason, serious_lag
from tasks.rules.reporting import missed_in_a_row

Met = tuple[Subject, FindingReason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What findings are made from: the cases, and what was counted in the year up to `as_of`.

    `interviews` are the counted days of each subject, `bottom_months` the ends of each unit's
    bottom months, `determinations` the days of those that stand, by task; all in order. With
    `after`, only what is dated later counts against anyone; lamps stay as they are.
    """

    as_of: dt.date
    year: int
    policy: Policy
    docket: Docket
    interviews: dict[Subject, tuple[dt.date, ...]]
    bottom_months: dict[Subject, tuple[dt.date, ...]]
    determinations: dict[str, tuple[dt.date, ...]]
    after: dt.date | None = None

    @property
    def year_end(self) -> dt.date:
        """The last day of the year that is judged."""
        return dt.date(self.year, 12, 31)


def answerable(
    matter: Matter, case: Case, on: dt.date, roles: Iterable[SubjectRole]
) -> Iterator[tuple[Subject, dt.date | None]]:
    """Yield who answers for a task on the day, and since when the cause counts against them.

    A lead unit answers for all of it (None, or the matter's `after`). A holder who took over
    answers for what lasted after the day of their newest handover; who held the task on its
    deadline answers for all of it.
    """
    for role in roles:
        if role is SubjectRole.LEAD:
            for unit in case.terms.leads:
                yield Subject.unit(unit), matter.after
        elif role is SubjectRole.HOLDER:
            holding = case.history.holder_at(on)
            if holding is not None:
                own = matter.policy.holder_share is HolderShare.OWN_PERIOD
                since = holding.since if own else None
                yield Subject.person(holding.holder), _later(since, matter.after)
        elif role is SubjectRole.HOLDER_ON_DEADLINE:
            deadline = case.history.deadline_at(on)
            holding = case.history.holder_at(deadline) if deadline else None
            if holding is not None:
                yield Subject.person(holding.holder), matter.after


def _later(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    if one is None or other is None:
        return one or other
    return max(one, other)


def _seriously_lagging(
    matter: Matter, case: Case, cause: Cause, roles: Iterable[SubjectRole]
) -> Iterator[Met]:
    if case.at(matter.as_of).seriously_lagging:
        yield from _lag_on(matter, case, matter.as_of, roles)


def _affects_overall(
    matter: Matter, case: Case, cause: Cause, roles: Iterable[SubjectRole]
) -> Iterator[Met]:
    """Yield the subjects of each determination on a task that lagged seriously on its day."""
    for day in matter.determinations.get(case.key, ()):
        for subject, why in _lag_on(matter, case, day, roles):
            yield (
                subject,
                _about(
                    case,
                    day,
                    Reason(
                        code="determination",
                        value=str(day),
                        comparison="in",
                        threshold=str(day.year),
                    ),
                ),
            )
            yield subject, why


def _lag_on(matter: Matter, case: Case, on: dt.date, roles: Iterable[SubjectRole]) -> Iterator[Met]:
    for subject, since in answerable(matter, case, on, roles):
        for why in serious_lag(case.history, on, matter.policy.task, since=since):
            yield subject, _about(case, on, why)


def _overdue_days(
    matter: Matter, case: Case, cause: Cause, roles: Iterable[SubjectRole]
) -> Iterator[Met]:
    return _counted(
        matter,
        case,
        cause,
        roles,
        lambda since: overdue_days(case.history, matter.as_of, after=since),
    )


def _missed_reports(
    matter: Matter, case: Case, cause: Cause, roles: Iterable[SubjectRole]
) -> Iterator[Met]:
    return _counted(
        matter,
        case,
        cause,
        roles,
        lambda since: missed_in_a_row(case.history, matter.as_of, after=since),
    )


def _rejections(
    matter: Matter, case: Case, cause: Cause, roles: Iterable[SubjectRole]
) -> Iterator[Met]:
    return _counted(
        matter,
        case,
        cause,
        roles,
        lambda since: case.history.rejections_between(since, matter.as_of),
    )


def _counted(
    matter: Matter,
    case: Case,
    cause: Cause,
    roles: Iterable[SubjectRole],
    count: Callable[[dt.date | None], int],
) -> Iterator[Met]:
    """Yield the subjects for whom the count, from the day they took over, meets the bound."""
    assert cause.bound is not None, "the policy's reader gives every count a bound"  # noqa: S101
    for subject, since in answerable(matter, case, matter.as_of, roles):
        number = count(since)
        if cause.bound.holds(number):
            why = reason(cause.metric, number, cause.bound)
            yield subject, _about(case, matter.as_of, why)


def _submitted_after_year_end(
    matter: Matter, case: Case, cause: Cause, roles: Iterable[SubjectRole]
) -> Iterator[Met]:
    submitted = case.at(matter.as_of).submitted_on
    if submitted is not None and submitted > matter.year_end:
        why = Reason(
            code=cause.metric,
            value=str(submitted),
            comparison=">",
            threshold=str(matter.year_end),
        )
        for subject, _ in answerable(matter, case, matter.as_of, roles):
            yield subject, _about(case, matter.as_of, why)


def _about(case: Case, on: dt.date, why: Reason) -> FindingReason:
    return FindingReason(
        task=case.key,
        code=why.code,
        value=why.value,
        comparison=why.comparison,
        threshold=why.threshold,
        on=on,
    )


TaskCause = Callable[[Matter, Case, Cause, Iterable[SubjectRole]], Iterator[Met]]

TASK_CAUSES: dict[Metric, TaskCause] = {
    Metric.SERIOUSLY_LAGGING: _seriously_lagging,
    Metric.OVERDUE_DAYS: _overdue_days,
    Metric.MISSED_REPORTS: _missed_reports,
    Metric.REJECTIONS: _rejections,
    Metric.SUBMITTED_AFTER_YEAR_END: _submitted_after_year_end,
    Metric.AFFECTS_OVERALL: _affects_overall,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted of a subject: the days in order, or the tasks."""

    subject: Subject
    dates: tuple[dt.date, ...] = ()
    tasks: tuple[str, ...] = ()


def _interviews(matter: Matter, cases: Iterable[Case], cause: Cause) -> Iterator[Tally]:
    for subject, dates in matter.interviews.items():
        yield Tally(subject=subject, dates=dates)


def _bottom_months(matter: Matter, cases: Iterable[Case], cause: Cause) -> Iterator[Tally]:
    for subject, dates in matter.bottom_months.items():
        yield Tally(subject=subject, dates=dates)


def _overdue_tasks(matter: Matter, cases: Iterable[Case], cause: Cause) -> Iterator[Tally]:
    """Tally each unit's open tasks, of those given, that are overdue enough."""
    assert cause.each is not None, "the policy's reader asks for it"  # noqa: S101
    late: dict[str, list[str]] = {}
    for case in cases:
        reading = case.at(matter.as_of)
        late_days = overdue_days(case.history, matter.as_of, after=matter.after)
        if reading.state is State.OPEN and cause.each.holds(late_days):
            for unit in case.terms.leads:
                late.setdefault(unit, []).append(case.key)
    for unit, tasks in late.items():
        yield Tally(subject=Subject.unit(unit), tasks=tuple(tasks))


TALLIES: dict[Metric, Callable[[Matter, Iterable[Case], Cause], Iterator[Tally]]] = {
    Metric.INTERVIEWS: _interviews,
    Metric.BOTTOM_MONTHS: _bottom_months,
    Metric.OVERDUE_TASKS: _overdue_tasks,
}
