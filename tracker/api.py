"""The API's map: every app's resources below `/api/v1/`, their schema and its page."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from accounts.api import routes as accounts_routes
from reports.api import routes as reports_routes
from tasks.api import routes as tasks_routes
from tracker.api_docs import docs

router = DefaultRouter()
# JSON is the one format; a second address for each resource would only be a second thing to guard.
router.include_format_suffixes = False
accounts_routes.register(router)
tasks_routes.register(router)
reports_routes.register(router)

urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
