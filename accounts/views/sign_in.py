"""Sign-in and the person's own password, on Django's own machinery."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoHint:
    """The accounts of the demonstration as (login name, post) pairs, and their one password."""

    accounts: tuple[tuple[str, str], ...]
    password: str


_REFUSED = gettext_lazy("登录名或密码不正确，请核对后重新输入；忘记密码请联系系统管理员。")


class SignInForm(AuthenticationForm):
    """Name and password; one sentence for every way of being wrong, so none is told apart."""

    error_messages = {"invalid_login": _REFUSED, "inactive": _REFUSED}


class SignInView(LoginView):
    """Sign a person in and send them to the page they asked for.

    `demo_hint` is asked in demo mode only, for the accounts printed below the form.
    """

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    demo_hint: Callable[[], DemoHint] | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo accounts, in demo mode only."""
        hint = self.demo_hint() if settings.MODE == "demo" and self.demo_hint else None
        return super().get_context_data(demo=hint, **kwargs)


class PasswordView(PasswordChangeView):
    """Change the person's own password; every other session of theirs ends."""

    template_name = "accounts/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Save and say so."""
        response = super().form_valid(form)
        messages.success(self.request, _("密码已修改，其他设备上的登录已退出。"))
        return response
