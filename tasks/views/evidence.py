"""Hand out evidence files, as attachments only, and take new revisions of them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.requests import person_of
from tasks.models import Evidence, Task
from tasks.permissions import Act
from tasks.services.sharing import revise_evidence, submission_of
from tasks.views.acting import answers_refusals, form_page, posted, visible_task
from tasks.views.report_forms import RevisionForm


@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Send a file to whoever may see its task; to everybody else it does not exist."""
    evidence = get_object_or_404(_seen(request), pk=pk)
    # Never shown by the browser itself: what somebody uploaded must not act in this site's name.
    response = FileResponse(
        evidence.file.open(),
        as_attachment=True,
        filename=evidence.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = f"{settings.CONTENT_SECURITY_POLICY}; sandbox"
    return response


@require_http_methods(["GET", "POST"])
@answers_refusals
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a new revision of a file whose submission waits for its check."""
    rows = _seen(request).filter(site_check=None).select_related("report__task", "closure__task")
    evidence = get_object_or_404(rows, pk=pk)
    task = visible_task(request, submission_of(evidence).task_id)
    form = RevisionForm(posted(request), request.FILES or None)

    def carry_out(values: dict[str, Any], on: Any, by: Any) -> str:
        made = revise_evidence(evidence, on=on, by=by, **values)
        return _("已用“%(name)s”替换，旧版仍可下载。") % {"name": made.name}

    context = {
        "title": _("替换佐证材料"),
        "lead": _("原文件：%(name)s。替换后旧版保留并注明，核查人两版都能看到。")
        % {"name": evidence.name},
        "submit_label": _("提交新版本"),
        "danger": False,
    }
    return form_page(request, task, form, carry_out, act=Act.REPORT, context=context)


def _seen(request: HttpRequest) -> QuerySet[Evidence]:
    seen = Task.objects.visible_to(person_of(request), on=clock.today())
    return Evidence.objects.filter(
        Q(report__task__in=seen) | Q(closure__task__in=seen) | Q(site_check__task__in=seen)
    )
