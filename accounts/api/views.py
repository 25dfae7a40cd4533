"""Units, people and the audit log, to read."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request

from accounts import clock
from accounts.choices import Role
from accounts.models import AuditEntry, Unit, User
from accounts.requests import person_of
from accounts.scopes import standing_of


class UnitCode(serializers.SlugRelatedField[Any]):
    """A unit by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", read_only=True, **kwargs)


class StaffNumber(serializers.SlugRelatedField[Any]):
    """A person by staff number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="staff_number", read_only=True, **kwargs)


class UnitRow(serializers.ModelSerializer[Unit]):
    """A unit as lists and details give it."""

    parent = UnitCode()  # type: ignore[assignment]

    class Meta:
        model = Unit
        fields = ("id", "code", "name", "full_name", "kind", "group", "parent", "closed_on")
        read_only_fields = fields


class PersonRow(serializers.ModelSerializer[User]):
    """A person as lists and details give it: no contact data."""

    unit = UnitCode()

    class Meta:
        model = User
        fields = ("id", "staff_number", "name", "unit", "is_active")
        read_only_fields = fields


class AuditRow(serializers.ModelSerializer[AuditEntry]):
    """An entry of the audit log."""

    actor = StaffNumber()

    class Meta:
        model = AuditEntry
        fields = ("seq", "at", "actor", "action", "subject_kind", "subject_id", "summary", "digest")
        read_only_fields = fields


class ReadOnly(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Any],
):
    """Lists and details of what the person may see; anything else is not found."""


def scoped_units(request: Request) -> QuerySet[Unit]:
    """Return the units on which the person holds any role."""
    return standing_of(person_of(request), on=clock.today()).scope(*Role).units()


@extend_schema(tags=["units"])
class UnitViewSet(ReadOnly):
    """Units (单位) within the person's scope."""

    queryset = Unit.objects.all()
    serializer_class = UnitRow
    filterset_fields = ("code", "kind", "group")
    ordering_fields = ("position", "code", "name")

    def get_queryset(self) -> QuerySet[Unit]:
        """Units of the scope, in the bureau's order."""
        return scoped_units(self.request).select_related("parent").order_by("position", "code")


@extend_schema(tags=["people"])
class PersonViewSet(ReadOnly):
    """People (人员) of the units within the person's scope."""

    queryset = User.objects.all()
    serializer_class = PersonRow
    filterset_fields = ("staff_number", "unit__code", "is_active")
    ordering_fields = ("staff_number", "name")

    def get_queryset(self) -> QuerySet[User]:
        """People of the scope, by staff number."""
        people = User.objects.filter(unit__in=scoped_units(self.request))
        return people.select_related("unit").order_by("staff_number")


@extend_schema(tags=["audit"])
class AuditViewSet(ReadOnly):
    """The audit log (留痕), for the audit officer alone."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditRow
    lookup_field = "seq"
    filterset_fields = ("action", "subject_kind", "subject_id")
    ordering_fields = ("seq", "at")

    def get_queryset(self) -> QuerySet[AuditEntry]:
        """All entries, newest first; none for anybody else."""
        standing = standing_of(person_of(self.request), on=clock.today())
        entries = AuditEntry.objects.select_related("actor").order_by("-seq")
        return entries if standing.has(Role.AUDITOR) else entries.none()
