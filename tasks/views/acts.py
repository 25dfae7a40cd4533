"""The other acts on a task: each a form of its own, or one tap."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.calendar import add_workdays, provisional_note
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.requests import person_of
from accounts.scopes import standing_of
from tasks.choices import GapRule
from tasks.models import Measure, Responsibility, Slip, Task
from tasks.parties import lead_units, reporting_unit
from tasks.permissions import Act
from tasks.services import closing, extensions, gaps, handover, issuing, measures, slips
from tasks.views import forms
from tasks.views.acting import answers_refusals, back, form_page, posted, visible_task
from tasks.views.report_forms import ClosureForm
from tasks.views.showing import task_url
from tasks.wording import gap_sentence

Values = dict[str, Any]
BOTH = require_http_methods(["GET", "POST"])


@BOTH
@answers_refusals
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a draft, reading its deadline first where nobody has."""
    task = visible_task(request, pk)
    unread = task.deadline_kind in gaps.UNREAD
    form_class = forms.AssignUnreadForm if unread else forms.AssignForm
    form = form_class(posted(request), initial={"on": clock.today()})
    lacks = gaps.gaps_of(task, on=clock.today())
    if not lacks or task.plan.gaps == GapRule.REFUSE:
        del form.fields["gap_reason"]

    @transaction.atomic
    def carry_out(values: Values, on: dt.date, by: User) -> str:
        if unread:
            if not values["standing"] and values["deadline"] is None:
                sentence = _("请填写完成时限，或勾选“没有时限（长期坚持）”。")
                raise DomainError("deadline_unread", sentence, fields={"deadline": sentence})
            deadline = None if values["standing"] else values["deadline"]
            issuing.confirm_deadline(task, deadline=deadline, on=on, by=by)
        reason = values.get("gap_reason", "")
        issuing.assign_task(task, on=values["on"], by=by, gap_reason=reason)
        return _("任务已交办，等待各单位签收。")

    lead = (
        _("时限原文“%(raw)s”需要人工确认后才能交办。") % {"raw": task.deadline_raw}
        if unread
        else _("交办后任务开始计算时限，任务内容不再改动。")
    )
    if lacks:
        lead = _("%(lead)s四清单缺项：%(gaps)s。") % {
            "lead": lead,
            "gaps": "；".join(gap_sentence(gap) for gap in lacks),
        }
    context = _context(_("交办任务"), lead, _("交办"))
    return form_page(request, task, form, carry_out, act=Act.ASSIGN, context=context)


@BOTH
@answers_refusals
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for more time."""
    task = visible_task(request, pk)
    form = forms.ExtensionForm(posted(request))

    def carry_out(values: Values, on: dt.date, by: User) -> str:
        extensions.request_extension(task, on=on, by=by, **values)
        return _("延期申请已提交，等待审批；批准前仍按现行时限计算。")

    lead = _("须在现行时限届满前提出，写明理由和明确的新时限；逾期提出的不予受理。")
    context = _context(_("申请延期"), lead, _("提交申请"))
    return form_page(request, task, form, carry_out, act=Act.REQUEST_EXTENSION, context=context)


@BOTH
@answers_refusals
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply for close-out."""
    task, by = visible_task(request, pk), person_of(request)
    unit, proxy = reporting_unit(standing_of(by, on=clock.today()), task)
    form = ClosureForm(posted(request), request.FILES or None, unit=unit, proxy=proxy, by=by)

    def carry_out(values: Values, on: dt.date, by: User) -> str:
        closing.submit_closure(task, on=on, by=by, **values)
        return _("销号申请已提交，等待核查；核查期间不计逾期。")

    lead = _("由督办人员独立核查，核查通过后按申请日期销号。")
    if unit is not None and proxy:
        lead = _("为%(unit)s代录，须写明来函文号，并由他人核查。") % {"unit": unit.name}
    context = _context(_("申请销号"), lead, _("提交申请"))
    return form_page(request, task, form, carry_out, act=Act.SUBMIT_CLOSURE, context=context)


@BOTH
@answers_refusals
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a supervision slip."""
    task = visible_task(request, pk)
    today = clock.today()
    initial = {"feedback_due": add_workdays(today, slips.FEEDBACK_WORKDAYS)}
    form = forms.SlipForm(posted(request), initial=initial)
    form.fields["feedback_due"].help_text = provisional_note(initial["feedback_due"])
    units = Unit.objects.filter(
        responsibilities__task=task, responsibilities__released_on=None
    ).order_by("responsibilities__position")
    form.fields["unit"].queryset = units  # type: ignore[attr-defined]
    form.fields["unit"].initial = next(iter(lead_units(task)), None)

    def carry_out(values: Values, on: dt.date, by: User) -> str:
        made = slips.issue_slip(task, on=on, by=by, **values)
        return _("已签发%(colour)s %(number)s，请送达后登记。") % {
            "colour": made.get_colour_display(),
            "number": made.number,
        }

    lead = _("颜色按任务现状自动确定：逾期为红色，滞后为黄色，临期为蓝色。")
    context = _context(_("签发督办单"), lead, _("签发"), danger=True)
    return form_page(request, task, form, carry_out, act=Act.ISSUE_SLIP, context=context)


@BOTH
@answers_refusals
def answer_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a slip."""
    row = _slip(request, pk)
    task = visible_task(request, row.task_id)
    form = forms.AnswerForm(posted(request))

    def carry_out(values: Values, on: dt.date, by: User) -> str:
        slips.answer_slip(row, on=on, by=by, **values)
        return _("已反馈 %(number)s。") % {"number": row.number}

    lead = _("%(number)s：%(requirement)s") % {
        "number": row.number,
        "requirement": row.requirement,
    }
    context = _context(_("反馈督办单"), lead, _("提交反馈"))
    return form_page(request, task, form, carry_out, act=Act.ANSWER_SLIP, context=context)


@BOTH
@answers_refusals
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the responsibility on."""
    task = visible_task(request, pk)
    form = forms.HandoverForm(posted(request))
    people = User.objects.filter(
        is_active=True, unit__in=Unit.objects.under(*lead_units(task))
    ).exclude(tasks_held=task)
    form.fields["to"].queryset = people  # type: ignore[attr-defined]

    def carry_out(values: Values, on: dt.date, by: User) -> str:
        handover.hand_over(task, on=on, by=by, **values)
        return _("责任人已交接给%(name)s。") % {"name": values["to"].name}

    lead = _("交接当日起由接任责任人负责；此前的记录仍归原责任人。")
    context = _context(_("交接责任人"), lead, _("交接"))
    return form_page(request, task, form, carry_out, act=Act.HAND_OVER, context=context)


@BOTH
@answers_refusals
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a completed task after a relapse."""
    task = visible_task(request, pk)
    form = forms.NewDeadlineForm(posted(request))

    def carry_out(values: Values, on: dt.date, by: User) -> str:
        closing.reopen_task(task, on=on, by=by, **values)
        return _("任务已重启办理。")

    lead = _("回头看发现问题反弹时使用，须写明情况并给出新时限。")
    context = _context(_("反弹重启"), lead, _("重启"), danger=True)
    return form_page(request, task, form, carry_out, act=Act.REOPEN, context=context)


@BOTH
@answers_refusals
def terminate(request: HttpRequest, pk: int) -> HttpResponse:
    """End a task for good."""
    task = visible_task(request, pk)
    form = forms.ReasonForm(posted(request))

    def carry_out(values: Values, on: dt.date, by: User) -> str:
        closing.terminate_task(task, on=on, by=by, **values)
        return _("任务已终止。")

    lead = _("终止后不能恢复。")
    context = _context(_("终止任务"), lead, _("终止"), danger=True)
    return form_page(request, task, form, carry_out, act=Act.TERMINATE, context=context)


@require_POST
@answers_refusals
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a unit's part in a task."""
    duties = Responsibility.objects.filter(task__in=_seen(request)).select_related("task")
    duty = get_object_or_404(duties, pk=pk)
    duty = issuing.accept_responsibility(duty, on=clock.today(), by=person_of(request))
    messages.success(request, _("%(unit)s已签收。") % {"unit": duty.unit.name})
    return redirect(back(request, task_url(duty.task)))


@require_POST
@answers_refusals
def measure_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a measure as done today."""
    rows = Measure.objects.filter(task__in=_seen(request)).select_related("task")
    measure = get_object_or_404(rows, pk=pk)
    measures.complete_measure(measure, on=clock.today(), by=person_of(request))
    messages.success(request, _("第 %(seq)s 项措施已登记完成。") % {"seq": measure.seq})
    return redirect(back(request, task_url(measure.task)))


@require_POST
@answers_refusals
def deliver_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the delivery of a slip today."""
    row = _slip(request, pk)
    slips.deliver_slip(row, on=clock.today(), by=person_of(request))
    messages.success(request, _("%(number)s 已登记送达。") % {"number": row.number})
    return redirect(back(request, task_url(row.task)))


def _context(title: str, lead: str, submit: str, *, danger: bool = False) -> Values:
    return {"title": title, "lead": lead, "submit_label": submit, "danger": danger}


def _seen(request: HttpRequest) -> Any:
    return Task.objects.visible_to(person_of(request), on=clock.today())


def _slip(request: HttpRequest, pk: int) -> Slip:
    rows = Slip.objects.visible_to(person_of(request), on=clock.today())
    return get_object_or_404(rows.select_related("task", "unit"), pk=pk)
