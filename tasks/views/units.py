"""Units: all of them with their counts, and one with its four lists."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import PostKind, Role, UnitKind
from accounts.models import RoleGrant, Unit
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of, visible_units
from tasks.choices import DutyRole, Light, TaskState
from tasks.lights import lit
from tasks.models import Measure, Responsibility, Result, Task
from tasks.views import buttons
from tasks.views.dispatch import notices_of
from tasks.views.lists import page_of
from tasks.views.panels import measure_row
from tasks.views.pieces import Action, Kpi, Tab
from tasks.views.shapes import ResultRow, UnitHead, UnitRow
from tasks.views.showing import task_row, task_url

_WORK = (TaskState.OPEN, TaskState.PENDING)


@login_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """List the units of the person's scope with the counts of the tasks they lead."""
    on, user = clock.today(), person_of(request)
    scope = visible_units(user, on=on).units()
    kinds = sorted(set(scope.values_list("kind", flat=True)), key=UnitKind.values.index)
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    rows = scope.filter(kind=kind) if kind else scope
    tabs = [Tab(label=_("全部"), url="?", current=not kind)]
    tabs += [Tab(label=str(UnitKind(k).label), url=f"?kind={k}", current=k == kind) for k in kinds]
    context = {
        "on": on,
        "units": _unit_rows(rows.order_by("position", "code"), on=on),
        "tabs": tabs if len(kinds) > 1 else (),
        "actions": (),
    }
    return render(request, "tasks/units.html", context)


@login_required
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show one unit with its tasks, responsibilities, measures and results."""
    on, user = clock.today(), person_of(request)
    standing = standing_of(user, on=on)
    one = get_object_or_404(visible_units(user, on=on).units(), code=code)
    lists = _lists(one, standing)
    name = request.GET.get("list", "tasks")
    name = name if name in lists else "tasks"
    labels = (_("任务清单"), _("责任清单"), _("措施清单"), _("结果清单"))
    page = page_of(request, lists[name])
    page.object_list = _lines(name, page, standing)
    context = {
        "list_url": reverse("tasks:units"),
        "unit": _head(one, standing),
        "kpis": _kpis(one, standing),
        "tabs": [
            Tab(label=label, url=f"?list={key}", current=key == name, count=rows.count())
            for (key, rows), label in zip(lists.items(), labels, strict=True)
        ],
        "list": name,
        "page": page,
        "actions": (
            Action(
                label=_("人员与职务"), url=reverse("tasks:unit_people", args=[code]), icon="users"
            ),
        ),
    }
    template = "tasks/_unit_rows.html" if request.htmx else "tasks/unit.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _lists(one: Unit, standing: Standing) -> dict[str, QuerySet[Any]]:
    """Return the four lists of a unit, as far as the person may see the tasks."""
    seen = Task.objects.visible_to(standing.user, on=standing.on).issued()
    led = seen.led_by([one])
    return {
        "tasks": lit(led, on=standing.on).order_by("effective_deadline", "id").for_list(),
        "duties": lit(seen.for_units([one]), on=standing.on)
        .order_by("effective_deadline", "id")
        .for_list(),
        "measures": Measure.objects.filter(owner=one, task__in=seen)
        .select_related("task", "owner")
        .order_by("deadline", "task", "seq"),
        "results": Result.objects.filter(task__in=led)
        .select_related("task")
        .order_by("task", "seq"),
    }


def _lines(name: str, rows: Any, standing: Standing) -> list[Any]:
    if name == "tasks":
        return [task_row(task, on=standing.on) for task in rows]
    if name == "duties":
        return [
            task_row(task, on=standing.on, actions=_duty_buttons(standing, task)) for task in rows
        ]
    if name == "measures":
        return [
            replace(
                measure_row(measure, on=standing.on),
                task_title=measure.task.title,
                task_url=task_url(measure.task),
            )
            for measure in rows
        ]
    return [
        ResultRow(
            expected=result.expected,
            achieved=result.achieved,
            achieved_on=result.achieved_on,
            task_title=result.task.title,
            task_url=task_url(result.task),
        )
        for result in rows
    ]


def _duty_buttons(standing: Standing, task: Task) -> tuple[Action, ...]:
    accepts = [
        button for duty in task.responsibilities.all() for button in buttons.of_duty(standing, duty)
    ]
    return (*accepts, *buttons.report_or_unchanged(standing, task))


def _unit_rows(rows: Any, *, on: Any) -> list[UnitRow]:
    """Return units with their counts: two queries, however many there are."""
    counts = _counts(Task.objects.filter(responsibilities__role=DutyRole.LEAD), on=on)
    return [
        UnitRow(
            url=reverse("tasks:unit", args=[one.code]),
            name=one.name,
            kind_label=one.get_kind_display(),
            **counts[one.pk],
        )
        for one in rows
    ]


def _counts(led: Any, *, on: Any) -> dict[int, dict[str, int]]:
    """Return unit id → counts of the tasks it leads, by state and, for those in work, by light."""
    work = Q(state__in=_WORK)
    names = ("total", "open", "pending", "completed", "overdue", "red", "yellow", "green")
    rows = (
        lit(led.issued(), on=on)
        .values("responsibilities__unit_id")
        .order_by()
        .annotate(
            total=Count("pk"),
            open=Count("pk", filter=Q(state=TaskState.OPEN)),
            pending=Count("pk", filter=Q(state=TaskState.PENDING)),
            completed=Count("pk", filter=Q(state=TaskState.COMPLETED)),
            overdue=Count("pk", filter=Q(state=TaskState.OPEN, days_overdue__gte=1)),
            red=Count("pk", filter=work & Q(light=Light.RED)),
            yellow=Count("pk", filter=work & Q(light=Light.YELLOW)),
            green=Count("pk", filter=work & Q(light=Light.GREEN)),
        )
        .values_list("responsibilities__unit_id", *names)
    )
    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(names, 0))
    for row in rows:
        unit_id, *values = row
        counts[unit_id] = dict(zip(names, values, strict=True))
    return counts


def _kpis(one: Unit, standing: Standing) -> tuple[Kpi, ...]:
    led = Task.objects.filter(responsibilities__role=DutyRole.LEAD, responsibilities__unit=one)
    counts = _counts(led, on=standing.on)[one.pk]
    item = _("项")
    return (
        Kpi(label=_("牵头任务"), value=str(counts["total"]), unit=item, colour="blue"),
        Kpi(label=_("红灯"), value=str(counts["red"]), unit=item, colour="red"),
        Kpi(label=_("黄灯"), value=str(counts["yellow"]), unit=item, colour="yellow"),
        Kpi(label=_("已销号"), value=str(counts["completed"]), unit=item, colour="green"),
    )


def _head(one: Unit, standing: Standing) -> UnitHead:
    posts = one.posts.on(standing.on).filter(kind=PostKind.PRINCIPAL).select_related("user")
    principal = posts.first()
    liaisons = RoleGrant.objects.on(standing.on).filter(unit=one, role=Role.LIAISON)
    liaison = liaisons.select_related("user").first()
    return UnitHead(
        name=one.name,
        full_name=one.full_name,
        kind_label=one.get_kind_display(),
        parent=one.parent.name if one.parent else "",
        principal=principal.user.name if principal else "",
        liaison=liaison.user.name if liaison else "",
        notices=notices_of(one, on=standing.on),
    )


def duties_to_accept(standing: Standing) -> QuerySet[Responsibility]:
    """Return responsibilities of the person's units that nobody accepted yet."""
    from_units = standing.scope(Role.HEAD, Role.LIAISON).units()
    return (
        Responsibility.objects.filter(unit__in=from_units, accepted_on=None, released_on=None)
        .filter(task__state__in=(*_WORK, TaskState.SUSPENDED))
        .select_related("task", "unit")
        .order_by("task__assigned_on", "id")
    )
