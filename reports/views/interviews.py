"""Interviews: proposing one, its page, and its way from approval to closing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.calendar import provisional_note
from accounts.models import User
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from reports.choices import INTERVIEW_STEPS, InterviewState
from reports.models import Interview
from reports.permissions import RULES, Act, may, may_everywhere
from reports.services import interviews as services
from reports.services.countdowns import countdowns
from reports.services.exclusions import resting_on
from reports.services.memory import subject_key
from reports.views import forms
from reports.views.presenting import (
    TaskLinks,
    events_about,
    exclusion_line,
    interview_row,
    proposal_row,
)
from tasks.models import Task
from tasks.permissions import LIVE

# What can be done in each state: act, form, service, heading and button.
_STEPS: dict[str, tuple[Act, type[Any], Callable[..., Interview], Any]] = {
    "approve": (
        Act.APPROVE_INTERVIEW,
        forms.ApproveForm,
        services.approve_interview,
        gettext_lazy("批准并通知"),
    ),
    "hold": (
        Act.HOLD_INTERVIEW,
        forms.HoldForm,
        services.hold_interview,
        gettext_lazy("登记约谈"),
    ),
    "close": (
        Act.CLOSE_INTERVIEW,
        forms.NoForm,
        services.close_interview,
        gettext_lazy("整改核实，办结"),
    ),
    "cancel": (
        Act.CANCEL_INTERVIEW,
        forms.CancelForm,
        services.cancel_interview,
        gettext_lazy("取消约谈"),
    ),
    "revoke": (
        Act.REVOKE_INTERVIEW,
        forms.ReasonForm,
        services.revoke_interview,
        gettext_lazy("撤销约谈"),
    ),
}
_POSSIBLE = {
    state: tuple(name for name, step in INTERVIEW_STEPS.items() if state in step.allowed)
    for state in InterviewState
}
_GRAVE = frozenset({"cancel", "revoke"})


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an interview, what it is about, what rests on it, and what can be done now."""
    return render(request, "reports/interview.html", _context(request, _visible(request, pk)))


@login_required
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take one step with an interview: approve, hold, close, cancel or revoke."""
    interview = _visible(request, pk)
    if name not in _STEPS:
        raise Http404
    _act, form_class, service, label = _STEPS[name]
    form = form_class(request.POST, prefix=name)
    given: dict[str, Any] = {"by": person_of(request)}
    if name != "hold":
        given["on"] = clock.today()
    done = forms.carry_out(form, lambda **values: service(interview, **values), **given)
    if done is not None:
        messages.success(request, _("已办理：%(what)s。") % {"what": label})
        return redirect("reports:interview", pk)
    interview.refresh_from_db()
    if name in _POSSIBLE[InterviewState(interview.state)]:
        context = _context(request, interview, **{name: form})
        return render(request, "reports/interview.html", context, status=422)
    for sentence in form.non_field_errors():
        messages.error(request, str(sentence))
    return redirect("reports:interview", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose an interview by one's own judgement."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    if not may_everywhere(standing, Act.PROPOSE_INTERVIEW):
        raise PermissionDenied
    units = standing.scope(*RULES[Act.PROPOSE_INTERVIEW].roles).units().active()
    form = forms.InterviewForm(
        request.POST or None,
        units=units,
        people=User.objects.filter(unit__in=units, is_active=True),
        tasks=Task.objects.visible_to(user, on=on).filter(state__in=LIVE),
    )
    if request.method == "POST":
        done = forms.carry_out(form, services.propose_interview, on=on, by=user)
        if done is not None:
            messages.success(request, _("已提出，等待局领导批准。"))
            return redirect("reports:interview", done.pk)
    context = {
        "title": _("提出约谈"),
        "lead": _("约谈由局领导批准；提出人不能批准自己提出的约谈。"),
        "form": form,
        "submit_label": _("提出"),
        "back_url": f"{reverse('reports:proposals')}?show=interviews",
        "back_label": _("约谈与处理建议"),
    }
    return render(request, "reports/form.html", context, status=422 if form.errors else 200)


def _visible(request: HttpRequest, pk: int) -> Interview:
    seen = Interview.objects.visible_to(person_of(request), on=clock.today())
    related = seen.select_related("unit", "person__unit", "proposed_by", "approved_by")
    interview: Interview = get_object_or_404(related, pk=pk)
    return interview


def _context(request: HttpRequest, interview: Interview, **given: Any) -> dict[str, Any]:
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    tasks = [task.pk for task in interview.tasks.all()]
    subject = interview.subject
    proposals = list(interview.proposals.visible_to(user, on=on).for_list().order_by("id"))
    resting = resting_on(interview, on=on).visible_to(user, on=on)
    return {
        "on": on,
        "interview": interview,
        "row": interview_row(interview),
        "tasks": TaskLinks(tasks, user, on=on).of(tasks),
        "causes": [proposal_row(one) for one in proposals],
        "resting": [exclusion_line(one, standing) for one in resting],
        "revoked": interview.state == InterviewState.REVOKED,
        "countdown": countdowns([subject], on=on).get(subject_key(subject), ""),
        "not_yet": (
            _("通知书定于 %(day)s 约谈，当天起可以登记。") % {"day": interview.scheduled_on}
            if _before_meeting(interview)
            else ""
        ),
        "steps": _steps(interview, standing, given),
        "history": events_about(interview, *proposals),
        "list_url": f"{reverse('reports:proposals')}?show=interviews",
    }


def _before_meeting(interview: Interview) -> bool:
    """Whether the day the notice named is still ahead, so that nothing can be recorded yet."""
    day = interview.scheduled_on
    return interview.state == InterviewState.APPROVED and day is not None and clock.today() < day


def _steps(interview: Interview, standing: Standing, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the forms of the steps the person may take now; `given` are refused ones."""
    earliest = services.earliest_meeting(clock.today())
    initial = {
        "approve": {"scheduled_on": earliest},
        "hold": {"on": interview.scheduled_on},
    }
    steps = []
    for name in _POSSIBLE[InterviewState(interview.state)]:
        act, form_class, _service, label = _STEPS[name]
        proposed_it = name == "approve" and standing.judges_own(
            interview.proposed_by_id, since=interview.proposed_on
        )
        early = name == "hold" and name not in given and _before_meeting(interview)
        if may(standing, act, interview) and not proposed_it and not early:
            form = given.get(name) or form_class(prefix=name, initial=initial.get(name, {}))
            if name == "approve":
                form.fields["scheduled_on"].help_text = provisional_note(earliest)
            steps.append(
                {
                    "label": label,
                    "url": reverse("reports:interview-step", args=[interview.pk, name]),
                    "form": form,
                    "grave": name in _GRAVE,
                }
            )
    return steps
