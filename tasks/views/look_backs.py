"""Look-backs: what is due, drawing the next ones, and the form that records one."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import User
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.models import LookBack
from tasks.parties import schedules_look_backs
from tasks.permissions import Act, may
from tasks.services.look_backs import (
    look_backs_for,
    record_look_back,
    schedule_look_backs,
    sign_off_hints,
)
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.checking_forms import LookBackDrawForm, LookBackForm
from tasks.views.hinting import hint_sentences
from tasks.views.lists import columns_of, page_of
from tasks.views.pieces import Action, Tab, WorkItem
from tasks.views.showing import lead_names, task_url

# Look-backs that are drawn without a date of their own are done within a month.
USUAL_DAYS = 30


@require_http_methods(["GET", "POST"])
@answers_refusals
def look_backs(request: HttpRequest) -> HttpResponse:
    """List look-backs, and draw the next from the tasks closed in a period."""
    standing = standing_of(person_of(request), on=clock.today())
    if not schedules_look_backs(standing):
        raise PermissionDenied(_("回头看由督办人员和局领导安排。"))
    first = standing.on.replace(day=1)
    initial = {
        "since": (first - dt.timedelta(days=1)).replace(day=1),
        "until": first - dt.timedelta(days=1),
        "due_on": standing.on + dt.timedelta(days=USUAL_DAYS),
    }
    form = LookBackDrawForm(posted(request), initial=initial)
    if form.is_valid() and _drawn(request, form, standing):
        return redirect("tasks:look_backs")
    rows = look_backs_for(standing)
    parts = {"due": rows.filter(done_on=None), "done": rows.exclude(done_on=None)}
    chosen = "done" if request.GET.get("show") == "done" else "due"
    page = page_of(request, parts[chosen])
    page.object_list = [look_back_item(row, standing) for row in page]
    labels = {"due": _("待完成"), "done": _("已完成")}
    context = {
        "page": page,
        "columns": columns_of(page),
        "form": form,
        "tabs": [
            Tab(
                label=labels[part],
                url=f"?show={part}",
                current=part == chosen,
                count=parts[part].count(),
            )
            for part in parts
        ],
        "actions": (),
    }
    status = 422 if form.is_bound else 200
    return render(request, "tasks/look_backs.html", context, status=status)


@require_http_methods(["GET", "POST"])
@answers_refusals
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what a look-back found."""
    standing = standing_of(person_of(request), on=clock.today())
    row = get_object_or_404(look_backs_for(standing), pk=pk)
    task = visible_task(request, row.task_id)
    form = LookBackForm(posted(request))

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        done = record_look_back(row, on=on, by=by, **values)
        return _("已登记反弹，任务重启。") if done.relapsed else _("已登记：成效保持。")

    hints = hint_sentences(sign_off_hints(task))
    context = {
        "title": _("回头看"),
        "lead": " ".join(
            [_("到现场看成效是否保持；发现反弹的，给出新时限，任务重新办理。"), *hints]
        ),
        "submit_label": _("登记"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.LOOK_BACK, context=context)


def look_back_item(row: LookBack, standing: Standing) -> WorkItem:
    """Return a look-back as a line of work."""
    if row.done_on is not None:
        result = _("发现反弹") if row.relapsed else _("成效保持")
        note = " · ".join([result, row.found[:160], row.by.name if row.by else ""])
        due_note, colour = _("%(day)s 完成") % {"day": row.done_on}, ""
    else:
        note = ""
        late = (standing.on - row.due_on).days
        due_note = _("已超期 %(days)s 天") % {"days": late} if late > 0 else ""
        colour = "red" if late > 0 else ""
    actions: tuple[Action, ...] = ()
    if row.done_on is None and may(standing, Act.LOOK_BACK, row.task):
        url = reverse("tasks:look_back", args=[row.pk])
        actions = (Action(label=_("登记"), url=url, kind="primary", icon="eye"),)
    return WorkItem(
        title=row.task.title,
        url=task_url(row.task),
        code=row.task.code,
        unit=lead_names(row.task),
        note=note,
        due=row.due_on,
        due_note=due_note,
        due_colour=colour,
        actions=actions,
    )


def _drawn(request: HttpRequest, form: LookBackDrawForm, standing: Standing) -> bool:
    try:
        draw = schedule_look_backs(**form.values, on=standing.on, by=standing.user)
    except NotAllowedError:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    count = draw.look_backs.count()
    sentence = _("已安排 %(count)s 项回头看，抽取方法和随机种子已留痕。") % {"count": count}
    messages.success(request, sentence)
    return True
