"""Lists of tasks: everything visible, what is overdue, what is to be reported."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import Role
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of, visible_units
from tasks.choices import Light
from tasks.lights import lit
from tasks.models import Task
from tasks.views import buttons, todo
from tasks.views.filters import SORTS, QueueFilters, TaskFilters
from tasks.views.pieces import Kpi, Queue, Tab
from tasks.views.shapes import TaskRow
from tasks.views.showing import task_row

PAGE = 20
# From here on a delay is counted as serious by every policy that ships.
LONG_OVERDUE = 30


@login_required
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """List the tasks the person may see, with filters and lights."""
    on, user = clock.today(), person_of(request)
    standing = standing_of(user, on=on)
    filters = TaskFilters(request.GET, units=visible_units(user, on=on).units())
    seen = todo.narrow(Task.objects.visible_to(user, on=on), filters.chosen("todo"), standing)
    tasks = lit(seen, on=on)
    narrowed = filters.narrow(tasks, light=False)
    page = page_of(request, filters.arrange(filters.narrow(tasks)).for_list())
    page.object_list = [task_row(task, on=on) for task in page]
    context = {
        "on": on,
        "total": page.paginator.count,
        "filters": filters,
        "page": page,
        "actions": buttons.drafting(standing),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "tasks/_list_rows.html", context)
    context["lights"] = _light_tabs(request, narrowed, filters.chosen("light"))
    return render(request, "tasks/list.html", context)


@login_required
@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """List overdue tasks, the longest first: the supervisor's queue."""
    on, user = clock.today(), person_of(request)
    standing = standing_of(user, on=on)
    if not standing.has(Role.SUPERVISOR, Role.LEADER):
        raise PermissionDenied(_("逾期督办由督办人员和局领导使用。"))
    late = Task.objects.visible_to(user, on=on).overdue(on=on)
    filters = QueueFilters(request.GET, units=visible_units(user, on=on).units())
    narrowed = filters.narrow(lit(late, on=on))
    page = page_of(request, narrowed.order_by("overdue_anchor", "id").for_list())
    page.object_list = [
        task_row(task, on=on, actions=buttons.slip_for(standing, task)) for task in page
    ]
    context = {
        "on": on,
        "total": page.paginator.count,
        "filters": filters,
        "page": page,
        "urge_url": "",
        "actions": (),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "tasks/_overdue_rows.html", context)
    context["kpis"] = _overdue_kpis(late, on.toordinal())
    return render(request, "tasks/overdue.html", context)


def worst_first(tasks: Any) -> Any:
    """Order tasks annotated by `lit`: red, yellow, green; the nearest deadline first in each."""
    return tasks.order_by(*SORTS[""][1], "id")


def reporting_row(task: Task, standing: Standing) -> TaskRow:
    """Return a line of the reporting list."""
    actions = buttons.report_or_unchanged(standing, task)
    return task_row(task, on=standing.on, actions=actions)


def columns_of(page: Page[Any]) -> Queue:
    """Return which columns the lines of work on a page need; empty ones are left out."""
    return Queue(title="", items=tuple(page.object_list), count=0)


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """Return the page of the address; the nearest one where there is no such page."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _light_tabs(request: HttpRequest, tasks: QuerySet[Any], chosen: str) -> list[Tab]:
    """Return the strip of lights with counts, each keeping the other filters."""
    counted = tasks.order_by().aggregate(
        **{light.value: Count("pk", filter=Q(light=light)) for light in Light}, all=Count("pk")
    )
    tabs = [Tab(label=_("全部"), url=_with(request, ""), current=not chosen, count=counted["all"])]
    tabs += [
        Tab(
            label=str(light.label),
            url=_with(request, light.value),
            current=chosen == light.value,
            count=counted[light.value],
            colour=light.value,
        )
        for light in (Light.RED, Light.YELLOW, Light.GREEN)
    ]
    return tabs


def _with(request: HttpRequest, light: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["light"] = light
    return f"?{query.urlencode()}"


def _overdue_kpis(late: QuerySet[Any], today: int) -> tuple[Kpi, ...]:
    counted = late.order_by().aggregate(
        all=Count("pk", distinct=True),
        long=Count("pk", filter=Q(overdue_anchor__lte=today - LONG_OVERDUE), distinct=True),
        major=Count("pk", filter=Q(level="major"), distinct=True),
        rectify=Count("pk", filter=Q(kind="rectification"), distinct=True),
    )
    item = _("项")
    return (
        Kpi(label=_("逾期任务"), value=str(counted["all"]), unit=item, colour="red"),
        Kpi(label=_("逾期 30 天以上"), value=str(counted["long"]), unit=item, colour="red"),
        Kpi(label=_("其中重大任务"), value=str(counted["major"]), unit=item),
        Kpi(label=_("其中整改任务"), value=str(counted["rectify"]), unit=item),
    )
