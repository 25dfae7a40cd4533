"""Let a measure serve further tasks in the browser: on the sheet of a draft, and afterwards."""

import datetime as dt
from itertools import islice
from typing import Any

from django import forms as fields
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.models import User
from accounts.requests import person_of
from tasks.models import Campaign, Measure, Task
from tasks.permissions import Act
from tasks.services.linking import link_measure, servable
from tasks.views.acting import answers_refusals, form_page, id_of, posted, visible_task
from tasks.views.acts import BOTH
from tasks.views.draft_forms import Serves
from tasks.views.forms import WorkForm
from tasks.views.showing import lead_names

# So many tasks are offered at a time; a search finds the others.
OFFERED = 40


class LinkForm(WorkForm):
    """The tasks a measure serves besides its own."""

    serves = Serves()


class FindForm(fields.Form):
    """Words of a task's code or name."""

    q = fields.CharField(label=gettext_lazy("查找任务"), max_length=60, required=False)


def label_of(task: Task) -> str:
    """Return a task as a picker names it: code, title, lead units, and its plan."""
    return f"{task.code} {task.title[:60]}（{lead_names(task)}，{task.plan.name}）"


def offered_on_sheet(
    request: HttpRequest, task: Task | None, *, campaign: Campaign | None
) -> dict[int, Task]:
    """Return the tasks a draft's sheet offers its measures, by id.

    They are those of the units and the campaign on the sheet as sent, else as stored, and those
    ticked already; what makes no sense among them is refused by the service with its reason.
    """
    data = posted(request)
    ticked: set[int] = set()
    if data is not None:
        units = _ids(data, "duties-", "-unit")
        ticked = _ids(data, "measures-", "-serves")
    elif task is not None:
        units = {duty.unit_id for duty in task.responsibilities.all()}
        ticked = {one.pk for row in task.measures.all() for one in row.also_serves.all()}
    else:
        units = set()
    campaign_id = campaign.pk if campaign is not None else None
    return _offered(request, task, units=units, campaign_id=campaign_id, ticked=ticked)


@BOTH
@answers_refusals
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which further tasks a measure of a draft or an issued task serves."""
    seen = Task.objects.visible_to(person_of(request), on=clock.today())
    rows = Measure.objects.filter(task__in=seen.values("pk")).select_related("owner")
    measure = get_object_or_404(rows, pk=pk)
    task = visible_task(request, measure.task_id)
    data = posted(request)
    ticked = {one.pk for one in measure.also_serves.all()}
    if data is not None:
        ticked |= _ids(data, "serves", "")
    find = FindForm(request.GET)
    words = find.cleaned_data["q"].strip() if find.is_valid() else ""
    offered = _offered(
        request,
        task,
        units={measure.owner_id},
        campaign_id=task.campaign_id,
        ticked=ticked,
        words=words,
    )
    form = LinkForm(data, initial={"serves": [one.pk for one in measure.also_serves.all()]})
    form.fields["serves"].choices = [  # type: ignore[attr-defined]
        (one.pk, label_of(one)) for one in offered.values()
    ]

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        serves = [offered[chosen] for chosen in values["serves"]]
        link_measure(measure, serves=serves, on=on, by=by)
        if not serves:
            return _("措施 %(seq)s 只支撑本任务。") % {"seq": measure.seq}
        return _("措施 %(seq)s 同时支撑：%(codes)s。") % {
            "seq": measure.seq,
            "codes": "、".join(one.code for one in serves),
        }

    context = {
        "title": _("关联措施"),
        "lead": _(
            "第 %(seq)s 项措施：%(text)s（%(unit)s）。勾选它同时支撑的任务；"
            "限同一攻坚行动中由%(unit)s牵头或配合的任务。"
        )
        % {"seq": measure.seq, "text": measure.text, "unit": measure.owner.name},
        "submit_label": _("保存关联"),
        "danger": False,
        "find": find,
        "none_offered": not offered,
        "more_exist": len(offered) >= OFFERED,
    }
    return form_page(
        request,
        task,
        form,
        carry_out,
        act=Act.LINK_MEASURE,
        template="tasks/link_form.html",
        context=context,
    )


def _offered(
    request: HttpRequest,
    task: Task | None,
    *,
    units: set[int],
    campaign_id: int | None,
    ticked: set[int],
    words: str = "",
) -> dict[int, Task]:
    seen = Task.objects.visible_to(person_of(request), on=clock.today())
    rows = servable(task, among=seen, units=sorted(units), campaign_id=campaign_id)
    if words:
        rows = rows.filter(Q(code__icontains=words) | Q(title__icontains=words))
    fetched = ("plan",), ("responsibilities__unit",)
    found = {
        one.pk: one
        for one in seen.filter(pk__in=ticked)
        .select_related(*fetched[0])
        .prefetch_related(*fetched[1])
        .order_by("plan__code", "code", "id")
    }
    if units:
        more = rows.select_related(*fetched[0]).prefetch_related(*fetched[1])
        found |= {one.pk: one for one in more[:OFFERED]}
    return found


def _ids(data: Any, before: str, after: str) -> set[int]:
    """Return the ids posted under the names that begin and end so."""
    names = [name for name in data if name.startswith(before) and name.endswith(after)]
    sent = (id_of(text) for name in names for text in data.getlist(name))
    return {pk for pk in islice(sent, 500) if pk is not None}
