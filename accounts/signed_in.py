"""The sign-in behind a request: what middleware checks, and what pages and the API ask it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import SignInEnd
from accounts.models import SignIn, User
from accounts.services.directory_state import judge_sign_in
from accounts.services.sessions import find_sign_in, note_request

Next = Callable[[HttpRequest], HttpResponse]

# Where a session carries the number of its sign-in.
SIGN_IN = "sign_in"
# What stays open to who has to enrol a second factor first.
OPEN = (
    "second_factor",
    "begin_second_factor",
    "confirm_second_factor",
    "reauth",
    "password_change",
    "logout",
    "set_language",
    "healthz",
    "readyz",
)


def hold_session_limits(get_response: Next) -> Next:
    """Take a session for what it is only while its sign-in holds; one query a request.

    A session without one was not opened by the sign-in page and is none. Who needs a second factor
    and has none gets the page that enrols it, and nothing else.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.session.get(SESSION_KEY)
        if person is None:
            return get_response(request)
        at = clock.now()
        sign_in = find_sign_in(request.session.get(SIGN_IN), person, at=at)
        end = note_request(sign_in, at=at) if sign_in is not None else None
        if sign_in is not None and end is None:
            verdict = judge_sign_in(sign_in, at=at)
            end = verdict.end
            if verdict.down_until is not None and not request.path.startswith("/api/"):
                messages.warning(request, _down_sentence(verdict.down_until))
        if sign_in is None or end is not None:
            logout(request)
            if not request.path.startswith("/api/"):
                messages.warning(request, _sentence(end))
            return get_response(request)
        request.sign_in = sign_in  # type: ignore[attr-defined]
        if getattr(sign_in, "must_enrol", False) and request.path not in map(reverse, OPEN):
            return _enrol_first(request)
        return get_response(request)

    return middleware


def forget_whom_one_acts_for(get_response: Next) -> Next:
    """Leave nothing of a request on the person's object: the next one says anew for whom it is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            return get_response(request)
        finally:
            # Looked at only where the request read the person; a token's person stands there too.
            for name in ("_cached_user", "user"):
                user = vars(request).get(name)
                if type(user) is User:
                    user.acting_for = None

    return middleware


def sign_in_of(request: Any) -> SignIn | None:
    """Return the sign-in behind a page's or the API's request; None for a token or nobody."""
    found = getattr(request, "sign_in", None)
    return found if isinstance(found, SignIn) else None


def key_of(request: Any) -> int | None:
    """Return the number of a request's sign-in, for `end_all_sessions(…, except_key=…)`."""
    sign_in = sign_in_of(request)
    return sign_in.pk if sign_in else None


def _down_sentence(until: dt.datetime) -> str:
    when = until.astimezone(clock.BEIJING).strftime("%H:%M")
    return _(
        "统一身份认证服务暂时无法连接，可继续使用至 %(when)s；届时仍未恢复将自动退出，请及时保存。"
    ) % {"when": when}


def _sentence(end: SignInEnd | None) -> str:
    if end is SignInEnd.IDLE:
        return _("您已较长时间未操作，为安全起见已退出，请重新登录。")
    if end is SignInEnd.WHOLE:
        return _("本次登录已到最长时限，请重新登录。")
    if end is SignInEnd.DIRECTORY:
        return _("您的统一身份账号已停用或已在别处退出，已退出本系统；如有疑问请联系系统管理员。")
    if end is SignInEnd.UNCONFIRMED:
        return _("统一身份认证服务长时间无法连接，为安全起见已退出，请稍后重新登录。")
    return _("登录已失效：可能已在别处退出、修改密码或登录过多，请重新登录。")


def _enrol_first(request: HttpRequest) -> HttpResponse:
    page = reverse("second_factor")
    if request.path.startswith("/api/"):
        detail = _("您的角色须启用动态口令，请先登录网页完成绑定。")
        body = {"code": "second_factor_needed", "detail": detail, "fields": {}}
        return JsonResponse(body, status=403, json_dumps_params={"ensure_ascii": False})
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    return redirect(page)
