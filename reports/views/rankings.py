"""Monthly rankings, and the judgement of one unit explained."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import BUSINESS_ROLES
from accounts.models import Unit
from accounts.requests import person_of
from accounts.scopes import standing_of
from reports.evaluation.engine.results import UnitResult
from reports.services.countdowns import countdowns, counted_interviews
from reports.services.evaluations import evaluate
from reports.services.memory import subject_key
from reports.services.policies import policy_for
from reports.views import forms
from reports.views.explaining import group_label, group_tables, month_scores
from reports.views.finding import found_about
from reports.views.shapes import MonthScore
from tasks.views.pieces import Kpi, Notice


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the months of a year by peer group, of the units the person may see."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    if not standing.has(*BUSINESS_ROLES):
        raise PermissionDenied
    units = {unit.code: unit for unit in standing.scope(*BUSINESS_ROLES).units()}
    groups = sorted({unit.group for unit in units.values()})
    year, group = _chosen(request, on)
    evaluation = evaluate(as_of=on, year=year)
    tables = group_tables(evaluation, units, on=on, correction=_correction(on), group=group)
    context = {
        "on": on,
        "year": year,
        "tables": tables,
        "filters": forms.RankingForm(
            {"year": year, "group": group},
            groups=[(name, group_label(name)) for name in groups],
        ),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request, "reports/_ranking_tables.html" if fragment else "reports/rankings.html", context
    )


@login_required
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Explain the judgement of one unit: its counts, its months, what was found and why."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    chosen: Unit = get_object_or_404(standing.scope(*BUSINESS_ROLES).units(), code=code)
    year, _group = _chosen(request, on)
    evaluation = evaluate(as_of=on, year=year)
    row = next((one for one in evaluation.units if one.code == code), None)
    months = month_scores(evaluation, chosen, user, on=on, correction=_correction(on))
    warning = countdowns([chosen], on=on).get(subject_key(chosen), "")
    causes, missing = found_about([chosen], user, on=on)
    context: dict[str, Any] = {
        "on": on,
        "year": year,
        "unit": chosen,
        "months": months,
        "kpis": _kpis(row, months, _interviews(chosen, year, on)),
        "causes": causes,
        "notices": [Notice(text=text, kind="warning") for text in (warning, missing) if text],
        "rankings_url": reverse("reports:rankings"),
    }
    return render(request, "reports/unit.html", context)


def _chosen(request: HttpRequest, on: dt.date) -> tuple[int, str]:
    year = request.GET.get("year", "")
    number = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else on.year
    return min(max(number, 1990), on.year), request.GET.get("group", "")


def _correction(on: dt.date) -> int:
    return policy_for(on).gates.ranking_correction_workdays


def _interviews(unit: Unit, year: int, on: dt.date) -> int:
    return len(counted_interviews([unit], year=year, on=on).get(subject_key(unit), ()))


def _kpis(row: UnitResult | None, months: list[MonthScore], interviews: int) -> list[Kpi]:
    """Return the unit's numbers: the tasks it leads, the interviews and bottom months counted."""
    bottoms = sum(month.bottom for month in months)
    numbers = [
        (_("牵头任务"), row.tasks if row else 0, ""),
        (_("逾期未办结"), row.overdue if row else 0, "red"),
        (_("严重滞后"), row.seriously_lagging if row else 0, "red"),
        (_("计入约谈"), interviews, "yellow"),
        (_("排名靠后月数"), bottoms, "yellow"),
    ]
    return [
        Kpi(label=label, value=str(number), colour=colour if number else "")
        for label, number, colour in numbers
    ]
