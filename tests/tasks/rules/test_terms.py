"""Terms are read by the assignment, and contradictions are refused by name."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tasks.choices import FactType, Light, ReportCycle, TaskKind, TaskLevel, TaskState
from tasks.rules import facts, lights, periods
from tasks.rules.errors import RuleViolationError
from tasks.rules.terms import Kind, Level, MeasureTerms, TaskTerms, check_terms
from tests.tasks.rules.build import day, terms


def test_dates_before_a_given_assignment_are_read_as_that_day() -> None:
    read = terms(
        start="01-01", deadline="02-01", assigned="03-01", measures=[("01-15", 1), (None, 1)]
    )
    assert read.assigned == read.start == read.deadline == day("03-01")
    assert [measure.deadline for measure in read.measures] == [day("03-01"), None]


def test_dates_after_a_given_assignment_stay() -> None:
    read = terms(start="04-01", deadline="06-30", assigned="03-01", measures=[("05-15", 1)])
    assert (read.assigned, read.start, read.deadline) == (day("03-01"), day("04-01"), day("06-30"))
    assert read.measures[0].deadline == day("05-15")


def test_without_a_given_assignment_a_task_is_assigned_on_its_start_and_measures_stay() -> None:
    read = terms(start="03-01", measures=[("02-01", 1)])
    assert read.assigned == day("03-01")
    assert read.measures[0].deadline == day("02-01")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"start": "07-01"}, "deadline_before_start"),
        ({"start": "07-01", "assigned": "06-30"}, "deadline_before_start"),
        ({"supporting": ("A",)}, "lead_also_supports"),
        ({"supporting": ("B", "B")}, "unit_twice"),
        ({"measures": [("03-01", 0)]}, "weight_not_positive"),
        ({"measures": [("03-01", -1)]}, "weight_not_positive"),
    ],
)
def test_contradictory_terms_are_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleViolationError) as refusal:
        check_terms(terms(**given))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "given",
    [{"start": "06-30"}, {"start": "07-01", "assigned": "07-01"}, {"deadline": None}],
)
def test_a_deadline_on_the_start_after_reading_both_is_accepted(given: dict[str, Any]) -> None:
    check_terms(terms(**given))


def test_a_task_without_a_lead_is_refused() -> None:
    with pytest.raises(RuleViolationError) as refusal:
        check_terms(replace(terms(), leads=()))
    assert refusal.value.code == "no_lead"


@pytest.mark.parametrize(("owner", "good"), [("A", True), ("B", True), ("C", False)])
def test_a_measure_belongs_to_a_unit_that_leads_or_supports(owner: str, good: bool) -> None:
    measure = MeasureTerms(seq=1, deadline=None, weight=Fraction(1), owner=owner)
    written: TaskTerms = replace(terms(supporting=("B",)), measures=(measure,))
    if good:
        check_terms(written)
        return
    with pytest.raises(RuleViolationError) as refusal:
        check_terms(written)
    assert refusal.value.code == "owner_not_involved"


def test_the_rules_and_the_register_use_the_same_words() -> None:
    assert [*facts.State] == TaskState.values
    assert [*facts.FactType] == FactType.values
    assert [*Level] == TaskLevel.values
    assert [*Kind] == TaskKind.values
    assert [*periods.Cycle] == ReportCycle.values
    assert sorted(lights.Light) == sorted(Light.values)
