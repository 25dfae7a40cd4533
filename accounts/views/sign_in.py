"""The sign-in page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from accounts import clock
from accounts.errors import DomainError
from accounts.requests import address_of
from accounts.services.directory_people import oidc_config, password_source
from accounts.services.signing_in import sign_in_with_password
from accounts.views.entering import admit


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoHint:
    """The accounts of the demonstration as (login name, post) pairs, and their one password."""

    accounts: tuple[tuple[str, str], ...]
    password: str


class SignInForm(AuthenticationForm):
    """Name and password; what they open is the sign-in service's to say."""

    def clean(self) -> dict[str, Any]:
        """Ask the service; its refusal stands above the form."""
        values = self.cleaned_data
        if "username" in values and "password" in values and self.request is not None:
            try:
                self.user_cache = sign_in_with_password(
                    values["username"],
                    values["password"],
                    address=address_of(self.request),
                    at=clock.now(),
                )
            except DomainError as refusal:
                raise ValidationError(str(refusal.message), code=refusal.code) from refusal
        return values


class SignInView(LoginView):
    """Sign a person in and send them to the page they asked for.

    `demo_hint` is asked in demo mode only, for the accounts printed below the form.
    """

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    demo_hint: Callable[[], DemoHint] | None = None

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Go on to the second step, or straight in."""
        user = form.get_user()
        source = password_source(user)
        return admit(self.request, user, next_url=self.get_success_url(), source=source)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way through single sign-on, and in demo mode the demo's accounts."""
        hint = self.demo_hint() if settings.MODE == "demo" and self.demo_hint else None
        single = oidc_config() is not None
        return super().get_context_data(demo=hint, single_sign_on=single, **kwargs)
