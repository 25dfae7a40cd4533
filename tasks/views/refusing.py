"""Refuse a part in a task, and decide on the refusal."""

import datetime as dt
from typing import Any

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.calendar import written
from accounts.models import Unit, User
from accounts.requests import person_of
from tasks.choices import DutyRole, Verdict
from tasks.models import DutyRefusal, Responsibility, Task
from tasks.permissions import Act, acceptance_due
from tasks.services import refusing
from tasks.views import forms
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.acts import BOTH
from tasks.views.deciding import limit_of
from tasks.views.issuing_panel import refusal_row


class RefusalDecisionForm(forms.VerdictForm):
    """A verdict on a refusal; a lead unit's names who leads instead."""

    leads = fields.ModelMultipleChoiceField(
        label=gettext_lazy("重新交办的牵头单位"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("同意退办时选择；按住 Ctrl 可多选，其余联合牵头单位保留。"),
    )
    deadline = fields.DateField(
        label=gettext_lazy("新任务时限"),
        required=False,
        widget=forms.DayInput(),
        help_text=gettext_lazy("不填时沿用原定时限。"),
    )


@BOTH
@answers_refusals
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a unit's part in a task."""
    seen = Task.objects.visible_to(person_of(request), on=clock.today())
    duties = Responsibility.objects.filter(task__in=seen).select_related("task", "unit")
    duty = get_object_or_404(duties, pk=pk)
    task = visible_task(request, duty.task_id)
    form = forms.ReasonForm(posted(request))

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        refusing.refuse_duty(duty, on=on, by=by, **values)
        return _("退办申请已提交，等待审批；审批前仍由本单位负责。")

    limit = acceptance_due(duty) if task.assigned_on else None
    context = {
        "title": _("退办"),
        "lead": _("%(unit)s的退办须在 %(due)s 前提出，写明理由。")
        % {"unit": duty.unit.name, "due": written(limit) if limit else "—"},
        "submit_label": _("提交退办申请"),
        "danger": True,
    }
    return form_page(request, task, form, carry_out, act=Act.REFUSE, context=context)


@BOTH
@answers_refusals
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a refusal or turn it down."""
    rows = DutyRefusal.objects.visible_to(person_of(request), on=clock.today())
    refusal = get_object_or_404(
        rows.select_related("submitted_by", "decided_by", "duty__unit"), pk=pk
    )
    task = visible_task(request, refusal.task_id)
    leading = refusal.duty.role == DutyRole.LEAD
    form = RefusalDecisionForm(
        posted(request), accept=_("同意退办"), refuse=_("不同意，须签收办理")
    )
    if leading:
        others = Unit.objects.active().exclude(pk=refusal.duty.unit_id)
        form.fields["leads"].queryset = others  # type: ignore[attr-defined]
    else:
        del form.fields["leads"], form.fields["deadline"]

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        if values["verdict"] != Verdict.ACCEPTED:
            refusing.return_refusal(refusal, reason=values["decision"], on=on, by=by)
            return _("已答复：不同意退办。")
        refusing.accept_refusal(
            refusal,
            on=on,
            by=by,
            comment=values["decision"],
            leads=tuple(values.get("leads", ())),
            deadline=values.get("deadline"),
        )
        return _("已同意退办。")

    hints = [
        _("牵头单位退办：同意后本任务终止，并重新交办给所选单位；终止由局领导决定。")
        if leading
        else _("配合单位退办：同意后该单位自当日起不再参与。")
    ]
    return form_page(
        request,
        task,
        form,
        carry_out,
        act=Act.DECIDE_REFUSAL,
        template="tasks/verify_form.html",
        context={
            "title": _("审批退办"),
            "report": refusal_row(refusal),
            "hints": hints,
            "limit": limit_of(refusal, on=clock.today()),
            "actions": (),
        },
    )
