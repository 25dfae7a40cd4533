"""The resources of what judgements lead to: proposals, interviews, exclusions."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fresh import FreshSignIn
from accounts.api.once import once
from reports.api import reading, writing
from reports.models import Exclusion, Interview, Proposal
from reports.services import exclusions, interviews, proposals
from tasks.api.acting import Resource
from tasks.api.writing import Dated, Reasoned


class _Acted(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Rows the person may see, and acts on one of them that call one service each."""

    def act(
        self,
        request: Request,
        service: Callable[..., Any],
        serializer: type[serializers.Serializer[Any]],
    ) -> Response:
        """Act by a service whose subject is the row."""
        row = self.get_object()
        on, values, _version = self.read(request, serializer)
        row = service(row, on=on, by=self.user, **values)
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["proposals"])
class ProposalViewSet(_Acted):
    """Proposals (处理建议)."""

    queryset = Proposal.objects.all()
    serializer_class = reading.ProposalRow
    filterset_fields = ("kind", "state", "rule", "year", "unit__code", "person__staff_number")
    ordering_fields = ("proposed_on", "year", "id")

    def get_queryset(self) -> QuerySet[Proposal]:
        """Proposals the person may see, newest first."""
        seen: QuerySet[Proposal] = Proposal.objects.visible_to(self.user, on=self.on)
        related = seen.select_related("unit", "person__unit", "decided_by")
        return related.order_by("-proposed_on", "-id")

    @extend_schema(request=writing.Confirmation, responses=reading.ProposalRow)
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated, FreshSignIn])
    @once
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm a waiting proposal."""
        return self.act(request, proposals.confirm_proposal, writing.Confirmation)

    @extend_schema(request=writing.Dismissal, responses=reading.ProposalRow)
    @action(detail=True, methods=["post"])
    @once
    def dismiss(self, request: Request, pk: str) -> Response:
        """Dismiss a waiting proposal until after a day of review."""
        return self.act(request, proposals.dismiss_proposal, writing.Dismissal)


@extend_schema(tags=["interviews"])
class InterviewViewSet(_Acted):
    """Interviews (约谈)."""

    queryset = Interview.objects.all()
    serializer_class = reading.InterviewRow
    filterset_fields = ("state", "unit__code", "person__staff_number")
    ordering_fields = ("proposed_on", "held_on", "id")

    def get_queryset(self) -> QuerySet[Interview]:
        """Interviews the person may see, newest first."""
        seen: QuerySet[Interview] = Interview.objects.visible_to(self.user, on=self.on)
        related = seen.select_related("unit", "person__unit", "proposed_by", "approved_by")
        return related.prefetch_related("tasks").order_by("-proposed_on", "-id")

    @extend_schema(request=writing.NewInterview, responses={201: reading.InterviewRow})
    @once
    def create(self, request: Request) -> Response:
        """Propose an interview by a person's own judgement."""
        on, values, _version = self.read(request, writing.NewInterview)
        made = interviews.propose_interview(values.pop("subject"), on=on, by=self.user, **values)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=writing.Approval, responses=reading.InterviewRow)
    @action(detail=True, methods=["post"])
    @once
    def approve(self, request: Request, pk: str) -> Response:
        """Approve a proposed interview and give notice."""
        return self.act(request, interviews.approve_interview, writing.Approval)

    @extend_schema(request=writing.Holding, responses=reading.InterviewRow)
    @action(detail=True, methods=["post"])
    @once
    def hold(self, request: Request, pk: str) -> Response:
        """Record an interview as held on the day `on`."""
        return self.act(request, interviews.hold_interview, writing.Holding)

    @extend_schema(request=Dated, responses=reading.InterviewRow)
    @action(detail=True, methods=["post"])
    @once
    def close(self, request: Request, pk: str) -> Response:
        """Close an interview whose rectification was verified."""
        return self.act(request, interviews.close_interview, Dated)

    @extend_schema(request=writing.Cancellation, responses=reading.InterviewRow)
    @action(detail=True, methods=["post"])
    @once
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel an interview that was not held."""
        return self.act(request, interviews.cancel_interview, writing.Cancellation)

    @extend_schema(request=Reasoned, responses=reading.InterviewRow)
    @action(detail=True, methods=["post"])
    @once
    def revoke(self, request: Request, pk: str) -> Response:
        """Revoke a held interview: it stops counting."""
        return self.act(request, interviews.revoke_interview, Reasoned)


@extend_schema(tags=["exclusions"])
class ExclusionViewSet(_Acted):
    """Exclusions (取消资格) as HR lists them."""

    queryset = Exclusion.objects.all()
    serializer_class = reading.ExclusionRow
    filterset_fields = ("kind", "state", "year", "unit__code", "person__staff_number")
    ordering_fields = ("year", "kind", "id")

    def get_queryset(self) -> QuerySet[Exclusion]:
        """Exclusions the person may see, newest year first."""
        seen: QuerySet[Exclusion] = Exclusion.objects.visible_to(self.user, on=self.on)
        return seen.select_related("unit", "person__unit").order_by("-year", "kind", "id")

    @extend_schema(request=Reasoned, responses=reading.ExclusionRow)
    @action(detail=True, methods=["post"])
    @once
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw an exclusion."""
        return self.act(request, exclusions.withdraw_exclusion, Reasoned)
