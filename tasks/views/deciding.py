"""Verify reports, check close-outs, decide on extensions: one form with a verdict."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import User
from accounts.requests import person_of
from tasks.models import Closure, Evidence, Extension, ProgressReport, Task
from tasks.permissions import Act
from tasks.services.closing import reject_closure, verify_closure
from tasks.services.evidence import same_elsewhere
from tasks.services.extensions import grant_extension, refuse_extension
from tasks.services.progress import return_report, verify_report
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.forms import VerdictForm
from tasks.views.panels import closure_row, extension_row, report_row
from tasks.views.shapes import ReportRow

# A jump of so many points in one report is worth a look.
JUMP = 50


@require_http_methods(["GET", "POST"])
@answers_refusals
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify or return a progress report."""
    report = _visible(request, ProgressReport, pk)
    task = visible_task(request, report.task_id)
    return _verdict_page(
        request,
        task,
        report_row(report, hinted=True),
        act=Act.VERIFY,
        title=_("核查进展填报"),
        words=(_("核查通过"), _("退回补正")),
        services=(verify_report, return_report),
        subject=report,
        hints=[*_same_files(request, task, report.evidence.all()), *_jumps(report)],
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a close-out application."""
    closure = _visible(request, Closure, pk)
    task = visible_task(request, closure.task_id)
    hints = _same_files(request, task, closure.evidence.all())
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
        context={"title": title, "report": row, "hints": hints},
    )


def _visible(request: HttpRequest, model: Any, pk: int) -> Any:
    rows = model.objects.visible_to(person_of(request), on=clock.today())
    return get_object_or_404(rows.select_related("submitted_by", "decided_by"), pk=pk)


def _same_files(request: HttpRequest, task: Task, files: Iterable[Evidence]) -> list[str]:
    """Return a hint for each file that was handed in for another task the person may see."""
    pairs = [(file, _task_of(other)) for file in files for other in same_elsewhere(file)]
    others = {other.pk for _file, other in pairs} - {task.pk}
    seen = Task.objects.visible_to(person_of(request), on=clock.today()).filter(pk__in=others)
    shown = set(seen.values_list("pk", flat=True))
    return [
        _("“%(name)s”与任务 %(code)s 所附文件内容相同。") % {"name": file.name, "code": other.code}
        for file, other in pairs
        if other.pk in shown
    ]


def _task_of(file: Evidence) -> Task:
    submission = file.report or file.closure
    assert submission is not None, "held by a database constraint"  # noqa: S101
    return submission.task


def _jumps(report: ProgressReport) -> list[str]:
    before = (
        ProgressReport.objects.filter(task=report.task_id)
        .exclude(pk=report.pk)
        .filter(on__lte=report.on, pk__lt=report.pk)
        .first()
    )
    rise = report.percent - (before.percent if before else 0)
    if rise < JUMP:
        return []
    return [_("进度一次增加 %(points)s 个百分点。") % {"points": rise}]
