"""The URL map: pages at the root, the API below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import SignInView
from tracker.health import healthz, readyz
from tracker.views import demo_hint, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("login/", SignInView.as_view(demo_hint=demo_hint), name="login"),
    path("", include("accounts.urls")),
    path("", include("tasks.urls")),
    path("", include("reports.urls")),
    path("api/", include("tracker.api")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
]
