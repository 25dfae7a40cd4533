"""Resources of this app."""

from rest_framework.routers import BaseRouter

from reports.api import judgements, outcomes


def register(router: BaseRouter) -> None:
    """Add the resources to the API's router."""
    router.register("findings", judgements.FindingViewSet, basename="finding")
    router.register("evaluations", judgements.EvaluationViewSet, basename="evaluation")
    router.register("policies", judgements.PolicyViewSet, basename="policy")
    router.register("proposals", outcomes.ProposalViewSet, basename="proposal")
    router.register("interviews", outcomes.InterviewViewSet, basename="interview")
    router.register("exclusions", outcomes.ExclusionViewSet, basename="exclusion")
