"""Resources of this app."""

from rest_framework.routers import BaseRouter

from tasks.api import campaigns, checking, indicators, lists, planning, work
from tasks.api.evidence import EvidenceViewSet
from tasks.api.tasks import TaskViewSet


def register(router: BaseRouter) -> None:
    """Add the resources to the API's router."""
    router.register("plans", planning.PlanViewSet, basename="plan")
    router.register("approvals", planning.ApprovalViewSet, basename="approval")
    router.register("refusals", planning.RefusalViewSet, basename="refusal")
    router.register("campaigns", campaigns.CampaignViewSet, basename="campaign")
    router.register("battles", campaigns.BattleViewSet, basename="battle")
    router.register("stages", campaigns.StageViewSet, basename="stage")
    router.register("custom-columns", campaigns.ColumnViewSet, basename="custom-column")
    router.register("indicators", indicators.IndicatorViewSet, basename="indicator")
    router.register("indicator-readings", indicators.ReadingViewSet, basename="indicator-reading")
    router.register("tasks", TaskViewSet, basename="task")
    router.register("responsibilities", lists.ResponsibilityViewSet, basename="responsibility")
    router.register("measures", lists.MeasureViewSet, basename="measure")
    router.register("results", lists.ResultViewSet, basename="result")
    router.register("progress-reports", work.ReportViewSet, basename="progress-report")
    router.register("evidence", EvidenceViewSet, basename="evidence")
    router.register("extensions", work.ExtensionViewSet, basename="extension")
    router.register("closures", work.ClosureViewSet, basename="closure")
    router.register("slips", work.SlipViewSet, basename="slip")
    router.register("sample-draws", checking.SampleDrawViewSet, basename="sample-draw")
    router.register(
        "countersignatures", checking.CountersignatureViewSet, basename="countersignature"
    )
    router.register("site-checks", checking.SiteCheckViewSet, basename="site-check")
    router.register("look-backs", checking.LookBackViewSet, basename="look-back")
    router.register("substitutes", checking.SubstituteViewSet, basename="substitute")
