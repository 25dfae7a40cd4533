"""Load policy files: check their shape, name the place of what is wrong, and seal the content."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from reports.policy import language as say
from reports.policy.notation import NotationError, read_document
from reports.policy.shape import Node, ShapeError
from tasks.rules.facts import State
from tasks.rules.numbers import HUNDRED, Bound, Comparison
from tasks.rules.policy import LagPolicy, LightPolicy, TaskPolicy
from tasks.rules.terms import Kind, Level

SHIPPED = Path(__file__).parent / "shipped"
_COMPARISONS = {
    "at_least": Comparison.AT_LEAST,
    "more_than": Comparison.MORE_THAN,
    "at_most": Comparison.AT_MOST,
    "less_than": Comparison.LESS_THAN,
}
_REQUIRED = ["policy", "clauses", "lights", "seriously_lagging", "score", "ranking", "effects"]
_OPTIONAL = ["title", "effective_from", "effective_until", "sources", "deadlines", "new_holder"]
_STATES = [state.value for state in State if state is not State.DRAFT]


def shipped_names() -> list[str]:
    """Return the names of the policies that come with the product."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


@cache
def load_shipped(name: str) -> say.Policy:
    """Return a policy that comes with the product; ShapeError when there is none of the name."""
    if name not in shipped_names():
        raise ShapeError("unknown_policy", "policy", name, allowed="、".join(shipped_names()))
    return load_policy((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))


def load_policy(text: str) -> say.Policy:
    """Return the policy a text describes; NotationError or ShapeError when it is malformed."""
    return read_policy(Node(read_document(text)))


def load_policy_file(path: Path) -> say.Policy:
    """Return the policy of a file in UTF-8; NotationError or ShapeError when it is malformed."""
    try:
        return load_policy(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotationError("not UTF-8") from error


def digest_of(content: Any) -> str:
    """Return `sha256:…` over the content, whatever the order of keys and the way of writing."""
    canonical = json.dumps(
        _canonical(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def read_policy(node: Node) -> say.Policy:
    """Return the policy of a parsed document, also one written inside a scenario."""
    node.mapping(
        required=[
            "policy",
            "clauses",
            "lights",
            "seriously_lagging",
            "score",
            "ranking",
            "effects",
        ],
        optional=[
            "title",
            "effective_from",
            "effective_until",
            "sources",
            "deadlines",
            "new_holder",
            "gates",
        ],
    )
    clauses = _clauses(node["clauses"])
    _check_clause_names(node.value, "", clauses)
    deadlines = node["deadlines"]
    late = "ignored"
    if not deadlines.is_null:
        deadlines.mapping(required=["late_extension_requests"], optional=["clause"])
        late = deadlines["late_extension_requests"].one_of(["ignored", "counted"])
    share = say.HolderShare.OWN_PERIOD
    if not node["new_holder"].is_null:
        holder = node["new_holder"].mapping(required=["answers_for"], optional=["clause"])
        share = say.HolderShare(holder["answers_for"].one_of([*say.HolderShare]))
    return say.Policy(
        name=node["policy"].text(),
        title=node["title"].text() if "title" in node else node["policy"].text(),
        effective_from=_date(node["effective_from"]),
        effective_until=_date(node["effective_until"]),
        clauses=clauses,
        task=TaskPolicy(
            lights=_lights(node["lights"]),
            lag=_lag(node["seriously_lagging"]),
            late_extension_requests_count=late == "counted",
        ),
        holder_share=share,
        score=_score(node["score"]),
        ranking=_ranking(node["ranking"]),
        effects=tuple(_effect(effect, clauses) for effect in _some(node["effects"])),
        gates=_gates(node["gates"]),
        digest=digest_of(node.value),
    )


def _gates(node: Node) -> say.GatePolicy:
    """Return the gates; what a policy leaves out keeps its default."""
    if node.is_null:
        return say.GatePolicy()
    plain = say.GatePolicy()
    node.mapping(
        optional=[
            "clause",
            "slip_before_interview",
            "ranking_correction_workdays",
            "notice_workdays",
            "rectification_days",
        ]
    )
    slip = node["slip_before_interview"]
    return say.GatePolicy(
        slip_before_interview=plain.slip_before_interview if slip.is_null else slip.truth(),
        ranking_correction_workdays=_days(
            node["ranking_correction_workdays"], plain.ranking_correction_workdays
        ),
        notice_workdays=_days(node["notice_workdays"], plain.notice_workdays),
        rectification_days=_days(node["rectification_days"], plain.rectification_days),
    )


def _days(node: Node, default: int) -> int:
    """Return a number of days, at least one; a missing one is the default."""
    days = default if node.is_null else node.whole()
    if days < 1:
        raise ShapeError("not_positive", node.place, days)
    return days


def _clauses(node: Node) -> dict[str, say.Clause]:
    clauses: dict[str, say.Clause] = {}
    for entry in node.entries():
        clause = entry.mapping(required=["text"], optional=["number", "source", "effective_from"])
        clauses[entry.key] = say.Clause(
            id=entry.key,
            text=clause["text"].text(),
            number=None if clause["number"].is_null else clause["number"].code(),
            source="" if clause["source"].is_null else clause["source"].text(),
            effective_from=_date(clause["effective_from"]),
        )
    return clauses


def _check_clause_names(value: Any, place: str, clauses: Mapping[str, say.Clause]) -> None:
    """Refuse a clause that is named anywhere but described nowhere."""
    if isinstance(value, dict):
        named = value.get("clause")
        if named is not None and named not in clauses:
            raise ShapeError("unknown_clause", f"{place}.clause", named)
        for key, member in value.items():
            _check_clause_names(member, f"{place}.{key}" if place else key, clauses)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _check_clause_names(member, f"{place}[{index}]", clauses)


def _lights(node: Node) -> LightPolicy:
    node.mapping(required=["deadline", "progress"])
    deadline = node["deadline"].mapping(required=["red", "yellow"], optional=["clause"])
    red = deadline["red"].mapping(required=["overdue_days"])
    yellow = deadline["yellow"].mapping(required=["days_left", "overdue_days"])
    progress = node["progress"].mapping(required=["red", "yellow"], optional=["clause"])
    measures = ["gap", "missed_reports"]
    worst = progress["red"].mapping(required=measures)
    behind = progress["yellow"].mapping(required=measures)
    return LightPolicy(
        overdue_red=_bound(red["overdue_days"]),
        near_yellow=_bound(yellow["days_left"]),
        late_yellow=_bound(yellow["overdue_days"]),
        gap_red=_bound(worst["gap"]),
        gap_yellow=_bound(behind["gap"]),
        missed_red=_bound(worst["missed_reports"]),
        missed_yellow=_bound(behind["missed_reports"]),
    )


def _lag(node: Node) -> LagPolicy:
    node.mapping(required=["overdue_days", "red_month_ends"], optional=["clause", "reading"])
    return LagPolicy(
        overdue=_bound(node["overdue_days"]), red_month_ends=_count(node["red_month_ends"])
    )


def _score(node: Node) -> say.ScorePolicy:
    node.mapping(
        required=["lead", "supporting", "level_weights", "role_weights", "deductions", "bonus"],
        optional=["lowest", "highest", "clause"],
    )
    lead = node["lead"].mapping(
        required=["green", "near_deadline", "yellow", "red", "seriously_lagging"]
    )
    support = node["supporting"].mapping(required=["late_measure", "otherwise"])
    levels = node["level_weights"].mapping(required=[*Level])
    roles = node["role_weights"].mapping(required=["lead", "supporting"])
    less = node["deductions"].mapping(required=["missed_report", "rejected_closure"])
    bonus = node["bonus"].mapping(required=["points", "days_early", "limit"])
    return say.ScorePolicy(
        green=lead["green"].number(),
        near_deadline=lead["near_deadline"].number(),
        yellow=lead["yellow"].number(),
        red=lead["red"].number(),
        seriously_lagging=lead["seriously_lagging"].number(),
        support_late=support["late_measure"].number(),
        support_else=support["otherwise"].number(),
        level_weights={level: _positive(levels[level]) for level in Level},
        lead_weight=_positive(roles["lead"]),
        supporting_weight=_positive(roles["supporting"]),
        missed_report=less["missed_report"].number(),
        rejected_closure=less["rejected_closure"].number(),
        early_bonus=bonus["points"].number(),
        early_days=_bound(bonus["days_early"]),
        bonus_limit=bonus["limit"].number(),
        lowest=node["lowest"].number() if "lowest" in node else Fraction(0),
        highest=node["highest"].number() if "highest" in node else HUNDRED,
    )


def _ranking(node: Node) -> say.RankingPolicy:
    node.mapping(required=["bottom"], optional=["clause", "reading"])
    bottom = node["bottom"].mapping(
        required=["most", "one_in", "score", "never_best", "needs_red_task"]
    )
    return say.RankingPolicy(
        most=_count(bottom["most"]),
        one_in=_count(bottom["one_in"]),
        score=_bound(bottom["score"]),
        never_best=bottom["never_best"].truth(),
        needs_red_task=bottom["needs_red_task"].truth(),
    )


def _effect(node: Node, clauses: Mapping[str, say.Clause]) -> say.Effect:
    node.mapping(required=["kind", "clause"], optional=["any", "all"])
    combine, rules = _combined(node)
    return say.Effect(
        kind=node["kind"].text(),
        clause=clauses[node["clause"].text()],
        combine=combine,
        rules=tuple(_rule(rule) for rule in rules),
    )


def _rule(node: Node) -> say.FindingRule:
    node.mapping(
        required=["rule", "subjects"],
        optional=["reading", "kinds", "levels", "deadline", "from", "any", "all"],
    )
    combine, causes = _combined(node)
    if "deadline" in node:
        node["deadline"].one_of(["in_year"])
    if "from" in node:
        node["from"].one_of(["year_end"])
    kinds = [Kind(kind.one_of([*Kind])) for kind in node["kinds"].items()]
    levels = [Level(level.one_of([*Level])) for level in node["levels"].items()]
    return say.FindingRule(
        name=node["rule"].text(),
        reading=node["reading"].text() if "reading" in node else "",
        subjects=tuple(
            say.SubjectRole(role.one_of([*say.SubjectRole])) for role in _some(node["subjects"])
        ),
        causes=tuple(_cause(cause) for cause in causes),
        combine=combine,
        kinds=frozenset(kinds) if kinds else None,
        levels=frozenset(levels) if levels else None,
        deadline_in_year="deadline" in node,
        at_year_end="from" in node,
    )


def _cause(node: Node) -> say.Cause:
    node.mapping(required=["metric"], optional=["states", "each", *_COMPARISONS])
    metric = say.Metric(node["metric"].one_of([*say.Metric]))
    states = [State(state.one_of(_STATES)) for state in node["states"].items()]
    written = {key: node.value[key] for key in _COMPARISONS if key in node}
    if metric in say.FLAGS and written:
        raise ShapeError("threshold_not_wanted", node.place, metric)
    if (metric is say.Metric.OVERDUE_TASKS) != ("each" in node):
        raise ShapeError("each_with_overdue_tasks", node.place, metric)
    return say.Cause(
        metric=metric,
        bound=None if metric in say.FLAGS else _bound(Node(written, node.place)),
        states=frozenset(states) if states else None,
        each=_bound(node["each"]) if "each" in node else None,
    )


def _combined(node: Node) -> tuple[say.Combine, list[Node]]:
    """Return whether any or all is asked for, and of what."""
    if ("any" in node) == ("all" in node):
        raise ShapeError("any_or_all", node.place)
    combine = say.Combine.ANY if "any" in node else say.Combine.ALL
    return combine, _some(node[combine])


def _bound(node: Node) -> Bound:
    """Read a threshold: exactly one comparison with its number."""
    node.mapping(optional=[*_COMPARISONS])
    if len(node.keys()) != 1:
        raise ShapeError("one_comparison", node.place, "、".join(node.keys()))
    word = node.keys()[0]
    return Bound(comparison=_COMPARISONS[word], value=node[word].number())


def _some(node: Node) -> list[Node]:
    members = list(node.items())
    if not members:
        raise ShapeError("empty_list", node.place)
    return members


def _count(node: Node) -> int:
    if node.whole() < 1:
        raise ShapeError("not_positive", node.place, node.value)
    return node.whole()


def _positive(node: Node) -> Fraction:
    if node.number() <= 0:
        raise ShapeError("not_positive", node.place, node.value)
    return node.number()


def _date(node: Node) -> dt.date | None:
    return None if node.is_null else node.date()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_canonical(member) for member in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    exact = Fraction(value)
    return [str(exact.numerator), str(exact.denominator)]
