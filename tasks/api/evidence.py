"""The resource of evidence: read, handed in later, and revised."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from tasks.api import reading, writing
from tasks.api.acting import Resource
from tasks.models import Closure, Evidence, ProgressReport
from tasks.permissions import Act, authorise
from tasks.services.facts import expect_version
from tasks.services.sharing import add_evidence, revise_evidence, submission_of


@extend_schema(tags=["evidence"])
class EvidenceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Evidence files (佐证材料); `url` loads one."""

    queryset = Evidence.objects.all()
    serializer_class = reading.EvidenceRow
    filterset_fields = ("report", "closure", "sha256")
    ordering_fields = ("id", "uploaded_at", "size")

    def get_queryset(self) -> QuerySet[Evidence]:
        """Files of tasks the person may see, newest first."""
        seen = self.visible_tasks().values("pk")
        rows = Evidence.objects.filter(
            Q(report__task__in=seen) | Q(closure__task__in=seen) | Q(site_check__task__in=seen)
        )
        return rows.order_by("-id")

    @extend_schema(
        request={"multipart/form-data": writing.NewEvidence},
        responses={201: reading.EvidenceRow(many=True)},
    )
    @once
    def create(self, request: Request) -> Response:
        """Add files to a report or a close-out that waits for its check."""
        on, values, version = self.read(request, writing.NewEvidence)
        report, closure = values.pop("report", None), values.pop("closure", None)
        model: Any = ProgressReport if report else Closure
        rows = model.objects.visible_to(self.user, on=self.on).select_related("task")
        submission = get_object_or_404(rows, pk=report or closure)
        with transaction.atomic():
            expect_version(submission.task, version)
            made = add_evidence(submission, on=on, by=self.user, **values)
        body = self.get_serializer(made, many=True).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(
        request={"multipart/form-data": writing.Revision}, responses={201: reading.EvidenceRow}
    )
    @action(detail=True, methods=["post"])
    @once
    def revise(self, request: Request, pk: str) -> Response:
        """Hand in a new revision of a file; the old one stays."""
        rows = self.get_queryset().filter(site_check=None)
        evidence = get_object_or_404(rows.select_related("report__task", "closure__task"), pk=pk)
        # First, so that who may not is told so whatever they send.
        authorise(Act.REPORT, submission_of(evidence).task, on=self.on, by=self.user)
        on, values, version = self.read(request, writing.Revision)
        with transaction.atomic():
            expect_version(submission_of(evidence).task, version)
            made = revise_evidence(evidence, on=on, by=self.user, **values)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)
