"""The shipped policy says what the rules say; a malformed one is refused with its place."""

import copy
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reports.choices import FindingKind
from reports.policy.language import GatePolicy, Metric, Policy
from reports.policy.load import (
    SHIPPED,
    digest_of,
    load_policy_file,
    load_shipped,
    read_policy,
    shipped_names,
)
from reports.policy.notation import NotationError, read_document
from reports.policy.shape import Node, ShapeError
from reports.wording import problem_code, problem_sentence
from tasks.rules.terms import Level

WRITTEN: dict[str, Any] = read_document((SHIPPED / "taiyuan-2023.yaml").read_text("utf-8"))


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Return the shipped policy's content with one change."""
    content = copy.deepcopy(WRITTEN)
    change(content)
    return content


def test_the_shipped_policy_holds_the_thresholds_of_the_rules() -> None:
    policy = load_shipped("taiyuan-2023")
    lights = policy.task.lights
    assert [
        str(bound)
        for bound in (
            lights.overdue_red,
            lights.near_yellow,
            lights.late_yellow,
            lights.gap_red,
            lights.gap_yellow,
            lights.missed_red,
            lights.missed_yellow,
            policy.task.lag.overdue,
            policy.score.early_days,
            policy.ranking.score,
        )
    ] == [">= 1", "<= 3", ">= 1", "> 30", ">= 10", ">= 2", ">= 1", ">= 30", ">= 10", "< 90"]
    assert policy.task.lag.red_month_ends == 2
    assert policy.task.late_extension_requests_count is False
    assert policy.score.level_weights == {Level.ORDINARY: 1, Level.KEY: 2, Level.MAJOR: 3}
    assert (policy.score.yellow, policy.score.red) == (Fraction(7, 10), Fraction(3, 10))
    assert (policy.ranking.most, policy.ranking.one_in) == (3, 3)
    assert str(policy.effective_from) == "2023-01-01"


def test_every_threshold_rests_on_a_clause_whose_number_is_not_verified() -> None:
    policy = load_shipped("taiyuan-2023")
    assert {effect.clause.id for effect in policy.effects} == {"R1", "R2", "R3", "R4"}
    for clause in policy.clauses.values():
        assert clause.text
        assert clause.number is None
        assert clause.source == "SEED"
        assert str(clause.effective_from) == "2023-01-01"


def test_the_effects_and_rules_are_those_of_the_contract() -> None:
    policy = load_shipped("taiyuan-2023")
    assert [effect.kind for effect in policy.effects] == FindingKind.values
    assert [rule.name for effect in policy.effects for rule in effect.rules] == [
        "seriously_lagging",
        "poor_implementation",
        "rectification_inadequate",
        "interviews_in_year",
        "repeatedly_bottom",
        "repeatedly_interviewed",
        "task_not_completed",
        "affects_overall",
    ]


def test_the_digest_covers_the_content_and_not_the_way_it_is_written(tmp_path: Path) -> None:
    policy = load_shipped("taiyuan-2023")
    assert policy.digest == digest_of(WRITTEN)
    assert policy.digest.startswith("sha256:")
    assert len(policy.digest) == 7 + 64
    turned = dict(reversed(WRITTEN.items()))
    assert digest_of(turned) == policy.digest
    assert digest_of({"a": Decimal("1.0")}) == digest_of({"a": 1})
    moved = changed(lambda p: p["seriously_lagging"].update(overdue_days={"at_least": 31}))
    assert digest_of(moved) != policy.digest
    path = tmp_path / "own.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (SHIPPED / "taiyuan-2023.yaml").read_bytes())
    assert load_policy_file(path) == policy


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("policy: 太原市生态环境局".encode("gbk"))
    with pytest.raises(NotationError):
        load_policy_file(path)


def test_what_a_policy_may_leave_out_has_a_default() -> None:
    def shorten(content: dict[str, Any]) -> None:
        for key in ("title", "effective_from", "effective_until", "deadlines", "new_holder"):
            del content[key]

    policy: Policy = read_policy(Node(changed(shorten)))
    shipped = load_shipped("taiyuan-2023")
    assert (policy.task, policy.effects) == (shipped.task, shipped.effects)
    assert (policy.title, policy.effective_from) == ("taiyuan-2023", None)


def _effect(content: dict[str, Any], index: int = 0) -> dict[str, Any]:
    effect: dict[str, Any] = content["effects"][index]
    return effect


MALFORMED: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (lambda p: p.pop("policy"), "missing_key", ""),
    (lambda p: p.update(lamps={}), "unknown_key", ""),
    (lambda p: p.update(policy=" "), "not_text", "policy"),
    (lambda p: p.update(effective_from="2023-02-30"), "invalid_date", "effective_from"),
    (lambda p: p.update(effective_from="1023-02-20"), "invalid_date", "effective_from"),
    (lambda p: p["clauses"]["R1"].pop("text"), "missing_key", "clauses.R1"),
    (lambda p: p.update(clauses=[]), "not_a_mapping", "clauses"),
    (lambda p: _effect(p).update(clause="R9"), "unknown_clause", "effects[0].clause"),
    (lambda p: p["score"].update(clause="R9"), "unknown_clause", "score.clause"),
    (lambda p: p["lights"]["progress"]["red"].pop("gap"), "missing_key", "lights.progress.red"),
    (
        lambda p: p["lights"]["progress"]["red"].update(gap={"more_than": 3, "at_most": 4}),
        "one_comparison",
        "lights.progress.red.gap",
    ),
    (
        lambda p: p["lights"]["progress"]["red"].update(gap={}),
        "one_comparison",
        "lights.progress.red.gap",
    ),
    (
        lambda p: p["lights"]["progress"]["red"].update(gap={"over": 3}),
        "unknown_key",
        "lights.progress.red.gap",
    ),
    (
        lambda p: p["lights"]["progress"]["red"].update(gap={"more_than": "30"}),
        "not_a_number",
        "lights.progress.red.gap.more_than",
    ),
    (
        lambda p: p["lights"]["progress"]["red"].update(gap={"more_than": Decimal("1e40")}),
        "number_out_of_range",
        "lights.progress.red.gap.more_than",
    ),
    (
        lambda p: p["seriously_lagging"].update(red_month_ends=0),
        "not_positive",
        "seriously_lagging.red_month_ends",
    ),
    (
        lambda p: p["seriously_lagging"].update(red_month_ends=Decimal("1.5")),
        "not_a_whole_number",
        "seriously_lagging.red_month_ends",
    ),
    (
        lambda p: p["deadlines"].update(late_extension_requests="sometimes"),
        "unknown_value",
        "deadlines.late_extension_requests",
    ),
    (
        lambda p: p["new_holder"].update(answers_for="all"),
        "unknown_value",
        "new_holder.answers_for",
    ),
    (
        lambda p: p["score"]["level_weights"].update(key=0),
        "not_positive",
        "score.level_weights.key",
    ),
    (lambda p: p["score"]["level_weights"].pop("key"), "missing_key", "score.level_weights"),
    (
        lambda p: p["ranking"]["bottom"].update(never_best="yes"),
        "not_true_or_false",
        "ranking.bottom.never_best",
    ),
    (lambda p: p.update(effects=[]), "empty_list", "effects"),
    (lambda p: p.update(effects={}), "not_a_list", "effects"),
    (lambda p: _effect(p).update(all=[]), "any_or_all", "effects[0]"),
    (lambda p: _effect(p).pop("any"), "any_or_all", "effects[0]"),
    (
        lambda p: _effect(p)["any"][0].update(subjects=["boss"]),
        "unknown_value",
        "effects[0].any[0].subjects[0]",
    ),
    (
        lambda p: _effect(p)["any"][0].update(any=[{"metric": "mood"}]),
        "unknown_value",
        "effects[0].any[0].any[0].metric",
    ),
    (
        lambda p: _effect(p)["any"][0].update(any=[{"metric": "overdue_days"}]),
        "one_comparison",
        "effects[0].any[0].any[0]",
    ),
    (
        lambda p: _effect(p)["any"][0].update(any=[{"metric": "seriously_lagging", "at_least": 1}]),
        "threshold_not_wanted",
        "effects[0].any[0].any[0]",
    ),
    (
        lambda p: _effect(p)["any"][0].update(any=[{"metric": "overdue_tasks", "at_least": 1}]),
        "each_with_overdue_tasks",
        "effects[0].any[0].any[0]",
    ),
    (
        lambda p: _effect(p)["any"][2].update(kinds=["chore"]),
        "unknown_value",
        "effects[0].any[2].kinds[0]",
    ),
    (
        lambda p: _effect(p, 3)["any"][0].update({"from": "spring"}),
        "unknown_value",
        "effects[3].any[0].from",
    ),
    (
        lambda p: _effect(p, 3)["any"][0].update(deadline="next_year"),
        "unknown_value",
        "effects[3].any[0].deadline",
    ),
]


@pytest.mark.parametrize(("change", "code", "place"), MALFORMED)
def test_a_malformed_policy_is_refused_with_the_place_in_a_sentence(
    change: Callable[[dict[str, Any]], object], code: str, place: str
) -> None:
    with pytest.raises(ShapeError) as refusal:
        read_policy(Node(changed(change)))
    assert (problem_code(refusal.value), refusal.value.place) == (code, place)
    sentence = problem_sentence(refusal.value)
    assert sentence.startswith(place or "文件")
    assert sentence.endswith("。")


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ShapeError) as refusal:
        load_shipped("atlantis-2023")
    assert problem_sentence(refusal.value).endswith("现有 taiyuan-2023。")


def test_every_shipped_policy_loads_under_its_own_name() -> None:
    for name in shipped_names():
        assert load_shipped(name).name == name


def test_every_metric_is_used_by_the_shipped_policy() -> None:
    used = {
        cause.metric
        for effect in load_shipped("taiyuan-2023").effects
        for rule in effect.rules
        for cause in rule.causes
    }
    assert used == set(Metric)


def test_gates_are_policy_with_defaults_for_what_is_left_out() -> None:
    written = copy.deepcopy(WRITTEN)
    assert load_shipped("taiyuan-2023").gates == GatePolicy()
    del written["gates"]
    assert read_policy(Node(written)).gates == GatePolicy()
    written["gates"] = {"slip_before_interview": False, "notice_workdays": 5}
    gates = read_policy(Node(written)).gates
    assert (gates.slip_before_interview, gates.notice_workdays) == (False, 5)
    assert gates.rectification_days == 30


@pytest.mark.parametrize("days", [0, -1])
def test_a_gate_of_no_days_is_refused(days: int) -> None:
    written = copy.deepcopy(WRITTEN)
    written["gates"] = {"ranking_correction_workdays": days}
    with pytest.raises(ShapeError) as refusal:
        read_policy(Node(written))
    assert refusal.value.place == "gates.ranking_correction_workdays"
