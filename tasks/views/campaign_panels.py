"""The panels of a campaign's page: roadmap, indicators, own columns, and what was retired."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.scopes import Standing
from tasks.models import Campaign, Indicator, IndicatorReading
from tasks.services.campaigns import uses_of
from tasks.services.indicators import stand_of
from tasks.services.roadmaps import Milestone, StageStand, stages_of
from tasks.views.campaign_shapes import (
    ColumnRow,
    IndicatorRow,
    MilestoneRow,
    RetiredRow,
    StageRow,
)
from tasks.views.campaign_showing import (
    about,
    exact,
    indicator_url,
    part_actions,
    restore_action,
    stand_sentence,
)
from tasks.views.drawing import NARROW, WIDE, Roadmap, Span, draw_roadmap
from tasks.views.showing import task_url

# So many milestones of a stage are named, late ones first.
NAMED = 6
_URGENCY = {"late": 0, "open": 1, "done": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapPanel:
    """The roadmap: its drawings, its stages in words, and where today lies outside of it."""

    drawings: tuple[Roadmap, ...]
    stages: tuple[StageRow, ...]
    note: str


def roadmap_of(campaign: Campaign, standing: Standing) -> RoadmapPanel | None:
    """Return the roadmap of a campaign; None while it has no stages."""
    on = standing.on
    stands = stages_of(campaign, on=on, by=standing.user)
    if not stands:
        return None
    spans = [
        Span(
            name=stand.stage.name,
            phase=stand.phase,
            starts_on=stand.stage.starts_on,
            ends_on=stand.stage.ends_on,
            marks=tuple((one.on, one.mark) for one in stand.milestones),
        )
        for stand in stands
    ]
    note = ""
    if on < min(span.starts_on for span in spans):
        note = _("今天（%(today)s）在第一阶段开始以前。") % {"today": on}
    elif on > max(span.ends_on for span in spans):
        note = _("今天（%(today)s）在最后阶段结束以后。") % {"today": on}
    return RoadmapPanel(
        drawings=tuple(draw_roadmap(spans, today=on, width=width) for width in (WIDE, NARROW)),
        stages=tuple(
            _stage(number, stand, standing) for number, stand in enumerate(stands, start=1)
        ),
        note=note,
    )


def _stage(number: int, stand: StageStand, standing: Standing) -> StageRow:
    stage, on = stand.stage, standing.on
    labels = {"past": _("已结束"), "now": _("进行中"), "next": _("未开始")}
    if stand.phase == "past":
        note = ""
    elif stand.phase == "now":
        note = _("剩余 %(days)s 天") % {"days": (stage.ends_on - on).days}
    else:
        note = _("%(days)s 天后开始") % {"days": (stage.starts_on - on).days}
    ranked = sorted(stand.milestones, key=lambda one: (_URGENCY[one.mark], one.on))
    named = sorted(ranked[:NAMED], key=lambda one: one.on)
    return StageRow(
        number=number,
        name=stage.name,
        goal=stage.goal,
        starts_on=stage.starts_on,
        ends_on=stage.ends_on,
        phase=stand.phase,
        phase_label=labels[stand.phase],
        note=note,
        summary=_summary(stand),
        milestones=tuple(_milestone(one) for one in named),
        more=len(ranked) - len(named),
        actions=part_actions("stage", stage, standing),
    )


def _summary(stand: StageStand) -> str:
    """Return what falls due in a stage, in one sentence."""
    if not stand.tasks and not stand.milestones:
        return _("没有任务或措施节点在本阶段到期。")
    tasks = _("到期任务 %(tasks)s 项，已销号 %(completed)s 项") % {
        "tasks": stand.tasks,
        "completed": stand.completed,
    }
    if stand.red or stand.yellow:
        tasks += _("，红灯 %(red)s 项，黄灯 %(yellow)s 项") % {
            "red": stand.red,
            "yellow": stand.yellow,
        }
    nodes = _("措施节点 %(all)s 个，已完成 %(done)s 个") % {
        "all": len(stand.milestones),
        "done": stand.done,
    }
    if stand.late:
        nodes += _("，已过期未完成 %(late)s 个") % {"late": stand.late}
    return _("%(tasks)s；%(nodes)s。") % {"tasks": tasks, "nodes": nodes}


def _milestone(one: Milestone) -> MilestoneRow:
    labels = {"done": _("已完成"), "late": _("已过节点"), "open": _("未到节点")}
    return MilestoneRow(
        text=one.measure.text,
        url=task_url(one.measure.task),
        unit=one.measure.owner.name,
        on=one.on,
        mark=one.mark,
        label=labels[one.mark],
    )


def indicators_of(campaign: Campaign, standing: Standing) -> list[IndicatorRow]:
    """Return the indicators in use, each with how it stands."""
    counting = IndicatorReading.objects.standing().up_to(standing.on)
    rows = (
        campaign.indicators.active(on=standing.on)
        .select_related("battle")
        .prefetch_related("points", Prefetch("readings", queryset=counting, to_attr="counting"))
        .order_by("battle__code", "id")
    )
    return [_indicator(row, standing) for row in rows]


def _indicator(row: Indicator, standing: Standing) -> IndicatorRow:
    stand = stand_of(row, row.counting, on=standing.on)  # type: ignore[attr-defined]
    state, sentence = stand_sentence(stand, row.unit)
    return IndicatorRow(
        url=indicator_url(row),
        name=row.name,
        battle=row.battle.name if row.battle else "",
        unit=row.unit,
        baseline=exact(row.baseline),
        target=exact(row.target),
        reading=exact(stand.reading.value) if stand else "—",
        on=stand.reading.on if stand else None,
        planned=about(stand.planned) if stand else "—",
        state=state,
        state_label=sentence,
    )


def columns_of_page(campaign: Campaign, standing: Standing) -> list[ColumnRow]:
    """Return the campaign's own columns in use."""
    return [
        ColumnRow(
            label=column.label,
            kind_label=column.get_kind_display(),
            place_label=column.get_place_display(),
            required=column.required,
            options="、".join(column.options),
            uses=sum(uses_of(column).values()),
            actions=part_actions("column", column, standing),
        )
        for column in campaign.columns.active(on=standing.on).order_by("position", "id")
    ]


def retired_of(campaign: Campaign, standing: Standing) -> tuple[RetiredRow, ...]:
    """Return what was taken out of use, with the button that puts it back."""
    parts = (
        ("battle", campaign.battles.all()),
        ("stage", campaign.stages.all()),
        ("indicator", campaign.indicators.all()),
        ("column", campaign.columns.all()),
    )
    return tuple(
        RetiredRow(
            what=str(row._meta.verbose_name),  # noqa: SLF001
            name=str(row),
            on=row.closed_on,
            actions=(restore_action(kind, row),),
        )
        for kind, rows in parts
        for row in rows
        if not row.is_active(on=standing.on)
    )
