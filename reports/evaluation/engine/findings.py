"""Findings (判定): which rules of the policy hold for whom, and why."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.evaluation.engine.cases import Case
from reports.evaluation.engine.causes import TALLIES, TASK_CAUSES, Matter, Tally
from reports.evaluation.engine.results import Finding, FindingReason
from reports.evaluation.inputs import Subject
from reports.policy.language import TASK_ROLES, Cause, Combine, Effect, FindingRule, SubjectRole
from tasks.rules.numbers import Bound


@dataclass(slots=True, kw_only=True)
class _Ground:
    """Why a rule holds for one subject, and since when if its cause is counted by dates."""

    reasons: set[FindingReason] = field(default_factory=set)
    since: list[dt.date] = field(default_factory=list)


_Grounds = dict[Subject, _Ground]


def find_all(matter: Matter) -> tuple[Finding, ...]:
    """Return every finding of the policy, by kind, subject and rule."""
    findings = [finding for effect in matter.policy.effects for finding in _find(matter, effect)]
    return tuple(sorted(findings, key=lambda f: (f.kind, f.subject.kind, f.subject.id, f.rule)))


def _find(matter: Matter, effect: Effect) -> Iterator[Finding]:
    grounds = [(rule, _grounds(matter, rule)) for rule in effect.rules]
    for rule, subjects in grounds:
        for subject, ground in subjects.items():
            if effect.combine is Combine.ANY or all(subject in other for _, other in grounds):
                yield Finding(
                    kind=effect.kind,
                    subject=subject,
                    rule=rule.name,
                    clause=effect.clause,
                    reading=rule.reading,
                    first_met_on=_first_met(ground, rule),
                    reasons=tuple(sorted(ground.reasons)),
                )


def _first_met(ground: _Ground, rule: FindingRule) -> dt.date | None:
    if not ground.since:
        return None
    return min(ground.since) if rule.combine is Combine.ANY else max(ground.since)


def _grounds(matter: Matter, rule: FindingRule) -> _Grounds:
    """Return the subjects for whom the rule holds, with their reasons."""
    if rule.at_year_end and not _year_ended(matter):
        return {}
    cases = [case for case in matter.docket.cases if _looks_at(matter, rule, case)]
    task_causes = [cause for cause in rule.causes if cause.metric in TASK_CAUSES]
    found = [
        _tallied(matter, rule, cause, cases) for cause in rule.causes if cause.metric in TALLIES
    ]
    if task_causes:
        found.append(_of_tasks(matter, rule, task_causes, cases))
    if rule.combine is Combine.ALL:
        common = set.intersection(*(set(grounds) for grounds in found))
        found = [{who: grounds[who] for who in common} for grounds in found]
    merged: _Grounds = {}
    for grounds in found:
        for subject, ground in grounds.items():
            own = merged.setdefault(subject, _Ground())
            own.reasons |= ground.reasons
            own.since += ground.since
    return merged


def _year_ended(matter: Matter) -> bool:
    """Whether the year's last day has come, and counts."""
    return matter.as_of >= matter.year_end and (
        matter.after is None or matter.year_end > matter.after
    )


def _looks_at(matter: Matter, rule: FindingRule, case: Case) -> bool:
    if rule.kinds is not None and case.terms.kind not in rule.kinds:
        return False
    if rule.levels is not None and case.terms.level not in rule.levels:
        return False
    if not rule.deadline_in_year:
        return True
    deadline = case.history.deadline_at(matter.as_of)
    return not case.terms.soft and deadline is not None and deadline.year == matter.year


def _of_tasks(
    matter: Matter, rule: FindingRule, causes: list[Cause], cases: list[Case]
) -> _Grounds:
    """Return whom the task causes meet; under `all` one task has to meet every one of them."""
    roles = [role for role in rule.subjects if role in TASK_ROLES]
    merged: _Grounds = {}
    for case in cases:
        state = case.at(matter.as_of).state
        met: list[dict[Subject, set[FindingReason]]] = []
        for cause in causes:
            reasons: dict[Subject, set[FindingReason]] = {}
            if cause.states is None or state in cause.states:
                for subject, why in TASK_CAUSES[cause.metric](matter, case, cause, roles):
                    reasons.setdefault(subject, set()).add(why)
            met.append(reasons)
        for reasons in met:
            for subject, whys in reasons.items():
                if rule.combine is Combine.ANY or all(subject in other for other in met):
                    merged.setdefault(subject, _Ground()).reasons |= whys
    return merged


def _tallied(matter: Matter, rule: FindingRule, cause: Cause, cases: list[Case]) -> _Grounds:
    """Return the subjects of whom enough was counted."""
    assert cause.bound is not None, "the policy's reader gives every count a bound"  # noqa: S101
    wanted = set()
    if SubjectRole.UNIT in rule.subjects or SubjectRole.LEAD in rule.subjects:
        wanted.add("unit")
    if SubjectRole.PERSON in rule.subjects:
        wanted.add("person")
    grounds: _Grounds = {}
    for tally in TALLIES[cause.metric](matter, cases, cause):
        number = len(tally.dates) or len(tally.tasks)
        if tally.subject.kind in wanted and cause.bound.holds(number):
            grounds[tally.subject] = _Ground(
                reasons=set(_tally_reasons(matter, cause, cause.bound, tally)),
                since=[first] if (first := _nth(tally.dates, cause.bound)) else [],
            )
    return grounds


def _tally_reasons(
    matter: Matter, cause: Cause, bound: Bound, tally: Tally
) -> Iterator[FindingReason]:
    """Yield one reason for each task counted, or one for all the dates."""
    for task in tally.tasks or ("",):
        yield FindingReason(
            task=task,
            code=cause.metric,
            value=str(len(tally.tasks) or len(tally.dates)),
            comparison=bound.comparison.value,
            threshold=str(bound).rpartition(" ")[2],
            on=matter.as_of,
            dates=tally.dates,
        )


def _nth(dates: tuple[dt.date, ...], bound: Bound) -> dt.date | None:
    """Return the date with which the count first met the bound."""
    for number, date in enumerate(dates, start=1):
        if bound.holds(number):
            return date
    return None
