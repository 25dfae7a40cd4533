"""The three officers work from named addresses: their sessions are refused from anywhere else."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts import clock
from accounts.errors import NotAllowedError
from accounts.requests import address_of
from accounts.services.desks import refuse_officer_from
from accounts.signed_in import sign_in_of

Next = Callable[[HttpRequest], HttpResponse]


def keep_officers_at_their_desks(get_response: Next) -> Next:
    """End an officer's sign-in that is used from an address outside OFFICER_ADDRESSES.

    Costs nothing where no addresses are named, and one query for people elsewhere.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sign_in = sign_in_of(request)
        if sign_in is None or not settings.OFFICER_ADDRESSES:
            return get_response(request)
        address = address_of(request)
        try:
            refuse_officer_from(
                address, user=sign_in.user, sign_in=sign_in, on=clock.today(), at=clock.now()
            )
        except NotAllowedError as refusal:
            logout(request)
            return _refused(request, refusal)
        return get_response(request)

    return middleware


def refuse_token_from(request: Any, user: Any) -> None:
    """Refuse an officer's token used from elsewhere; raises NotAllowedError."""
    refuse_officer_from(
        address_of(request), user=user, sign_in=None, on=clock.today(), at=clock.now()
    )


def _refused(request: HttpRequest, refusal: NotAllowedError) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        body = {"code": refusal.code, "detail": str(refusal.message), "fields": {}}
        return JsonResponse(body, status=403, json_dumps_params={"ensure_ascii": False})
    raise PermissionDenied(str(refusal.message))
