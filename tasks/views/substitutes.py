"""Substitute verifiers: who stands in where every supervisor has to stand back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.choices import OFFICER_ROLES, Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import RoleGrant, User
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.models import SubstituteVerifier
from tasks.parties import may_name_substitute
from tasks.services.substitutes import end_substitute, name_substitute
from tasks.views.acting import answers_refusals, posted
from tasks.views.checking_forms import SubstituteForm
from tasks.views.lists import columns_of, page_of
from tasks.views.pieces import Action, WorkItem


@require_http_methods(["GET", "POST"])
@answers_refusals
def substitutes(request: HttpRequest) -> HttpResponse:
    """List the substitutes of the leader's units, and name another."""
    standing = standing_of(person_of(request), on=clock.today())
    if not standing.has(Role.LEADER):
        raise PermissionDenied(_("只有局领导可以指定或终止代核人。"))
    units = standing.scope(Role.LEADER).units().active()
    people = (
        User.objects.filter(is_active=True)
        .exclude(pk=standing.user.pk)
        .exclude(grants__in=_officers(standing))
        .order_by("unit__position", "staff_number")
    )
    form = SubstituteForm(
        posted(request), units=units, people=people, initial={"since": standing.on}
    )
    if form.is_valid() and _named(request, form, standing):
        return redirect("tasks:substitutes")
    page = page_of(request, _rows(standing))
    page.object_list = [_item(row, standing) for row in page]
    context = {"page": page, "columns": columns_of(page), "form": form, "actions": ()}
    status = 422 if form.is_bound else 200
    return render(request, "tasks/substitutes.html", context, status=status)


@require_POST
@answers_refusals
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitute's time today."""
    standing = standing_of(person_of(request), on=clock.today())
    row = get_object_or_404(_rows(standing), pk=pk)
    row = end_substitute(row, on=standing.on, by=standing.user)
    messages.success(request, _("%(name)s的代核已终止。") % {"name": row.person.name})
    return redirect("tasks:substitutes")


def _named(request: HttpRequest, form: SubstituteForm, standing: Standing) -> bool:
    try:
        row = name_substitute(**form.values, on=standing.on, by=standing.user)
    except NotAllowedError:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    values = {"name": row.person.name, "unit": row.unit.name}
    messages.success(request, _("已指定%(name)s为%(unit)s任务的代核人。") % values)
    return True


def _officers(standing: Standing) -> Any:
    return RoleGrant.objects.on(standing.on).filter(role__in=OFFICER_ROLES)


def _rows(standing: Standing) -> Any:
    """Return the substitutes of units the person leads, those in force first."""
    rows = SubstituteVerifier.objects.filter(unit__in=standing.scope(Role.LEADER).units())
    return rows.select_related("unit", "person", "by").order_by("-until", "-id")


def _item(row: SubstituteVerifier, standing: Standing) -> WorkItem:
    over = row.ended_on is not None or row.until < standing.on
    actions: tuple[Action, ...] = ()
    if not over and may_name_substitute(standing, row.unit):
        question = _("终止%(name)s的代核？") % {"name": row.person.name}
        url = reverse("tasks:end_substitute", args=[row.pk])
        actions = (Action(label=_("终止"), url=url, method="post", icon="x", confirm=question),)
    last = row.ended_on or row.until
    period = _("%(since)s 至 %(last)s") % {"since": row.since, "last": last}
    return WorkItem(
        title=row.person.name,
        url=reverse("tasks:unit", args=[row.unit.code]),
        unit=row.unit.name,
        note=" · ".join([period, row.reason, _("%(who)s指定") % {"who": row.by.name}]),
        due=last,
        due_note=_("已结束") if over else "",
        actions=actions,
    )
