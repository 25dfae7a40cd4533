"""What load balancers and container engines ask: is it alive, can it work."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import clock
from tracker.broker import broker_answers
from tracker.heartbeat import heart_beats

# Deadlines, codes and locks are compared across machines; a second or two is the network's.
CLOCKS_APART = dt.timedelta(seconds=5)
logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer while the process is alive, whatever else is down."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, broker and background work all do their part, else 503.

    JSON: `{"ready": bool, "checks": {"database": bool, "broker": bool, "heartbeat": bool}}`, and
    `"warnings": ["clock"]` where the database's clock and this process's differ by more than
    `CLOCKS_APART`. Says no more, since anyone may ask.
    """
    checks = {name: probe() for name, probe in PROBES.items()}
    ready = all(checks.values())
    answer: dict[str, Any] = {"ready": ready, "checks": checks}
    if checks["database"] and clocks_differ(database_clock(), clock.machine_now()):
        logger.warning(
            "the clocks of database and application are more than %s apart", CLOCKS_APART
        )
        answer["warnings"] = ["clock"]
    return JsonResponse(answer, status=200 if ready else 503)


def database_clock() -> dt.datetime:
    """Return what time it is for the database; the embedded one has this machine's own clock."""
    if connection.vendor != "postgresql":
        return clock.machine_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
    moment: dt.datetime = at
    return moment


def clocks_differ(one: dt.datetime, other: dt.datetime) -> bool:
    """Whether two clocks are too far apart for times on record to be compared."""
    return abs(one - other) > CLOCKS_APART


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
