"""Both lamps at n-1, n and n+1 of every threshold, and the sentence each one speaks."""

from typing import Any

import pytest
from django.utils import translation

from tasks.rules.lights import deadline_lamp, progress_lamp
from tasks.rules.periods import Cycle
from tasks.rules.reading import read_task
from tasks.wording import lag_sentence, lamp_sentence
from tests.tasks.rules.build import POLICY, day, history

CLOSED = ["07-03 closure_submitted", "07-08 closure_verified"]


@pytest.mark.parametrize(
    ("lines", "at", "light", "code"),
    [
        ([], "06-26", "green", "ahead"),
        ([], "06-27", "yellow", "near"),
        ([], "06-30", "yellow", "near"),
        ([], "07-01", "red", "overdue"),
        # Back on the very day: past its deadline, but no day has begun open.
        (["06-28 closure_submitted", "07-10 closure_rejected"], "07-09", "green", "pending"),
        (["06-28 closure_submitted", "07-10 closure_rejected"], "07-10", "yellow", "past"),
        (["06-28 closure_submitted", "07-10 closure_rejected"], "07-11", "red", "overdue"),
        # Late catch-up is remembered, while it waits and afterwards.
        (["06-30 closure_submitted"], "07-20", "green", "pending"),
        (["07-01 closure_submitted"], "07-20", "yellow", "pending_late"),
        (CLOSED, "07-07", "yellow", "pending_late"),
        (CLOSED, "12-31", "yellow", "completed_late"),
        (["06-30 closure_submitted", "07-08 closure_verified"], "12-31", "green", "completed"),
        # Nothing is asked of a task that stands still.
        (["07-03 suspended"], "07-20", "green", "suspended"),
        (["07-03 terminated"], "07-20", "green", "terminated"),
    ],
)
def test_the_deadline_lamp(lines: list[str], at: str, light: str, code: str) -> None:
    lamp = deadline_lamp(history(*lines), day(at), POLICY.lights)
    assert (lamp.light, lamp.code) == (light, code)


@pytest.mark.parametrize(
    ("at", "light"),
    [("06-26", "green"), ("06-27", "yellow"), ("07-01", "yellow"), ("12-31", "yellow")],
)
def test_a_soft_deadline_shows_yellow_and_never_red(at: str, light: str) -> None:
    assert deadline_lamp(history(soft=True), day(at), POLICY.lights).light == light


def test_without_a_deadline_the_deadline_lamp_is_green() -> None:
    lamp = deadline_lamp(history(deadline=None), day("12-31"), POLICY.lights)
    assert (lamp.light, lamp.code) == ("green", "standing")


@pytest.mark.parametrize(
    ("percent", "light"),
    [
        # Half is planned at the end of March.
        ("40.01", "green"),
        ("40", "yellow"),
        ("39.99", "yellow"),
        ("20.01", "yellow"),
        ("20", "yellow"),
        ("19.999999999999", "red"),
        ("100", "green"),
    ],
)
def test_the_progress_lamp_turns_at_ten_points_and_above_thirty(percent: str, light: str) -> None:
    read = history(f"03-01 progress percent={percent}", measures=[("03-31", 1), ("06-30", 1)])
    assert progress_lamp(read, day("03-31"), POLICY.lights).light == light


@pytest.mark.parametrize(
    ("at", "light"),
    [("01-30", "green"), ("01-31", "yellow"), ("02-27", "yellow"), ("02-28", "red")],
)
def test_without_a_plan_the_progress_lamp_counts_missed_reports(at: str, light: str) -> None:
    read = history(deadline=None, report_cycle=Cycle.MONTHLY)
    assert progress_lamp(read, day(at), POLICY.lights).light == light


def test_past_a_soft_deadline_the_progress_lamp_counts_missed_reports() -> None:
    read = history("06-15 progress percent=0", soft=True, report_cycle=Cycle.MONTHLY)
    lights = [
        progress_lamp(read, day(at), POLICY.lights).light for at in ("06-30", "07-01", "07-31")
    ]
    assert lights == ["red", "green", "yellow"]


def test_with_a_plan_missed_reports_do_not_colour_the_lamp() -> None:
    read = history("01-15 progress percent=100", report_cycle=Cycle.MONTHLY)
    assert progress_lamp(read, day("04-30"), POLICY.lights).light == "green"


@pytest.mark.parametrize("line", ["03-01 closure_submitted", "03-01 suspended", "03-01 terminated"])
def test_only_an_open_task_can_be_behind(line: str) -> None:
    assert progress_lamp(history(line), day("06-30"), POLICY.lights).light == "green"


@pytest.mark.parametrize(
    ("at", "deadline", "progress", "light"),
    [
        ("02-28", "green", "red", "red"),
        ("01-31", "green", "yellow", "yellow"),
        ("01-30", "green", "green", "green"),
        ("07-01", "red", "red", "red"),
    ],
)
def test_the_worse_lamp_is_the_light(at: str, deadline: str, progress: str, light: str) -> None:
    reading = read_task(history(), day(at), POLICY)
    assert (reading.deadline_lamp.light, reading.progress_lamp.light, reading.light) == (
        deadline,
        progress,
        light,
    )


@pytest.mark.parametrize(
    ("lines", "given", "at", "sentence"),
    [
        ([], {}, "07-12", "红：逾期 12 天（时限 2023-06-30）；销号申请核查通过后转黄"),
        ([], {}, "06-28", "黄：距时限还有 2 天（时限 2023-06-30）；申请销号后转绿"),
        ([], {}, "06-01", "绿：距时限还有 29 天（时限 2023-06-30）"),
        ([], {"deadline": None}, "06-01", "绿：长期坚持，无时限"),
        (
            [],
            {"soft": True},
            "07-02",
            "黄：已过预计时限 2 天（时限 2023-06-30，不计逾期）；申请销号后转绿",
        ),
        (
            ["06-28 closure_submitted"],
            {},
            "07-02",
            "待核查：2023-06-28 申请销号，已等 4 天，核查人督察办",
        ),
        (
            CLOSED,
            {},
            "12-31",
            "黄：逾期 3 天后于 2023-07-03 完成；迟办记录保留，不再转绿",
        ),
    ],
)
def test_the_deadline_lamp_says_why_and_what_turns_it_green(
    lines: list[str], given: dict[str, Any], at: str, sentence: str
) -> None:
    lamp = deadline_lamp(history(*lines, **given), day(at), POLICY.lights)
    with translation.override("zh-hans"):
        assert lamp_sentence(lamp, verifier="督察办") == sentence


def test_the_progress_lamp_says_why_and_what_turns_it_green() -> None:
    read = history("02-01 progress percent=5", measures=[("03-31", 1), ("06-30", 1)])
    with translation.override("zh-hans"):
        behind = lamp_sentence(progress_lamp(read, day("03-31"), POLICY.lights))
        assert behind == (
            "红：落后序时进度 45.00 个百分点（序时 50.00%，计入 5.00%）；落后不足 10 个百分点时转绿"
        )
        standing = history(deadline=None, report_cycle=Cycle.MONTHLY)
        missed = lamp_sentence(progress_lamp(standing, day("01-31"), POLICY.lights))
        assert missed == "黄：连续 1 期未填报进展；本期按时填报，期满后转绿"


def test_serious_lag_says_why() -> None:
    with translation.override("zh-hans"):
        sentences = [lag_sentence(why) for why in read_task(history(), day("07-30"), POLICY).lag]
    assert sentences == [
        "严重滞后：逾期 30 天（达到 30 天）",
        "严重滞后：进度灯当日及最近 2 个月末均为红灯",
    ]
