"""The resources of plans and of what surrounds a task's issuing: approvals."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import Day
from accounts.api.once import once
from accounts.api.views import StaffNumber
from accounts.models import Unit
from accounts.scopes import standing_of
from tasks.api import writing
from tasks.api.acting import Resource
from tasks.api.work import Work
from tasks.campaign_permissions import sees_plans
from tasks.choices import GapRule
from tasks.models import Approval, DutyRefusal, Plan, Responsibility
from tasks.services import approving, plans, refusing
from tasks.services.facts import expect_version


class PlanRow(serializers.ModelSerializer[Plan]):
    """A plan."""

    class Meta:
        model = Plan
        fields = (
            "id",
            "code",
            "name",
            "year",
            "document_number",
            "issued_on",
            "needs_approval",
            "gaps",
            "version",
        )
        read_only_fields = fields


class PlanInput(writing.Dated):
    """The terms of a plan; a change names only what is to change."""

    code = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=200)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    document_number = serializers.CharField(required=False, allow_blank=True, max_length=100)
    issued_on = Day(required=False, allow_null=True)
    needs_approval = serializers.BooleanField(required=False)
    gaps = serializers.ChoiceField(choices=GapRule.choices, required=False)


class PlanChange(PlanInput):
    """A change of a plan."""

    code = serializers.CharField(max_length=64, required=False)
    name = serializers.CharField(max_length=200, required=False)
    year = serializers.IntegerField(min_value=2000, max_value=2100, required=False)


class ApprovalRow(serializers.ModelSerializer[Approval]):
    """A draft handed in for approval, with the last day of the decision."""

    submitted_by = StaffNumber()
    decided_by = StaffNumber()
    due = serializers.SerializerMethodField()

    class Meta:
        model = Approval
        fields = (
            "id",
            "task",
            "submitted_on",
            "note",
            "submitted_by",
            "due",
            "verdict",
            "decided_by",
            "decided_on",
            "decision",
        )
        read_only_fields = fields

    def get_due(self, row: Approval) -> str:
        """Return the last day of the decision."""
        return approving.approval_due(row).isoformat()


class NewApproval(writing.OfTask):
    """A draft to be approved."""

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class RefusalRow(serializers.ModelSerializer[DutyRefusal]):
    """A unit's refusal of its part in a task."""

    unit = serializers.CharField(source="duty.unit.code")
    role = serializers.CharField(source="duty.role")
    submitted_by = StaffNumber()
    decided_by = StaffNumber()

    class Meta:
        model = DutyRefusal
        fields = (
            "id",
            "task",
            "duty",
            "unit",
            "role",
            "submitted_on",
            "reason",
            "submitted_by",
            "verdict",
            "decided_by",
            "decided_on",
            "decision",
        )
        read_only_fields = fields


class NewRefusal(writing.Reasoned):
    """A refusal of a responsibility, named by its id."""

    duty = serializers.IntegerField(min_value=1)


class RefusalAccepted(writing.Commented):
    """Agreement to a refusal; a lead unit's task is issued anew to `leads`, by `deadline`."""

    leads = serializers.SlugRelatedField(
        slug_field="code", queryset=Unit.objects.active(), many=True, required=False
    )
    deadline = Day(required=False, allow_null=True)


@extend_schema(tags=["plans"])
class PlanViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Plans (计划)."""

    queryset = Plan.objects.all()
    serializer_class = PlanRow
    filterset_fields = ("code", "year")
    ordering_fields = ("code", "year", "id")

    def get_queryset(self) -> QuerySet[Plan]:
        """All plans, for who supervises or directs; none for others."""
        standing = standing_of(self.user, on=self.on)
        return Plan.objects.all() if sees_plans(standing) else Plan.objects.none()

    @extend_schema(request=PlanInput, responses={201: PlanRow})
    @once
    def create(self, request: Request) -> Response:
        """Register a plan."""
        on, values, _version = self.read(request, PlanInput)
        row = plans.save_kept(Plan(), values, on=on, by=self.user)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PlanChange, responses=PlanRow)
    @action(detail=True, methods=["post"])
    @once
    def change(self, request: Request, pk: str) -> Response:
        """Change a plan's terms."""
        row = self.get_object()
        on, values, version = self.read(request, PlanChange)
        row = plans.save_kept(row, values, on=on, by=self.user, version=version)
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["approvals"])
class ApprovalViewSet(Work):
    """Approvals of drafts (立项审核)."""

    queryset = Approval.objects.all()
    serializer_class = ApprovalRow
    filterset_fields = ("task", "verdict")
    ordering_fields = ("submitted_on", "id")

    def get_queryset(self) -> QuerySet[Any]:
        """Approvals of tasks the person may see, newest first."""
        rows = Approval.objects.visible_to(self.user, on=self.on)
        return rows.select_related("task", "submitted_by", "decided_by").order_by("-id")

    @extend_schema(request=NewApproval, responses={201: ApprovalRow})
    @once
    def create(self, request: Request) -> Response:
        """Hand a draft in."""
        return self.hand_in(request, approving.submit_approval, NewApproval)

    @extend_schema(request=writing.Commented, responses=ApprovalRow)
    @action(detail=True, methods=["post"])
    @once
    def approve(self, request: Request, pk: str) -> Response:
        """Approve a draft."""
        return self.decide(request, approving.approve_draft, writing.Commented)

    @extend_schema(request=writing.Reasoned, responses=ApprovalRow)
    @action(detail=True, methods=["post"], url_path="return")
    @once
    def send_back(self, request: Request, pk: str) -> Response:
        """Send a draft back."""
        return self.decide(request, approving.return_draft, writing.Reasoned)


@extend_schema(tags=["refusals"])
class RefusalViewSet(Work):
    """Refusals of parts in tasks (退办)."""

    queryset = DutyRefusal.objects.all()
    serializer_class = RefusalRow
    filterset_fields = ("task", "verdict")
    ordering_fields = ("submitted_on", "id")

    def get_queryset(self) -> QuerySet[Any]:
        """Refusals on tasks the person may see, newest first."""
        rows = DutyRefusal.objects.visible_to(self.user, on=self.on)
        related = rows.select_related("task", "duty__unit", "submitted_by", "decided_by")
        return related.order_by("-id")

    @extend_schema(request=NewRefusal, responses={201: RefusalRow})
    @once
    def create(self, request: Request) -> Response:
        """Refuse a responsibility."""
        on, values, version = self.read(request, NewRefusal)
        duties = Responsibility.objects.filter(task__in=self.visible_tasks())
        duty = get_object_or_404(duties.select_related("task"), pk=values.pop("duty"))
        with transaction.atomic():
            expect_version(duty.task, version)
            made = refusing.refuse_duty(duty, on=on, by=self.user, **values)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=RefusalAccepted, responses=RefusalRow)
    @action(detail=True, methods=["post"])
    @once
    def accept(self, request: Request, pk: str) -> Response:
        """Agree to a refusal."""
        return self.decide(request, refusing.accept_refusal, RefusalAccepted)

    @extend_schema(request=writing.Reasoned, responses=RefusalRow)
    @action(detail=True, methods=["post"], url_path="return")
    @once
    def send_back(self, request: Request, pk: str) -> Response:
        """Turn a refusal down; the unit has to take its part."""
        return self.decide(request, refusing.return_refusal, writing.Reasoned)
