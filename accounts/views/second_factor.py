"""Enrol an authenticator app, and reset the lost ones of others."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError
from accounts.models import RoleGrant, SecondFactor, User
from accounts.requests import person_of
from accounts.scopes import standing_of
from accounts.services import second_factor as service
from accounts.views.entering import CodeForm
from accounts.views.forms import AccountForm
from accounts.views.fresh import fresh_sign_in_required


class FirstCodeForm(CodeForm):
    """The first code of an app, which no recovery code can stand for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["code"].help_text = _("应用每 30 秒换一次数字，请输入当前显示的。")


class ResetForm(AccountForm):
    """Why somebody's second factor is reset."""

    reason = forms.CharField(
        label=gettext_lazy("重置原因"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("如：手机遗失，已当面核对本人")}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRow:
    """A person with the state of their second factor."""

    person: User
    roles: str
    since: dt.datetime | None
    may_reset: bool


@never_cache
@login_required
@require_safe
def enrolment(request: HttpRequest) -> HttpResponse:
    """Explain the second factor, or show the code to scan once it was begun."""
    return _enrolment(request, FirstCodeForm())


@login_required
@require_POST
@fresh_sign_in_required
def begin_enrolment(request: HttpRequest) -> HttpResponse:
    """Make a new secret and show it."""
    user = person_of(request)
    try:
        service.begin_enrolment(user, at=clock.now(), by=user)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("account")
    return redirect("second_factor")


@never_cache
@login_required
@require_POST
def confirm_enrolment(request: HttpRequest) -> HttpResponse:
    """Take the first code and show the recovery codes, this once."""
    user, form = person_of(request), FirstCodeForm(request.POST)
    if form.is_valid():
        try:
            codes = service.confirm_enrolment(
                user, form.cleaned_data["code"], at=clock.machine_now(), by=user
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return render(request, "accounts/recovery_codes.html", {"codes": codes, "new": True})
    return _enrolment(request, form)


@never_cache
@login_required
@require_POST
@fresh_sign_in_required
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes and show the new ones, this once."""
    user = person_of(request)
    try:
        codes = service.renew_recovery_codes(user, by=user)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("account")
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "new": False})


@login_required
@require_POST
@fresh_sign_in_required
def remove(request: HttpRequest) -> HttpResponse:
    """Take the person's own second factor away, to enrol another phone."""
    user = person_of(request)
    try:
        service.remove_second_factor(user, by=user)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("account")
    messages.success(request, _("动态口令已解除，可在新手机上重新绑定。"))
    return redirect("second_factor")


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show the security administrator who has a second factor and who still lacks it."""
    user, on = person_of(request), clock.today()
    if not standing_of(user, on=on).has(Role.SECADMIN):
        raise PermissionDenied
    return render(request, "accounts/second_factors.html", {"rows": _rows(user, on)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the second factor somebody has lost, for a reason that is recorded."""
    user, on = person_of(request), clock.today()
    person = get_object_or_404(service.people_to_reset(user, on=on), pk=pk)
    form = ResetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            service.reset_second_factor(
                person, reason=form.cleaned_data["reason"], at=clock.now(), by=user
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            sentence = _("已重置 %(name)s 的动态口令，其所有登录已退出。")
            messages.success(request, sentence % {"name": person.name})
            return redirect("second_factors")
    context = {"form": form, "person": person}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/reset_second_factor.html", context, status=status)


def _enrolment(request: HttpRequest, form: CodeForm) -> HttpResponse:
    user = person_of(request)
    if service.has_second_factor(user):
        return redirect("account")
    factor = service.pending_factor(user)
    context = {
        "form": form,
        "begun": factor is not None,
        "needed": service.needs_second_factor(user, on=clock.today()),
        "picture": _picture(service.app_address(factor)) if factor else "",
        "secret": service.typed_secret(factor) if factor else "",
        "username": user.username,
    }
    return render(request, "accounts/enrolment.html", context, status=422 if form.is_bound else 200)


def _picture(text: str) -> str:
    """Return a QR code as the address of a picture, which the page's policy lets it show."""
    picture: str = segno.make(text, error="m", micro=False).svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff"
    )
    return picture


def _rows(by: User, on: dt.date) -> list[FactorRow]:
    """Return who needs a second factor or has one, in the order of units."""
    needing = RoleGrant.objects.on(on).filter(role__in=settings.SECOND_FACTOR_ROLES)
    factors = {one.user_id: one for one in SecondFactor.objects.confirmed()}
    seen = Q(pk__in=needing.values("user")) | Q(pk__in=list(factors))
    units = standing_of(by, on=on).scope(Role.SECADMIN).units()
    rows = User.objects.filter(seen, is_active=True, unit__in=units).select_related("unit")
    held: dict[int, list[str]] = {}
    for grant in RoleGrant.objects.on(on).filter(user__in=rows).order_by("role"):
        held.setdefault(grant.user_id, []).append(str(Role(grant.role).label))
    return [
        FactorRow(
            person=person,
            roles="、".join(dict.fromkeys(held.get(person.pk, []))),
            since=factors[person.pk].confirmed_at if person.pk in factors else None,
            may_reset=person.pk in factors and service.may_reset(by, person, on=on),
        )
        for person in rows.order_by("unit__position", "staff_number")
    ]
