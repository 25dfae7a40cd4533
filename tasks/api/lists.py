"""The resources of the second, third and fourth list."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from tasks.api import filters, reading, writing
from tasks.api.acting import Resource
from tasks.models import Measure, Responsibility, Result
from tasks.services.facts import expect_version
from tasks.services.issuing import accept_responsibility, add_measure, add_result
from tasks.services.linking import link_measure
from tasks.services.measures import complete_measure


class _Readable(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Lists and details."""


@extend_schema(tags=["responsibilities"])
class ResponsibilityViewSet(_Readable):
    """Responsibilities (责任)."""

    queryset = Responsibility.objects.all()
    serializer_class = reading.ResponsibilityRow
    filterset_class = filters.ResponsibilityFilter
    ordering_fields = ("task", "accepted_on", "id")

    def get_queryset(self) -> QuerySet[Responsibility]:
        """Responsibilities of tasks the person may see."""
        duties = Responsibility.objects.filter(task__in=self.visible_tasks())
        return duties.select_related("unit", "liaison", "accepted_by").order_by(
            "task", "position", "id"
        )

    @extend_schema(request=writing.Dated, responses=reading.ResponsibilityRow)
    @action(detail=True, methods=["post"])
    @once
    def accept(self, request: Request, pk: str) -> Response:
        """Accept a unit's part in a task (签收)."""
        duty = self.get_object()
        on, _values, version = self.read(request, writing.Dated)
        with transaction.atomic():
            expect_version(duty.task, version)
            duty = accept_responsibility(duty, on=on, by=self.user)
        return Response(self.get_serializer(duty).data)


@extend_schema(tags=["measures"])
class MeasureViewSet(_Readable):
    """Measures (措施)."""

    queryset = Measure.objects.all()
    serializer_class = reading.MeasureRow
    filterset_class = filters.MeasureFilter
    ordering_fields = ("task", "seq", "deadline", "done_on", "id")

    def get_queryset(self) -> QuerySet[Measure]:
        """Measures of tasks the person may see."""
        measures = Measure.objects.filter(task__in=self.visible_tasks())
        fetched = measures.select_related("owner").prefetch_related("also_serves")
        return fetched.order_by("task", "seq")

    @extend_schema(request=writing.NewMeasure, responses={201: reading.MeasureRow})
    @once
    def create(self, request: Request) -> Response:
        """Add a measure to a draft."""
        on, values, version = self.read(request, writing.NewMeasure)
        task = self.task_meant(values)
        with transaction.atomic():
            expect_version(task, version)
            measure = add_measure(task, on=on, by=self.user, **values)
        return Response(self.get_serializer(measure).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=writing.Dated, responses=reading.MeasureRow)
    @action(detail=True, methods=["post"])
    @once
    def complete(self, request: Request, pk: str) -> Response:
        """Record a measure as done."""
        measure = self.get_object()
        on, _values, version = self.read(request, writing.Dated)
        with transaction.atomic():
            expect_version(measure.task, version)
            measure = complete_measure(measure, on=on, by=self.user)
        return Response(self.get_serializer(measure).data)

    @extend_schema(request=writing.Links, responses=reading.MeasureRow)
    @action(detail=True, methods=["post"])
    @once
    def link(self, request: Request, pk: str) -> Response:
        """Let a measure serve exactly these tasks besides its own; an empty list ends all links."""
        measure = self.get_object()
        on, values, version = self.read(request, writing.Links)
        serves = self.tasks_meant(values["serves"])
        with transaction.atomic():
            expect_version(measure.task, version)
            link_measure(measure, serves=serves, on=on, by=self.user)
        return Response(self.get_serializer(self.get_queryset().get(pk=measure.pk)).data)


@extend_schema(tags=["results"])
class ResultViewSet(_Readable):
    """Results (结果)."""

    queryset = Result.objects.all()
    serializer_class = reading.ResultRow
    filterset_class = filters.ResultFilter
    ordering_fields = ("task", "seq", "id")

    def get_queryset(self) -> QuerySet[Any]:
        """Results of tasks the person may see."""
        return Result.objects.filter(task__in=self.visible_tasks()).order_by("task", "seq")

    @extend_schema(request=writing.NewResult, responses={201: reading.ResultRow})
    @once
    def create(self, request: Request) -> Response:
        """Add an expected result to a draft."""
        on, values, version = self.read(request, writing.NewResult)
        task = self.task_meant(values)
        with transaction.atomic():
            expect_version(task, version)
            result = add_result(task, on=on, by=self.user, **values)
        return Response(self.get_serializer(result).data, status=status.HTTP_201_CREATED)
