"""The real addresses, and some whose views fail with what they were sent in the exception."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tests.tracker.canary.jobs import fail
from tracker.urls import handler400, handler403, handler404, handler500
from tracker.urls import urlpatterns as ours

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@csrf_exempt
def raises(request: HttpRequest, secret: str = "") -> HttpResponse:
    """Fail, quoting what was sent and by whom."""
    raise ValueError(f"{secret} {request.POST.dict()} {request.COOKIES} {request.headers}")


@csrf_exempt
def breaks(request: HttpRequest) -> HttpResponse:
    """Fail in the database, which quotes the value."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '{request.POST['text']}' FROM nowhere_at_all")  # noqa: S608
    return HttpResponse()


@csrf_exempt
def wakes(request: HttpRequest) -> HttpResponse:
    """Have the worker fail on what was sent."""
    fail.delay(request.POST["text"])
    return JsonResponse({})


urlpatterns = [
    path("canary/raises/<str:secret>/", raises),
    path("canary/breaks/", breaks),
    path("canary/wakes/", wakes),
    path("api/canary/raises/", raises),
    *ours,
]
