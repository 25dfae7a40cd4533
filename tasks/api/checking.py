"""The resources of checking: samples, countersigning, site checks, look-backs, substitutes."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from accounts.choices import Role
from accounts.scopes import standing_of
from tasks.api import checking_bodies as bodies
from tasks.api.acting import Resource
from tasks.api.writing import Commented, Dated, Reasoned
from tasks.models import (
    Closure,
    Countersignature,
    LookBack,
    ProgressReport,
    SampleDraw,
    SiteCheck,
    SubstituteVerifier,
)
from tasks.services import countersigning, look_backs, sampling, site_checks, substitutes
from tasks.services.facts import expect_version


class _Checking(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Rows a checker works on; every act calls one service."""

    ordering_fields: tuple[str, ...] = ("id",)

    def shown(self, row: Any, *, created: bool = False) -> Response:
        """Answer with a row; 201 for a new one."""
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response(self.get_serializer(row).data, status=code)

    def act(
        self, request: Request, service: Any, serializer: type[serializers.Serializer[Any]]
    ) -> Response:
        """Act by a service whose subject is the row, refusing an overtaken version of its task."""
        row = self.get_object()
        on, values, version = self.read(request, serializer)
        with transaction.atomic():
            expect_version(row.task, version)
            row = service(row, on=on, by=self.user, **values)
        return self.shown(row)


@extend_schema(tags=["sample-draws"])
class SampleDrawViewSet(_Checking):
    """Samples of waiting reports (抽查): drawn, opened, and the rest verified."""

    queryset = SampleDraw.objects.all()
    serializer_class = bodies.DrawRow

    def get_queryset(self) -> QuerySet[SampleDraw]:
        """The caller's own draws, newest first."""
        rows = SampleDraw.objects.filter(by=self.user).select_related("by")
        return rows.prefetch_related("items").order_by("-id")

    @extend_schema(request=bodies.NewDraw, responses={201: bodies.DrawRow})
    @once
    def create(self, request: Request) -> Response:
        """Draw a sample of the reports that need not be opened one by one."""
        on, values, _version = self.read(request, bodies.NewDraw)
        return self.shown(sampling.draw_reports(on=on, by=self.user, **values), created=True)

    @extend_schema(request=bodies.Opened, responses=bodies.DrawRow)
    @action(detail=True, methods=["post"])
    @once
    def open(self, request: Request, pk: str) -> Response:
        """Record that the caller opened a report of the sample."""
        draw = self.get_object()
        _on, values, _version = self.read(request, bodies.Opened)
        report = get_object_or_404(
            ProgressReport.objects.filter(samples__draw=draw), pk=values["report"]
        )
        sampling.open_sampled(report, by=self.user)
        return self.shown(self.get_queryset().get(pk=draw.pk))

    @extend_schema(request=Dated, responses=bodies.ClearedRow)
    @action(detail=True, methods=["post"], url_path="verify-rest")
    @once
    def verify_rest(self, request: Request, pk: str) -> Response:
        """Verify what the sample stands for, and name what was left out."""
        draw = self.get_object()
        on, _values, _version = self.read(request, Dated)
        done = sampling.verify_rest(draw, on=on, by=self.user)
        left = [{"report": report.pk, "message": sentence} for report, sentence in done.left]
        return Response(bodies.ClearedRow({"verified": done.verified, "left": left}).data)


@extend_schema(tags=["countersignatures"])
class CountersignatureViewSet(_Checking):
    """What is put to the leader in charge (审签)."""

    queryset = Countersignature.objects.all()
    serializer_class = bodies.CountersignatureRow

    def get_queryset(self) -> QuerySet[Countersignature]:
        """Those of tasks the caller may see, newest first."""
        rows = Countersignature.objects.visible_to(self.user, on=self.on)
        return rows.select_related("task", "leader", "submitted_by", "decided_by").order_by("-id")

    @extend_schema(request=Commented, responses=bodies.CountersignatureRow)
    @action(detail=True, methods=["post"])
    @once
    def sign(self, request: Request, pk: str) -> Response:
        """Sign: it goes on to its check."""
        return self.act(request, countersigning.countersign, Commented)

    @extend_schema(request=Reasoned, responses=bodies.CountersignatureRow)
    @action(detail=True, methods=["post"], url_path="return")
    @once
    def send_back(self, request: Request, pk: str) -> Response:
        """Return it to who handed it in."""
        return self.act(request, countersigning.hand_back, Reasoned)


@extend_schema(tags=["site-checks"])
class SiteCheckViewSet(_Checking):
    """Checks on site (现场核查)."""

    queryset = SiteCheck.objects.all()
    serializer_class = bodies.SiteCheckRow

    def get_queryset(self) -> QuerySet[SiteCheck]:
        """Those of tasks the caller may see, newest first."""
        rows = SiteCheck.objects.filter(task__in=self.visible_tasks())
        return rows.select_related("by").prefetch_related("evidence").order_by("-on", "-id")

    @extend_schema(request=bodies.NewSiteCheck, responses={201: bodies.SiteCheckRow})
    @once
    def create(self, request: Request) -> Response:
        """Record what was found about a report or a close-out."""
        on, values, version = self.read(request, bodies.NewSiteCheck)
        report, closure = values.pop("report", None), values.pop("closure", None)
        model: Any = ProgressReport if report else Closure
        rows = model.objects.visible_to(self.user, on=self.on).select_related("task")
        submission = get_object_or_404(rows, pk=report or closure)
        with transaction.atomic():
            expect_version(submission.task, version)
            made = site_checks.record_site_check(submission, on=on, by=self.user, **values)
        return self.shown(made, created=True)


@extend_schema(tags=["look-backs"])
class LookBackViewSet(_Checking):
    """Look-backs (回头看)."""

    queryset = LookBack.objects.all()
    serializer_class = bodies.LookBackRow

    def get_queryset(self) -> QuerySet[LookBack]:
        """Those of tasks the caller may see, the first due first."""
        rows: QuerySet[LookBack] = look_backs.look_backs_for(standing_of(self.user, on=self.on))
        return rows

    @extend_schema(request=bodies.NewLookBacks, responses={201: bodies.DrawRow})
    @once
    def create(self, request: Request) -> Response:
        """Draw from the tasks closed in a period, and schedule their look-back."""
        on, values, _version = self.read(request, bodies.NewLookBacks)
        draw = look_backs.schedule_look_backs(on=on, by=self.user, **values)
        return Response(bodies.DrawRow(draw).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=bodies.LookedBack, responses=bodies.LookBackRow)
    @action(detail=True, methods=["post"])
    @once
    def record(self, request: Request, pk: str) -> Response:
        """Record what was found; a relapse opens the task again."""
        return self.act(request, look_backs.record_look_back, bodies.LookedBack)


@extend_schema(tags=["substitutes"])
class SubstituteViewSet(_Checking):
    """Substitute verifiers (代核人)."""

    queryset = SubstituteVerifier.objects.all()
    serializer_class = bodies.SubstituteRow

    def get_queryset(self) -> QuerySet[SubstituteVerifier]:
        """Those of the units the caller leads, newest first."""
        units = standing_of(self.user, on=self.on).scope(Role.LEADER).units()
        rows = SubstituteVerifier.objects.filter(unit__in=units)
        return rows.select_related("unit", "person", "by").order_by("-since", "-id")

    @extend_schema(request=bodies.NewSubstitute, responses={201: bodies.SubstituteRow})
    @once
    def create(self, request: Request) -> Response:
        """Name a substitute for a unit and a period."""
        on, values, _version = self.read(request, bodies.NewSubstitute)
        unit = values.pop("unit")
        made = substitutes.name_substitute(unit, on=on, by=self.user, **values)
        return self.shown(made, created=True)

    @extend_schema(request=Dated, responses=bodies.SubstituteRow)
    @action(detail=True, methods=["post"])
    @once
    def end(self, request: Request, pk: str) -> Response:
        """End a substitute's time."""
        row = self.get_object()
        on, _values, _version = self.read(request, Dated)
        return self.shown(substitutes.end_substitute(row, on=on, by=self.user))
