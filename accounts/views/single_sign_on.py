"""Sign in at the office's OpenID Connect provider: there, and back."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import SignInSource
from accounts.directories.answers import DirectoryDownError
from accounts.directories.oidc import LEEWAY, NotIdentifiedError
from accounts.errors import DomainError
from accounts.requests import address_of
from accounts.services.directory_people import oidc_config, oidc_provider
from accounts.services.single_sign_on import record_refusal, try_provider
from accounts.views.entering import admit

# Where a session keeps, on the way there and back, where to go then and since when it must be anew.
JOURNEY = "single_sign_on"


@never_cache
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider; `anew` asks for the password there once more.

    A link, not a form: the content policy lets forms lead to this site only.
    """
    provider = oidc_provider()
    if provider is None:
        return _refuse(request, _not_offered())
    anew = "anew" in request.GET
    request.session[JOURNEY] = {
        "next": _safe_next(request),
        "anew": int(clock.machine_now().timestamp()) if anew else None,
    }
    back = f"{settings.SITE_URL}{reverse('single_sign_on_back')}"
    try:
        return provider.send_there(request, back=back, anew=anew)
    except DirectoryDownError:
        record_refusal("", "directory_down", address=address_of(request))
        return _refuse(request, _down())


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Take what the provider sent the browser back with."""
    provider, config = oidc_provider(), oidc_config()
    if provider is None or config is None:
        return _refuse(request, _not_offered())
    journey = request.session.pop(JOURNEY, None) or {}
    try:
        identity, proved = provider.read_answer(request)
        anew = journey.get("anew")
        if anew is not None and (proved is None or proved < anew - LEEWAY):
            raise NotIdentifiedError("not anew")
        user = try_provider(
            identity,
            person_field=config.person_field,
            address=address_of(request),
            at=clock.now(),
        )
    except DirectoryDownError:
        record_refusal("", "directory_down", address=address_of(request))
        return _refuse(request, _down())
    except NotIdentifiedError as error:
        record_refusal("", str(error), address=address_of(request))
        return _refuse(request, _("单位统一身份登录未完成或已过期，请重新点击登录。"))
    except DomainError as refusal:
        return _refuse(request, str(refusal.message))
    next_url = journey.get("next") or reverse(settings.LOGIN_REDIRECT_URL)
    return admit(request, user, next_url=next_url, source=SignInSource.OIDC)


def _safe_next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""


def _not_offered() -> str:
    return _("本系统未启用单位统一身份登录，请用登录名和密码登录。")


def _down() -> str:
    return _("单位统一身份登录暂时无法连接，请稍后再试；有本系统密码的账号仍可在此登录。")


def _refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect(settings.LOGIN_URL)
