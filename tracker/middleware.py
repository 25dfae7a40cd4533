"""Middleware of every answer: which proxy is believed, and what a page may load."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

type_of_next = Callable[[HttpRequest], HttpResponse]

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def trust_configured_proxies(get_response: type_of_next) -> type_of_next:
    """Believe forwarding headers from `TRUSTED_PROXIES` only, and drop them from anyone else.

    Behind trusted proxies `REMOTE_ADDR` becomes the address nearest to them that is not a trusted
    proxy itself: what stands further left in X-Forwarded-For is the client's own claim.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not _trusted(request.META.get("REMOTE_ADDR", "")):
            for name in FORWARDED:
                request.META.pop(name, None)
        else:
            for claimed in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
                address = claimed.strip()
                if not _is_address(address):
                    break
                request.META["REMOTE_ADDR"] = address
                if not _trusted(address):
                    break
        return get_response(request)

    return middleware


def content_security_policy(get_response: type_of_next) -> type_of_next:
    """Send `CONTENT_SECURITY_POLICY` with every answer that does not name its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    return middleware


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _trusted(text: str) -> bool:
    return _is_address(text) and any(
        ip_address(text) in network for network in settings.TRUSTED_PROXIES
    )
