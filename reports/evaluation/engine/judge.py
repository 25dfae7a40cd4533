"""Judge a year as of a day: tasks, units, rankings and findings, purely from the inputs."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from reports.evaluation.engine.cases import Case, Docket, open_cases, sort_cases
from reports.evaluation.engine.causes import Matter
from reports.evaluation.engine.findings import find_all
from reports.evaluation.engine.rankings import rank_month
from reports.evaluation.engine.results import Evaluation, MonthRanking, TaskResult, UnitResult
from reports.evaluation.inputs import Inputs, InterviewInput, Subject, UnitInput
from reports.policy.language import Policy
from tasks.rules.facts import State
from tasks.rules.periods import ended_months

_K = TypeVar("_K", Subject, str)


def judge(inputs: Inputs, policy: Policy, *, after: dt.date | None = None) -> Evaluation:
    """Return the evaluation of the inputs' year as of their day, under the policy.

    With `after`, findings rest on what is dated later alone; lamps and scores stay as they are.
    The same inputs and policy give the same answer for ever; every list is in code point order.
    """
    docket = sort_cases(open_cases(inputs.tasks, policy.task))
    units = sorted(inputs.units, key=lambda unit: unit.code)
    rankings = tuple(
        ranking
        for end in ended_months(inputs.year, inputs.as_of)
        for ranking in rank_month(units, docket, end, policy)
    )
    matter = Matter(
        as_of=inputs.as_of,
        year=inputs.year,
        policy=policy,
        docket=docket,
        interviews=_dated(_interviews(inputs), after),
        bottom_months=_dated(_bottom_months(rankings), after),
        determinations=_dated(_determinations(inputs), after),
        after=after,
    )
    return Evaluation(
        as_of=inputs.as_of,
        year=inputs.year,
        known_at=inputs.known_at,
        policy=policy.name,
        policy_digest=policy.digest,
        tasks=tuple(_task(case, inputs.as_of) for case in docket.cases),
        units=tuple(_unit(unit, docket, inputs.as_of) for unit in units),
        rankings=rankings,
        findings=find_all(matter),
    )


def _dated(
    days: dict[_K, tuple[dt.date, ...]], after: dt.date | None
) -> dict[_K, tuple[dt.date, ...]]:
    """Leave out the days up to `after`."""
    if after is None:
        return days
    return {key: tuple(day for day in dates if day > after) for key, dates in days.items()}


def _task(case: Case, at: dt.date) -> TaskResult:
    return TaskResult(key=case.key, terms=case.terms, reading=case.at(at))


def _unit(unit: UnitInput, docket: Docket, at: dt.date) -> UnitResult:
    readings = [case.at(at) for case in docket.led.get(unit.code, ())]
    states = [reading.state for reading in readings]
    return UnitResult(
        code=unit.code,
        group=unit.group,
        tasks=len(readings),
        open=states.count(State.OPEN),
        pending=states.count(State.PENDING),
        completed=states.count(State.COMPLETED),
        suspended=states.count(State.SUSPENDED),
        terminated=states.count(State.TERMINATED),
        overdue=sum(r.state is State.OPEN and r.overdue_days >= 1 for r in readings),
        seriously_lagging=sum(reading.seriously_lagging for reading in readings),
    )


def _interviews(inputs: Inputs) -> dict[Subject, tuple[dt.date, ...]]:
    """Return each subject's counted interviews: held in the year, standing, one a day."""
    days: dict[Subject, set[dt.date]] = {}
    for interview in inputs.interviews:
        if _stands(interview, inputs):
            days.setdefault(interview.subject, set()).add(interview.held_on)
    return {subject: tuple(sorted(held)) for subject, held in days.items()}


def _stands(interview: InterviewInput, inputs: Inputs) -> bool:
    revoked = interview.revoked_on
    return (
        interview.held_on.year == inputs.year
        and interview.held_on <= inputs.as_of
        and (revoked is None or revoked > inputs.as_of)
    )


def _determinations(inputs: Inputs) -> dict[str, tuple[dt.date, ...]]:
    """Return the days of the year's determinations that stand, by task."""
    days: dict[str, set[dt.date]] = {}
    for determination in inputs.determinations:
        revoked = determination.revoked_on
        if (
            determination.on.year == inputs.year
            and determination.on <= inputs.as_of
            and (revoked is None or revoked > inputs.as_of)
        ):
            days.setdefault(determination.task, set()).add(determination.on)
    return {task: tuple(sorted(on)) for task, on in days.items()}


def _bottom_months(rankings: Iterable[MonthRanking]) -> dict[Subject, tuple[dt.date, ...]]:
    """Return the ends of each unit's bottom months, in order."""
    ends: dict[Subject, list[dt.date]] = {}
    for ranking in rankings:
        for row in ranking.rows:
            if row.bottom:
                ends.setdefault(Subject.unit(row.unit), []).append(ranking.end)
    return {subject: tuple(months) for subject, months in ends.items()}
