"""The resources of judgements: findings of today, frozen evaluations, policies."""

import json
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.choices import BUSINESS_ROLES, Role
from accounts.scopes import standing_of
from reports.api import reading
from reports.evaluation.output import as_json, finding_json
from reports.models import FrozenRun, PolicyAdoption
from reports.services.evaluations import evaluate
from reports.services.viewing import visible_findings, visible_part
from tasks.api.acting import Resource

_KEYS = ("kind", "rule", "subject")


@extend_schema(tags=["findings"])
class FindingViewSet(Resource):
    """Findings (判定结果) as of today, of whom the person may see."""

    queryset = FrozenRun.objects.none()
    serializer_class = reading.FindingRow

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR),
            OpenApiParameter("rule", OpenApiTypes.STR),
            OpenApiParameter("subject", OpenApiTypes.STR, description="unit code or staff number"),
        ],
        responses=reading.FindingRow(many=True),
        filters=False,
    )
    def list(self, request: Request) -> Response:
        """List the findings that hold today."""
        found = visible_findings(evaluate(as_of=self.on).findings, self.user, on=self.on)
        wanted = {key: request.query_params[key] for key in _KEYS if key in request.query_params}
        rows = [
            finding_json(finding)
            for finding in found
            if wanted.items()
            <= {
                "kind": finding.kind,
                "rule": finding.rule,
                "subject": finding.subject.id,
            }.items()
        ]
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(page)


@extend_schema(tags=["evaluations"])
class EvaluationViewSet(mixins.ListModelMixin, Resource):
    """Frozen evaluations (冻结考核), and the one of today."""

    queryset = FrozenRun.objects.all()
    serializer_class = reading.RunRow
    filterset_fields = ("year", "as_of", "policy")
    ordering_fields = ("as_of", "year", "id")

    def get_queryset(self) -> QuerySet[FrozenRun]:
        """Frozen runs, newest first; none for officers."""
        runs = FrozenRun.objects.select_related("frozen_by").order_by("-as_of", "-id")
        seen = standing_of(self.user, on=self.on).has(*BUSINESS_ROLES)
        return runs if seen else runs.none()

    @extend_schema(responses=reading.EvaluationBody)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Return of a frozen evaluation what the person may see."""
        body = json.loads(self.get_object().body)
        return Response(visible_part(body, self.user, on=self.on))

    @extend_schema(responses=reading.EvaluationBody, filters=False)
    @action(detail=False)
    def today(self, request: Request) -> Response:
        """Evaluate as of today and return what the person may see."""
        body = as_json(evaluate(as_of=self.on))
        return Response(visible_part(body, self.user, on=self.on))


@extend_schema(tags=["policies"])
class PolicyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Adopted policies (考核办法)."""

    queryset = PolicyAdoption.objects.all()
    serializer_class = reading.PolicyRow
    filterset_fields = ("name",)
    ordering_fields = ("in_force_from", "name", "id")

    def get_queryset(self) -> QuerySet[PolicyAdoption]:
        """Adoptions, newest first, for who is judged by them or adopts them."""
        adoptions = PolicyAdoption.objects.select_related("adopted_by").order_by("-in_force_from")
        standing = standing_of(self.user, on=self.on)
        return adoptions if standing.has(*BUSINESS_ROLES, Role.SECADMIN) else adoptions.none()
