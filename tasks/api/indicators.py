"""The resources of indicators and their readings."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from accounts.scopes import standing_of
from tasks.api import campaign_bodies as bodies
from tasks.api.acting import Resource
from tasks.api.campaigns import Parts
from tasks.api.writing import Dated
from tasks.campaign_permissions import sees_campaigns
from tasks.models import Indicator, IndicatorReading
from tasks.rules.numbers import rounded
from tasks.services import campaigns
from tasks.services.indicators import correct_reading, record_reading, stand_of


@extend_schema(tags=["indicators"])
class IndicatorViewSet(Parts):
    """Indicators (指标) of campaigns with their planned curves."""

    queryset = (
        Indicator.objects.select_related("campaign", "battle")
        .prefetch_related("points")
        .order_by("campaign", "id")
    )
    serializer_class = bodies.IndicatorRow
    filterset_fields = ("campaign__code", "battle__code")
    taken, changed = bodies.IndicatorInput, bodies.IndicatorChange
    save = campaigns.save_indicator

    def get_serializer_class(self) -> Any:
        """How an indicator stands is printed with one, not with each of many."""
        return bodies.IndicatorRow if self.action == "list" else bodies.IndicatorDetail

    def get_serializer_context(self) -> dict[str, Any]:
        """Hand the serializer the service that says how an indicator stands."""
        return {**super().get_serializer_context(), "stand": self._stand}

    def _stand(self, row: Indicator) -> dict[str, Any] | None:
        stand = stand_of(row, row.readings.standing().up_to(self.on)[:1], on=self.on)
        if stand is None:
            return None
        numbers = {"planned": stand.planned, "behind": stand.behind}
        return {
            "on": stand.reading.on,
            "value": str(stand.reading.value),
            **{k: None if v is None else str(rounded(v)) for k, v in numbers.items()},
            "reached": stand.reached,
        }

    @extend_schema(request=bodies.IndicatorInput, responses={201: bodies.IndicatorDetail})
    @once
    def create(self, request: Request) -> Response:
        """Add an indicator."""
        return self.made(request, self.start)

    @extend_schema(request=bodies.IndicatorChange, responses=bodies.IndicatorDetail)
    @once
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change an indicator."""
        return super().partial_update(request, *args, **kwargs)

    @extend_schema(request=Dated, responses=bodies.IndicatorDetail)
    @action(detail=True, methods=["post"])
    @once
    def retire(self, request: Request, pk: str) -> Response:
        """Take an indicator out of use (停用)."""
        return self.turned(request, campaigns.retire_part)

    @extend_schema(request=Dated, responses=bodies.IndicatorDetail)
    @action(detail=True, methods=["post"])
    @once
    def restore(self, request: Request, pk: str) -> Response:
        """Put an indicator back into use (恢复)."""
        return self.turned(request, campaigns.restore_part)

    def read(self, request: Request, serializer: Any, *, partial: bool = False) -> Any:
        """Validate a body; planned values become pairs of day and value."""
        found = super().read(request, serializer, partial=partial)
        if "points" in found.values:
            found.values["points"] = [(one["on"], one["value"]) for one in found.values["points"]]
        return found


class ReadingFilter(filters.FilterSet):
    """Filters of readings."""

    indicator = filters.NumberFilter(field_name="indicator_id", min_value=1, max_value=2**63 - 1)
    counts = filters.BooleanFilter(field_name="counts")
    since = filters.DateFilter(field_name="on", lookup_expr="gte")
    until = filters.DateFilter(field_name="on", lookup_expr="lte")

    class Meta:
        model = IndicatorReading
        fields: tuple[str, ...] = ()


@extend_schema(tags=["indicator-readings"])
class ReadingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Readings (读数) of indicators: entered and corrected, never edited."""

    queryset = IndicatorReading.objects.all()
    serializer_class = bodies.ReadingRow
    filterset_class = ReadingFilter
    ordering_fields = ("on", "recorded_at", "id")

    def get_queryset(self) -> QuerySet[Any]:
        """All readings with whether they count, for who works on any task; newest first."""
        counting = IndicatorReading.objects.standing().filter(pk=OuterRef("pk"))
        rows: QuerySet[Any] = (
            IndicatorReading.objects.annotate(counts=Exists(counting))
            .select_related("by", "indicator")
            .order_by("-on", "-id")
        )
        return rows if sees_campaigns(standing_of(self.user, on=self.on)) else rows.none()

    @extend_schema(request=bodies.ReadingInput, responses={201: bodies.ReadingRow})
    @once
    def create(self, request: Request) -> Response:
        """Enter a reading of the day `on`, today unless said otherwise."""
        on, values, _version = self.read(request, bodies.ReadingInput)
        seen = Indicator.objects.all() if self._sees() else Indicator.objects.none()
        indicator = get_object_or_404(seen, pk=values.pop("indicator").pk)
        made = record_reading(indicator, on=on, **values, today=self.on, by=self.user)
        return self._shown(made)

    @extend_schema(request=bodies.CorrectionInput, responses={201: bodies.ReadingRow})
    @action(detail=True, methods=["post"])
    @once
    def correct(self, request: Request, pk: str) -> Response:
        """Correct or withdraw a reading; answers with the new one, which names the old."""
        old = self.get_object()
        day, values, _version = self.read(request, bodies.CorrectionInput)
        # Without a day the reading keeps its own, rather than today's.
        on = day if "on" in request.data else None
        return self._shown(correct_reading(old, on=on, **values, today=self.on, by=self.user))

    def _sees(self) -> bool:
        return sees_campaigns(standing_of(self.user, on=self.on))

    def _shown(self, row: IndicatorReading) -> Response:
        shown = self.get_serializer(self.get_queryset().get(pk=row.pk)).data
        return Response(shown, status=status.HTTP_201_CREATED)
