"""What waits for a verdict: reports, close-outs, extensions, oldest first."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import Role
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.models import Closure, Extension, ProgressReport, Task
from tasks.permissions import RULES, Act
from tasks.services.deciding import submitted_on
from tasks.views import buttons
from tasks.views.lists import page_of
from tasks.views.shapes import Action, Tab, WorkItem
from tasks.views.showing import due_note, lead_names, task_url

Buttons = Callable[[Standing, Any, Task], tuple[Action, ...]]
KINDS: dict[str, tuple[Any, Act, Buttons]] = {
    "reports": (ProgressReport, Act.VERIFY, buttons.of_report),
    "closures": (Closure, Act.CHECK_CLOSURE, buttons.of_closure),
    "extensions": (Extension, Act.DECIDE_EXTENSION, buttons.of_extension),
}


@login_required
@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """List what waits for the person's verdict; their own submissions wait for another."""
    standing = standing_of(person_of(request), on=clock.today())
    if not standing.has(Role.SUPERVISOR, Role.LEADER):
        raise PermissionDenied(_("核查由督办人员和局领导办理。"))
    waiting = {kind: waiting_for(standing, kind) for kind in KINDS}
    counts = {kind: rows.count() for kind, rows in waiting.items()}
    first = next((kind for kind in KINDS if counts[kind]), "reports")
    chosen = request.GET.get("kind", first)
    chosen = chosen if chosen in KINDS else first
    page = page_of(request, waiting[chosen])
    page.object_list = [item_of(row, chosen, standing) for row in page]
    names = {"reports": _("进展填报"), "closures": _("销号申请"), "extensions": _("延期申请")}
    context = {
        "total": sum(counts.values()),
        "page": page,
        "tabs": [
            Tab(
                label=names[kind],
                url=f"?kind={kind}",
                current=kind == chosen,
                count=counts[kind],
            )
            for kind in KINDS
        ],
        "actions": (),
    }
    return render(request, "tasks/verification.html", context)


def waiting_for(standing: Standing, kind: str) -> Any:
    """Return what of a kind waits for somebody else's verdict on tasks that can take one."""
    model, act, _button = KINDS[kind]
    rows = model.objects.visible_to(standing.user, on=standing.on)
    rows = rows.unchecked() if kind == "closures" else rows.waiting()
    rows = rows.filter(task__state__in=RULES[act].states).exclude(submitted_by__in=standing.people)
    day = {"reports": "on", "closures": "submitted_on", "extensions": "requested_on"}[kind]
    return (
        rows.select_related("task", "submitted_by")
        .prefetch_related("task__responsibilities__unit")
        .order_by(day, "id")
    )


def item_of(row: Any, kind: str, standing: Standing) -> WorkItem:
    """Return a waiting submission as a line of work."""
    task = row.task
    since = submitted_on(row)
    notes = {
        "reports": lambda: _("自报 %(percent)s%%") % {"percent": f"{row.percent.normalize():f}"},
        "closures": lambda: _("申请销号"),
        "extensions": lambda: _("申请延至 %(to)s") % {"to": row.to},
    }
    waited = _("%(who)s %(since)s 提交，已等 %(days)s 天") % {
        "who": row.submitted_by.name,
        "since": since,
        "days": (standing.on - since).days,
    }
    note, colour = due_note(task, on=standing.on)
    return WorkItem(
        title=task.title,
        url=task_url(task),
        code=task.code,
        unit=lead_names(task),
        note=f"{notes[kind]()} · {waited}",
        due=task.effective_deadline,
        due_note=note,
        due_colour=colour,
        actions=KINDS[kind][2](standing, row, task),
    )
