"""What a report may say besides its percent: a reading, a cause, what it needs from others."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import AuditEntry
from tasks.choices import Cause
from tasks.models import Campaign, Indicator, IndicatorReading, ProgressReport, Task
from tasks.services.progress import require_cause, submit_report
from tests.cast import Cast
from tests.making import issued_task

DAY = dt.date(2023, 3, 31)


def measured_task(cast: Cast) -> Task:
    """Issue a task with an indicator."""
    campaign = Campaign.objects.create(code="AIR", name="空气质量巩固提升")
    indicator = Indicator.objects.create(
        campaign=campaign,
        name="PM2.5 年均浓度",
        unit="微克/立方米",
        baseline=44,
        target=41,
        starts_on=dt.date(2023, 1, 1),
        ends_on=dt.date(2023, 12, 31),
    )
    task = issued_task(cast, campaign=campaign)
    Task.objects.filter(pk=task.pk).update(indicator=indicator)
    return Task.objects.get(pk=task.pk)


def test_a_reading_is_recorded_with_its_report(cast: Cast) -> None:
    task = measured_task(cast)
    report = submit_report(task, on=DAY, percent=40, reading=" 42.35 ", by=cast.head)
    assert report.reading == Decimal("42.35")
    reading = IndicatorReading.objects.get()
    entry = AuditEntry.objects.get(action="report.submit")
    assert (reading.value, reading.on, reading.by) == (Decimal("42.35"), DAY, cast.head)
    assert (reading.entry, reading.recorded_at) == (entry, entry.at)
    assert entry.data["reading"] == "42.3500"


@pytest.mark.parametrize("given", [None, "", "  "])
def test_a_report_without_a_reading_records_none(cast: Cast, given: Any) -> None:
    assert submit_report(measured_task(cast), on=DAY, percent=1, reading=given, by=cast.head)
    assert not IndicatorReading.objects.exists()


@pytest.mark.parametrize("given", ["四十", "NaN", "1.23456", "100000000000", "-100000000000", True])
def test_a_reading_that_cannot_be_kept_is_refused_with_its_value(cast: Cast, given: Any) -> None:
    task = measured_task(cast)
    with pytest.raises(DomainError, match=f"“{given}”无法记录") as refusal:
        submit_report(task, on=DAY, percent=40, reading=given, by=cast.head)
    assert (refusal.value.code, set(refusal.value.fields)) == ("reading_unreadable", {"reading"})
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("given", ["99999999999.9999", "-99999999999.9999", "0"])
def test_the_longest_readings_are_kept(cast: Cast, given: str) -> None:
    submit_report(measured_task(cast), on=DAY, percent=40, reading=given, by=cast.head)
    assert IndicatorReading.objects.get().value == Decimal(given)


def test_a_task_without_an_indicator_takes_no_reading(cast: Cast) -> None:
    with pytest.raises(DomainError, match="任务 T1 没有考核指标"):
        submit_report(issued_task(cast), on=DAY, percent=40, reading=1, by=cast.head)


def test_a_cause_and_a_request_are_kept_and_a_strange_cause_refused(cast: Cast) -> None:
    task = issued_task(cast)
    report = submit_report(
        task, on=DAY, percent=40, cause=Cause.FUNDS, coordination="请财政局拨款", by=cast.head
    )
    assert (report.get_cause_display(), report.coordination) == ("资金未到位", "请财政局拨款")
    with pytest.raises(DomainError, match="滞后原因"):
        submit_report(task, on=DAY, percent=40, cause="lazy", by=cast.head)


# From 1 January to 30 June, 180 days: at the end of March 89 are gone, 49.44 %.
@pytest.mark.parametrize(("percent", "asked"), [("39.43", True), ("39.44", True), ("39.45", False)])
def test_the_cause_is_asked_for_from_ten_points_behind(
    cast: Cast, percent: str, asked: bool
) -> None:
    task = issued_task(cast)
    if not asked:
        require_cause(task, percent=percent, cause="", on=DAY)
        return
    require_cause(task, percent=percent, cause=Cause.OTHER, on=DAY)
    with pytest.raises(DomainError, match="请选择滞后原因") as refusal:
        require_cause(task, percent=percent, cause="", on=DAY)
    assert (refusal.value.code, set(refusal.value.fields)) == ("cause_missing", {"cause"})


def test_a_task_without_a_plan_is_not_asked_for_a_cause(cast: Cast) -> None:
    require_cause(issued_task(cast, deadline=None), percent=0, cause="", on=DAY)
