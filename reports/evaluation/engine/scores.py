"""The monthly score (月度得分) of a unit, §4: what it leads, what it supports, how it worked."""

import datetime as dt
from fractions import Fraction

from reports.evaluation.engine.cases import Case, Docket
from reports.evaluation.engine.results import ScorePart, UnitScore
from reports.policy.language import ScorePolicy
from tasks.rules.facts import State
from tasks.rules.lights import Light
from tasks.rules.numbers import HUNDRED, rounded
from tasks.rules.periods import DAY
from tasks.rules.reading import TaskReading
from tasks.rules.reporting import missed_in_month
from tasks.rules.terms import MeasureTerms

NOTHING = Fraction(0)


def score_unit(unit: str, docket: Docket, end: dt.date, policy: ScorePolicy) -> UnitScore | None:
    """Return the unit's score for the month ending on `end`; None when nothing is scored."""
    led = docket.led.get(unit, ())
    parts = [_led_part(case, end, policy) for case in led if is_scored(case, end)]
    parts += [
        _supported_part(case, unit, end, policy)
        for case in docket.supported.get(unit, ())
        if is_scored(case, end) and any(m.deadline for m in _own_measures(case, unit))
    ]
    if not parts:
        return None
    total = sum((part.weight for part in parts), NOTHING)
    base = HUNDRED * sum((part.weight * part.points for part in parts), NOTHING) / total
    deductions = sum((_deductions(case, end, policy) for case in led), NOTHING)
    early = sum(_is_early(case, end, policy) for case in led)
    bonus = min(policy.early_bonus * early, policy.bonus_limit)
    exact = min(max(base - deductions + bonus, policy.lowest), policy.highest)
    return UnitScore(
        unit=unit,
        score=rounded(exact),
        base=base,
        deductions=deductions,
        bonus=bonus,
        leads_red=any(part.role == "lead" and part.light == Light.RED for part in parts),
        parts=tuple(parts),
    )


def is_scored(case: Case, end: dt.date) -> bool:
    """Say whether a task counts in the month ending on `end`.

    It has started, is neither suspended nor terminated, and was not completed, as of its
    submission, before the first of the month.
    """
    if case.terms.start > end:
        return False
    reading = case.at(end)
    if reading.state in (State.SUSPENDED, State.TERMINATED):
        return False
    submitted = reading.submitted_on
    return reading.state is not State.COMPLETED or (
        submitted is not None and submitted >= end.replace(day=1)
    )


def _led_part(case: Case, end: dt.date, policy: ScorePolicy) -> ScorePart:
    reading = case.at(end)
    return ScorePart(
        task=case.key,
        role="lead",
        weight=policy.level_weights[case.terms.level] * policy.lead_weight,
        points=_lead_points(reading, policy),
        light=reading.light,
    )


def _lead_points(reading: TaskReading, policy: ScorePolicy) -> Fraction:
    if reading.seriously_lagging:
        return policy.seriously_lagging
    if reading.light is Light.RED:
        return policy.red
    if reading.light is Light.GREEN:
        return policy.green
    only_near = (
        reading.state is State.OPEN
        and reading.overdue_days == 0
        and reading.progress_lamp.light is Light.GREEN
    )
    return policy.near_deadline if only_near else policy.yellow


def _supported_part(case: Case, unit: str, end: dt.date, policy: ScorePolicy) -> ScorePart:
    reading = case.at(end)
    late = reading.state is State.OPEN and any(
        measure.deadline is not None
        and measure.deadline < end
        and not case.history.measure_done_by(measure.seq, end)
        for measure in _own_measures(case, unit)
    )
    return ScorePart(
        task=case.key,
        role="supporting",
        weight=policy.level_weights[case.terms.level] * policy.supporting_weight,
        points=policy.support_late if late else policy.support_else,
        light=reading.light,
    )


def _own_measures(case: Case, unit: str) -> list[MeasureTerms]:
    return [measure for measure in case.terms.measures if measure.owner == unit]


def _deductions(case: Case, end: dt.date, policy: ScorePolicy) -> Fraction:
    """Return what reports missed and close-outs rejected in the month cost, scored or not."""
    missed = missed_in_month(case.history, end)
    rejected = case.history.rejections_between(end.replace(day=1) - DAY, end)
    return policy.missed_report * missed + policy.rejected_closure * rejected


def _is_early(case: Case, end: dt.date, policy: ScorePolicy) -> bool:
    """Say whether the task earns the bonus: verified in the month, submitted early enough."""
    reading = case.at(end)
    deadline, submitted = reading.effective_deadline, reading.submitted_on
    if reading.verified_on is None or submitted is None or deadline is None:
        return False
    in_month = reading.verified_on >= end.replace(day=1)
    return in_month and policy.early_days.holds((deadline - submitted).days)
