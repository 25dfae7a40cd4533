"""From a right password to a session: the second step where one is needed, then the sign-in.

Every way in goes through `admit`, single sign-on too.
"""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.choices import SignInEnd, SignInSource
from accounts.errors import DomainError
from accounts.models import SignIn, User
from accounts.requests import address_of
from accounts.services.second_factor import check_code, has_second_factor
from accounts.services.sessions import end_all_sessions, open_sign_in, sign_in_before
from accounts.signed_in import SIGN_IN
from accounts.views.forms import AccountForm

# Where a session without a person keeps whose password was right, and when.
PENDING = "pending_sign_in"
PENDING_FOR = dt.timedelta(minutes=5)


class CodeForm(AccountForm):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("动态口令"),
        max_length=20,
        help_text=gettext_lazy(
            "打开手机上的验证器应用，输入当前显示的 6 位数字；手机不在身边时输入一个备用码。"
        ),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )


def admit(
    request: HttpRequest, user: User, *, next_url: str, source: SignInSource = SignInSource.LOCAL
) -> HttpResponse:
    """Sign in a person known by password or single sign-on, after a second step if they have one.

    `next_url` must already be known to be an address of this site.
    """
    if not has_second_factor(user):
        greet(request, begin(request, user, source=source))
        return redirect(next_url)
    # A new id, so that nobody else already holds the session in which a code is all that lacks.
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": clock.now().isoformat(),
        "next": next_url,
        "source": source.value,
    }
    return redirect("second_step")


def begin(request: HttpRequest, user: User, *, source: SignInSource = SignInSource.LOCAL) -> SignIn:
    """Open the session of a person who has shown everything, under a new id."""
    login(request, user)
    sign_in = open_sign_in(
        user,
        address=address_of(request),
        agent=request.headers.get("User-Agent", ""),
        at=clock.now(),
        source=source,
    )
    request.session[SIGN_IN] = sign_in.pk
    return sign_in


def greet(request: HttpRequest, sign_in: SignIn) -> None:
    """Tell the person when and from where they were here before."""
    before = sign_in_before(sign_in)
    if before is None:
        return
    text = _(
        "上次登录：%(when)s，%(address)s %(agent)s。不是您本人？请立即修改密码并联系系统管理员。"
    )
    when = before.since.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
    address = before.address or _("地址未知")
    messages.info(request, text % {"when": when, "address": address, "agent": before.agent})


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code that follows a right password."""
    pending: dict[str, Any] = request.session.get(PENDING, {})
    user = _pending_person(pending, at=clock.now())
    if user is None:
        request.session.pop(PENDING, None)
        if pending:
            messages.warning(request, _("输入密码后已超过 5 分钟，请重新登录。"))
        return redirect(settings.LOGIN_URL)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code, address = form.cleaned_data["code"], address_of(request)
        try:
            check_code(user, code, address=address, at=clock.machine_now())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            del request.session[PENDING]
            greet(request, begin(request, user, source=SignInSource(pending["source"])))
            return redirect(pending["next"])
    context = {"form": form, "person": user.username}
    return render(
        request, "accounts/second_step.html", context, status=422 if form.is_bound else 200
    )


class SignOutView(LogoutView):
    """Sign out: every sign-in of the person ends, on all their devices."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """End them, then the session."""
        user = request.user
        if isinstance(user, User):
            end_all_sessions(user, end=SignInEnd.SIGNED_OUT, at=clock.now(), by=user)
        return super().post(request, *args, **kwargs)


def _pending_person(pending: dict[str, Any], *, at: dt.datetime) -> User | None:
    """Return whose password was right within the last five minutes, if it still is theirs."""
    if not pending or at >= dt.datetime.fromisoformat(str(pending["at"])) + PENDING_FOR:
        return None
    user: User | None = User.objects.filter(pk=pending["user"], is_active=True).first()
    if user is None:
        return None
    same = constant_time_compare(str(pending["hash"]), user.get_session_auth_hash())
    return user if same else None
