"""How units answered their reporting cycles in a month, and how often each was asked (调度统计)."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import Role
from accounts.models import Unit
from accounts.requests import person_of
from accounts.scopes import standing_of
from tasks.dispatch import WINDOWS, Answers, Asked, answers, asked, month_of
from tasks.rules.periods import DAY
from tasks.views.pieces import Action, Notice, Tab

# How many months can be looked back to from the page's tabs.
MONTHS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRow:
    """A unit's answers of the month, and how often it was asked in 30 and in 90 days."""

    name: str
    url: str
    answers: Answers
    month: Asked
    quarter: Asked

    @property
    def windows(self) -> tuple[tuple[Asked, str], ...]:
        """The two windows with their column's name."""
        return (self.month, _("近 30 天")), (self.quarter, _("近 90 天"))


@login_required
@require_safe
def dispatch(request: HttpRequest) -> HttpResponse:
    """Show supervisors and leaders which units were silent, and what was asked of each."""
    on = clock.today()
    standing = standing_of(person_of(request), on=on)
    if not standing.has(Role.SUPERVISOR, Role.LEADER):
        raise PermissionDenied(_("调度统计由督办人员和局领导查看。"))
    months = last_months(on)
    wanted = request.GET.get("month", "")
    first = next((month for month in months if f"{month:%Y-%m}" == wanted), months[-1])
    units = list(standing.scope(Role.SUPERVISOR, Role.LEADER).units().order_by("position", "code"))
    counted = answers(units, {"month": month_of(first)}, on=on)
    often = asked(units, on=on)
    nothing = dict.fromkeys(WINDOWS, Asked())
    rows = [
        DispatchRow(
            name=unit.name,
            url=reverse("tasks:unit", args=[unit.code]),
            answers=counted[unit.pk]["month"] if unit.pk in counted else Answers(),
            month=often.get(unit.pk, nothing)[WINDOWS[0]],
            quarter=often.get(unit.pk, nothing)[WINDOWS[1]],
        )
        for unit in units
        if unit.pk in counted or unit.pk in often
    ]
    context = {
        "on": on,
        "rows": sorted(rows, key=lambda row: -row.answers.silent),
        "tabs": [
            Tab(label=f"{month:%Y-%m}", url=f"?month={month:%Y-%m}", current=month == first)
            for month in months
        ],
        "actions": (
            Action(
                label=_("代录局外单位进展"),
                url=f"{reverse('tasks:reporting')}?due=outside",
                icon="edit",
            ),
        )
        if standing.has(Role.SUPERVISOR)
        else (),
    }
    return render(request, "tasks/dispatch.html", context)


def last_months(on: dt.date) -> list[dt.date]:
    """Return the first days of the last months and of this one, oldest first."""
    months = [on.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - DAY).replace(day=1))
    return months[::-1]


def notices_of(unit: Unit, *, on: dt.date) -> tuple[Notice, ...]:
    """Return a unit's own silence of the newest two months and what was asked, as sentences."""
    months, unit_id = last_months(on)[-2:], unit.pk
    counted = answers([unit], {month: month_of(month) for month in months}, on=on)
    often = asked([unit], on=on)
    told = []
    for month in months if unit_id in counted else ():
        one = counted[unit_id][month]
        text = _(
            "%(month)s 已到期应报 %(due)s 次：已报 %(reported)s 次"
            "（其中无变化 %(same)s 次），未报 %(silent)s 次。"
        ) % {
            "month": f"{month:%Y-%m}",
            "due": one.due,
            "reported": one.reported,
            "same": one.unchanged,
            "silent": one.silent,
        }
        if one.due:
            told.append(Notice(text=text, kind="warning" if one.silent else "info"))
    if unit_id in often:
        told.append(
            Notice(
                text=_("本单位被要求报送：近 30 天 %(month)s 次，近 90 天 %(quarter)s 次。")
                % {
                    "month": often[unit_id][WINDOWS[0]].total,
                    "quarter": often[unit_id][WINDOWS[1]].total,
                }
            )
        )
    return tuple(told)
