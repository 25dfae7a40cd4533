"""The URL map: pages at the root, the API below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from accounts.views import SignInView
from accounts.views.posts import release
from tasks.services.transfer import describe_open_work
from tracker.health import healthz, readyz
from tracker.metrics import metrics
from tracker.views import demo_hint, home

# Django's form views would take a PUT as well.
from_browser = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("login/", from_browser(SignInView.as_view(demo_hint=demo_hint)), name="login"),
    path("", include("accounts.urls")),
    path(
        "accounts/posts/<int:pk>/release/",
        release,
        {"open_work": describe_open_work},
        name="post_release",
    ),
    path("", include("tasks.urls")),
    path("", include("reports.urls")),
    path("api/", include("tracker.api")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("i18n/setlang/", require_POST(set_language), name="set_language"),
]

handler400 = "tracker.error_pages.bad_request"
handler403 = "tracker.error_pages.permission_denied"
handler404 = "tracker.error_pages.page_not_found"
handler500 = "tracker.error_pages.server_error"
