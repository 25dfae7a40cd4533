"""Turn rankings into tables, and a unit's month into the sum it is."""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import calendar
from accounts.choices import UnitKind
from accounts.models import Unit, User
from reports.evaluation.engine.results import Evaluation, MonthRanking, RankingRow, ScorePart
from reports.services.assessments import tasks_by_key
from reports.views.shapes import (
    GroupTable,
    MonthCell,
    MonthHead,
    MonthScore,
    RankedUnit,
    ScoreLine,
)
from tasks.choices import DutyRole, Light
from tasks.models import Task
from tasks.rules.numbers import plain, rounded

_UNRANKED = MonthCell(score=None, rank=None, bottom=False)


def group_label(group: str) -> str:
    """Return a peer group's name: that of its kind of unit, or as the registry has it."""
    return str(UnitKind(group).label) if group in UnitKind.values else group


def group_tables(
    evaluation: Evaluation,
    units: Mapping[str, Unit],
    *,
    on: dt.date,
    correction: int,
    group: str = "",
) -> list[GroupTable]:
    """Return a table for each group (or the one asked for) with a ranked unit among `units`.

    Units stand in the order of the newest month's rank, then code; places are those of the whole
    group, whoever is shown.
    """
    by_group: dict[str, list[MonthRanking]] = {}
    for ranking in evaluation.rankings:
        if not group or ranking.group == group:
            by_group.setdefault(ranking.group, []).append(ranking)
    tables = [
        _table(name, months, units, on=on, correction=correction)
        for name, months in by_group.items()
    ]
    return [table for table in tables if table.units]


def _table(
    group: str,
    rankings: list[MonthRanking],
    units: Mapping[str, Unit],
    *,
    on: dt.date,
    correction: int,
) -> GroupTable:
    places = [{row.unit: row for row in ranking.rows} for ranking in rankings]
    shown = {code for month in places for code in month if code in units}
    newest = places[-1] if places else {}
    last = len(newest) + 1
    order = sorted(shown, key=lambda code: (newest[code].rank if code in newest else last, code))
    return GroupTable(
        group=group_label(group),
        months=tuple(month_head(one.end, on=on, correction=correction) for one in rankings),
        units=tuple(_ranked(units[code], (month.get(code) for month in places)) for code in order),
    )


def _ranked(unit: Unit, rows: Iterable[RankingRow | None]) -> RankedUnit:
    cells = tuple(
        MonthCell(score=row.score, rank=row.rank, bottom=row.bottom) if row else _UNRANKED
        for row in rows
    )
    return RankedUnit(
        name=unit.name,
        url=reverse("reports:unit", args=[unit.code]),
        cells=cells,
        bottoms=sum(cell.bottom for cell in cells),
    )


def month_head(end: dt.date, *, on: dt.date, correction: int) -> MonthHead:
    """Return a month and whether its ranking may still be corrected on the day.

    `correction` is the number of working days after the month in which it may.
    """
    until = calendar.add_workdays(end, correction)
    return MonthHead(label=f"{end:%Y-%m}", provisional=on <= until, until=until)


def month_scores(
    evaluation: Evaluation, unit: Unit, user: User, *, on: dt.date, correction: int
) -> list[MonthScore]:
    """Return a unit's months, newest first, each with the tasks that made its score."""
    months = [
        (ranking, row)
        for ranking in evaluation.rankings
        for row in ranking.rows
        if row.unit == unit.code
    ]
    named = tasks_by_key({part.task for _, row in months for part in row.detail.parts})
    seen = set(
        Task.objects.visible_to(user, on=on)
        .filter(pk__in=[task.pk for task in named.values()])
        .values_list("pk", flat=True)
    )
    tasks = {key: task for key, task in named.items() if task.pk in seen}
    return [
        _month(row, tasks, month_head(ranking.end, on=on, correction=correction), ranking)
        for ranking, row in reversed(months)
    ]


def _month(
    row: RankingRow, tasks: Mapping[str, Task], head: MonthHead, ranking: MonthRanking
) -> MonthScore:
    detail = row.detail
    return MonthScore(
        label=head.label,
        provisional=head.provisional,
        score=row.score,
        rank=row.rank,
        size=len(ranking.rows),
        bottom=row.bottom,
        base=rounded(detail.base),
        deductions=rounded(detail.deductions),
        bonus=rounded(detail.bonus),
        lines=tuple(_line(part, tasks.get(part.task)) for part in detail.parts),
    )


def _line(part: ScorePart, task: Task | None) -> ScoreLine:
    return ScoreLine(
        task=part.task,
        title=task.title if task else "",
        role=str(DutyRole.LEAD.label) if part.role == "lead" else _("配合"),
        weight=plain(Fraction(part.weight)),
        points=plain(Fraction(part.points)),
        colour=part.light,
        word=str(Light(part.light).label) if part.light in Light.values else "",
    )
