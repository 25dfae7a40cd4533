"""Middleware of every answer: which proxy is believed, its id, and what a page may do."""

import logging
import re
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.request_ids import current, given_id
from tracker import error_pages
from tracker.metrics import method_of, route_of

# An entry of X-Forwarded-For: an address, one of IPv6 in brackets or bare, and maybe a port.
_ENTRY = re.compile(
    r"\[(?P<six>[0-9a-fA-F:.]+)\](:\d{1,5})?|(?P<four>[0-9.]+)(:\d{1,5})?|(?P<bare>.+)"
)

type_of_next = Callable[[HttpRequest], HttpResponse]

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REQUEST_ID",
)
PROBES = frozenset({"healthz", "readyz", "metrics"})
logger = logging.getLogger("tracker.requests")


def trust_configured_proxies(get_response: type_of_next) -> type_of_next:
    """Believe forwarding headers from `TRUSTED_PROXIES` only, and drop them from anyone else.

    Behind trusted proxies `REMOTE_ADDR` becomes the address nearest to them that is not a trusted
    proxy itself: what stands further left in X-Forwarded-For is the client's own claim. Ports are
    left out; at what is no address nothing is believed any further.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not _trusted(request.META.get("REMOTE_ADDR", "")):
            for name in FORWARDED:
                request.META.pop(name, None)
        else:
            for claimed in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
                address = _address_in(claimed.strip())
                if address is None:
                    break
                request.META["REMOTE_ADDR"] = address
                if not _trusted(address):
                    break
        return get_response(request)

    return middleware


def name_request(get_response: type_of_next) -> type_of_next:
    """Give the request an id, tell it in the answer, and log the answer in one line.

    A trusted proxy's X-Request-ID is taken over; anyone else's was dropped before. The line names
    the route, never the address: addresses hold secrets of mails and what people search for.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = given_id(request.META.get("HTTP_X_REQUEST_ID", ""))
        token = current.set(request_id)
        started = time.perf_counter()
        try:
            response = get_response(request)
            response.headers["X-Request-ID"] = request_id
            route = route_of(request)
            # Probes and files come so often that they are told only when something is wrong.
            ordinary = route in PROBES or request.path.startswith(settings.STATIC_URL)
            logger.log(
                logging.DEBUG if ordinary and response.status_code < 400 else logging.INFO,
                "%s %s %s in %d ms",
                method_of(request),
                f"/{route}",
                response.status_code,
                (time.perf_counter() - started) * 1000,
            )
        finally:
            current.reset(token)
        return response

    return middleware


def protect_answer(get_response: type_of_next) -> type_of_next:
    """Send with every answer what the browser must not do with it, and that it is not to be kept.

    A view may name its own, stricter policy or its own caching; static files do, and are kept.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in (
            ("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY),
            ("Permissions-Policy", settings.PERMISSIONS_POLICY),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", settings.X_FRAME_OPTIONS),
            ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
            ("Cache-Control", "no-store, private"),
        ):
            response.headers.setdefault(name, value)
        return response

    return middleware


def limit_body(get_response: type_of_next) -> type_of_next:
    """Refuse a request whose body is larger than any form of ours, before it is read.

    Django itself limits what is no file (DATA_UPLOAD_MAX_MEMORY_SIZE), and services each file.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.LARGEST_UPLOAD:
            return error_pages.too_large(request, limit=settings.LARGEST_UPLOAD)
        return get_response(request)

    return middleware


def _address_in(claimed: str) -> str | None:
    """Return the address of an entry as it is stored and compared; None where it holds none.

    One of IPv4 written as IPv6 is the one of IPv4; one with a zone means something to one machine
    only.
    """
    entry = _ENTRY.fullmatch(claimed)
    text = (entry["six"] or entry["four"] or entry["bare"]) if entry else ""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        return str(address.ipv4_mapped or address)
    return None if entry and entry["six"] else str(address)


def _trusted(text: str) -> bool:
    address = _address_in(text)
    return address is not None and any(
        ip_address(address) in network for network in settings.TRUSTED_PROXIES
    )
