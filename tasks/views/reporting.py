"""Report progress: the form, and 无变化 in one tap."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.requests import person_of
from tasks.permissions import Act
from tasks.services.facts import expect_version
from tasks.services.progress import submit_report
from tasks.views.acting import (
    answers_refusals,
    back,
    form_page,
    posted,
    version_sent,
    visible_task,
)
from tasks.views.forms import ReportForm
from tasks.views.panels import report_row
from tasks.views.showing import task_url

# How many earlier reports stand beside the form.
EARLIER = 3


@require_http_methods(["GET", "POST"])
@answers_refusals
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report form and take it; `unchanged` in the post needs no other field."""
    if "unchanged" in request.POST:
        return unchanged(request, pk)
    task = visible_task(request, pk)
    people = ("submitted_by", "decided_by")
    earlier = list(task.reports.select_related(*people).prefetch_related("evidence")[:EARLIER])
    initial = {
        "on": clock.today(),
        "percent": earlier[0].percent.normalize() if earlier else "",
        "next_step": earlier[0].next_step if earlier else "",
    }
    form = ReportForm(posted(request), request.FILES or None, initial=initial)

    def carry_out(values: dict[str, Any], on: Any, by: Any) -> str:
        made = submit_report(task, **values, by=by)
        return _("已提交 %(on)s 的进展，等待核查。") % {"on": made.on}

    context = {
        "reports": [report_row(one) for one in earlier],
        "unchanged_allowed": bool(earlier),
    }
    return form_page(
        request,
        task,
        form,
        carry_out,
        act=Act.REPORT,
        template="tasks/report_form.html",
        context=context,
    )


@require_POST
@answers_refusals
def unchanged(request: HttpRequest, pk: int) -> HttpResponse:
    """Report that nothing changed, and return to where the person came from."""
    task = visible_task(request, pk)
    with transaction.atomic():
        expect_version(task, version_sent(request))
        made = submit_report(task, on=clock.today(), unchanged=True, by=person_of(request))
    messages.success(
        request,
        _("%(code)s 已按“无变化”填报（%(percent)s%%）。")
        % {"code": task.code, "percent": made.percent},
    )
    return redirect(back(request, task_url(task)))
