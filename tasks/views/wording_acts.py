"""Amend an issued task's wording; record what the principal did in person."""

import datetime as dt
from typing import Any

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from tasks.choices import PersonalDutyKind
from tasks.permissions import Act
from tasks.services import amending, personal
from tasks.views import forms
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.acts import BOTH


class AmendForm(forms.WorkForm):
    """Which wording is to read how, and why."""

    field = fields.ChoiceField(label=gettext_lazy("修订哪一处"))
    new = forms.text_field(gettext_lazy("新表述"), limit=1000, required=False, rows=3)
    leader = fields.ModelChoiceField(
        label=gettext_lazy("新的分管领导"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("不设分管领导"),
        help_text=gettext_lazy("只在修订“分管领导”时选择，其他修订不用管。"),
    )
    reason = forms.text_field(gettext_lazy("修订理由"), limit=1000, rows=2)


class PersonalForm(forms.WorkForm):
    """What the principal did in person, and when."""

    kind = fields.ChoiceField(label=gettext_lazy("事项"), choices=PersonalDutyKind.choices)
    on = fields.DateField(label=gettext_lazy("日期"), widget=forms.DayInput())
    text = forms.text_field(gettext_lazy("情况"), limit=1000, rows=3)


@BOTH
@answers_refusals
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Amend one wording of an issued task."""
    task = visible_task(request, pk)
    form = AmendForm(posted(request))
    form.fields["field"].choices = [  # type: ignore[attr-defined]
        (name, f"{label}：{words[:40] or '—'}") for name, label, words in amending.amendable(task)
    ]

    leaders: Any = form.fields["leader"]
    leaders.queryset = amending.leaders_on(clock.today())

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        field, _colon, number = values["field"].partition(":")
        new: Any = values["leader"] if field == "leader" else values["new"]
        if field == "leader" and values["new"]:
            sentence = _("修订分管领导请在下面选择，“新表述”留空。")
            raise DomainError("invalid", sentence, fields={"new": sentence})
        seq = int(number) if number else None
        made = amending.amend_task(
            task,
            field=field,
            seq=seq,
            new=new,
            reason=values["reason"],
            on=on,
            by=by,
        )
        return _("已修订%(subject)s，原表述保留。") % {"subject": made.subject}

    context = {
        "title": _("修订表述"),
        "lead": _(
            "只改文字和分管领导。时限用延期，责任人用交接，单位用退办重新交办，级别和性质不改。"
        ),
        "submit_label": _("修订"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.AMEND, context=context)


@BOTH
@answers_refusals
def record_personal(request: HttpRequest, pk: int) -> HttpResponse:
    """Record one of the principal's four personal duties."""
    task = visible_task(request, pk)
    form = PersonalForm(posted(request), initial={"on": clock.today()})

    def carry_out(values: dict[str, Any], _on: dt.date, by: User) -> str:
        made = personal.record_personal_duty(task, by=by, **values)
        return _("已登记：%(person)s%(kind)s。") % {
            "person": made.person.name,
            "kind": made.get_kind_display(),
        }

    context = {
        "title": _("登记四个亲自"),
        "lead": _("由牵头单位主要负责人登记，联络员可代为登记；登记后不能修改。"),
        "submit_label": _("登记"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.RECORD_PERSONAL, context=context)
