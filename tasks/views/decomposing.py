"""Split a task into child tasks: rows of parts, issued together."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.requests import person_of
from accounts.scopes import standing_of
from tasks.permissions import Act
from tasks.services import decomposing
from tasks.views import forms
from tasks.views.acting import answers_refusals, brief, form_page, posted, visible_task
from tasks.views.acts import BOTH
from tasks.views.draft_forms import SPARE, Row, lengthened

_MOST = 50


class SplitForm(forms.WorkForm):
    """The sheet of a split; its content are the rows."""


class PartRow(Row):
    """A child task to be."""

    title = fields.CharField(label=gettext_lazy("分解任务"), max_length=300, required=False)
    unit = fields.TypedChoiceField(
        label=gettext_lazy("承担单位"), coerce=int, empty_value=None, required=False, choices=()
    )
    responsible = fields.TypedChoiceField(
        label=gettext_lazy("责任人"), coerce=int, empty_value=None, required=False, choices=()
    )
    weight = fields.DecimalField(
        label=gettext_lazy("权重"), max_digits=9, decimal_places=3, required=False, initial=1
    )
    deadline = fields.DateField(label=gettext_lazy("时限"), required=False, widget=forms.DayInput())
    expected = fields.CharField(label=gettext_lazy("预期成果"), max_length=1000, required=False)


@BOTH
@answers_refusals
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Split a task."""
    on = clock.today()
    task = visible_task(request, pk)
    standing = standing_of(person_of(request), on=on)
    units = {unit.pk: unit for unit in decomposing.splittable_units(standing, task)}
    people = {
        user.pk: user
        for user in User.objects.filter(is_active=True, unit__in=units).order_by("staff_number")
    }
    data = posted(request)
    adding = data is not None and "more" in data
    row_set = fields.formset_factory(PartRow, extra=SPARE + 1, max_num=_MOST, absolute_max=_MOST)
    rows = row_set(
        lengthened(data, "parts") if data is not None and adding else data,
        prefix="parts",
        form_kwargs={
            "choices": {
                "unit": [("", "—"), *((key, unit.name) for key, unit in units.items())],
                "responsible": [
                    ("", _("该单位主要负责人")),
                    *((key, person.name) for key, person in people.items()),
                ],
            }
        },
    )
    form = SplitForm(data)
    context = {
        "title": _("分解任务"),
        "lead": _("分解给下属科室或本单位人员；之后本任务的进度由下级任务按权重汇总。"),
        "submit_label": _("分解并交办"),
        "rows": rows,
    }
    template = "tasks/split_form.html"
    if adding:
        for row in rows:
            row.quiet = True
        return render(request, template, {**brief(task, on=on), "form": form, **context})

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        if not rows.is_valid():
            raise DomainError("invalid", _("请改正下面标出的内容。"))
        parts = [_part(row, units, people) for row in _filled(rows)]
        decomposing.split_task(task, parts=parts, on=on, by=by)
        return _("已分解为 %(count)s 项并交办。") % {"count": len(parts)}

    return form_page(
        request, task, form, carry_out, act=Act.SPLIT, template=template, context=context
    )


def _filled(rows: Any) -> list[dict[str, Any]]:
    return [row.cleaned_data for row in rows if row.cleaned_data.get("title")]


def _part(row: dict[str, Any], units: dict[int, Unit], people: dict[int, User]) -> decomposing.Part:
    if not row["unit"]:
        raise DomainError("part_unit", _("“%(title)s”没有选择承担单位。") % {"title": row["title"]})
    return decomposing.Part(
        title=row["title"],
        unit=units[row["unit"]],
        responsible=people.get(row["responsible"]),
        weight=Decimal(1) if row["weight"] is None else row["weight"],
        deadline=row["deadline"],
        expected=row["expected"],
    )
