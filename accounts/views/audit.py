"""The audit officer's pages: the log to search and read, its verification, its export."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import DomainError
from accounts.models import AuditEntry, User
from accounts.requests import person_of
from accounts.services import audit_anchors, audit_checks, audit_reading
from accounts.views.forms import AuditFilters
from accounts.views.shapes import Action, AuditStatus

PAGE_SIZE = 50


@login_required
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """List the entries, newest first; htmx gets the rows alone."""
    by = _auditor(request)
    filters = AuditFilters(request.GET)
    entries = audit_reading.visible_entries(by)
    found = audit_reading.search_entries(entries, **_values(filters))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"filters": filters, "page": page}
    if request.headers.get("HX-Request") == "true":
        return render(request, "accounts/_audit_rows.html", context)
    export = f"{reverse('audit_export')}?{request.GET.urlencode()}"
    context |= {
        "status": _status(),
        "actions": [
            Action(label=_("导出"), url=export, method="post", icon="download"),
            Action(
                label=_("核验"),
                url=reverse("audit_verify"),
                method="post",
                kind="primary",
                icon="shield-lock",
            ),
        ],
    }
    return render(request, "accounts/audit.html", context)


@login_required
@require_safe
def audit_entry(request: HttpRequest, seq: int) -> HttpResponse:
    """Show one entry with everything its digest covers."""
    entries = audit_reading.visible_entries(person_of(request))
    entry: AuditEntry = get_object_or_404(entries, pk=seq)
    context = {
        "entry": entry,
        "data": json.dumps(entry.data, ensure_ascii=False, indent=2, sort_keys=True),
        "list_url": reverse("audit"),
    }
    return render(request, "accounts/audit_entry.html", context)


@login_required
@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Have the chain verified: a short one at once, a long one by the worker."""
    check = audit_checks.ask_check(by=_auditor(request))
    if check.total > audit_checks.AT_ONCE:
        messages.success(request, _("已交后台核验，完成后在本页显示结果。"))
        return redirect("audit")
    try:
        check = audit_checks.run_check(check)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        say = messages.success if check.sound else messages.error
        say(request, check.finding)
    return redirect("audit")


@login_required
@require_POST
def audit_export(request: HttpRequest) -> HttpResponse:
    """Hand out the entries of the filters as CSV; the export leaves an entry of its own."""
    by = _auditor(request)
    try:
        content = audit_reading.export_entries(by=by, **_values(AuditFilters(request.GET)))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("audit")
    name = f"audit_{clock.today():%Y%m%d}.csv"
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _auditor(request: HttpRequest) -> User:
    by = person_of(request)
    if not audit_checks.audits(by):
        raise PermissionDenied
    return by


def _values(filters: AuditFilters) -> dict[str, Any]:
    return filters.cleaned_data if filters.is_valid() else AuditFilters.nothing()


def _status() -> AuditStatus:
    check = audit_checks.last_check()
    waiting = audit_checks.waiting_check()
    return AuditStatus(
        head=audit_anchors.current_head(),
        anchor=audit_anchors.last_anchor(),
        checked_at=check.finished_at if check else None,
        finding=check.finding if check else "",
        sound=bool(check and check.sound),
        waiting=_("正在核验：%(done)s / %(total)s") % {"done": waiting.done, "total": waiting.total}
        if waiting
        else "",
    )
