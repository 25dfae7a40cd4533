"""Findings on what is dated after a day alone, as proposals rest on go-live: each metric's edge."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest

from reports.evaluation.engine import judge
from reports.evaluation.inputs import (
    DeterminationInput,
    Inputs,
    InterviewInput,
    Subject,
    TaskInput,
    UnitInput,
)
from reports.policy.load import load_shipped
from tasks.rules.facts import Fact, FactType
from tasks.rules.periods import Cycle
from tasks.rules.terms import Kind, Level, TaskTerms

POLICY = load_shipped("taiyuan-2023")
DAY = dt.timedelta(days=1)
NOW = dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
START = dt.date(2023, 1, 1)
REPORTED = Fact(order=1, on=START, type=FactType.PROGRESS, percent=Fraction(99))


def task(key: str = "T1", *, facts: Iterable[Fact] = (REPORTED,), **terms: Any) -> TaskInput:
    given: dict[str, Any] = {
        "code": key,
        "leads": ("A",),
        "start": START,
        "assigned": START,
        "deadline": dt.date(2023, 6, 30),
        **terms,
    }
    return TaskInput(key=key, terms=TaskTerms(**given), facts=tuple(facts))


def rules_found(
    as_of: dt.date, after: dt.date | None, *, year: int | None = None, **given: Any
) -> set[str]:
    """Return the rules found about unit A."""
    inputs = Inputs(
        as_of=as_of,
        year=year or as_of.year,
        known_at=NOW,
        units=tuple(UnitInput(code=code, group="g") for code in "ABC"),
        tasks=given.pop("tasks", ()),
        **given,
    )
    evaluation = judge(inputs, POLICY, after=after)
    return {f.rule for f in evaluation.findings if f.subject == Subject.unit("A")}


@pytest.mark.parametrize(("after", "found"), [(dt.date(2023, 6, 30), True), (None, True)])
def test_thirty_days_late_count_from_the_day_after(after: dt.date | None, found: bool) -> None:
    as_of = dt.date(2023, 7, 30)
    assert ("seriously_lagging" in rules_found(as_of, after, tasks=(task(),))) is found


def test_one_day_fewer_is_not_enough() -> None:
    as_of, after = dt.date(2023, 7, 30), dt.date(2023, 7, 1)
    assert "seriously_lagging" not in rules_found(as_of, after, tasks=(task(),))
    assert "seriously_lagging" in rules_found(as_of + DAY, after, tasks=(task(),))


@pytest.mark.parametrize(
    ("after", "found"), [(dt.date(2023, 6, 29), True), (dt.date(2023, 6, 30), False)]
)
def test_red_month_ends_count_when_later(after: dt.date, found: bool) -> None:
    behind = task(facts=(), deadline=dt.date(2023, 12, 31))
    as_of = dt.date(2023, 7, 31)
    assert ("seriously_lagging" in rules_found(as_of, after, tasks=(behind,))) is found


@pytest.mark.parametrize(("late_days", "found"), [(1, True), (0, False)])
def test_tasks_are_late_by_days_after(late_days: int, found: bool) -> None:
    as_of = dt.date(2023, 7, 10)
    tasks = tuple(task(key) for key in ("T1", "T2", "T3"))
    after = as_of - late_days * DAY
    assert ("poor_implementation" in rules_found(as_of, after, tasks=tasks)) is found


@pytest.mark.parametrize(
    ("after", "found"), [(dt.date(2023, 4, 29), True), (dt.date(2023, 4, 30), False)]
)
def test_missed_reports_count_by_the_end_of_their_period(after: dt.date, found: bool) -> None:
    silent = task(deadline=None, report_cycle=Cycle.MONTHLY, facts=())
    as_of = dt.date(2023, 5, 31)
    assert ("poor_implementation" in rules_found(as_of, after, tasks=(silent,))) is found


@pytest.mark.parametrize(
    ("after", "found"), [(dt.date(2023, 3, 9), True), (dt.date(2023, 3, 10), False)]
)
def test_rejections_count_when_later(after: dt.date, found: bool) -> None:
    days = (dt.date(2023, 3, 10), dt.date(2023, 4, 10))
    facts = [
        Fact(order=2 * number + step, on=day - (1 - step) * DAY, type=type)
        for number, day in enumerate(days, start=1)
        for step, type in enumerate((FactType.CLOSURE_SUBMITTED, FactType.CLOSURE_REJECTED))
    ]
    repair = task(kind=Kind.RECTIFICATION, facts=facts)
    as_of = dt.date(2023, 5, 1)
    assert ("rectification_inadequate" in rules_found(as_of, after, tasks=(repair,))) is found


@pytest.mark.parametrize(
    ("after", "found"), [(dt.date(2023, 2, 28), True), (dt.date(2023, 3, 1), False)]
)
def test_interviews_count_when_later(after: dt.date, found: bool) -> None:
    held = tuple(
        InterviewInput(subject=Subject.unit("A"), held_on=day)
        for day in (dt.date(2023, 3, 1), dt.date(2023, 5, 8))
    )
    as_of = dt.date(2023, 6, 1)
    assert ("interviews_in_year" in rules_found(as_of, after, interviews=held)) is found


@pytest.mark.parametrize(
    ("after", "found"), [(dt.date(2023, 3, 30), True), (dt.date(2023, 3, 31), False)]
)
def test_bottom_months_count_by_their_end(after: dt.date, found: bool) -> None:
    tasks = (
        task("T1", facts=(), deadline=dt.date(2023, 6, 30)),
        task("T2", leads=("B",), deadline=None),
        task("T3", leads=("C",), deadline=None),
    )
    as_of = dt.date(2023, 5, 31)
    assert ("repeatedly_bottom" in rules_found(as_of, after, tasks=tasks)) is found


@pytest.mark.parametrize(
    ("after", "found"), [(dt.date(2023, 12, 30), True), (dt.date(2023, 12, 31), False)]
)
def test_a_year_counts_by_its_last_day(after: dt.date, found: bool) -> None:
    major = task(level=Level.MAJOR)
    as_of = dt.date(2024, 1, 15)
    assert ("task_not_completed" in rules_found(as_of, after, year=2023, tasks=(major,))) is found


@pytest.mark.parametrize(
    ("after", "found"), [(dt.date(2023, 7, 1), True), (dt.date(2023, 7, 2), False)]
)
def test_a_determination_rests_on_lag_that_is_later_too(after: dt.date, found: bool) -> None:
    on = dt.date(2023, 7, 31)
    determined = (DeterminationInput(task="T1", on=on),)
    assert (
        "affects_overall" in rules_found(on, after, tasks=(task(),), determinations=determined)
    ) is found
