"""Split a finding into its causes: each is proposed, decided and remembered apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.evaluation.engine.results import Finding, FindingReason
from reports.policy.language import Cause, Metric

INTERVIEW = "interview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One cause of a finding.

    `key` names it for ever, whatever else becomes of the finding; `metric` is the policy's word
    for what was measured; `about` is the one task it is about, empty where it is a count over
    several; `tasks` are all tasks it names, as the evaluation has them; `reasons` are the
    finding's own.
    """

    key: str
    metric: str
    about: str
    tasks: tuple[str, ...]
    reasons: tuple[FindingReason, ...]


def grounds_of(
    finding: Finding, *, year: int, causes: tuple[Cause, ...], names: Mapping[str, str]
) -> tuple[Ground, ...]:
    """Return the causes of a finding, by key; together they hold all its reasons.

    An interview has one for each task and metric of its rule (`causes`); a whole unit's count of
    late tasks is one. What cancels eligibility has one for each task, or for the event with which
    the count was full, in the `year` judged. `names` gives tasks their lasting names.
    """
    metrics = {cause.metric.value for cause in causes}
    grouped: dict[tuple[str, str], list[FindingReason]] = {}
    for reason in finding.reasons:
        metric = _metric_of(reason, metrics)
        about = "" if metric == Metric.OVERDUE_TASKS else reason.task
        part = metric if finding.kind == INTERVIEW or not about else ""
        grouped.setdefault((part, about), []).append(reason)
    grounds = [
        Ground(
            key=_key(finding, metric, names.get(task, task), year),
            metric=metric or _metric_of(reasons[0], metrics),
            about=task,
            tasks=tuple(sorted({reason.task for reason in reasons if reason.task})),
            reasons=tuple(reasons),
        )
        for (metric, task), reasons in grouped.items()
    ]
    return tuple(sorted(grounds, key=lambda ground: ground.key))


def _metric_of(reason: FindingReason, metrics: set[str]) -> str:
    """Return the metric a reason belongs to: its own code, or the rule's only other one.

    Serious lag gives its reasons as days overdue or red month-ends; neither is the rule's metric.
    """
    if reason.code in metrics:
        return reason.code
    return min(metrics, default=reason.code)


def _key(finding: Finding, metric: str, task: str, year: int) -> str:
    if finding.kind == INTERVIEW:
        return f"{metric}:{task}" if task else metric
    if task:
        return f"{year}:{task}"
    return f"{year}:{metric}:{finding.first_met_on or ''}"
