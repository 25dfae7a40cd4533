"""What waits for the leader in charge to countersign, and the form that signs or hands back."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.models import User
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.models import Countersignature
from tasks.permissions import Act
from tasks.services.countersigning import countersign, hand_back, what_of
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.forms import VerdictForm
from tasks.views.lists import columns_of, page_of
from tasks.views.panels import closure_row, report_row
from tasks.views.pieces import Action, WorkItem
from tasks.views.showing import lead_names, task_url


@login_required
@require_safe
def countersigning(request: HttpRequest) -> HttpResponse:
    """List what the person is asked to countersign, the longest waiting first."""
    standing = standing_of(person_of(request), on=clock.today())
    page = page_of(request, to_countersign(standing))
    page.object_list = [countersign_item(held, standing) for held in page]
    context = {
        "total": page.paginator.count,
        "page": page,
        "columns": columns_of(page),
        "actions": (),
    }
    return render(request, "tasks/countersigning.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a report or close-out, or hand it back."""
    rows = Countersignature.objects.visible_to(person_of(request), on=clock.today())
    held = get_object_or_404(
        rows.select_related(
            "report__submitted_by", "report__unit", "report__task", "closure__submitted_by"
        ),
        pk=pk,
    )
    task = visible_task(request, held.task_id)
    form = VerdictForm(posted(request), accept=_("审签同意"), refuse=_("退回补正"))

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        if values["verdict"] == "accepted":
            countersign(held, on=on, by=by, comment=values["decision"])
            return _("已审签，转督办人员核查。")
        hand_back(held, reason=values["decision"], on=on, by=by)
        return _("已退回填报人补正。")

    row = report_row(held.report, hinted=True) if held.report else closure_row(held.closure)
    context = {
        "title": _("审签：%(what)s") % {"what": what_of(held)},
        "report": row,
        "hints": (),
        "signing": True,
        "limit": _("审签同意后转督办人员核查；等待审签的天数不计任何单位和个人。"),
        "actions": (),
    }
    return form_page(
        request,
        task,
        form,
        carry_out,
        act=Act.COUNTERSIGN,
        template="tasks/verify_form.html",
        context=context,
        then=reverse("tasks:countersigning"),
    )


def to_countersign(standing: Standing) -> Any:
    """Return what waits for the person's countersigning, and for whom they stand in."""
    rows = Countersignature.objects.waiting().filter(task__leader__in=standing.people)
    return (
        rows.exclude(submitted_by=standing.user)
        .select_related("task", "submitted_by", "report", "closure")
        .prefetch_related("task__responsibilities__unit")
        .order_by("submitted_at", "id")
    )


def countersign_item(held: Countersignature, standing: Standing) -> WorkItem:
    """Return what waits for a signature as a line of work."""
    since = clock.date_of(held.submitted_at)
    note = _("%(what)s · %(who)s %(since)s 提交，已等 %(days)s 天") % {
        "what": what_of(held),
        "who": held.submitted_by.name,
        "since": since,
        "days": max(0, (standing.on - since).days),
    }
    url = reverse("tasks:countersign", args=[held.pk])
    return WorkItem(
        title=held.task.title,
        url=task_url(held.task),
        code=held.task.code,
        unit=lead_names(held.task),
        note=note,
        actions=(Action(label=_("审签"), url=url, kind="primary", icon="edit"),),
    )
