"""Stop a task, look at the standstill again, let it go on; and the budget of its extensions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.choices import Role
from accounts.models import User
from tasks.permissions import Act
from tasks.rules.budget import used
from tasks.services import extensions, pausing
from tasks.services.readings import history_of
from tasks.views import forms
from tasks.views.acting import answers_refusals, form_page, posted, visible_task

BOTH = require_http_methods(["GET", "POST"])


@BOTH
@answers_refusals
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a task."""
    task = visible_task(request, pk)
    today = clock.today()
    form = forms.SuspendForm(
        posted(request), initial={"review_on": today + pausing.REVIEW_AFTER, "owner": request.user}
    )
    overseers = User.objects.filter(
        is_active=True, grants__role__in=(Role.SUPERVISOR, Role.LEADER)
    ).distinct()
    form.fields["owner"].queryset = overseers  # type: ignore[attr-defined]

    def carry_out(values: dict[str, Any], on: Any, by: User) -> str:
        pausing.suspend_task(task, on=on, by=by, **values)
        return _("任务已中止，中止期间不计逾期；%(owner)s须于 %(day)s 前复核。") % {
            "owner": values["owner"].name,
            "day": values["review_on"],
        }

    context = {
        "title": _("中止任务"),
        "lead": _("中止期间不计逾期，由指定的责任人按期复核；恢复办理时须给出新时限。"),
        "submit_label": _("中止"),
        "danger": True,
    }
    return form_page(request, task, form, carry_out, act=Act.SUSPEND, context=context)


@BOTH
@answers_refusals
def prolong(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a suspension again and let it go on."""
    task = visible_task(request, pk)
    initial = {"review_on": clock.today() + pausing.REVIEW_AFTER}
    form = forms.ProlongForm(posted(request), initial=initial)

    def carry_out(values: dict[str, Any], on: Any, by: User) -> str:
        pausing.prolong_suspension(task, on=on, by=by, **values)
        return _("已复核，继续中止至 %(day)s。") % {"day": values["review_on"]}

    context = {
        "title": _("复核中止"),
        "lead": _("条件仍不具备的，写明理由和下次复核日期；条件具备的，请改办“恢复办理”。"),
        "submit_label": _("继续中止"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.RESUME, context=context)


@BOTH
@answers_refusals
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a suspended task go on."""
    task = visible_task(request, pk)
    form = forms.NewDeadlineForm(posted(request))

    def carry_out(values: dict[str, Any], on: Any, by: User) -> str:
        pausing.resume_task(task, on=on, by=by, **values)
        return _("任务已恢复办理。")

    context = {
        "title": _("恢复办理"),
        "lead": "",
        "submit_label": _("恢复"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.RESUME, context=context)


@BOTH
@answers_refusals
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a task's deadline be extended more often or further than usual."""
    task = visible_task(request, pk)
    allowed = extensions.budget_of(task)
    form = forms.BudgetForm(posted(request), initial={"times": allowed.times, "days": allowed.days})

    def carry_out(values: dict[str, Any], on: Any, by: User) -> str:
        extensions.set_extension_budget(task, on=on, by=by, **values)
        return _("延期额度已调整。")

    spent = used(history_of(task))
    context = {
        "title": _("调整延期额度"),
        "lead": _("已批准延期 %(times)s 次、共 %(days)s 天。")
        % {"times": spent.times, "days": spent.days},
        "submit_label": _("调整"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.SET_EXTENSION_BUDGET, context=context)
