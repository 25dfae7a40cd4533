"""Sealed referrals: those to decide, those confirmed, and the file of each."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import NotAllowedError
from accounts.requests import person_of
from accounts.scopes import standing_of
from accounts.views.fresh import fresh_sign_in_required
from reports.choices import FindingKind
from reports.models import Exclusion, Proposal
from reports.models.subjects import SEALED_TO
from reports.services.exports import export_referral
from reports.views.exclusions import ZIP, attachment
from reports.views.presenting import exclusion_line, proposal_row

_SEALED = FindingKind.DISCIPLINE_REFERRAL


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the referrals that wait for a decision and those that were confirmed."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    if not standing.has(*SEALED_TO):
        raise PermissionDenied
    waiting = Proposal.objects.visible_to(user, on=on).waiting().filter(kind=_SEALED).for_list()
    confirmed = Exclusion.objects.visible_to(user, on=on).filter(kind=_SEALED).for_list()
    context = {
        "on": on,
        "waiting": [proposal_row(one) for one in waiting.order_by("-proposed_on", "-id")],
        "confirmed": [
            {
                "pk": one.pk,
                "line": exclusion_line(one, standing),
                "state": one.get_state_display(),
                "cause": proposal_row(one.proposal),
            }
            for one in confirmed.order_by("-effective_on", "-id")
        ],
    }
    return render(request, "reports/referrals.html", context)


@login_required
@require_POST
@fresh_sign_in_required(download="reports:referrals")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of a confirmed referral; it leaves an entry in the audit log."""
    user, on = person_of(request), clock.today()
    seen = Exclusion.objects.visible_to(user, on=on).filter(kind=_SEALED).for_list()
    exclusion: Exclusion = get_object_or_404(seen, pk=pk)
    try:
        return attachment(export_referral(exclusion, on=on, by=user), ZIP)
    except NotAllowedError as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
