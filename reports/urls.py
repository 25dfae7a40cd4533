"""Pages of judgements and what they lead to."""

from django.urls import path

from reports.views import (
    determinations,
    exclusions,
    interviews,
    mine,
    proposals,
    rankings,
    referrals,
)

app_name = "reports"

urlpatterns = [
    path("proposals/", proposals.index, name="proposals"),
    path("proposals/waive/", proposals.waive, name="waive"),
    path("proposals/<int:pk>/", proposals.detail, name="proposal"),
    path("proposals/<int:pk>/confirm/", proposals.confirm, name="confirm"),
    path("proposals/<int:pk>/dismiss/", proposals.dismiss, name="dismiss"),
    path("interviews/new/", interviews.new, name="new-interview"),
    path("interviews/<int:pk>/", interviews.detail, name="interview"),
    path("interviews/<int:pk>/<slug:name>/", interviews.step, name="interview-step"),
    path("determinations/new/<int:task>/", determinations.new, name="determine"),
    path("rankings/", rankings.index, name="rankings"),
    path("rankings/units/<str:code>/", rankings.unit, name="unit"),
    path("findings/", mine.index, name="mine"),
    path("exclusions/", exclusions.index, name="exclusions"),
    path("exclusions/list.xlsx", exclusions.download, name="download"),
    path("exclusions/dossiers.zip", exclusions.download_dossiers, name="download-dossiers"),
    path("exclusions/grants/", exclusions.grant, name="grant"),
    path("exclusions/<int:pk>/", exclusions.detail, name="exclusion"),
    path("referrals/", referrals.index, name="referrals"),
    path("referrals/<int:pk>/file.zip", referrals.file, name="referral-file"),
]
