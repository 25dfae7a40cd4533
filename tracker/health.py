"""What load balancers and container engines ask: is it alive, can it work."""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import clock
from tracker.broker import broker_answers
from tracker.heartbeat import heart_beats


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer while the process is alive, whatever else is down."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, broker and background work all do their part, else 503.

    JSON: `{"ready": bool, "checks": {"database": bool, "broker": bool, "heartbeat": bool}}`. Says
    no more, since anyone may ask.
    """
    checks = {name: probe() for name, probe in PROBES.items()}
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _heart_beats() -> bool:
    try:
        return heart_beats(now=clock.now())
    except Error:
        return False


PROBES: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "broker": broker_answers,
    "heartbeat": _heart_beats,
}
