"""Draft tasks in the browser: one sheet with the four lists; give a draft up."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.requests import person_of
from accounts.services.repeats import first_time
from tasks.choices import DutyRole, TaskLevel
from tasks.ledger.deadlines import Deadline
from tasks.models import Campaign, Plan, Task
from tasks.permissions import Act, authorise
from tasks.services import approving, drafting
from tasks.services.facts import expect_version
from tasks.services.gaps import gaps_of
from tasks.services.issuing import NewTask
from tasks.views import forms, linking
from tasks.views.acting import answers_refusals, form_page, id_of, posted, visible_task
from tasks.views.acts import BOTH
from tasks.views.column_fields import column_initial
from tasks.views.draft_forms import TermsForm, row_sets
from tasks.views.showing import task_url
from tasks.wording import gap_sentence

_PLAIN = (
    "code",
    "title",
    "campaign",
    "battle",
    "indicator",
    "source_kind",
    "source_document",
    "level",
    "kind",
    "target",
    "problem",
    "start",
    "report_cycle",
    "responsible",
    "leader",
    "remark",
)


@BOTH
@answers_refusals
def new(request: HttpRequest) -> HttpResponse:
    """Draft a task."""
    drafting.drafting_scope(person_of(request), on=clock.today())
    return _sheet(request, None)


@BOTH
@answers_refusals
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    task = visible_task(request, pk)
    try:
        authorise(Act.EDIT, task, on=clock.today(), by=person_of(request))
    except NotAllowedError:
        raise
    except DomainError:
        # What was typed is kept: saving refuses with the same sentence, in the form.
        if request.method == "GET":
            raise
    return _sheet(request, task)


@BOTH
@answers_refusals
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    task = visible_task(request, pk)
    form = forms.ReasonForm(posted(request))

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        drafting.discard_draft(task, on=on, by=by, **values)
        return _("草稿已作废，内容和理由保留在办理记录中。")

    context = {
        "title": _("作废草稿"),
        "lead": _("作废的草稿不再交办，编号不再使用；内容和理由保留。"),
        "submit_label": _("作废"),
        "danger": True,
    }
    return form_page(request, task, form, carry_out, act=Act.DISCARD, context=context)


@BOTH
@answers_refusals
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a draft in for approval."""
    task = visible_task(request, pk)
    form = forms.NoteForm(posted(request))

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        approving.submit_approval(task, on=on, by=by, **values)
        return _("已报送立项审核；审核有结论前不能修改。")

    lacks = "；".join(gap_sentence(gap) for gap in gaps_of(task, on=clock.today()))
    context = {
        "title": _("报送立项审核"),
        "lead": _("四清单缺项：%(gaps)s。") % {"gaps": lacks} if lacks else _("四清单已闭合。"),
        "submit_label": _("报送"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.SUBMIT_APPROVAL, context=context)


def _sheet(request: HttpRequest, task: Task | None) -> HttpResponse:
    """Show the sheet, add a row to it, or save it."""
    on, data = clock.today(), posted(request)
    adding = request.POST.get("more", "")
    terms = TermsForm(
        data,
        initial=_initial(request, task, on=on),
        campaign=_campaign(request, task),
        today=on,
        fixed=task is not None,
    )
    offered = linking.offered_on_sheet(request, task, campaign=_campaign(request, task))
    rows = row_sets(
        data,
        initial=_lines(task),
        serves=[(one.pk, linking.label_of(one)) for one in offered.values()],
        today=on,
        adding=adding,
    )
    status = 200
    only_adding = data is not None and "more" in data
    for one in (terms, *(row for name in rows for row in rows[name])):
        one.quiet = only_adding
    if data is None:
        terms.opened_with(task.version if task else 0)
    elif not only_adding:
        whole = terms.is_valid() and all(rows[name].is_valid() for name in rows)
        if whole:
            saved, status = _saved(request, terms, rows, task, offered, on=on)
            if saved is not None:
                return redirect(task_url(saved))
        else:
            status = 422
    context = {
        "title": _("编辑草稿") if task else _("拟定任务"),
        "back_url": task_url(task) if task else reverse("tasks:list"),
        "form": terms,
        "rows": rows,
        "reading": _reading(terms, on=on),
    }
    return render(request, "tasks/draft_form.html", context, status=status)


def _saved(
    request: HttpRequest,
    terms: TermsForm,
    rows: dict[str, Any],
    task: Task | None,
    offered: Mapping[int, Task],
    *,
    on: dt.date,
) -> tuple[Task | None, int]:
    """Return the saved draft, or None and the status of the refusal printed in the form."""
    by = person_of(request)
    try:
        with transaction.atomic():
            if not first_time(terms.cleaned_data["token"], terms.sent, by=by) and task:
                return task, 200
            if task is not None:
                expect_version(task, terms.cleaned_data["version"])
            saved = drafting.write_draft(
                _sheet_of(terms, rows, task, offered), on=on, by=by, task=task
            )
    except NotAllowedError:
        raise
    except DomainError as refusal:
        terms.refuse(refusal)
        if task is not None and refusal.code == "version_conflict":
            terms.renew(int(refusal.fields["version"]))
        return None, refusal.status
    messages.success(request, _("草稿已保存。"))
    return saved, 200


def _same(terms: TermsForm) -> Task:
    """Return the draft that the first of two equal sheets made."""
    values = terms.cleaned_data
    return Task.objects.get(plan=values["plan"], code=values["code"])


def _sheet_of(
    terms: TermsForm, rows: dict[str, Any], task: Task | None, offered: Mapping[int, Task]
) -> drafting.Sheet:
    values = terms.cleaned_data
    units = {unit.pk: unit for unit in Unit.objects.active()}
    people = User.objects.in_bulk(
        [row["liaison"] for row in _filled(rows["duties"], "unit") if row["liaison"]]
    )
    plan = task.plan if task else values["plan"]
    reading = drafting.read_wording(values["deadline_raw"], plan=plan, reference=values["start"])
    duties = tuple(
        drafting.DutyLine(
            unit=units[row["unit"]],
            role=row["role"],
            duty=row["duty"],
            liaison=people.get(row["liaison"]),
        )
        for row in _filled(rows["duties"], "unit")
    )
    lead = next((line.unit for line in duties if line.role == DutyRole.LEAD), None)
    return drafting.Sheet(
        terms=NewTask(
            plan=plan,
            leads=(),
            **{name: values[name] for name in _PLAIN},
            **drafting.deadline_terms(reading, chosen=values["deadline"]),
        ),
        duties=duties,
        measures=tuple(
            drafting.MeasureLine(
                seq=row["seq"] or 0,
                text=row["text"],
                owner=units[row["owner"]] if row["owner"] else lead,
                deadline=row["deadline"],
                weight=Decimal(1) if row["weight"] is None else row["weight"],
                expected_output=row["expected_output"],
                proof_required=row["proof_required"],
                serves=tuple(offered[pk] for pk in row["serves"]),
            )
            for row in _filled(rows["measures"], "text")
            if lead is not None
        ),
        results=tuple(row["expected"] for row in _filled(rows["results"], "expected")),
        custom=terms.custom,
    )


def _filled(row_set: Any, name: str) -> list[dict[str, Any]]:
    """Return the rows whose chief field is filled; a cleared one is taken out."""
    return [form.cleaned_data for form in row_set if form.cleaned_data.get(name)]


def _campaign(request: HttpRequest, task: Task | None) -> Campaign | None:
    """Return the campaign whose columns the sheet shows: the one chosen, else the task's."""
    chosen = request.POST.get("campaign") if request.method == "POST" else None
    if chosen is None:
        code = request.GET.get("campaign", "")
        return task.campaign if task else Campaign.objects.filter(code=code).first()
    return Campaign.objects.filter(pk=id_of(chosen) or 0).first()


def _initial(request: HttpRequest, task: Task | None, *, on: dt.date) -> dict[str, Any]:
    if task is None:
        return {
            "plan": Plan.objects.filter(code=request.GET.get("plan", "")).first(),
            "campaign": _campaign(request, None),
            "level": TaskLevel.ORDINARY,
            "start": on,
        }
    read = task.deadline_reading.get("date")
    unsettled = task.original_deadline and task.original_deadline.isoformat() != read
    return {
        **{name: getattr(task, name) for name in ("plan", *_PLAIN)},
        **column_initial(task.custom),
        "deadline_raw": task.deadline_raw
        or (task.original_deadline.isoformat() if task.original_deadline else ""),
        "deadline": task.original_deadline if task.deadline_raw and unsettled else None,
    }


def _lines(task: Task | None) -> dict[str, list[dict[str, Any]]]:
    if task is None:
        return {"duties": [{"role": DutyRole.LEAD}, {"role": DutyRole.COOPERATING}]}
    return {
        "duties": [
            {
                "unit": duty.unit_id,
                "role": duty.role,
                "duty": duty.duty,
                "liaison": duty.liaison_id,
            }
            for duty in sorted(task.responsibilities.all(), key=lambda duty: duty.position)
        ],
        "measures": [
            {
                "seq": row.seq,
                "text": row.text,
                "owner": row.owner_id,
                "deadline": row.deadline,
                "weight": row.weight.normalize(),
                "expected_output": row.expected_output,
                "proof_required": row.proof_required,
                "serves": [served.pk for served in row.also_serves.all()],
            }
            for row in task.measures.all()
        ],
        "results": [{"expected": row.expected} for row in task.results.all()],
    }


def _reading(terms: TermsForm, *, on: dt.date) -> str:
    """Return how the wording in the form reads, as a sentence; empty without one."""
    raw = terms["deadline_raw"].value() or ""
    plan_pk = terms["plan"].value()
    plan = plan_pk if isinstance(plan_pk, Plan) else None
    if plan is None:
        plan = Plan.objects.filter(pk=id_of(str(plan_pk or "")) or 0).first()
    if not raw.strip() or plan is None:
        return ""
    return reading_sentence(drafting.read_wording(raw, plan=plan, reference=on))


def reading_sentence(reading: Deadline) -> str:
    """Return how a wording reads, for the person who typed it."""
    if not reading.settled:
        found = "、".join(day.isoformat() for day in reading.alternatives)
        note = reading.note or _("读不出明确日期。")
        return note + (_("可能是 %(days)s。") % {"days": found} if found else "")
    if reading.date is None:
        return _("读作：没有时限（长期坚持或按周期进行）。")
    soft = _("（力争时限，逾期不计）") if reading.soft else ""
    after = _("，到期后长期坚持") if reading.continues_after else ""
    return _("读作：%(day)s%(after)s%(soft)s") % {"day": reading.date, "after": after, "soft": soft}
