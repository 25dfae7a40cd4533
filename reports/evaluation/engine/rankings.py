"""Monthly rankings of peer groups (同类组), and who is bottom (排名靠后)."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction

from reports.evaluation.engine.cases import Docket
from reports.evaluation.engine.results import MonthRanking, RankingRow, UnitScore
from reports.evaluation.engine.scores import score_unit
from reports.evaluation.inputs import UnitInput
from reports.policy.language import Policy, RankingPolicy


def rank_month(
    units: Iterable[UnitInput], docket: Docket, end: dt.date, policy: Policy
) -> list[MonthRanking]:
    """Return the month's ranking of each group that has a scored unit, by group."""
    groups: dict[str, list[UnitScore]] = {}
    for unit in units:
        score = score_unit(unit.code, docket, end, policy.score)
        if score is not None:
            groups.setdefault(unit.group, []).append(score)
    return [
        MonthRanking(end=end, group=group, rows=rank_group(scores, policy.ranking))
        for group, scores in sorted(groups.items())
    ]


def rank_group(scores: list[UnitScore], policy: RankingPolicy) -> tuple[RankingRow, ...]:
    """Rank the units of one group by their published scores; ties share a rank.

    The rank is 1 plus the units with a strictly higher score. A unit is bottom when fewer than
    n = min(most, ⌊size ÷ one_in⌋) units score strictly lower and the policy's conditions hold.
    """
    places = min(policy.most, len(scores) // policy.one_in)
    best = max(score.score for score in scores)
    rows = [
        RankingRow(
            unit=own.unit,
            score=own.score,
            rank=1 + sum(other.score > own.score for other in scores),
            bottom=sum(other.score < own.score for other in scores) < places
            and policy.score.holds(Fraction(own.score))
            and not (policy.never_best and own.score == best)
            and (own.leads_red or not policy.needs_red_task),
            detail=own,
        )
        for own in scores
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank, row.unit)))
