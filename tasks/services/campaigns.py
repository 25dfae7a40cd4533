"""Keep campaigns: their terms, battles, stages, indicators and own columns; retire and restore."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.campaign_permissions import authorise_plans
from tasks.choices import ColumnKind, ColumnPlace
from tasks.models import (
    Battle,
    Campaign,
    CustomColumn,
    Indicator,
    IndicatorPoint,
    ProgressReport,
    Stage,
    Task,
)
from tasks.services.plans import lock_kept, save_kept

AnyPart = TypeVar("AnyPart", Battle, Stage, CustomColumn, Indicator)
Values = Mapping[str, Any]

# A choice that nobody can read on a phone is none.
MOST_OPTIONS = 50
LONGEST_OPTION = 50


@transaction.atomic
def save_campaign(
    row: Campaign, values: Values, *, on: dt.date, by: User, version: int | None = None
) -> Campaign:
    """Save a campaign; raise `campaign_shorter_than_stage` where a stage would lie outside it."""
    row = save_kept(row, values, on=on, by=by, version=version)
    for stage in row.stages.active(on=on):
        if _outside(stage, row):
            sentence = _(
                "阶段“%(stage)s”（%(first)s 至 %(last)s）超出行动期限，请先改阶段或放宽期限。"
            ) % {"stage": stage.name, "first": stage.starts_on, "last": stage.ends_on}
            late = row.ends_on is not None and stage.ends_on > row.ends_on
            field = "ends_on" if late else "starts_on"
            raise DomainError("campaign_shorter_than_stage", sentence, fields={field: sentence})
    return row


@transaction.atomic
def save_battle(
    row: Battle, values: Values, *, on: dt.date, by: User, version: int | None = None
) -> Battle:
    """Save a battle of a campaign."""
    return save_kept(row, values, on=on, by=by, version=version)


@transaction.atomic
def save_stage(
    row: Stage, values: Values, *, on: dt.date, by: User, version: int | None = None
) -> Stage:
    """Save a stage, numbered after the last; raise `stage_outside_campaign` for its days."""
    if row.pk is None:
        newest = row.campaign.stages.aggregate(newest=Max("seq"))["newest"] or 0
        values = {**values, "seq": newest + 1}
    row = save_kept(row, values, on=on, by=by, version=version)
    _require_inside(row)
    return row


def _require_inside(row: Stage) -> None:
    campaign = row.campaign
    if _outside(row, campaign):
        sentence = _("阶段须在行动期限内（%(first)s 至 %(last)s），请改正起止日期。") % {
            "first": campaign.starts_on or "…",
            "last": campaign.ends_on or "…",
        }
        early = campaign.starts_on is not None and row.starts_on < campaign.starts_on
        field = "starts_on" if early else "ends_on"
        raise DomainError("stage_outside_campaign", sentence, fields={field: sentence})


def _outside(stage: Stage, campaign: Campaign) -> bool:
    return (campaign.starts_on is not None and stage.starts_on < campaign.starts_on) or (
        campaign.ends_on is not None and stage.ends_on > campaign.ends_on
    )


@transaction.atomic
def save_indicator(
    row: Indicator, values: Values, *, on: dt.date, by: User, version: int | None = None
) -> Indicator:
    """Save an indicator; `points`, when given, takes the place of its planned curve.

    `points` are pairs of day and value. Raises `point_outside_indicator`, `point_twice`,
    `battle_of_another_campaign`.
    """
    values = dict(values)
    points = values.pop("points", None)
    row = save_kept(row, values, on=on, by=by, version=version)
    if row.battle is not None and row.battle.campaign_id != row.campaign_id:
        sentence = _("攻坚战“%(battle)s”不属于这个行动，请另选。") % {"battle": row.battle.name}
        raise DomainError("battle_of_another_campaign", sentence, fields={"battle": sentence})
    stored = {point.on: point.value for point in row.points.all()}
    wanted = stored if points is None else _distinct(points)
    for day in wanted:
        if not row.starts_on <= day <= row.ends_on:
            sentence = _("计划值的日期 %(day)s 不在指标期限 %(first)s 至 %(last)s 内，请改正。") % {
                "day": day,
                "first": row.starts_on,
                "last": row.ends_on,
            }
            raise DomainError("point_outside_indicator", sentence, fields={"points": sentence})
    if wanted != stored:
        _write_points(row, wanted, stored, by=by)
    return row


def _distinct(points: Iterable[tuple[dt.date, Any]]) -> dict[dt.date, Any]:
    found: dict[dt.date, Any] = {}
    for day, value in points:
        if day in found:
            sentence = _("%(day)s 有两个计划值，请只留一个。") % {"day": day}
            raise DomainError("point_twice", sentence, fields={"points": sentence})
        found[day] = value
    return found


def _write_points(
    row: Indicator, wanted: Mapping[dt.date, Any], stored: Mapping[dt.date, Any], *, by: User
) -> None:
    """Replace the curve; the audit log keeps the old one."""
    audit.record(
        "indicator.curve",
        row,
        by=by,
        summary=_("修改计划曲线：%(name)s") % {"name": row.name},
        data={
            "before": {day.isoformat(): str(stored[day]) for day in sorted(stored)},
            "after": {day.isoformat(): str(wanted[day]) for day in sorted(wanted)},
        },
    )
    row.points.all().delete()
    for day in sorted(wanted):
        save_checked(IndicatorPoint(indicator=row, on=day, value=wanted[day]))


@transaction.atomic
def save_column(
    row: CustomColumn, values: Values, *, on: dt.date, by: User, version: int | None = None
) -> CustomColumn:
    """Save a campaign's own column; its key is made up where none is given.

    What was filled in stays readable: once a value is stored, type, place and the options in use
    do not change. Raises `column_in_use`, `option_in_use`, `options_missing`, `options_too_many`.
    """
    values = dict(values)
    if row.pk is not None:
        row = _locked(row, on=on, by=by, version=version)
        values.pop("key", None)
    elif not values.get("key"):
        values["key"] = _free_key(row.campaign)
    kind = values.get("kind", row.kind)
    values["options"] = _options(values.get("options", row.options), kind=kind)
    if row.pk is not None:
        _check_use(row, values)
    return save_kept(row, values, on=on, by=by)


def _free_key(campaign: Campaign) -> str:
    taken = set(campaign.columns.values_list("key", flat=True))
    return next(key for n in range(1, len(taken) + 2) if (key := f"c{n}") not in taken)


def _options(given: Iterable[Any], *, kind: str) -> list[str]:
    """Return the options of a choice, each once, in their order; none for any other type."""
    if kind != ColumnKind.CHOICE:
        return []
    options = list(dict.fromkeys(text for one in given if (text := str(one).strip())))
    if not options:
        sentence = _("“选项”类型的栏目至少要有一个可选值，每行写一个。")
        raise DomainError("options_missing", sentence, fields={"options": sentence})
    if len(options) > MOST_OPTIONS or max(map(len, options)) > LONGEST_OPTION:
        sentence = _("可选值最多 %(most)s 个，每个不超过 %(longest)s 个字。") % {
            "most": MOST_OPTIONS,
            "longest": LONGEST_OPTION,
        }
        raise DomainError("options_too_many", sentence, fields={"options": sentence})
    return options


def uses_of(column: CustomColumn) -> dict[str, int]:
    """Return how many tasks or reports hold each value of a column."""
    rows: Any
    if column.place == ColumnPlace.REPORT:
        rows = ProgressReport.objects.filter(task__campaign=column.campaign_id)
    else:
        rows = Task.objects.filter(campaign=column.campaign_id)
    found: dict[str, int] = {}
    for custom in rows.filter(custom__has_key=column.key).values_list("custom", flat=True):
        value = str(custom[column.key])
        found[value] = found.get(value, 0) + 1
    return found


def _check_use(column: CustomColumn, values: Values) -> None:
    used = uses_of(column)
    if not used:
        return
    for name in ("kind", "place"):
        if values.get(name, getattr(column, name)) != getattr(column, name):
            sentence = _(
                "栏目“%(label)s”已有 %(count)s 处填写，类型和填写环节不能再改；可以停用后另建一栏。"
            ) % {"label": column.label, "count": sum(used.values())}
            raise DomainError("column_in_use", sentence, fields={name: sentence})
    if column.kind == ColumnKind.CHOICE:
        gone = [option for option in used if option not in values["options"]]
        if gone:
            sentence = _("可选值“%(option)s”已有 %(count)s 处填写，不能去掉。") % {
                "option": gone[0],
                "count": used[gone[0]],
            }
            raise DomainError("option_in_use", sentence, fields={"options": sentence})


@transaction.atomic
def retire_part(row: AnyPart, *, on: dt.date, by: User, version: int | None = None) -> AnyPart:
    """Take a part out of use; what refers to it keeps it. Raises `retired_already`."""
    row = _locked(row, on=on, by=by, version=version)
    if not row.is_active(on=on):
        raise DomainError(
            "retired_already",
            _("%(what)s“%(row)s”已于 %(day)s 停用。")
            % {"what": row._meta.verbose_name, "row": row, "day": row.closed_on},  # noqa: SLF001
        )
    return save_kept(row, {"closed_on": on}, on=on, by=by, act="retire")


@transaction.atomic
def restore_part(row: AnyPart, *, on: dt.date, by: User, version: int | None = None) -> AnyPart:
    """Put a retired part of a campaign back into use. Raises `not_retired`."""
    row = _locked(row, on=on, by=by, version=version)
    if row.closed_on is None:
        raise DomainError(
            "not_retired",
            _("%(what)s“%(row)s”正在使用，不需要恢复。")
            % {"what": row._meta.verbose_name, "row": row},  # noqa: SLF001
        )
    row = save_kept(row, {"closed_on": None}, on=on, by=by, act="restore")
    if isinstance(row, Stage):
        _require_inside(row)
    return row


def _locked(row: AnyPart, *, on: dt.date, by: User, version: int | None) -> AnyPart:
    authorise_plans(on=on, by=by)
    return lock_kept(row, version=version)
