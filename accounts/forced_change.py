"""Middleware: who has to set a new password gets nothing else before."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import SignInSource
from accounts.models import User
from accounts.services.passwords import replacement_due
from accounts.signed_in import sign_in_of

Next = Callable[[HttpRequest], HttpResponse]

# What stays open: the page itself, leaving, another language, and the probes.
OPEN = ("password_change", "logout", "set_language", "healthz", "readyz")


def require_new_password(get_response: Next) -> Next:
    """Send a person whose password is due to the page that takes a new one.

    The API, which has no page, answers 403 `password_due`. Programs with a token have no password.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        user, sign_in = request.user, sign_in_of(request)
        if (
            # The office's directory keeps that password.
            (sign_in is not None and sign_in.source != SignInSource.LOCAL)
            or not isinstance(user, User)
            or replacement_due(user, at=clock.now()) is None
            or request.path in {reverse(name) for name in OPEN}
        ):
            return get_response(request)
        page = reverse("password_change")
        if request.path.startswith("/api/"):
            detail = _("密码已到更换期限，请先登录网页设置新密码。")
            body = {"code": "password_due", "detail": detail, "fields": {}}
            return JsonResponse(body, status=403, json_dumps_params={"ensure_ascii": False})
        if "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": page})
        return redirect(page)

    return middleware
