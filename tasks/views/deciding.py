"""Verify reports, check close-outs, decide on extensions: one form with a verdict."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.calendar import written
from accounts.models import User
from accounts.requests import person_of
from accounts.scopes import standing_of
from tasks.choices import Verdict
from tasks.models import Approval, Closure, Extension, ProgressReport, SampledItem, Task
from tasks.permissions import Act, may
from tasks.services.approving import approve_draft, return_draft
from tasks.services.closing import reject_closure, verify_closure
from tasks.services.deciding import is_own
from tasks.services.extensions import grant_extension, refuse_extension
from tasks.services.gaps import gaps_of
from tasks.services.hints import closure_hints, report_hints
from tasks.services.progress import return_report, verify_report
from tasks.services.sampling import next_unopened, open_sampled
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.forms import VerdictForm
from tasks.views.hinting import hint_sentences, limit_note
from tasks.views.issuing_panel import approval_row
from tasks.views.panels import closure_row, extension_row, report_row
from tasks.views.pieces import Action
from tasks.views.shapes import ReportRow
from tasks.wording import gap_sentence


@require_http_methods(["GET", "POST"])
@answers_refusals
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify or return a progress report."""
    report = _visible(request, ProgressReport, pk)
    task = visible_task(request, report.task_id)
    by = person_of(request)
    seen = Task.objects.visible_to(by, on=clock.today())
    hints = hint_sentences(report_hints([report], seen=seen)[report.pk])
    item = None
    if may(standing_of(by, on=clock.today()), Act.VERIFY, task):
        item = open_sampled(report, by=by)
    return _verdict_page(
        request,
        task,
        report_row(report, hinted=True),
        act=Act.VERIFY,
        title=_("核查进展填报"),
        words=(_("核查通过"), _("退回补正")),
        services=(verify_report, return_report),
        subject=report,
        hints=[*hints, *_returns(task)],
        actions=(*_on_site(task, "tasks:site_check_report", report, by), *_sample_actions(item)),
        then=f"{reverse('tasks:verification')}?kind=sample" if item else "",
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a close-out application."""
    closure = _visible(request, Closure, pk)
    task = visible_task(request, closure.task_id)
    seen = Task.objects.visible_to(person_of(request), on=clock.today())
    hints = [*hint_sentences(closure_hints(closure, seen=seen)), *_returns(task)]
    if task.counted_percent < 100:
        hints.append(_("最近一次计入进度为 %(percent)s%%。") % {"percent": task.counted_percent})
    if closure.public_until is not None:
        hints.append(
            _("已核查通过，公示至 %(until)s，期满自动销号；收到异议的，请选择不通过。")
            % {"until": closure.public_until}
        )
    undone = task.measures.filter(done_on=None).count()
    if undone:
        hints.append(_("还有 %(count)s 项措施未登记完成。") % {"count": undone})
    return _verdict_page(
        request,
        task,
        closure_row(closure, hinted=True),
        act=Act.CHECK_CLOSURE,
        title=_("核查销号申请"),
        words=(_("核查通过，准予销号"), _("核查不通过")),
        services=(verify_closure, reject_closure),
        subject=closure,
        hints=hints,
        actions=_on_site(task, "tasks:site_check_closure", closure, person_of(request)),
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse an extension."""
    extension = _visible(request, Extension, pk)
    task = visible_task(request, extension.task_id)
    granted = task.extensions.filter(verdict="accepted").count()
    hints = [_("此前已批准延期 %(count)s 次。") % {"count": granted}] if granted else []
    return _verdict_page(
        request,
        task,
        extension_row(extension),
        act=Act.DECIDE_EXTENSION,
        title=_("审批延期申请"),
        words=(_("批准延期"), _("不批准")),
        services=(grant_extension, refuse_extension),
        subject=extension,
        hints=hints,
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a draft or send it back."""
    approval = _visible(request, Approval, pk)
    task = visible_task(request, approval.task_id)
    standing = standing_of(person_of(request), on=clock.today())
    return _verdict_page(
        request,
        task,
        replace(approval_row(approval, task, standing), actions=()),
        act=Act.DECIDE_APPROVAL,
        title=_("立项审核"),
        words=(_("通过"), _("退回修改")),
        services=(approve_draft, return_draft),
        subject=approval,
        hints=[gap_sentence(gap) for gap in gaps_of(task, on=standing.on)],
    )


def _verdict_page(
    request: HttpRequest,
    task: Task,
    row: ReportRow,
    *,
    act: Act,
    title: str,
    words: tuple[str, str],
    services: tuple[Callable[..., Any], Callable[..., Any]],
    subject: Any,
    hints: list[str],
    actions: tuple[Action, ...] = (),
    then: str = "",
) -> HttpResponse:
    """Show a submission with its hints; carry out the verdict that was chosen."""
    form = VerdictForm(posted(request), accept=words[0], refuse=words[1])

    def carry_out(values: dict[str, Any], on: dt.date, by: User) -> str:
        if values["verdict"] == "accepted":
            services[0](subject, on=on, by=by, comment=values["decision"])
        else:
            services[1](subject, on=on, by=by, reason=values["decision"])
        return _("已提交结论：%(verdict)s。") % {
            "verdict": words[0] if values["verdict"] == "accepted" else words[1]
        }

    return form_page(
        request,
        task,
        form,
        carry_out,
        act=act,
        template="tasks/verify_form.html",
        context={
            "title": title,
            "report": row,
            "hints": hints,
            "limit": limit_of(subject, on=clock.today()),
            "actions": actions,
        },
        then=then,
    )


def limit_of(subject: Any, *, on: dt.date) -> str:
    """Return by when the verdict is due, and that the waiting is charged to nobody."""
    due, note, _colour = limit_note(subject, on=on)
    return _("核查须于 %(due)s 前作出（3 个工作日，%(note)s）；等待天数不计任何单位和个人。") % {
        "due": written(due),
        "note": note,
    }


def _returns(task: Task) -> list[str]:
    """Return how often something of the task was sent back."""
    handed_back = Q(countersignature__verdict=Verdict.RETURNED)
    reports = task.reports.filter(verdict=Verdict.RETURNED).exclude(handed_back).count()
    closures = task.closures.filter(verdict=Verdict.RETURNED).exclude(handed_back).count()
    if not reports and not closures:
        return []
    return [
        _("此前退回：进展填报 %(reports)s 次，销号申请 %(closures)s 次。")
        % {"reports": reports, "closures": closures}
    ]


def _on_site(task: Task, name: str, submission: Any, by: User) -> tuple[Action, ...]:
    """Return the button that records a check on site."""
    standing = standing_of(by, on=clock.today())
    if not may(standing, Act.CHECK_SITE, task) or is_own(submission, standing):
        return ()
    url = reverse(name, args=[submission.pk])
    return (Action(label=_("登记现场核查"), url=url, icon="flag"),)


def _sample_actions(item: SampledItem | None) -> tuple[Action, ...]:
    """Return the way on through a sample: the next report drawn, or back to clear the rest."""
    if item is None:
        return ()
    following = next_unopened(item.draw)
    if following is None:
        url, label = f"{reverse('tasks:verification')}?kind=sample", _("抽中的已全部打开，返回")
    else:
        url = reverse("tasks:verify_report", args=[following.report_id])
        left = item.draw.items.filter(opened_at=None).count()
        label = _("打开下一件抽中的（还有 %(count)s 件）") % {"count": left}
    return (Action(label=label, url=url, icon="chevron-right"),)


def _visible(request: HttpRequest, model: Any, pk: int) -> Any:
    rows = model.objects.visible_to(person_of(request), on=clock.today())
    return get_object_or_404(rows.select_related("task__plan", "submitted_by", "decided_by"), pk=pk)
