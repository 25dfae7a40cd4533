"""Plans: what they issue, what their lists lack, and what is done with their drafts in bulk."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.campaign_permissions import keeps_plans, sees_plans
from tasks.choices import TaskState
from tasks.models import Plan, Task
from tasks.permissions import Act, may
from tasks.services import approving, gaps, issuing
from tasks.views.acting import answers_refusals, ids_of, posted
from tasks.views.acts import BOTH
from tasks.views.issuing_shapes import PlanDraft, PlanRow
from tasks.views.keeping import kept_form
from tasks.views.lists import page_of
from tasks.views.pieces import Action, Kpi, Queue, WorkItem
from tasks.views.plan_forms import PlanForm
from tasks.views.showing import lead_names, task_url
from tasks.wording import gap_sentence


@login_required
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """List the plans with how many drafts each still holds."""
    standing = _overseer(request)
    seen = Task.objects.visible_to(standing.user, on=standing.on)
    mine = Q(tasks__in=seen.values("pk"))
    draft = Q(tasks__state=TaskState.DRAFT, tasks__discarded_on=None)
    rows = Plan.objects.annotate(
        drafts=Count("tasks", filter=mine & draft, distinct=True),
        issued=Count("tasks", filter=mine & ~Q(tasks__state=TaskState.DRAFT), distinct=True),
    )
    page = page_of(request, rows.order_by("-year", "code"))
    page.object_list = [
        PlanRow(
            url=reverse("tasks:plan", args=[row.code]),
            code=row.code,
            name=row.name,
            year=row.year,
            document=row.document_number,
            drafts=row.drafts,
            issued=row.issued,
            needs_approval=row.needs_approval,
        )
        for row in page
    ]
    actions: tuple[Action, ...] = ()
    if keeps_plans(standing):
        actions = (
            Action(label=_("新建计划"), url=reverse("tasks:plan_new"), kind="primary", icon="plus"),
        )
    return render(request, "tasks/plans.html", {"page": page, "actions": actions})


@login_required
@require_safe
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Show a plan: its drafts with what each lacks, and issued tasks whose lists have gaps."""
    standing = _overseer(request)
    row = get_object_or_404(Plan, code=code)
    return _page(request, row, standing)


def _page(
    request: HttpRequest, row: Plan, standing: Standing, *, status: int = 200, error: str = ""
) -> HttpResponse:
    on = standing.on
    seen = Task.objects.visible_to(standing.user, on=on).filter(plan=row)
    tasks = (
        seen.exclude(discarded_on__isnull=False)
        .select_related("plan", "campaign", "holder", "responsible")
        .prefetch_related(*gaps.RELATED, "approvals")
        .order_by("code", "id")
    )
    principals = gaps.principals_on(on)
    found = [(task, gaps.gaps_of(task, on=on, principals=principals)) for task in tasks]
    drafts = [_draft(task, lacks, standing) for task, lacks in found if _is_draft(task)]
    open_lists = tuple(
        _issued(task, lacks) for task, lacks in found if lacks and not _is_draft(task)
    )
    context = {
        "plan": row,
        "list_url": reverse("tasks:plans"),
        "kpis": _kpis(found),
        "drafts": drafts,
        "issued": Queue(title="", items=open_lists, count=len(open_lists)),
        "bulk_url": reverse("tasks:plan_bulk", args=[row.code]),
        "may_assign": any(draft.ready for draft in drafts),
        "may_submit": any(draft.submittable for draft in drafts),
        "error": error,
        "typed": request.POST.get("gap_reason", ""),
        "ticked": request.POST.getlist("task"),
        "actions": _actions(row, standing),
    }
    return render(request, "tasks/plan.html", context, status=status)


@require_POST
@answers_refusals
def bulk(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in or assign the ticked drafts, all or none."""
    standing = _overseer(request)
    row = get_object_or_404(Plan, code=code)
    seen = Task.objects.visible_to(standing.user, on=standing.on).drafts()
    tasks = list(seen.filter(plan=row, pk__in=ids_of(request)).order_by("pk"))
    on, by = standing.on, standing.user
    if not tasks:
        return _page(request, row, standing, status=422, error=_("请先勾选草稿。"))
    try:
        with transaction.atomic():
            if request.POST.get("act") == "submit":
                count = approving.submit_all(tasks, on=on, by=by)
                sentence = _("已报送立项审核 %(count)s 项。") % {"count": count}
            else:
                reason = request.POST.get("gap_reason", "")[:1000]
                count = issuing.assign_all(tasks, on=on, by=by, gap_reason=reason)
                sentence = _("已交办 %(count)s 项。") % {"count": count}
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        return _page(request, row, standing, status=refusal.status, error=str(refusal.message))
    messages.success(request, sentence)
    return redirect(reverse("tasks:plan", args=[code]))


@BOTH
@answers_refusals
def plan_new(request: HttpRequest) -> HttpResponse:
    """Register a plan."""
    form = PlanForm(posted(request), initial={"year": clock.today().year, "gaps": "reason"})
    return kept_form(
        request,
        Plan(),
        form,
        title=_("新建计划"),
        home=lambda row: _url(row),
        back=reverse("tasks:plans"),
    )


@BOTH
@answers_refusals
def plan_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a plan's terms."""
    row = get_object_or_404(Plan, code=code)
    initial = {name: getattr(row, name) for name in PlanForm.base_fields if hasattr(row, name)}
    form = PlanForm(posted(request), initial=initial)
    return kept_form(request, row, form, title=_("编辑计划"), home=_url, back=_url(row))


def _url(row: Plan) -> str:
    return reverse("tasks:plan", args=[row.code])


def _overseer(request: HttpRequest) -> Standing:
    standing = standing_of(person_of(request), on=clock.today())
    if not sees_plans(standing):
        raise PermissionDenied(_("计划由督办人员和局领导查看。"))
    return standing


def _is_draft(task: Task) -> bool:
    return task.state == TaskState.DRAFT


def _draft(task: Task, lacks: Any, standing: Standing) -> PlanDraft:
    newest = next(iter(task.approvals.all()), None)
    words = {"waiting": _("待审核"), "accepted": _("已通过"), "returned": _("已退回")}
    return PlanDraft(
        pk=task.pk,
        url=task_url(task),
        code=task.code,
        title=task.title,
        unit=lead_names(task),
        deadline=task.original_deadline,
        deadline_text=task.deadline_raw or task.get_type_display(),
        gaps=tuple(gap_sentence(gap) for gap in lacks),
        approval=words[newest.verdict] if newest else "",
        ready=may(standing, Act.ASSIGN, task),
        submittable=may(standing, Act.SUBMIT_APPROVAL, task),
    )


def _issued(task: Task, lacks: Any) -> WorkItem:
    return WorkItem(
        title=task.title,
        url=task_url(task),
        code=task.code,
        unit=lead_names(task),
        note="；".join(gap_sentence(gap) for gap in lacks),
    )


def _kpis(found: list[tuple[Task, Any]]) -> tuple[Kpi, ...]:
    drafts = sum(_is_draft(task) for task, _lacks in found)
    closed = sum(not lacks for _task, lacks in found)
    item = _("项")
    return (
        Kpi(label=_("任务"), value=str(len(found)), unit=item),
        Kpi(label=_("四清单已闭合"), value=str(closed), unit=item, colour="green"),
        Kpi(label=_("有缺项"), value=str(len(found) - closed), unit=item, colour="yellow"),
        Kpi(label=_("草稿"), value=str(drafts), unit=item, colour="blue"),
    )


def _actions(row: Plan, standing: Standing) -> tuple[Action, ...]:
    if not standing.has(Role.SUPERVISOR):
        return ()
    new = Action(
        label=_("拟定任务"),
        url=f"{reverse('tasks:new')}?plan={row.code}",
        kind="primary",
        icon="plus",
    )
    if not keeps_plans(standing):
        return (new,)
    edit = Action(label=_("编辑计划"), url=reverse("tasks:plan_edit", args=[row.code]), icon="edit")
    return (new, edit)
