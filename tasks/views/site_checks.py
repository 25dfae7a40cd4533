"""The form that records a check on site, of a report or a close-out."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import User
from accounts.requests import person_of
from tasks.models import Closure, ProgressReport
from tasks.permissions import Act
from tasks.services.site_checks import record_site_check
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.checking_forms import SiteCheckForm


@require_http_methods(["GET", "POST"])
@answers_refusals
def of_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was found about a report."""
    return _page(request, ProgressReport, pk)


@require_http_methods(["GET", "POST"])
@answers_refusals
def of_closure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was found about a close-out."""
    return _page(request, Closure, pk)


def _page(request: HttpRequest, model: Any, pk: int) -> HttpResponse:
    rows = model.objects.visible_to(person_of(request), on=clock.today())
    submission = get_object_or_404(rows.select_related("task"), pk=pk)
    task = visible_task(request, submission.task_id)
    initial = {"visited": clock.today()}
    form = SiteCheckForm(posted(request), request.FILES or None, initial=initial)

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        check = record_site_check(submission, on=on, by=by, **values)
        verdict = _("与填报相符") if check.true else _("与填报不符")
        return _("现场核查已登记：%(verdict)s。核查结论请另行作出。") % {"verdict": verdict}

    context = {
        "title": _("登记现场核查"),
        "lead": _("写明到了哪里、谁去的、看到什么；照片等材料一并留存。"),
        "submit_label": _("登记"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.CHECK_SITE, context=context)
