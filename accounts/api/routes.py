"""Resources of this app."""

from rest_framework.routers import BaseRouter

from accounts.api.views import AuditViewSet, PersonViewSet, UnitViewSet


def register(router: BaseRouter) -> None:
    """Add the resources to the API's router."""
    router.register("units", UnitViewSet, basename="unit")
    router.register("people", PersonViewSet, basename="person")
    router.register("audit", AuditViewSet, basename="audit")
