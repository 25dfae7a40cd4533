"""Who holds which role: the security administrator's pages, which the auditor reads."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import RoleGrant, User
from accounts.permissions import may_end_grant, may_grant_to
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from accounts.services import granting as services
from accounts.views.appointing_forms import EndGrantForm, GrantFilters, GrantForm
from accounts.views.forms import AccountForm
from accounts.views.fresh import fresh_sign_in_required
from accounts.views.periods import grant_rows
from accounts.views.shapes import Action

PAGE_SIZE = 50


@login_required
@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """List the grants in force on a day, or without one all there ever were."""
    standing = _reader(request)
    filters = GrantFilters(request.GET or {"on": standing.on.isoformat()})
    values = filters.cleaned_data if filters.is_valid() else {}
    found = services.search_grants(
        services.grants_read_by(standing.user),
        words=values.get("q", ""),
        role=values.get("role", ""),
        on=values.get("on"),
    )
    page: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = grant_rows(list(page.object_list), standing)
    context = {"filters": filters, "page": page, "actions": _new(standing, None)}
    fragment = request.headers.get("HX-Request") == "true"
    template = "accounts/_grant_rows.html" if fragment else "accounts/grants.html"
    return render(request, template, context)


@login_required
@require_safe
def person_grants(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every grant a person ever had."""
    standing = standing_of(person_of(request), on=clock.today())
    shown: User = get_object_or_404(services.people_read_by(standing.user), pk=pk)
    rows = services.grants_read_by(standing.user).filter(user=shown)
    context = {
        "list_url": reverse("grants"),
        "person": shown,
        "rows": grant_rows(list(rows), standing),
        "actions": _new(standing, shown) if may_grant_to(standing, shown) else [],
    }
    return render(request, "accounts/person_grants.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def grant_new(request: HttpRequest) -> HttpResponse:
    """Grant a role."""
    by = _granter(request).user
    form = GrantForm(
        request.POST or None,
        people=services.people_read_by(by).filter(is_active=True).exclude(pk=by.pk),
        units=services.units_to_grant(by),
        initial={"user": request.GET.get("user", ""), "since": clock.today()},
    )
    if form.is_valid():
        values = form.cleaned_data
        try:
            made = services.grant_role(values.pop("user"), values.pop("role"), **values, by=by)
        except NotAllowedError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            text = _("已授予%(name)s“%(role)s”（%(unit)s），%(since)s 起生效。")
            messages.success(request, text % _names(made))
            return redirect("person_grants", pk=made.user_id)
    return _form(request, form, title=_("授予角色"), submit=_("授予"), back=reverse("grants"))


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant with a day, or at once; it stays in the history."""
    grant = get_object_or_404(services.grants_read_by(person_of(request)), pk=pk)
    standing = _granter(request)
    by, today = standing.user, standing.on
    form = EndGrantForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        until = form.cleaned_data["until"]
        try:
            if until is None:
                services.revoke_role(grant, on=today, by=by)
            else:
                services.end_grant(grant, until=until, by=by)
        except NotAllowedError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            text = _("已收回%(name)s“%(role)s”（%(unit)s）。")
            messages.success(request, text % _names(grant))
            return redirect("person_grants", pk=grant.user_id)
    elif not may_end_grant(standing, grant):
        messages.error(request, _("这项授权已经结束，或是本人的授权，不能在这里收回。"))
        return redirect("person_grants", pk=grant.user_id)
    title = _("收回%(name)s的角色：%(role)s（%(unit)s）") % _names(grant)
    back = reverse("person_grants", args=[grant.user_id])
    return _form(request, form, title=title, submit=_("收回"), back=back)


def _reader(request: HttpRequest) -> Standing:
    """Return the standing of somebody who reads grants."""
    standing = standing_of(person_of(request), on=clock.today())
    if not services.reads_grants(standing.user):
        raise PermissionDenied
    return standing


def _granter(request: HttpRequest) -> Standing:
    """Return the standing of a security administrator."""
    standing = standing_of(person_of(request), on=clock.today())
    if not standing.has(Role.SECADMIN):
        raise PermissionDenied(_("只有安全管理员可以授予和收回角色。"))
    return standing


def _new(standing: Standing, person: User | None) -> list[Action]:
    if not standing.has(Role.SECADMIN):
        return []
    url = reverse("grant_new") + (f"?user={person.pk}" if person else "")
    return [Action(label=_("授予角色"), url=url, kind="primary", icon="plus")]


def _names(grant: RoleGrant) -> dict[str, Any]:
    return {
        "name": grant.user.name,
        "role": grant.get_role_display(),
        "unit": grant.unit,
        "since": grant.since,
    }


def _form(
    request: HttpRequest, form: AccountForm, *, title: str, submit: str, back: str
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "submit_label": submit,
        "back_url": back,
        "back_label": _("角色授权"),
        "notice": "",
    }
    return render(request, "accounts/form.html", context)
