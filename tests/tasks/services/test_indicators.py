"""Readings of indicators: who enters and corrects them, and which count."""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.models import Campaign, Indicator, IndicatorReading, Task
from tasks.services.indicators import correct_reading, record_reading, stand_of
from tasks.services.progress import return_report, submit_report
from tests.cast import Cast
from tests.making import SetClock, issued_task

TODAY, MARCH = dt.date(2023, 4, 3), dt.date(2023, 3, 31)


@pytest.fixture(autouse=True)
def third_of_april(set_clock: SetClock) -> None:
    set_clock(TODAY)


@pytest.fixture
def indicator(cast: Cast) -> Indicator:
    return Indicator.objects.create(
        campaign=Campaign.objects.create(code="DQ", name="空气"),
        name="PM10",
        unit="微克/立方米",
        baseline=76,
        target=40,
        starts_on=dt.date(2023, 1, 1),
        ends_on=dt.date(2023, 12, 31),
    )


def entered(indicator: Indicator, by: Any, value: Any = "70", **more: Any) -> IndicatorReading:
    given = {"on": MARCH, "source": "月报", **more}
    return record_reading(indicator, value=value, today=TODAY, by=by, **given)


def measured(cast: Cast, indicator: Indicator) -> Task:
    return issued_task(cast, campaign=indicator.campaign, indicator=indicator)


def test_units_enter_readings_of_what_measures_their_tasks(
    cast: Cast, indicator: Indicator
) -> None:
    with pytest.raises(NotAllowedError, match="承担该指标在办任务的牵头单位"):
        entered(indicator, cast.head)
    measured(cast, indicator)
    reading = entered(indicator, cast.liaison)
    assert (reading.by, reading.source) == (cast.liaison, "月报")
    assert reading.value == 70
    assert reading.entry.action == "reading.record"
    for name in ("water_head", "leader", "clerk", "auditor"):
        with pytest.raises(NotAllowedError):
            entered(indicator, cast.named(name))


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"value": "七十"}, "reading_unreadable", "value"),
        ({"value": " "}, "reading_missing", "value"),
        ({"source": " "}, "source_missing", "source"),
        ({"on": TODAY + dt.timedelta(days=1)}, "fact_in_future", "on"),
    ],
)
def test_what_is_wrong_with_a_reading_is_said_at_its_field(
    cast: Cast, indicator: Indicator, given: Any, code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        entered(indicator, cast.supervisor, **given)
    assert (refusal.value.code, set(refusal.value.fields)) == (code, {field})
    assert not IndicatorReading.objects.exists()


def test_a_correction_names_what_it_supersedes_and_nothing_is_edited(
    cast: Cast, indicator: Indicator
) -> None:
    old = entered(indicator, cast.supervisor, "17")
    new = correct_reading(old, value="71", reason="抄错", today=TODAY, by=cast.supervisor)
    assert (new.supersedes, new.on, new.source) == (old, MARCH, "月报")
    assert new.value == 71
    assert list(IndicatorReading.objects.standing()) == [new]
    assert AuditEntry.objects.latest("seq").data["supersedes"] == old.pk
    with pytest.raises(ConflictError, match="督察办主任更正为 71"):
        correct_reading(old, value="72", reason="再改", today=TODAY, by=cast.supervisor)
    with pytest.raises(DomainError, match="没有改动"):
        correct_reading(new, value="71.0", reason="再改", today=TODAY, by=cast.supervisor)
    with pytest.raises(DomainError, match="必须写明理由"):
        correct_reading(new, value="72", reason=" ", today=TODAY, by=cast.supervisor)
    with pytest.raises(DatabaseError), transaction.atomic():
        IndicatorReading.objects.filter(pk=old.pk).update(value=1)


def test_a_withdrawn_reading_counts_no_more(cast: Cast, indicator: Indicator) -> None:
    kept = entered(indicator, cast.supervisor, "72", on=dt.date(2023, 2, 28))
    wrong = entered(indicator, cast.supervisor, "5")
    gone = correct_reading(
        wrong, withdrawn=True, reason="填错指标", today=TODAY, by=cast.supervisor
    )
    assert list(IndicatorReading.objects.standing()) == [kept]
    with pytest.raises(ConflictError):
        correct_reading(gone, value="6", reason="改", today=TODAY, by=cast.supervisor)


def test_only_who_entered_it_or_the_bureaus_supervisor_corrects(
    cast: Cast, indicator: Indicator
) -> None:
    measured(cast, indicator)
    reading = entered(indicator, cast.head)
    with pytest.raises(NotAllowedError, match="大气环境科科长"):
        correct_reading(reading, value="1", reason="改", today=TODAY, by=cast.liaison)
    second = correct_reading(reading, value="71", reason="改", today=TODAY, by=cast.head)
    third = correct_reading(second, value="72", reason="改", today=TODAY, by=cast.supervisor)
    assert list(IndicatorReading.objects.standing()) == [third]


def test_a_reading_of_a_report_counts_until_the_report_is_returned(
    cast: Cast, indicator: Indicator
) -> None:
    task = measured(cast, indicator)
    report = submit_report(task, on=MARCH, percent=20, reading="68", by=cast.head)
    reading = IndicatorReading.objects.standing().get()
    assert (reading.report, reading.value) == (report, 68)
    return_report(report, reason="数据不符", on=TODAY, by=cast.supervisor)
    assert not IndicatorReading.objects.standing().exists()


def test_an_indicator_stands_by_its_newest_day_and_of_one_day_by_the_last_entered(
    cast: Cast, indicator: Indicator
) -> None:
    assert stand_of(indicator, (), on=TODAY) is None
    july = dt.date(2023, 4, 1)
    entered(indicator, cast.supervisor, "60", on=july)
    entered(indicator, cast.supervisor, "50", on=MARCH)
    last = entered(indicator, cast.supervisor, "68", on=july)
    stand = stand_of(indicator, IndicatorReading.objects.standing(), on=TODAY)
    assert stand is not None
    # 90 of 364 days from 76 down to 40.
    assert (stand.reading, stand.reached) == (last, False)
    assert stand.planned is not None
    assert stand.planned == 76 - 36 * Fraction(90, 364)
    assert stand.behind == 68 - stand.planned
