"""An indicator: its curve of plan against readings, the table; entering and correcting."""

import datetime as dt
from fractions import Fraction
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import User
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.campaign_permissions import (
    authorise_correcting,
    authorise_entering,
    corrects_reading,
    enters_readings,
    sees_campaigns,
)
from tasks.choices import TaskState, Verdict
from tasks.lights import lit
from tasks.models import Indicator, IndicatorReading, Task
from tasks.rules.curves import planned_value, shortfall
from tasks.services.indicators import correct_reading, curve_of, record_reading, stand_of
from tasks.views.acting import answers_refusals, posted
from tasks.views.acts import BOTH
from tasks.views.campaign_forms import CorrectionForm, ReadingForm
from tasks.views.campaign_shapes import MeasuredTask, ReadingRow
from tasks.views.campaign_showing import (
    about,
    campaign_url,
    exact,
    indicator_url,
    part_actions,
    stand_sentence,
    state_of,
)
from tasks.views.drawing import NARROW, WIDE, Reading, draw_curve
from tasks.views.pieces import Action, Kpi
from tasks.views.reading_forms import reading_form
from tasks.views.showing import lamp_of, lead_names, task_url

# So many of the tasks it measures are named.
TASKS = 20


@login_required
@require_safe
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an indicator: how it stands, the curve, every reading, the tasks it measures."""
    standing = _standing(request)
    row = _indicator(pk, standing)
    readings = list(
        row.readings.select_related(
            "by", "report__task", "superseded_by__by", "supersedes"
        ).order_by("-on", "-id")
    )
    counting = [one for one in readings if not _fate(one)]
    stand = stand_of(row, counting, on=standing.on)
    state, sentence = stand_sentence(stand, row.unit)
    terms = curve_of(row)
    drawn = [
        Reading(
            on=one.on,
            value=Fraction(one.value),
            behind=(shortfall(terms, Fraction(one.value), one.on) or 0) > 0,
            title=f"{one.on} {exact(one.value)} {row.unit}",
        )
        for one in _one_a_day(counting)
    ]
    context = {
        "indicator": row,
        "campaign": row.campaign,
        "campaign_url": campaign_url(row.campaign),
        "baseline": exact(row.baseline),
        "target": exact(row.target),
        "retired": not row.is_active(on=standing.on),
        "kpis": (
            Kpi(
                label=_("最新读数"),
                value=exact(stand.reading.value) if stand else "—",
                unit=row.unit if stand else "",
                note=str(stand.reading.on) if stand else _("还没有读数"),
            ),
            Kpi(
                label=_("当日计划值"),
                value=about(stand.planned) if stand else about(planned_value(terms, standing.on)),
                unit=row.unit,
                note=str(stand.reading.on) if stand else str(standing.on),
            ),
            Kpi(
                label=_("目标值"),
                value=exact(row.target),
                unit=row.unit,
                note=_("%(day)s 前达标") % {"day": row.ends_on},
            ),
        ),
        "state": state,
        "sentence": sentence,
        "drawings": tuple(
            draw_curve(terms, drawn, today=standing.on, width=width) for width in (WIDE, NARROW)
        ),
        "plan": [(point.on, exact(point.value)) for point in row.points.all()],
        # A withdrawal is told beside the reading it took back.
        "readings": [_row(one, row, standing) for one in readings if not one.withdrawn],
        "tasks": _tasks(row, standing),
        "actions": _actions(row, standing),
    }
    return render(request, "tasks/indicator.html", context)


@BOTH
@answers_refusals
def reading_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a reading."""
    standing = _standing(request)
    row = _indicator(pk, standing)
    authorise_entering(row, on=standing.on, by=standing.user)

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        made = record_reading(row, **values, today=on, by=by)
        return _("已登记 %(on)s 的读数 %(value)s。") % {"on": made.on, "value": exact(made.value)}

    form = ReadingForm(posted(request), initial={"on": standing.on})
    context = {"title": _("登记读数"), "indicator": row, "target": exact(row.target), "old": None}
    return reading_form(request, form, carry_out, context=context, home=indicator_url(row))


@BOTH
@answers_refusals
def reading_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct or withdraw a reading; the old one is kept."""
    standing = _standing(request)
    seen = IndicatorReading.objects.select_related("indicator__campaign", "by")
    old = seen.filter(pk=pk).first() if sees_campaigns(standing) else None
    if old is None:
        raise Http404
    authorise_correcting(old, on=standing.on, by=standing.user)
    # Who comes late to a reading that was corrected is led to the one that counts.
    later = IndicatorReading.objects.filter(supersedes=old).first()
    if later is not None and request.method == "GET" and not later.withdrawn:
        return redirect(reverse("tasks:reading_correct", args=[later.pk]))

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        made = correct_reading(
            old,
            on=values.pop("on"),
            **values,
            today=on,
            by=by,
        )
        if made.withdrawn:
            return _("已撤回 %(on)s 的读数。") % {"on": made.on}
        return _("已更正为 %(value)s（%(on)s）。") % {"on": made.on, "value": exact(made.value)}

    start = {"on": old.on, "value": exact(old.value), "source": old.source}
    form = CorrectionForm(posted(request), initial=start)
    context = {
        "title": _("更正读数"),
        "indicator": old.indicator,
        "target": exact(old.indicator.target),
        "old": _row(old, old.indicator, standing),
    }
    home = indicator_url(old.indicator)
    return reading_form(request, form, carry_out, context=context, home=home)


def _standing(request: HttpRequest) -> Standing:
    return standing_of(person_of(request), on=clock.today())


def _indicator(pk: int, standing: Standing) -> Indicator:
    """Return an indicator with its curve; not found (404) for who works on no campaign."""
    rows = Indicator.objects.select_related("campaign", "battle").prefetch_related("points")
    row: Indicator | None = rows.filter(pk=pk).first() if sees_campaigns(standing) else None
    if row is None:
        raise Http404
    return row


def _actions(row: Indicator, standing: Standing) -> tuple[Action, ...]:
    found: tuple[Action, ...] = ()
    if enters_readings(standing, row) and row.is_active(on=standing.on):
        url = reverse("tasks:reading_new", args=[row.pk])
        found = (Action(label=_("登记读数"), url=url, kind="primary", icon="plus"),)
    return found + part_actions("indicator", row, standing)


def _fate(reading: IndicatorReading) -> str:
    """Return why a reading does not count; empty where it does."""
    later = getattr(reading, "superseded_by", None)
    if later is not None:
        words = {"who": later.by.name, "reason": later.reason}
        if later.withdrawn:
            return _("%(who)s撤回：%(reason)s") % words
        return _("%(who)s更正：%(reason)s") % words
    if reading.withdrawn:
        return _("撤回记录")
    if reading.report is not None and reading.report.verdict == Verdict.RETURNED:
        return _("所在填报已退回")
    return ""


def _one_a_day(readings: list[IndicatorReading]) -> list[IndicatorReading]:
    """Return of each day the reading that was recorded last, by day."""
    newest: dict[dt.date, IndicatorReading] = {}
    for one in sorted(readings, key=lambda one: (one.on, one.pk)):
        newest[one.on] = one
    return list(newest.values())


def _row(reading: IndicatorReading, row: Indicator, standing: Standing) -> ReadingRow:
    terms, value = curve_of(row), Fraction(reading.value)
    fate = _fate(reading)
    state, sentence = state_of(shortfall(terms, value, reading.on), row.unit)
    old = reading.supersedes
    actions: tuple[Action, ...] = ()
    if corrects_reading(standing, reading) and _open(reading):
        url = reverse("tasks:reading_correct", args=[reading.pk])
        actions = (Action(label=_("更正"), url=url, icon="edit"),)
    task = reading.report.task if reading.report is not None else None
    seen = task is not None and task.pk in standing.once(
        ("tasks seen", row.pk), lambda: _seen(row, standing)
    )
    return ReadingRow(
        on=reading.on,
        value=exact(reading.value),
        planned=about(planned_value(terms, reading.on)),
        gap="" if fate else sentence,
        state="" if fate else state,
        source=reading.source,
        source_url=task_url(task) if task is not None and seen else "",
        by=reading.by.name,
        at=reading.recorded_at,
        corrects=_("更正自 %(on)s 的 %(value)s：%(reason)s")
        % {"on": old.on, "value": exact(old.value), "reason": reading.reason}
        if old is not None and not reading.withdrawn
        else "",
        fate=fate,
        actions=actions,
    )


def _open(reading: IndicatorReading) -> bool:
    """Whether a reading may still be corrected: nothing took its place."""
    return not reading.withdrawn and getattr(reading, "superseded_by", None) is None


def _measured(row: Indicator, standing: Standing) -> Any:
    seen = Task.objects.visible_to(standing.user, on=standing.on).filter(indicator=row)
    return seen.exclude(state=TaskState.DRAFT)


def _seen(row: Indicator, standing: Standing) -> frozenset[int]:
    return frozenset(_measured(row, standing).values_list("pk", flat=True))


def _tasks(row: Indicator, standing: Standing) -> list[MeasuredTask]:
    """Return the tasks the person sees that the indicator measures."""
    tasks = lit(_measured(row, standing), on=standing.on).order_by("plan", "code").for_list()
    return [
        MeasuredTask(
            title=task.title,
            url=task_url(task),
            code=task.code,
            unit=lead_names(task),
            lamp=lamp_of(task),
        )
        for task in tasks[:TASKS]
    ]
