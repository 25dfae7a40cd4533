"""Findings and proposals: what waits, what a gate holds back, and deciding."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import DomainError
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from accounts.views.fresh import fresh_sign_in_required
from reports.choices import FindingKind, InterviewState, ProposalState
from reports.models import Interview, Proposal
from reports.models.subjects import WATCHERS
from reports.permissions import Act, may_decide, may_everywhere
from reports.services.assessments import Assessment, assess, judge_day, tasks_by_key
from reports.services.countdowns import countdowns
from reports.services.interviews import earliest_meeting
from reports.services.memory import subject_key
from reports.services.proposals import confirm_proposal, dismiss_proposal
from reports.services.viewing import visible_assessments
from reports.services.waivers import waive_slip
from reports.views import forms
from reports.views.finding import cause_rows
from reports.views.presenting import (
    TaskLinks,
    clause_of,
    events_about,
    interview_row,
    is_dealt_with,
    proposal_row,
    proposal_rows,
)
from tasks.views.pieces import Action, Tab

PAGE_SIZE = 20
_SHOWN = ("waiting", "held", "interviews", "decided")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show one of four lists: waiting, held back by a gate, interviews, decided."""
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    if not standing.has(*WATCHERS):
        return redirect("reports:mine")
    show = request.GET.get("show", "")
    show = show if show in _SHOWN else _SHOWN[0]
    context = {
        "on": on,
        "show": show,
        "tabs": _tabs(show, request),
        "page": _page(request, show),
        "waive_form": forms.WaiveForm(),
        "actions": _offers(standing),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request, "reports/_proposal_rows.html" if fragment else "reports/proposals.html", context
    )


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal: the clause in full, each reason, the gates, and the forms to decide."""
    proposal = _visible(request, pk)
    return render(request, "reports/proposal.html", _context(request, proposal))


@login_required
@require_POST
@fresh_sign_in_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a proposal."""
    proposal = _visible(request, pk)
    form = _confirm_form(proposal, request.POST)
    done = forms.carry_out(
        form,
        lambda **values: confirm_proposal(
            proposal, on=clock.today(), by=person_of(request), **values
        ),
    )
    if done is None:
        return _refused(request, proposal, confirm_form=form)
    messages.success(request, _("已确认。"))
    if done.interview is not None:
        return redirect("reports:interview", done.interview.pk)
    return redirect("reports:proposal", done.pk)


@login_required
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Dismiss a proposal until after its day of review."""
    proposal = _visible(request, pk)
    form = forms.DismissForm(request.POST, prefix="dismiss")
    done = forms.carry_out(
        form,
        lambda **values: dismiss_proposal(
            proposal, on=clock.today(), by=person_of(request), **values
        ),
    )
    if done is None:
        return _refused(request, proposal, dismiss_form=form)
    messages.success(request, _("已记录不予采纳，%(day)s 后复查。") % {"day": done.review_on})
    return redirect("reports:proposal", done.pk)


@login_required
@require_POST
def waive(request: HttpRequest) -> HttpResponse:
    """Let an interview about a cause be proposed without a slip before it."""
    form = forms.WaiveForm(request.POST)
    done = forms.carry_out(
        form,
        lambda unit, **values: waive_slip(unit, on=clock.today(), by=person_of(request), **values),
    )
    if done is None:
        messages.error(request, " ".join(str(e) for es in form.errors.values() for e in es))
    else:
        messages.success(request, _("已批准免予督办，夜间判定时将据此提出建议。"))
    return redirect(f"{reverse('reports:proposals')}?show=held")


def _visible(request: HttpRequest, pk: int) -> Proposal:
    seen = Proposal.objects.visible_to(person_of(request), on=clock.today())
    proposal: Proposal = get_object_or_404(seen.for_list(), pk=pk)
    return proposal


def _refused(request: HttpRequest, proposal: Proposal, **given: Form) -> HttpResponse:
    """Show the refused form again, or what became of the proposal when somebody was faster."""
    proposal.refresh_from_db()
    if proposal.state != ProposalState.WAITING:
        for form in given.values():
            for sentence in form.non_field_errors():
                messages.error(request, str(sentence))
        return redirect("reports:proposal", proposal.pk)
    context = _context(request, proposal, **given)
    return render(request, "reports/proposal.html", context, status=422)


def _tabs(show: str, request: HttpRequest) -> list[Tab]:
    user, on = person_of(request), clock.today()
    counts = {
        "waiting": Proposal.objects.visible_to(user, on=on).waiting().count(),
        "interviews": Interview.objects.visible_to(user, on=on).upcoming().count(),
    }
    labels = {
        "waiting": _("待确认"),
        "held": _("待前置条件"),
        "interviews": _("约谈"),
        "decided": _("已办理"),
    }
    address = reverse("reports:proposals")
    return [
        Tab(
            label=labels[name],
            url=f"{address}?show={name}",
            current=name == show,
            count=counts.get(name),
        )
        for name in _SHOWN
    ]


def _page(request: HttpRequest, show: str) -> Page[Any]:
    """Return a page of the list's lines."""
    user, on = person_of(request), clock.today()
    rows: Any
    to_lines: Callable[[Any], list[Any]]
    if show == "held":
        rows = _held_back(request)
        to_lines = partial(cause_rows, user=user, on=on)
    elif show == "interviews":
        interviews = Interview.objects.visible_to(user, on=on)
        rows = interviews.select_related("unit", "person__unit").order_by("-proposed_on", "-id")
        to_lines = _lines_by(interview_row)
    else:
        seen = Proposal.objects.visible_to(user, on=on).for_list()
        waiting = show == "waiting"
        chosen = seen.waiting() if waiting else seen.exclude(state=ProposalState.WAITING)
        rows = chosen.order_by("-proposed_on", "-id")
        to_lines = partial(proposal_rows, user=user, on=on)
    page: Page[Any] = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = to_lines(list(page.object_list))
    return page


def _lines_by(line: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda rows: [line(row) for row in rows]


def _held_back(request: HttpRequest) -> list[Assessment]:
    """Return the causes found today that a gate keeps from being proposed."""
    on = clock.today()
    try:
        found = assess(judge_day(on=on), on=on)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return []
    seen = visible_assessments(found, person_of(request), on=on)
    return [
        one
        for one in seen
        if not one.passed
        and not is_dealt_with(one)
        and not (one.newest and one.newest.state == ProposalState.WAITING)
    ]


def _offers(standing: Standing) -> list[Action]:
    offers = [Action(label=_("月度排名"), url=reverse("reports:rankings"), icon="chart-bar")]
    if may_everywhere(standing, Act.PROPOSE_INTERVIEW):
        address = reverse("reports:new-interview")
        offers.append(Action(label=_("提出约谈"), url=address, kind="primary", icon="gavel"))
    return offers


def _context(request: HttpRequest, proposal: Proposal, **given: Form) -> dict[str, Any]:
    user, on = person_of(request), clock.today()
    standing = standing_of(user, on=on)
    decides = proposal.state == ProposalState.WAITING and may_decide(standing, proposal)
    tasks = [task.pk for task in tasks_by_key({why["task"] for why in proposal.reasons}).values()]
    exclusion = getattr(proposal, "exclusion", None)
    interview = proposal.interview
    return {
        "on": on,
        "proposal": proposal,
        "row": proposal_row(proposal),
        "clause": clause_of(proposal),
        "tasks": TaskLinks(tasks, user, on=on).of(tasks),
        "countdown": countdowns([proposal.subject], on=on).get(subject_key(proposal.subject), ""),
        "number": exclusion.number if exclusion else "",
        "interview_url": reverse("reports:interview", args=[interview.pk]) if interview else "",
        "confirm_form": (given.get("confirm_form") or _confirm_form(proposal)) if decides else None,
        "dismiss_form": (
            (given.get("dismiss_form") or forms.DismissForm(prefix="dismiss")) if decides else None
        ),
        "history": events_about(proposal, *([exclusion] if exclusion else [])),
        "list_url": reverse("reports:proposals"),
    }


def _confirm_form(proposal: Proposal, data: Any = None) -> forms.ConfirmForm:
    if proposal.kind != FindingKind.INTERVIEW:
        return forms.ConfirmForm(data)
    joinable = Interview.objects.filter(
        unit=proposal.unit, person=proposal.person, state=InterviewState.APPROVED
    )
    earliest = earliest_meeting(clock.today())
    return forms.ConfirmInterviewForm(
        data,
        joinable=joinable,
        earliest=earliest,
        initial={"interview": joinable.first(), "scheduled_on": earliest},
    )
