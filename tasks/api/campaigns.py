"""The resources of campaigns, their battles, stages and own columns."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from accounts.scopes import standing_of
from tasks.api import campaign_bodies as bodies
from tasks.api.acting import Resource
from tasks.api.writing import Dated
from tasks.campaign_permissions import sees_campaigns
from tasks.models import Battle, Campaign, CustomColumn, Stage
from tasks.services import campaigns


class Kept(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """What keepers of campaigns write, with its version as `ETag` for `If-Match`.

    `taken` and `changed` are the serializers of a new row and of a change, which names only what
    is to change; `save` is the service.
    """

    taken: type[serializers.Serializer[Any]]
    changed: type[serializers.Serializer[Any]]
    save: Callable[..., Any]

    def get_queryset(self) -> QuerySet[Any]:
        """All rows, for who works on any task; none for officers."""
        rows: QuerySet[Any] = super().get_queryset()
        standing = standing_of(self.user, on=self.on)
        return rows if sees_campaigns(standing) else rows.none()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a row."""
        return self.shown(self.get_object())

    def made(self, request: Request, row: Callable[[dict[str, Any]], Any]) -> Response:
        """Create what `row` begins from the values; 201."""
        on, values, _version = self.read(request, self.taken)
        new = type(self).save(row(values), values, on=on, by=self.user)
        return self.shown(new, created=True)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a row as far as the body says."""
        row = self.get_object()
        on, values, version = self.read(request, self.changed, partial=True)
        row = type(self).save(row, values, on=on, by=self.user, version=version)
        return self.shown(row)

    def shown(self, row: Any, *, created: bool = False) -> Response:
        """Answer with a row and its version."""
        row = self.get_queryset().get(pk=row.pk)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        headers = {"ETag": f'"{row.version}"'}
        return Response(self.get_serializer(row).data, status=code, headers=headers)


class Parts(Kept):
    """Parts of campaigns, which are retired and restored."""

    filterset_fields: tuple[str, ...] = ("campaign__code",)
    ordering_fields: tuple[str, ...] = ("id",)

    def start(self, values: dict[str, Any]) -> Any:
        """Begin a new part in the campaign named."""
        model: type[Any] = self.get_queryset().model
        return model(campaign=values.pop("campaign"))

    def turned(self, request: Request, service: Callable[..., Any]) -> Response:
        """Retire or restore a part."""
        row = self.get_object()
        on, _values, version = self.read(request, Dated)
        return self.shown(service(row, on=on, by=self.user, version=version))


@extend_schema(tags=["campaigns"])
class CampaignViewSet(Kept):
    """Campaigns (攻坚行动) with their battles and stages."""

    queryset = Campaign.objects.prefetch_related("battles__campaign", "stages__campaign").order_by(
        "code"
    )
    serializer_class = bodies.CampaignRow
    filterset_fields = ("code", "core")
    ordering_fields = ("code", "name")
    taken = changed = bodies.CampaignInput
    save = campaigns.save_campaign

    @extend_schema(request=bodies.CampaignInput, responses={201: bodies.CampaignRow})
    @once
    def create(self, request: Request) -> Response:
        """Register a campaign."""
        return self.made(request, lambda _values: Campaign())

    @extend_schema(request=bodies.CampaignInput, responses=bodies.CampaignRow)
    @once
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a campaign's terms."""
        return super().partial_update(request, *args, **kwargs)


@extend_schema(tags=["battles"])
class BattleViewSet(Parts):
    """Battles (攻坚战) of campaigns."""

    queryset = Battle.objects.select_related("campaign").order_by("code")
    serializer_class = bodies.BattleRow
    filterset_fields = ("campaign__code", "code")
    taken, changed = bodies.BattleInput, bodies.BattleChange
    save = campaigns.save_battle

    @extend_schema(request=bodies.BattleInput, responses={201: bodies.BattleRow})
    @once
    def create(self, request: Request) -> Response:
        """Add a battle."""
        return self.made(request, self.start)

    @extend_schema(request=bodies.BattleChange, responses=bodies.BattleRow)
    @once
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a battle."""
        return super().partial_update(request, *args, **kwargs)

    @extend_schema(request=Dated, responses=bodies.BattleRow)
    @action(detail=True, methods=["post"])
    @once
    def retire(self, request: Request, pk: str) -> Response:
        """Take a battle out of use (停用)."""
        return self.turned(request, campaigns.retire_part)

    @extend_schema(request=Dated, responses=bodies.BattleRow)
    @action(detail=True, methods=["post"])
    @once
    def restore(self, request: Request, pk: str) -> Response:
        """Put a battle back into use (恢复)."""
        return self.turned(request, campaigns.restore_part)


@extend_schema(tags=["stages"])
class StageViewSet(Parts):
    """Stages (阶段) of campaigns' roadmaps."""

    queryset = Stage.objects.select_related("campaign").order_by("campaign", "starts_on", "seq")
    serializer_class = bodies.StageRow
    taken, changed = bodies.StageInput, bodies.StageChange
    save = campaigns.save_stage

    @extend_schema(request=bodies.StageInput, responses={201: bodies.StageRow})
    @once
    def create(self, request: Request) -> Response:
        """Add a stage."""
        return self.made(request, self.start)

    @extend_schema(request=bodies.StageChange, responses=bodies.StageRow)
    @once
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a stage."""
        return super().partial_update(request, *args, **kwargs)

    @extend_schema(request=Dated, responses=bodies.StageRow)
    @action(detail=True, methods=["post"])
    @once
    def retire(self, request: Request, pk: str) -> Response:
        """Take a stage out of the roadmap (停用)."""
        return self.turned(request, campaigns.retire_part)

    @extend_schema(request=Dated, responses=bodies.StageRow)
    @action(detail=True, methods=["post"])
    @once
    def restore(self, request: Request, pk: str) -> Response:
        """Put a stage back into the roadmap (恢复)."""
        return self.turned(request, campaigns.restore_part)


@extend_schema(tags=["custom-columns"])
class ColumnViewSet(Parts):
    """Columns that campaigns add to their tasks or reports (自定义栏目)."""

    queryset = CustomColumn.objects.select_related("campaign").order_by(
        "campaign", "position", "id"
    )
    serializer_class = bodies.ColumnRow
    filterset_fields = ("campaign__code", "place", "kind")
    taken, changed = bodies.ColumnInput, bodies.ColumnChange
    save = campaigns.save_column

    @extend_schema(request=bodies.ColumnInput, responses={201: bodies.ColumnRow})
    @once
    def create(self, request: Request) -> Response:
        """Add a column."""
        return self.made(request, self.start)

    @extend_schema(request=bodies.ColumnChange, responses=bodies.ColumnRow)
    @once
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a column."""
        return super().partial_update(request, *args, **kwargs)

    @extend_schema(request=Dated, responses=bodies.ColumnRow)
    @action(detail=True, methods=["post"])
    @once
    def retire(self, request: Request, pk: str) -> Response:
        """Take a column out of use (停用); what is filled in stays readable."""
        return self.turned(request, campaigns.retire_part)

    @extend_schema(request=Dated, responses=bodies.ColumnRow)
    @action(detail=True, methods=["post"])
    @once
    def restore(self, request: Request, pk: str) -> Response:
        """Put a column back into use (恢复)."""
        return self.turned(request, campaigns.restore_part)
