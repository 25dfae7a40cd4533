"""HR's page: the year's exclusions, their download, the dossiers and leave to take them."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.choices import Role
from accounts.models import RoleGrant, User
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from accounts.views.fresh import fresh_sign_in_required
from reports.choices import FindingKind
from reports.models import Exclusion
from reports.models.outcomes import ExclusionQuerySet
from reports.permissions import Act, act_of_withdrawal, may, may_everywhere
from reports.services.exclusions import (
    grant_dossiers,
    list_exclusions,
    may_take_dossiers,
    withdraw_exclusion,
)
from reports.services.exports import Export, export_dossiers, export_list
from reports.views import forms
from reports.views.presenting import events_about, exclusion_line, proposal_row

PAGE_SIZE = 50
# How long leave to take dossiers lasts unless a leader says otherwise.
GRANT_DAYS = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the year's exclusions as HR lists them, as of a day."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    if not may_everywhere(standing, Act.EXPORT_LIST):
        raise PermissionDenied
    filters = forms.ListForm({"year": str(on.year), "as_of": on.isoformat(), **_given(request)})
    values = filters.cleaned_data if filters.is_valid() else {}
    year, as_of = values.get("year") or on.year, values.get("as_of") or on
    rows = _narrowed(list_exclusions(year, on=as_of).visible_to(user, on=on), values)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = [exclusion_line(one, standing) for one in page.object_list]
    context = {
        "on": on,
        "year": year,
        "as_of": as_of,
        "filters": filters,
        "page": page,
        "takes_dossiers": may_take_dossiers(user, year, on=on),
        "grant_form": _grant_form(standing, year),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request, "reports/_exclusion_rows.html" if fragment else "reports/exclusions.html", context
    )


@login_required
@require_POST
@fresh_sign_in_required(download="reports:exclusions")
def download(request: HttpRequest) -> HttpResponse:
    """Hand out the workbook of the year as of the day; it leaves an entry in the audit log."""
    return _hand_out(request, export_list, XLSX)


@login_required
@require_POST
@fresh_sign_in_required(download="reports:exclusions")
def download_dossiers(request: HttpRequest) -> HttpResponse:
    """Hand out the dossiers behind the list to who was granted them."""
    return _hand_out(request, export_dossiers, ZIP)


@login_required
@require_POST
@fresh_sign_in_required
def grant(request: HttpRequest) -> HttpResponse:
    """Let somebody of HR take a year's dossiers for a while."""
    standing = standing_of(person_of(request), on=clock.today())
    if not may_everywhere(standing, Act.GRANT_DOSSIERS):
        raise PermissionDenied
    form = forms.GrantForm(request.POST, people=_takers())
    done = forms.carry_out(form, grant_dossiers, on=clock.today(), by=person_of(request))
    if done is None:
        messages.error(request, " ".join(str(e) for es in form.errors.values() for e in es))
        return redirect("reports:exclusions")
    messages.success(
        request,
        _("已授权%(who)s调阅%(year)s年度佐证卷宗至 %(until)s。")
        % {"who": done.user, "year": done.year, "until": done.until},
    )
    return redirect(f"{reverse('reports:exclusions')}?{urlencode({'year': done.year})}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an exclusion to who may withdraw it, and withdraw it on a post."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    seen = Exclusion.objects.visible_to(user, on=on).for_list()
    exclusion: Exclusion = get_object_or_404(seen, pk=pk)
    if not may(standing, act_of_withdrawal(exclusion.kind), exclusion):
        raise PermissionDenied
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST":
        done = forms.carry_out(
            form, lambda reason: withdraw_exclusion(exclusion, on=on, reason=reason, by=user)
        )
        if done is not None:
            messages.success(request, _("已撤回 %(number)s。") % {"number": done.number})
            return redirect("reports:exclusion", pk)
    context = {
        "on": on,
        "exclusion": exclusion,
        "line": exclusion_line(exclusion, standing),
        "cause": proposal_row(exclusion.proposal),
        "form": form if exclusion.withdrawn_on is None else None,
        "history": events_about(exclusion, exclusion.proposal),
        "list_url": _list_url(exclusion),
    }
    return render(request, "reports/exclusion.html", context, status=422 if form.errors else 200)


def _given(request: HttpRequest) -> dict[str, str]:
    """Return what the address asks for; what it leaves out keeps its default."""
    return {key: str(value) for key, value in request.GET.items() if value}


def _narrowed(rows: ExclusionQuerySet, values: dict[str, Any]) -> ExclusionQuerySet:
    if values.get("kind"):
        rows = rows.filter(kind=values["kind"])
    words = values.get("q", "").strip()
    if words:
        rows = rows.filter(
            Q(unit__name__icontains=words)
            | Q(person__name__icontains=words)
            | Q(person__staff_number__icontains=words)
            | Q(person__unit__name__icontains=words)
        )
    return rows


def _takers() -> Any:
    """Return the people leave to take dossiers may be given to."""
    return User.objects.filter(
        grants__in=RoleGrant.objects.on(clock.today()).filter(role=Role.HR), is_active=True
    ).distinct()


def _grant_form(standing: Standing, year: int) -> forms.GrantForm | None:
    if not may_everywhere(standing, Act.GRANT_DOSSIERS):
        return None
    until = standing.on + dt.timedelta(days=GRANT_DAYS)
    return forms.GrantForm(people=_takers(), initial={"year": year, "until": until})


def _hand_out(
    request: HttpRequest, export: Callable[..., Export], content_type: str
) -> HttpResponse:
    """Send a file as an attachment, or say why not."""
    form = forms.TakeForm(request.POST)
    given = {"on": clock.today(), "by": person_of(request)}
    file = forms.carry_out(form, export, **given)
    if file is None:
        messages.error(request, " ".join(str(e) for es in form.errors.values() for e in es))
        return redirect("reports:exclusions")
    return attachment(file, content_type)


def attachment(file: Export, content_type: str) -> HttpResponse:
    """Return a file that the browser saves and nobody caches."""
    response = HttpResponse(file.content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file.name
    )
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _list_url(exclusion: Exclusion) -> str:
    if exclusion.kind == FindingKind.DISCIPLINE_REFERRAL:
        return reverse("reports:referrals")
    return f"{reverse('reports:exclusions')}?{urlencode({'year': exclusion.year})}"
