"""`/metrics`: requests, what waits to be sent, the audit chain and the heartbeat, for Prometheus.

Counts of requests add up over the web processes through files in a directory that `serve` names;
without one (tests, a single process) they stay in memory. Everything else is asked of the database
at the moment of the request.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from accounts import clock
from accounts.models import AuditEntry
from tasks.choices import ReminderState
from tasks.models import Reminder
from tracker.env import pass_on
from tracker.heartbeat import last_heartbeat

# The library's own variable: where it is set on import, counts are kept in files there.
SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
Handler = Callable[[HttpRequest], HttpResponse]

_in_memory = CollectorRegistry()
REQUESTS = Counter(
    "four_lists_http_requests",
    "Requests answered, by route, method and status.",
    ("route", "method", "status"),
    registry=_in_memory,
)
SECONDS = Histogram(
    "four_lists_http_request_seconds",
    "Seconds from a request's arrival to its answer, by route.",
    ("route",),
    registry=_in_memory,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Stored:
    """Gauges read from the database when they are asked for."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield what waits to be sent, the length of the audit chain, the age of the heartbeat."""
        waiting = Reminder.objects.filter(state=ReminderState.PENDING).count()
        yield GaugeMetricFamily(
            "four_lists_outbox_waiting", "Reminders planned and not yet sent.", value=waiting
        )
        newest = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
        yield GaugeMetricFamily(
            "four_lists_audit_entries", "Entries of the audit chain.", value=newest or 0
        )
        last = last_heartbeat()
        if last is not None:
            yield GaugeMetricFamily(
                "four_lists_heartbeat_age_seconds",
                "Seconds since background work last showed itself alive.",
                value=(clock.now() - last).total_seconds(),
            )


def route_of(request: HttpRequest) -> str:
    """Return the pattern a request's address matched: never an address somebody made up."""
    match = request.resolver_match
    return match.route if match else "unknown"


def method_of(request: HttpRequest) -> str:
    """Return a request's method, `other` for one that somebody made up."""
    return request.method if request.method in _METHODS else "other"


def count_requests(get_response: Handler) -> Handler:
    """Count and time every request under its route."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = get_response(request)
        route = route_of(request)
        REQUESTS.labels(route, method_of(request), response.status_code).inc()
        SECONDS.labels(route).observe(time.perf_counter() - started)
        return response

    return middleware


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Print the numbers; outside the demonstration only for who sends METRICS_TOKEN, else 404."""
    if not settings.CONFIG.demo and not _knows_the_token(request):
        raise Http404
    registry = _in_memory
    if values.ValueClass is not values.MutexValue:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(shared_directory()))  # type: ignore[no-untyped-call]
    stored = CollectorRegistry()
    stored.register(Stored())
    return HttpResponse(
        generate_latest(registry) + generate_latest(stored), content_type=CONTENT_TYPE_LATEST
    )


def shared_directory() -> Path:
    """Return where the web processes of one data directory keep their counts."""
    directory: Path = settings.DATA_DIR / "metrics"
    return directory


def share_between_processes() -> None:
    """Let the processes started from now on add up their counts, from zero."""
    directory = shared_directory()
    directory.mkdir(parents=True, exist_ok=True)
    for left in directory.glob("*.db"):
        left.unlink(missing_ok=True)
    pass_on(SHARED_DIRECTORY, str(directory))


def _knows_the_token(request: HttpRequest) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    given = request.headers.get("Authorization", "").encode()
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(given, wanted)
