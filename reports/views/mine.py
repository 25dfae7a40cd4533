"""What was found about oneself and the units one heads, with every reason."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import Unit, User
from accounts.requests import person_of
from accounts.scopes import standing_of
from reports.choices import FindingKind
from reports.models import Exclusion, Interview
from reports.models.subjects import OWN, about
from reports.services.countdowns import countdowns
from reports.views.finding import found_about
from reports.views.presenting import exclusion_line, interview_row
from tasks.views.pieces import Notice


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the person's own findings, interviews and exclusions, and those of their units."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    scope = standing.scope(*OWN)
    headed = [] if scope.everything else list(scope.units())
    subjects: list[Unit | User] = [user, *headed]
    warned = countdowns(subjects, on=on)
    interviews = (
        Interview.objects.visible_to(user, on=on)
        .filter(about(subjects))
        .select_related("unit", "person__unit")
        .order_by("-proposed_on", "-id")
    )
    exclusions = (
        Exclusion.objects.visible_to(user, on=on)
        .filter(about(subjects), ~Q(kind=FindingKind.DISCIPLINE_REFERRAL))
        .for_list()
    )
    causes, missing = found_about(subjects, user, on=on)
    context = {
        "on": on,
        "notices": [
            Notice(text=text, kind="warning") for text in (*warned.values(), missing) if text
        ],
        "causes": causes,
        "interviews": [interview_row(one) for one in interviews],
        "exclusions": [exclusion_line(one, standing) for one in exclusions],
        "whose": "、".join([_("本人"), *(unit.name for unit in headed)]),
    }
    return render(request, "reports/mine.html", context)
