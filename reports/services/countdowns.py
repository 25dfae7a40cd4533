"""How many interviews a unit or person had in the year, and what the next one would cost."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from fractions import Fraction

from accounts.errors import DomainError
from accounts.models import Unit, User
from reports.choices import FindingKind, InterviewFactType
from reports.models import InterviewFact
from reports.models.subjects import about
from reports.policy.language import Metric, Policy
from reports.sentences import countdown
from reports.services.memory import subject_key
from reports.services.policies import policy_in_force


def counted_interviews(
    subjects: Collection[Unit | User], *, year: int, on: dt.date, since: dt.date | None = None
) -> dict[tuple[str, int], list[dt.date]]:
    """Return the days of each subject's interviews that count on the day, one a day, in order.

    Held in the year and up to the day, not before `since`, and not revoked by the day.
    """
    chosen = about(subjects, through="interview__")
    revoked = InterviewFact.objects.filter(type=InterviewFactType.REVOKED, on__lte=on)
    held = InterviewFact.objects.filter(
        chosen, type=InterviewFactType.HELD, on__year=year, on__lte=on
    ).exclude(interview__in=revoked.values("interview"))
    if since is not None:
        held = held.filter(on__gte=since)
    days: dict[tuple[str, int], set[dt.date]] = defaultdict(set)
    for unit, person, day in held.values_list("interview__unit", "interview__person", "on"):
        days[("unit", unit) if unit else ("person", person)].add(day)
    return {key: sorted(counted) for key, counted in days.items()}


def countdowns(subjects: Collection[Unit | User], *, on: dt.date) -> dict[tuple[str, int], str]:
    """Return, by subject, the sentence that says what the next interview would cost.

    Only subjects that had one and can still lose their eligibility have one; none without a
    policy in force.
    """
    try:
        in_force = policy_in_force(on)
    except DomainError:
        return {}
    threshold = _threshold(in_force.policy)
    if threshold is None:
        return {}
    counted = counted_interviews(subjects, year=on.year, on=on, since=in_force.go_live)
    sentences = {
        subject_key(subject): countdown(
            held=len(counted.get(subject_key(subject), ())), threshold=threshold, year=on.year
        )
        for subject in subjects
    }
    return {key: sentence for key, sentence in sentences.items() if sentence}


def _threshold(policy: Policy) -> int | None:
    """Return how many interviews cost eligibility under the policy; None when none do."""
    bounds = [
        cause.bound
        for effect in policy.effects
        if effect.kind == FindingKind.EXCELLENCE_CANCELLED
        for rule in effect.rules
        for cause in rule.causes
        if cause.metric is Metric.INTERVIEWS and cause.bound is not None
    ]
    numbers = (number for number in range(1, 100) for b in bounds if b.holds(Fraction(number)))
    return next(numbers, None)
