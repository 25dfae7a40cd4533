"""The resources of what is handed in and decided: reports, extensions, close-outs, slips."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from tasks.api import filters, reading, writing
from tasks.api.acting import Resource
from tasks.api.batches import report_many
from tasks.models import Closure, Extension, ProgressReport, Slip
from tasks.services import closing, extensions, progress, slips
from tasks.services.facts import expect_version


class Work(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Rows of visible tasks; creating and deciding call one service each."""

    def hand_in(
        self,
        request: Request,
        service: Callable[..., Any],
        serializer: type[serializers.Serializer[Any]],
    ) -> Response:
        """Create by a service whose subject is the task named in the body; 201."""
        on, values, version = self.read(request, serializer)
        task = self.task_meant(values)
        with transaction.atomic():
            expect_version(task, version)
            made = service(task, on=on, by=self.user, **values)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    def decide(
        self,
        request: Request,
        service: Callable[..., Any],
        serializer: type[serializers.Serializer[Any]],
    ) -> Response:
        """Act by a service whose subject is the row itself."""
        row = self.get_object()
        on, values, version = self.read(request, serializer)
        with transaction.atomic():
            expect_version(row.task, version)
            row = service(row, on=on, by=self.user, **values)
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["progress-reports"])
class ReportViewSet(Work):
    """Progress reports (进展填报)."""

    queryset = ProgressReport.objects.all()
    serializer_class = reading.ReportRow
    filterset_class = filters.ReportFilter
    ordering_fields = ("on", "submitted_at", "percent", "id")

    def get_queryset(self) -> QuerySet[ProgressReport]:
        """Reports the person may see, newest first."""
        reports = ProgressReport.objects.visible_to(self.user, on=self.on)
        related = reports.select_related("unit", "submitted_by", "decided_by")
        return related.prefetch_related("evidence").order_by("-on", "-id")

    @extend_schema(request=writing.NewReport, responses={201: reading.ReportRow})
    @once
    def create(self, request: Request) -> Response:
        """Report progress; a figure behind the plan needs a `cause`."""
        answer = self.hand_in(request, progress.submit_report, writing.NewReport)
        if "cause" not in request.data:
            answer["Deprecation"] = "true"
        return answer

    @extend_schema(request=writing.ReportBatch, responses=reading.BatchAnswer)
    @action(detail=False, methods=["post"])
    @once
    def batch(self, request: Request) -> Response:
        """Report many tasks at once: each on its own, or all or none (`all_or_nothing`)."""
        return report_many(self, request, refusal_of=self.get_exception_handler())

    @extend_schema(request=writing.Commented, responses=reading.ReportRow)
    @action(detail=True, methods=["post"])
    @once
    def verify(self, request: Request, pk: str) -> Response:
        """Confirm a report (核查通过)."""
        return self.decide(request, progress.verify_report, writing.Commented)

    @extend_schema(request=writing.Reasoned, responses=reading.ReportRow)
    @action(detail=True, methods=["post"], url_path="return")
    @once
    def send_back(self, request: Request, pk: str) -> Response:
        """Send a report back (退回补正)."""
        return self.decide(request, progress.return_report, writing.Reasoned)


@extend_schema(tags=["extensions"])
class ExtensionViewSet(Work):
    """Extensions (延期)."""

    queryset = Extension.objects.all()
    serializer_class = reading.ExtensionRow
    filterset_class = filters.ExtensionFilter
    ordering_fields = ("requested_on", "to", "id")

    def get_queryset(self) -> QuerySet[Extension]:
        """Extensions the person may see, newest first."""
        rows = Extension.objects.visible_to(self.user, on=self.on)
        return rows.select_related("submitted_by", "decided_by").order_by("-requested_on", "-id")

    @extend_schema(request=writing.NewExtension, responses={201: reading.ExtensionRow})
    @once
    def create(self, request: Request) -> Response:
        """Ask for more time."""
        return self.hand_in(request, extensions.request_extension, writing.NewExtension)

    @extend_schema(request=writing.Commented, responses=reading.ExtensionRow)
    @action(detail=True, methods=["post"])
    @once
    def grant(self, request: Request, pk: str) -> Response:
        """Grant a request."""
        return self.decide(request, extensions.grant_extension, writing.Commented)

    @extend_schema(request=writing.Reasoned, responses=reading.ExtensionRow)
    @action(detail=True, methods=["post"])
    @once
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse a request."""
        return self.decide(request, extensions.refuse_extension, writing.Reasoned)


@extend_schema(tags=["closures"])
class ClosureViewSet(Work):
    """Close-out applications (申请销号)."""

    queryset = Closure.objects.all()
    serializer_class = reading.ClosureRow
    filterset_class = filters.ClosureFilter
    ordering_fields = ("submitted_on", "id")

    def get_queryset(self) -> QuerySet[Closure]:
        """Close-outs the person may see, newest first."""
        rows = Closure.objects.visible_to(self.user, on=self.on)
        related = rows.select_related("submitted_by", "decided_by").prefetch_related("evidence")
        return related.order_by("-submitted_on", "-id")

    @extend_schema(request=writing.NewClosure, responses={201: reading.ClosureRow})
    @once
    def create(self, request: Request) -> Response:
        """Apply for close-out."""
        return self.hand_in(request, closing.submit_closure, writing.NewClosure)

    @extend_schema(request=writing.Commented, responses=reading.ClosureRow)
    @action(detail=True, methods=["post"])
    @once
    def verify(self, request: Request, pk: str) -> Response:
        """Confirm a close-out: the task is completed as of the submission."""
        return self.decide(request, closing.verify_closure, writing.Commented)

    @extend_schema(request=writing.Reasoned, responses=reading.ClosureRow)
    @action(detail=True, methods=["post"])
    @once
    def reject(self, request: Request, pk: str) -> Response:
        """Send a close-out back: the task is open again."""
        return self.decide(request, closing.reject_closure, writing.Reasoned)


@extend_schema(tags=["slips"])
class SlipViewSet(Work):
    """Supervision slips (督办单)."""

    queryset = Slip.objects.all()
    serializer_class = reading.SlipRow
    filterset_class = filters.SlipFilter
    ordering_fields = ("issued_on", "feedback_due", "number", "id")

    def get_queryset(self) -> QuerySet[Slip]:
        """Slips the person may see, newest first."""
        rows = Slip.objects.visible_to(self.user, on=self.on)
        related = rows.select_related("unit", "issued_by", "answered_by")
        return related.order_by("-issued_on", "-id")

    @extend_schema(request=writing.NewSlip, responses={201: reading.SlipRow})
    @once
    def create(self, request: Request) -> Response:
        """Issue a slip."""
        return self.hand_in(request, slips.issue_slip, writing.NewSlip)

    @extend_schema(request=writing.Dated, responses=reading.SlipRow)
    @action(detail=True, methods=["post"])
    @once
    def deliver(self, request: Request, pk: str) -> Response:
        """Record the delivery of a slip."""
        return self.decide(request, slips.deliver_slip, writing.Dated)

    @extend_schema(request=writing.Answer, responses=reading.SlipRow)
    @action(detail=True, methods=["post"])
    @once
    def answer(self, request: Request, pk: str) -> Response:
        """Answer a slip."""
        return self.decide(request, slips.answer_slip, writing.Answer)
