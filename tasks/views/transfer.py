"""The people of a unit with their posts, and handing one's work over to another (人员交接)."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.query import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, Unit, User
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of, visible_units
from accounts.services.posts import posts_of_unit
from tasks.models import Responsibility, Task
from tasks.parties import may_transfer
from tasks.services import transfer as services
from tasks.views.acting import answers_refusals
from tasks.views.acts import BOTH
from tasks.views.forms import DayInput, WorkForm
from tasks.views.pieces import Action
from tasks.views.shapes import Colleague, Passing
from tasks.views.showing import task_url


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among people, told apart by their number."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a person and their number."""
        return f"{obj.name}（{obj.staff_number}）"


class TransferForm(WorkForm):
    """Who hands over to whom, from which day, and why."""

    # A handover concerns no single task whose version a form could carry.
    version: Any = None
    token: Any = None
    person = PersonField(label=gettext_lazy("移交人"), queryset=User.objects.none())
    to = PersonField(label=gettext_lazy("接任人"), queryset=User.objects.none())
    on = forms.DateField(
        label=gettext_lazy("交接日期"),
        widget=DayInput(),
        help_text=gettext_lazy("当日起由接任人负责；此前的情况仍归移交人。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("事由"),
        max_length=500,
        help_text=gettext_lazy("如：岗位调整、退休、调离。"),
    )


@require_safe
@answers_refusals
def unit_people(request: HttpRequest, code: str) -> HttpResponse:
    """Show who held which post in a unit, and whose work nobody took over."""
    unit, standing = _unit(request, code)
    posts = list(posts_of_unit(unit))
    context = {
        "unit": unit,
        "unit_url": reverse("tasks:unit", args=[code]),
        "posts": posts,
        "on": standing.on,
        "colleagues": _colleagues(unit, standing),
        "actions": _actions(unit, standing),
    }
    return render(request, "tasks/unit_people.html", context)


@BOTH
@answers_refusals
def unit_handover(request: HttpRequest, code: str) -> HttpResponse:
    """Ask who hands over to whom, show what passes, and on a post carry it out."""
    unit, standing = _unit(request, code)
    if not may_transfer(standing, unit):
        raise PermissionDenied(_("人员交接由本单位主要负责人、督办人员或局领导办理。"))
    sent = request.POST if request.method == "POST" else request.GET
    asked = request.method == "POST" or "to" in sent
    initial = {"on": standing.on, "person": sent.get("person", "")}
    form = TransferForm(sent if asked else None, initial=initial)
    form.fields["person"].queryset = _holders(unit)  # type: ignore[attr-defined]
    form.fields["to"].queryset = _successors(unit)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"unit": unit, "form": form, "preview": None}
    if form.is_valid():
        try:
            if request.method == "POST":
                entry = _carried_out(unit, standing.user, form.cleaned_data)
                messages.success(request, _("人员交接已办理。"))
                return redirect("tasks:handover_done", seq=entry.seq)
            context["preview"] = _preview(unit, standing.user, form.cleaned_data)
        except NotAllowedError:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
    context["people_url"] = reverse("tasks:unit_people", args=[code])
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "tasks/handover.html", context, status=status)


@require_safe
@answers_refusals
def handover_done(request: HttpRequest, seq: int) -> HttpResponse:
    """Show what a handover moved, with both names, as it was recorded."""
    entry = get_object_or_404(
        AuditEntry.objects.select_related("actor"), seq=seq, action=services.ACTION
    )
    unit, standing = _unit(request, entry.data["unit"])
    if not may_transfer(standing, unit):
        raise Http404
    seen = Task.objects.visible_to(standing.user, on=standing.on)
    context = {
        "unit": unit,
        "people_url": reverse("tasks:unit_people", args=[unit.code]),
        "entry": entry,
        "on": dt.date.fromisoformat(entry.data["on"]),
        "old": User.objects.get(pk=entry.data["from"]),
        "new": User.objects.get(pk=entry.data["to"]),
        "reason": entry.data["reason"],
        "tasks": [
            Passing(url=task_url(task), title=task.title, note=task.code)
            for task in seen.filter(pk__in=entry.data["tasks"]).order_by("code")
        ],
        "duties": [
            Passing(url=task_url(duty.task), title=duty.task.title, note=duty.unit.name)
            for duty in Responsibility.objects.filter(
                pk__in=entry.data["duties"], task__in=seen
            ).select_related("task", "unit")
        ],
    }
    return render(request, "tasks/handover_done.html", context)


def _unit(request: HttpRequest, code: str) -> tuple[Unit, Standing]:
    on, user = clock.today(), person_of(request)
    unit: Unit = get_object_or_404(visible_units(user, on=on).units(), code=code)
    return unit, standing_of(user, on=on)


def _holders(unit: Unit) -> QuerySet[User]:
    """Return the unit's people, and whoever else holds something there, moved away or closed."""
    units = Unit.objects.under(unit)
    held = Task.objects.led_by(units).exclude(holder=None).values("holder")
    liaisons = Responsibility.objects.filter(unit__in=units).exclude(liaison=None)
    people = Q(unit__in=units) | Q(pk__in=held) | Q(pk__in=liaisons.values("liaison"))
    return User.objects.filter(people).order_by("staff_number")


def _successors(unit: Unit) -> QuerySet[User]:
    units = Unit.objects.under(unit)
    return User.objects.filter(unit__in=units, is_active=True).order_by("staff_number")


def _carried_out(unit: Unit, by: User, values: dict[str, Any]) -> AuditEntry:
    given = dict(values)
    return services.transfer(given.pop("person"), unit=unit, by=by, **given)


def _preview(unit: Unit, by: User, values: dict[str, Any]) -> dict[str, Any]:
    """Return what would pass, what would not, and what stays, as the page prints it."""
    given = dict(values)
    person = given.pop("person")
    refusals = services.preview_transfer(person, unit=unit, by=by, **given)
    work = services.open_work(person, unit=unit, on=values["on"])
    return {
        "person": person,
        "to": values["to"],
        "refusals": [
            Passing(url=task_url(one.task), title=one.task.title, note=one.sentence)
            for one in refusals
        ],
        "tasks": [
            Passing(url=task_url(task), title=task.title, note=task.code) for task in work.tasks
        ],
        "duties": [
            Passing(url=task_url(duty.task), title=duty.task.title, note=duty.unit.name)
            for duty in work.duties
        ],
        "slips": [
            Passing(url=task_url(slip.task), title=slip.task.title, note=slip.number)
            for slip in work.slips
        ],
        "waiting": [
            Passing(
                url=task_url(one.task),
                title=one.task.title,
                note=str(one._meta.verbose_name),  # noqa: SLF001
            )
            for one in work.waiting
        ],
    }


def _colleagues(unit: Unit, standing: Standing) -> list[Colleague]:
    """Return whoever holds work in the unit, those first who are no longer there."""
    may = may_transfer(standing, unit)
    address = reverse("tasks:unit_handover", args=[unit.code])
    found = []
    for person in _holders(unit).select_related("unit"):
        work = services.open_work(person, unit=unit, on=standing.on)
        if not work.passes_on:
            continue
        act = Action(label=_("办理交接"), url=f"{address}?person={person.pk}")
        found.append(
            Colleague(
                name=person.name,
                why=_why_gone(person, unit, on=standing.on),
                tasks=len(work.tasks),
                duties=len(work.duties),
                actions=(act,) if may else (),
            )
        )
    return sorted(found, key=lambda one: not one.why)


def _why_gone(person: User, unit: Unit, *, on: dt.date) -> str:
    """Say why somebody should hold nothing here any more; empty for who still works here."""
    if not person.is_active:
        return _("账号已停用")
    if not person.unit.path.startswith(unit.path):
        return _("已调至%(unit)s") % {"unit": person.unit}
    posts = person.posts.filter(unit__path__startswith=unit.path)
    if posts.exists() and not posts.touching(on, None).exists():
        return _("职务已免去")
    return ""


def _actions(unit: Unit, standing: Standing) -> tuple[Action, ...]:
    if not may_transfer(standing, unit):
        return ()
    url = reverse("tasks:unit_handover", args=[unit.code])
    return (Action(label=_("人员交接"), url=url, kind="primary", icon="arrows-exchange"),)
