"""Dangerous acts ask for the password again, unless it was shown within the last ten minutes.

The four of security.md, Identity 7: adopting a policy, confirming a finding, exporting persons,
changing roles. A page's address carries `fresh_sign_in_required`, the API's `FreshSignIn`
(accounts.api.fresh); services know nothing of it and commands need it not.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import clock
from accounts.choices import SignInSource
from accounts.errors import DomainError
from accounts.requests import address_of, person_of
from accounts.services.second_factor import check_code, has_second_factor
from accounts.services.sessions import is_fresh, refresh_sign_in
from accounts.services.signing_in import check_own_password
from accounts.signed_in import sign_in_of
from accounts.views.forms import AccountForm, password_field

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# Fields of this form stand beside those of the act it interrupts.
PREFIX = "proof"
TEMPLATE = "accounts/reauth.html"


class ProofForm(AccountForm):
    """The password again, and a code of who has a second factor."""

    password = password_field(_("登录密码"), autocomplete="current-password")
    code = forms.CharField(
        label=_("动态口令"),
        max_length=20,
        help_text=_("手机应用显示的 6 位数字，或一个备用码。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, data: QueryDict | None, *, coded: bool) -> None:
        super().__init__(data, prefix=PREFIX)
        if not coded:
            del self.fields["code"]


def fresh_sign_in_required(
    view: View[P] | None = None, *, download: str = ""
) -> Callable[..., Any]:
    """Let a view act only for who proved recently who they are; others are asked first.

    A page that is opened leads to /reauth/ and back. A form that is sent is answered with the
    question, which carries the form's own fields (not its files) to the same address, so nothing
    typed is lost. `download` names the page a file is asked for from: a file leaves the page that
    asked standing, so the question is answered by a page with one button, which hands it out.
    """
    if view is None:
        return lambda one: fresh_sign_in_required(one, download=download)
    asked = view

    @wraps(asked)
    @sensitive_post_parameters(f"{PREFIX}-password", f"{PREFIX}-code")
    @login_required
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        sign_in = sign_in_of(request)
        if request.method != "POST":
            if sign_in is not None and is_fresh(sign_in, at=clock.now()):
                return asked(request, *args, **kwargs)
            return redirect(f"{reverse('reauth')}?{urlencode({'next': request.get_full_path()})}")
        own, proof = _parted(request.POST)
        request.POST = own  # type: ignore[assignment]
        if sign_in is not None and is_fresh(sign_in, at=clock.now()):
            return asked(request, *args, **kwargs)
        form = proof_form(request, proof if proof else None)
        proved = prove(request, form)
        if proved and not download:
            return asked(request, *args, **kwargs)
        return _question(request, form, own, proved=proved, back=download)

    wrapper.needs_fresh_sign_in = True  # type: ignore[attr-defined]
    return wrapper


def proof_form(request: HttpRequest, data: QueryDict | None) -> ProofForm:
    """Return the form that asks the person of the request."""
    return ProofForm(data, coded=has_second_factor(person_of(request)))


def provider_link(request: HttpRequest, *, back: str) -> str:
    """Return where who came by the office's provider proves it anew, in place of a password."""
    sign_in = sign_in_of(request)
    if sign_in is None or sign_in.source != SignInSource.OIDC:
        return ""
    return f"{reverse('single_sign_on')}?{urlencode({'anew': 1, 'next': back})}"


def _page_before(request: HttpRequest) -> str:
    """Return the page of this site a form was sent from."""
    before = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()})
    parts = urlsplit(before)
    return parts._replace(scheme="", netloc="").geturl() if known else reverse("home")


def prove(request: HttpRequest, form: ProofForm) -> bool:
    """Check what the person typed; right, it counts from now, wrong, as a failed try to sign in."""
    sign_in = sign_in_of(request)
    if sign_in is None or not form.is_valid():
        return False
    user, address = person_of(request), address_of(request)
    try:
        check_own_password(user, form.cleaned_data["password"], address=address, at=clock.now())
        if "code" in form.fields:
            code = form.cleaned_data["code"]
            check_code(user, code, address=address, at=clock.machine_now())
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    refresh_sign_in(sign_in, at=clock.now())
    request.session.cycle_key()
    return True


@never_cache
def _question(
    request: HttpRequest, form: ProofForm, own: QueryDict, *, proved: bool, back: str
) -> HttpResponse:
    """Ask for the proof, or hand over the button that fetches the file it was given for."""
    context = {
        "form": form,
        "proved": proved,
        "action": request.get_full_path(),
        "carried": list(_pairs(own)),
        "back": reverse(back) if back else "",
        "next": "",
        "provider": provider_link(request, back=_page_before(request)),
    }
    status = 422 if form.is_bound and not proved else 200
    return render(request, TEMPLATE, context, status=status)


def _parted(posted: QueryDict) -> tuple[QueryDict, QueryDict]:
    """Part what was posted into the act's own fields and those of the proof."""
    own, proof = QueryDict(mutable=True), QueryDict(mutable=True)
    for name, values in posted.lists():
        (proof if name.startswith(f"{PREFIX}-") else own).setlist(name, values)
    return own, proof


def _pairs(own: QueryDict) -> Iterator[tuple[str, str]]:
    for name, values in own.lists():
        if name != "csrfmiddlewaretoken":
            yield from ((name, str(value)) for value in values)
