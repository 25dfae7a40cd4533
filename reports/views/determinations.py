"""Recording that a seriously lagging task affects the whole (影响大局认定)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.requests import person_of
from accounts.scopes import standing_of
from reports.permissions import Act, may_about
from reports.services.determinations import determine
from reports.views import forms
from tasks.models import Task
from tasks.parties import lead_units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, task: int) -> HttpResponse:
    """Ask a leader for the reason and record the determination."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    seen = Task.objects.visible_to(user, on=on).issued()
    chosen: Task = get_object_or_404(
        seen.select_related("holder").prefetch_related("responsibilities__unit"), pk=task
    )
    if not all(
        may_about(standing, Act.DETERMINE, unit, chosen.holder) for unit in lead_units(chosen)
    ):
        raise PermissionDenied
    form = forms.ReasonForm(request.POST or None)
    address = reverse("tasks:detail", args=[chosen.pk])
    if request.method == "POST":
        done = forms.carry_out(
            form, lambda reason: determine(chosen, on=on, reason=reason, by=user)
        )
        if done is not None:
            messages.success(request, _("已认定；夜间判定时将据此提出一票否决的建议。"))
            return redirect(address)
    context = {
        "title": _("认定影响大局"),
        "lead": f"{chosen.code} {chosen.title}",
        "form": form,
        "submit_label": _("认定"),
        "back_url": address,
        "back_label": chosen.title,
    }
    return render(request, "reports/form.html", context, status=422 if form.errors else 200)
