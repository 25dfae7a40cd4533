"""The person's own account: where they are signed in, and proving again who they are."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.choices import SignInEnd
from accounts.models import SignIn
from accounts.requests import person_of
from accounts.services.second_factor import (
    has_second_factor,
    needs_second_factor,
    recovery_codes_left,
)
from accounts.services.sessions import (
    end_all_sessions,
    end_sign_in,
    live_sign_ins,
    session_limits,
    sign_in_before,
)
from accounts.signed_in import key_of, sign_in_of
from accounts.views.fresh import TEMPLATE, proof_form, prove, provider_link


@never_cache
@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show where the person is signed in, when they were before, and their second factor."""
    user, at = person_of(request), clock.now()
    current = sign_in_of(request)
    context = {
        "sign_ins": live_sign_ins(user, at=at),
        "current": current,
        "before": sign_in_before(current) if current else None,
        "limits": session_limits(),
        "enrolled": has_second_factor(user),
        "needed": needs_second_factor(user, on=clock.date_of(at)),
        "codes_left": recovery_codes_left(user),
    }
    return render(request, "accounts/account.html", context)


@login_required
@require_POST
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the person's sign-ins; ending the present one is signing out here."""
    user = person_of(request)
    sign_in = get_object_or_404(SignIn, pk=pk, user=user)
    end_sign_in(sign_in, end=SignInEnd.BY_HAND, at=clock.now(), by=user)
    messages.success(request, _("该处登录已结束。"))
    return redirect("account")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End every sign-in of the person but the present one."""
    user = person_of(request)
    ended = end_all_sessions(
        user, end=SignInEnd.BY_HAND, at=clock.now(), by=user, except_key=key_of(request)
    )
    messages.success(request, _("已结束其他 %(count)s 处登录。") % {"count": ended})
    return redirect("account")


@sensitive_post_parameters("proof-password", "proof-code")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reauth(request: HttpRequest) -> HttpResponse:
    """Ask for the password again and lead back to the page that needs it."""
    form = proof_form(request, request.POST if request.method == "POST" else None)
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    target = wanted if own else reverse("account")
    if prove(request, form):
        messages.success(request, _("身份已验证，请继续操作。"))
        return redirect(target)
    context = {
        "form": form,
        "proved": False,
        "action": reverse("reauth"),
        "carried": [],
        "back": "",
        "next": target,
        "provider": provider_link(request, back=target),
    }
    return render(request, TEMPLATE, context, status=422 if form.is_bound else 200)
