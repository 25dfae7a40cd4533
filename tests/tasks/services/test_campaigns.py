"""Keeping campaigns: who may, what is refused, what is retired, and that nobody is overwritten."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.models import Battle, Campaign, CustomColumn, Indicator, Stage, Task
from tasks.services import campaigns
from tasks.services.columns import report_columns
from tasks.services.progress import submit_report
from tasks.services.roadmaps import stages_of
from tests.cast import Cast
from tests.making import issued_task

DAY = dt.date(2023, 3, 1)
FIRST, LAST = dt.date(2023, 1, 1), dt.date(2023, 12, 31)


@pytest.fixture
def air(cast: Cast) -> Campaign:
    values = {"code": "DQ", "name": "空气", "starts_on": FIRST, "ends_on": LAST}
    return campaigns.save_campaign(Campaign(), values, on=DAY, by=cast.supervisor)


def stage(air: Campaign, cast: Cast, **values: Any) -> Stage:
    given = {"name": "攻坚", "starts_on": FIRST, "ends_on": LAST, **values}
    return campaigns.save_stage(Stage(campaign=air), given, on=DAY, by=cast.supervisor)


def column(air: Campaign, cast: Cast, **values: Any) -> CustomColumn:
    given = {"label": "资金来源", "kind": "choice", "options": ["市级", "省级"], **values}
    return campaigns.save_column(CustomColumn(campaign=air), given, on=DAY, by=cast.supervisor)


def code_of(refusal: Any) -> tuple[str, set[str]]:
    return refusal.value.code, set(refusal.value.fields)


@pytest.mark.parametrize("name", ["head", "leader", "auditor"])
def test_only_who_supervises_the_bureau_keeps_campaigns(
    cast: Cast, air: Campaign, name: str
) -> None:
    by = cast.named(name)
    with pytest.raises(NotAllowedError, match="只有全局的督办人员"):
        campaigns.save_campaign(air, {"name": "水"}, on=DAY, by=by)
    with pytest.raises(NotAllowedError):
        campaigns.retire_part(stage(air, cast), on=DAY, by=by)


def test_the_second_editor_gets_409_with_who_was_faster_and_what_is_new(
    cast: Cast, air: Campaign
) -> None:
    seen = air.version
    campaigns.save_campaign(
        air, {"goal": "持续改善"}, on=DAY, by=cast.second_supervisor, version=seen
    )
    with pytest.raises(ConflictError, match=r"督察办副主任.*总体目标：持续改善") as refusal:
        campaigns.save_campaign(air, {"goal": "另一个"}, on=DAY, by=cast.supervisor, version=seen)
    assert refusal.value.fields == {"version": str(seen + 1)}
    assert Campaign.objects.get().goal == "持续改善"


def test_every_change_is_audited_as_it_was_and_is(cast: Cast, air: Campaign) -> None:
    campaigns.save_campaign(air, {"publicity_days": 7}, on=DAY, by=cast.supervisor)
    entry = AuditEntry.objects.filter(action="campaign.edit").latest("seq")
    assert entry.data["before"] == {"publicity_days": 0}
    assert entry.data["after"] == {"publicity_days": 7}


def test_a_stage_lies_within_its_campaign_on_both_sides(cast: Cast, air: Campaign) -> None:
    with pytest.raises(DomainError) as early:
        stage(air, cast, starts_on=FIRST - dt.timedelta(days=1))
    assert code_of(early) == ("stage_outside_campaign", {"starts_on"})
    with pytest.raises(DomainError) as late:
        stage(air, cast, ends_on=LAST + dt.timedelta(days=1))
    assert code_of(late) == ("stage_outside_campaign", {"ends_on"})
    made = stage(air, cast)
    with pytest.raises(DomainError) as narrow:
        campaigns.save_campaign(
            air, {"ends_on": LAST - dt.timedelta(days=1)}, on=DAY, by=cast.supervisor
        )
    assert code_of(narrow) == ("campaign_shorter_than_stage", {"ends_on"})
    assert (made.seq, stage(air, cast, name="收官").seq) == (1, 2)


def test_a_part_is_retired_once_and_restored(cast: Cast, air: Campaign) -> None:
    made = campaigns.retire_part(stage(air, cast), on=DAY, by=cast.supervisor)
    assert made.closed_on == DAY
    assert stages_of(air, on=DAY, by=cast.supervisor) == []
    with pytest.raises(DomainError, match="已于 2023-03-01 停用"):
        campaigns.retire_part(made, on=DAY, by=cast.supervisor)
    made = campaigns.restore_part(made, on=DAY, by=cast.supervisor)
    assert len(stages_of(air, on=DAY, by=cast.supervisor)) == 1
    with pytest.raises(DomainError, match="不需要恢复"):
        campaigns.restore_part(made, on=DAY, by=cast.supervisor)


def test_a_stage_counts_what_falls_due_in_it(cast: Cast, air: Campaign) -> None:
    stage(air, cast, ends_on=dt.date(2023, 6, 30))
    stage(air, cast, starts_on=dt.date(2023, 7, 1), name="收官")
    owner = cast.air
    issued_task(
        cast,
        campaign=air,
        measures=((owner, dt.date(2023, 2, 28)), (owner, dt.date(2023, 6, 30)), (owner, None)),
    )
    issued_task(cast, code="T2", deadline=dt.date(2023, 7, 1))
    first, second = stages_of(air, on=DAY, by=cast.head)
    assert [(one.phase, one.tasks) for one in (first, second)] == [("now", 1), ("next", 0)]
    assert [one.mark for one in first.milestones] == ["late", "open"]
    # Another unit's tasks are counted for nobody who does not see them.
    assert stages_of(air, on=DAY, by=cast.water_head)[0].tasks == 0


def test_a_column_makes_up_its_key_and_keeps_what_was_filled_in(cast: Cast, air: Campaign) -> None:
    first, second = column(air, cast), column(air, cast, label="网格", kind="text", options=[])
    assert (first.key, second.key, first.options) == ("c1", "c2", ["市级", "省级"])
    task = issued_task(cast, campaign=air)
    Task.objects.filter(pk=task.pk).update(custom={"c1": "市级"})
    by = cast.supervisor
    for values, fields in (({"kind": "text"}, {"kind"}), ({"place": "report"}, {"place"})):
        with pytest.raises(DomainError) as refusal:
            campaigns.save_column(first, values, on=DAY, by=by)
        assert code_of(refusal) == ("column_in_use", fields)
    with pytest.raises(DomainError) as refusal:
        campaigns.save_column(first, {"options": ["省级"]}, on=DAY, by=by)
    assert code_of(refusal) == ("option_in_use", {"options"})
    changed = campaigns.save_column(first, {"options": ["市级", "其他"]}, on=DAY, by=by)
    assert changed.options == ["市级", "其他"]
    assert campaigns.save_column(second, {"kind": "date"}, on=DAY, by=by).kind == "date"


def test_a_choice_needs_options(cast: Cast, air: Campaign) -> None:
    with pytest.raises(DomainError) as refusal:
        column(air, cast, options=[" ", ""])
    assert code_of(refusal) == ("options_missing", {"options"})


def test_a_reports_required_column_is_asked_for_unless_nothing_changed(
    cast: Cast, air: Campaign
) -> None:
    column(air, cast, label="本期投资", kind="number", place="report", required=True, key="spent")
    task = issued_task(cast, campaign=air)
    with pytest.raises(DomainError) as refusal:
        submit_report(task, on=DAY, percent=10, by=cast.head)
    assert code_of(refusal) == ("column_missing", {"custom_spent"})
    with pytest.raises(DomainError, match="与其类型不符"):
        submit_report(task, on=DAY, percent=10, custom={"spent": "很多"}, by=cast.head)
    report = submit_report(task, on=DAY, percent=10, custom={"spent": "1,200"}, by=cast.head)
    assert report.custom == {"spent": "1200"}
    assert submit_report(task, on=DAY, unchanged=True, by=cast.head).custom == {}
    campaigns.retire_part(CustomColumn.objects.get(), on=DAY, by=cast.supervisor)
    assert report_columns(task, {"spent": "1"}, on=DAY) == {}


def test_the_curve_of_an_indicator_is_replaced_and_its_days_are_checked(
    cast: Cast, air: Campaign
) -> None:
    by = cast.supervisor
    values = {"name": "PM10", "target": 70, "starts_on": FIRST, "ends_on": LAST}
    june = dt.date(2023, 6, 30)
    made = campaigns.save_indicator(
        Indicator(campaign=air), {**values, "points": [(june, Decimal(73))]}, on=DAY, by=by
    )
    assert [(point.on, point.value) for point in made.points.all()] == [(june, Decimal(73))]
    campaigns.save_indicator(made, {"name": "PM10年均"}, on=DAY, by=by)
    assert made.points.count() == 1
    for points, code in (
        ([(LAST + dt.timedelta(days=1), 1)], "point_outside_indicator"),
        ([(june, 1), (june, 2)], "point_twice"),
    ):
        with pytest.raises(DomainError) as refusal:
            campaigns.save_indicator(made, {"points": points}, on=DAY, by=by)
        assert code_of(refusal) == (code, {"points"})
    campaigns.save_indicator(made, {"points": []}, on=DAY, by=by)
    assert not made.points.exists()
    curve = AuditEntry.objects.filter(action="indicator.curve").latest("seq")
    assert curve.data == {"before": {"2023-06-30": "73.0000"}, "after": {}}


def test_an_indicators_battle_is_one_of_its_campaign(cast: Cast, air: Campaign) -> None:
    water = Campaign.objects.create(code="SH", name="水")
    battle = Battle.objects.create(campaign=water, code="SH-1", name="断面")
    values = {"name": "PM10", "target": 70, "starts_on": FIRST, "ends_on": LAST, "battle": battle}
    with pytest.raises(DomainError, match="不属于这个行动"):
        campaigns.save_indicator(Indicator(campaign=air), values, on=DAY, by=cast.supervisor)
