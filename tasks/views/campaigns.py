"""Campaigns: the list, and one page with document, roadmap, battles, indicators and columns."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import Role
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.campaign_permissions import keeps_plans, sees_campaigns
from tasks.choices import Light, TaskState
from tasks.lights import lit
from tasks.models import Campaign, Task
from tasks.services import campaigns
from tasks.services.roadmaps import campaign_tasks
from tasks.views.acting import answers_refusals, posted
from tasks.views.acts import BOTH
from tasks.views.campaign_forms import CampaignForm
from tasks.views.campaign_panels import (
    columns_of_page,
    indicators_of,
    retired_of,
    roadmap_of,
)
from tasks.views.campaign_shapes import BattleGroup, CampaignRow
from tasks.views.campaign_showing import campaign_url, part_actions, period
from tasks.views.filters import SORTS
from tasks.views.keeping import kept_form
from tasks.views.lists import page_of
from tasks.views.pieces import Action, Kpi
from tasks.views.showing import task_row

# So many tasks of a battle stand on the campaign's page, the worst first.
SHOWN = 6
_LIGHTS: dict[str, Any] = {
    "tasks": Count("pk"),
    "completed": Count("pk", filter=Q(state=TaskState.COMPLETED)),
    **{
        light.value: Count(
            "pk", filter=Q(light=light, state__in=(TaskState.OPEN, TaskState.PENDING))
        )
        for light in Light
    },
}


@login_required
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """List the campaigns with the lights of their tasks."""
    standing = _viewer(request)
    page = page_of(request, Campaign.objects.order_by("-core", "code"))
    shown = Task.objects.visible_to(standing.user, on=standing.on).exclude(state=TaskState.DRAFT)
    counted = lit(shown.filter(campaign__in=[row.pk for row in page]), on=standing.on)
    by_campaign: dict[int, Any] = {
        row["campaign"]: row for row in counted.order_by().values("campaign").annotate(**_LIGHTS)
    }
    page.object_list = [_row(row, by_campaign.get(row.pk, {})) for row in page]
    actions: tuple[Action, ...] = ()
    if keeps_plans(standing):
        new = reverse("tasks:campaign_new")
        actions = (Action(label=_("新建行动"), url=new, kind="primary", icon="plus"),)
    return render(request, "tasks/campaigns.html", {"page": page, "actions": actions})


def _row(row: Campaign, counted: dict[str, Any]) -> CampaignRow:
    return CampaignRow(
        url=campaign_url(row),
        code=row.code,
        name=row.name,
        core=row.core,
        document=row.document_number or row.document,
        period=period(row.starts_on, row.ends_on),
        **{name: counted.get(name, 0) for name in _LIGHTS},
    )


@login_required
@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a campaign: its document, roadmap, tasks by battle, indicators and own columns."""
    standing = standing_of(person_of(request), on=clock.today())
    row = found(pk, standing)
    tasks = campaign_tasks(row, on=standing.on, by=standing.user)
    keeps = keeps_plans(standing)
    context = {
        "campaign": row,
        "period": period(row.starts_on, row.ends_on),
        "list_url": reverse("tasks:campaigns"),
        "kpis": _kpis(row, tasks),
        "roadmap": roadmap_of(row, standing),
        "today": standing.on,
        "groups": _groups(row, tasks, standing),
        "indicators": indicators_of(row, standing),
        "columns": columns_of_page(row, standing),
        "shows_columns": standing.has(Role.SUPERVISOR, Role.LEADER),
        "retired": retired_of(row, standing) if keeps else (),
        "adding": _adding(row) if keeps else {},
        "actions": _edit(row) if keeps else (),
    }
    return render(request, "tasks/campaign.html", context)


@BOTH
@answers_refusals
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Register a campaign."""
    form = CampaignForm(posted(request), initial={"publicity_days": 0})
    return kept_form(
        request,
        Campaign(),
        form,
        title=_("新建攻坚行动"),
        home=campaign_url,
        back=reverse("tasks:campaigns"),
        save=campaigns.save_campaign,
    )


@BOTH
@answers_refusals
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a campaign's terms."""
    row = found(pk, standing_of(person_of(request), on=clock.today()))
    initial = {name: getattr(row, name) for name in CampaignForm.base_fields if hasattr(row, name)}
    return kept_form(
        request,
        row,
        CampaignForm(posted(request), initial=initial),
        title=_("编辑攻坚行动"),
        home=campaign_url,
        back=campaign_url(row),
        save=campaigns.save_campaign,
    )


def found(pk: int, standing: Standing) -> Campaign:
    """Return a campaign; not found (404) for who works on none."""
    row = Campaign.objects.filter(pk=pk).first() if sees_campaigns(standing) else None
    if row is None:
        raise Http404
    return row


def _viewer(request: HttpRequest) -> Standing:
    standing = standing_of(person_of(request), on=clock.today())
    if not sees_campaigns(standing):
        raise PermissionDenied(_("攻坚行动由各单位、督办人员和局领导查看。"))
    return standing


def _edit(row: Campaign) -> tuple[Action, ...]:
    url = reverse("tasks:campaign_edit", args=[row.pk])
    return (Action(label=_("编辑行动"), url=url, icon="edit"),)


def _adding(row: Campaign) -> dict[str, str]:
    """Return the addresses of the forms that add a part, by its kind."""
    kinds = ("battle", "stage", "indicator", "column")
    return {kind: reverse("tasks:part_new", args=[row.pk, kind]) for kind in kinds}


def _kpis(row: Campaign, tasks: QuerySet[Task]) -> tuple[Kpi, ...]:
    counted = tasks.order_by().aggregate(**_LIGHTS)
    item = _("项")

    def url(**more: str) -> str:
        return f"{reverse('tasks:list')}?{urlencode({'campaign': row.code, **more})}"

    return (
        Kpi(label=_("任务"), value=str(counted["tasks"]), unit=item, url=url()),
        Kpi(
            label=_("在办红灯"),
            value=str(counted["red"]),
            unit=item,
            colour="red",
            url=url(light="red"),
        ),
        Kpi(
            label=_("在办黄灯"),
            value=str(counted["yellow"]),
            unit=item,
            colour="yellow",
            url=url(light="yellow"),
        ),
        Kpi(
            label=_("在办绿灯"),
            value=str(counted["green"]),
            unit=item,
            colour="green",
            url=url(light="green"),
        ),
        Kpi(
            label=_("已销号"),
            value=str(counted["completed"]),
            unit=item,
            colour="blue",
            url=url(state="completed"),
        ),
    )


def _groups(row: Campaign, tasks: QuerySet[Task], standing: Standing) -> list[BattleGroup]:
    """Return the battles with their tasks, then the tasks that belong to none."""
    counted: dict[Any, Any] = {
        one["battle"]: one for one in tasks.order_by().values("battle").annotate(**_LIGHTS)
    }
    groups = [
        _group(
            tasks.filter(battle=battle),
            counted.get(battle.pk, {}),
            standing,
            name=battle.name,
            code=battle.code,
            retired=not battle.is_active(on=standing.on),
            more={"campaign": row.code, "battle": battle.code},
            actions=part_actions("battle", battle, standing),
        )
        for battle in row.battles.order_by("code")
        if battle.is_active(on=standing.on) or battle.pk in counted
    ]
    if None in counted:
        name = _("其他任务") if groups else _("全部任务")
        groups.append(
            _group(
                tasks.filter(battle=None),
                counted[None],
                standing,
                name=name,
                more={"campaign": row.code, "battle": "-"},
            )
        )
    return groups


def _group(
    tasks: QuerySet[Task],
    counted: dict[str, Any],
    standing: Standing,
    *,
    name: str,
    more: dict[str, str],
    code: str = "",
    retired: bool = False,
    actions: tuple[Action, ...] = (),
) -> BattleGroup:
    total = counted.get("tasks", 0)
    first: Any = tasks.order_by(*SORTS[""][1], "id")
    rows = first.for_list()[:SHOWN] if total else ()
    summary = _("红 %(red)s · 黄 %(yellow)s · 绿 %(green)s · 已销号 %(completed)s") % {
        name: counted.get(name, 0) for name in ("red", "yellow", "green", "completed")
    }
    return BattleGroup(
        name=name,
        code=code,
        retired=retired,
        summary=summary if total else _("还没有任务"),
        rows=tuple(task_row(task, on=standing.on) for task in rows),
        count=total,
        more_url=f"{reverse('tasks:list')}?{urlencode(more)}" if total > SHOWN else "",
        actions=actions,
    )
