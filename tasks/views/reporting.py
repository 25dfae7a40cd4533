"""Report progress on one task: the form, and 无变化 in one tap."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.requests import person_of
from accounts.scopes import standing_of
from tasks.models import Task
from tasks.parties import reporting_unit
from tasks.permissions import Act
from tasks.rules.numbers import rounded
from tasks.rules.periods import Cycle, month_end, period_of
from tasks.rules.progress import planned_percent
from tasks.services.facts import expect_version
from tasks.services.progress import submit_report
from tasks.services.readings import history_of
from tasks.views.acting import (
    answers_refusals,
    back,
    form_page,
    posted,
    version_sent,
    visible_task,
)
from tasks.views.files import WITH_EVIDENCE
from tasks.views.panels import measure_row, report_row
from tasks.views.report_forms import ReportForm, last_words, proofs_due
from tasks.views.showing import task_url

# How many earlier reports stand beside the form.
EARLIER = 3


@require_http_methods(["GET", "POST"])
@answers_refusals
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report form and take it; `unchanged` in the post needs no other field."""
    if "unchanged" in request.POST:
        return unchanged(request, pk)
    task, on = visible_task(request, pk), clock.today()
    unit, proxy = reporting_unit(standing_of(person_of(request), on=on), task)
    people = ("submitted_by", "decided_by")
    earlier = list(task.reports.select_related(*people).prefetch_related(WITH_EVIDENCE)[:EARLIER])
    form = ReportForm(
        posted(request),
        request.FILES or None,
        initial={"on": on, **last_words(task)},
        task=task,
        planned=planned_now(task, on=on),
        unit=unit,
        proxy=proxy,
        by=person_of(request),
    )

    def carry_out(values: dict[str, Any], on: Any, by: Any) -> str:
        made = submit_report(task, **values, by=by)
        return _("已提交 %(on)s 的进展，等待核查。") % {"on": made.on}

    context = {
        "reports": [report_row(one) for one in earlier],
        "unchanged_allowed": bool(earlier) and not proxy,
        "proxy": unit.name if unit is not None and proxy else "",
        "proofs": [measure_row(one, on=on) for one in proofs_due(task, until=period_end(task, on))],
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


def planned_now(task: Task, *, on: Any) -> Any:
    """Return the planned percent of a task fetched by `with_history`; None without a plan."""
    if task.assigned_on is None:
        return None
    planned = planned_percent(history_of(task), on)
    return None if planned is None else rounded(planned)


def period_end(task: Task, on: Any) -> Any:
    """Return the last day of the task's reporting period, of the month without a cycle."""
    cycle = task.report_cycle
    return period_of(Cycle(cycle), on).last if cycle else month_end(on)
