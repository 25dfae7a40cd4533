"""Findings split into causes: what is proposed, decided and remembered apart."""

import datetime as dt

from reports.evaluation.engine.results import Finding, FindingReason
from reports.evaluation.inputs import Subject
from reports.policy.load import load_shipped
from reports.rules.grounds import Ground, grounds_of

POLICY = load_shipped("taiyuan-2023")
RULES = {(effect.kind, rule.name): rule for effect in POLICY.effects for rule in effect.rules}
DAY = dt.date(2023, 8, 1)
NAMES = {"T1": "P1/T1", "T2": "P1/T2", "P2/T3": "P2/T3"}


def why(
    code: str, task: str = "", value: str = "3", dates: tuple[dt.date, ...] = ()
) -> FindingReason:
    return FindingReason(
        task=task, code=code, value=value, comparison=">=", threshold="3", on=DAY, dates=dates
    )


def split(
    kind: str, rule: str, *reasons: FindingReason, first_met_on: dt.date | None = None
) -> tuple[Ground, ...]:
    finding = Finding(
        kind=kind,
        subject=Subject.unit("A"),
        rule=rule,
        clause=POLICY.effects[0].clause,
        reading="",
        first_met_on=first_met_on,
        reasons=reasons,
    )
    return grounds_of(finding, year=2023, causes=RULES[kind, rule].causes, names=NAMES)


def test_serious_lag_is_one_cause_a_task_however_it_shows() -> None:
    grounds = split(
        "interview",
        "seriously_lagging",
        why("overdue_days", "T1"),
        why("red_month_ends", "T1"),
        why("red_month_ends", "T2"),
    )
    assert [(ground.key, ground.about, len(ground.reasons)) for ground in grounds] == [
        ("seriously_lagging:P1/T1", "T1", 2),
        ("seriously_lagging:P1/T2", "T2", 1),
    ]


def test_late_tasks_counted_together_are_one_cause() -> None:
    grounds = split(
        "interview",
        "poor_implementation",
        *(why("overdue_tasks", task) for task in ("T1", "T2", "P2/T3")),
        why("missed_reports", "T1"),
    )
    assert [(ground.key, ground.tasks) for ground in grounds] == [
        ("missed_reports:P1/T1", ("T1",)),
        ("overdue_tasks", ("P2/T3", "T1", "T2")),
    ]
    assert [ground.about for ground in grounds] == ["T1", ""]


def test_two_failings_of_a_rectification_are_two_causes() -> None:
    grounds = split(
        "interview",
        "rectification_inadequate",
        why("overdue_days", "T1"),
        why("rejections", "T1"),
    )
    assert [ground.key for ground in grounds] == ["overdue_days:P1/T1", "rejections:P1/T1"]


def test_a_full_count_is_named_by_the_event_that_filled_it() -> None:
    dates = (dt.date(2023, 3, 1), dt.date(2023, 5, 1))
    (ground,) = split(
        "excellence_cancelled",
        "interviews_in_year",
        why("interviews", dates=dates),
        first_met_on=dates[1],
    )
    assert ground.key == "2023:interviews:2023-05-01"
    assert ground.tasks == ()
    assert ground.metric == "interviews"


def test_a_veto_has_one_cause_a_task_and_year() -> None:
    grounds = split(
        "veto",
        "task_not_completed",
        why("overdue_days", "T1"),
        why("submitted_after_year_end", "T2"),
    )
    assert [ground.key for ground in grounds] == ["2023:P1/T1", "2023:P1/T2"]


def test_a_determination_and_the_lag_it_rests_on_are_one_cause() -> None:
    (ground,) = split(
        "veto", "affects_overall", why("determination", "T1"), why("overdue_days", "T1")
    )
    assert ground.key == "2023:P1/T1"
    assert len(ground.reasons) == 2
