"""Take ledgers out: choose, wait where it takes long, download; templates of issuing bodies."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.models import Unit
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.campaign_permissions import keeps_plans
from tasks.choices import DutyRole, ExportState
from tasks.ledger.out.model import FOUR_SHEETS, PER_UNIT, SINGLE
from tasks.models import Campaign, LedgerExport, LedgerTemplate, Plan, Responsibility, Task
from tasks.services.exporting import requests
from tasks.services.exporting.choosing import Choice
from tasks.services.exporting.templates import keep_template, remove_template
from tasks.views.acting import answers_refusals, posted

_STYLES = [
    (SINGLE, gettext_lazy("一张总表")),
    (FOUR_SHEETS, gettext_lazy("四张表（任务、责任、措施、结果）")),
    (PER_UNIT, gettext_lazy("每个责任单位一张表")),
]
# How many of a person's newest exports are listed.
LISTED = 20
_BUSY = frozenset({ExportState.WAITING, ExportState.RUNNING})


class ExportForm(forms.Form):
    """What to take out; only what the person sees is offered."""

    style = forms.ChoiceField(label=gettext_lazy("样式"), choices=_STYLES)
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("攻坚行动"), queryset=Campaign.objects.none(), required=False,
        empty_label=gettext_lazy("全部"),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        label=gettext_lazy("牵头单位"), queryset=Unit.objects.none(), required=False,
        empty_label=gettext_lazy("全部"),
    )  # fmt: skip
    plan = forms.ModelChoiceField(
        label=gettext_lazy("计划"), queryset=Plan.objects.none(), required=False,
        empty_label=gettext_lazy("全部"),
    )  # fmt: skip
    template = forms.ModelChoiceField(
        label=gettext_lazy("套用发文机关的模板"), queryset=LedgerTemplate.objects.none(),
        required=False, empty_label=gettext_lazy("不套用，按上面的样式"),
    )  # fmt: skip

    def __init__(self, data: Any, *, standing: Standing) -> None:
        super().__init__(data)
        seen = Task.objects.visible_to(standing.user, on=standing.on).order_by()
        duties = Responsibility.objects.filter(task__in=seen.values("pk"), role=DutyRole.LEAD)
        querysets = {
            "campaign": Campaign.objects.filter(pk__in=seen.values("campaign")),
            "plan": Plan.objects.filter(pk__in=seen.values("plan")),
            "unit": Unit.objects.filter(pk__in=duties.values("unit")),
            "template": LedgerTemplate.objects.filter(removed_on=None),
        }
        for name, queryset in querysets.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """An issuing body's workbook."""

    body = forms.CharField(label=gettext_lazy("发文机关"), max_length=100)
    file = forms.FileField(
        label=gettext_lazy("模板文件（.xlsx）"),
        help_text=gettext_lazy(
            "保留字体、边框、列宽和表头；按表头的栏目名填写。同一机关再传即替换。"
        ),
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
def exports(request: HttpRequest) -> HttpResponse:
    """Show the choices and the person's exports, and take one; htmx gets the list alone."""
    standing = _exporter(request)
    form = ExportForm(posted(request), standing=standing)
    if form.is_valid():
        values = form.cleaned_data
        template = values.pop("template")
        row = requests.ask_export(
            Choice(**values), template=template, on=standing.on, by=standing.user
        )
        if row.total <= requests.AT_ONCE:
            row = requests.run_export(row)
        if row.state == ExportState.FAILED:
            messages.error(request, row.finding)
        elif row.state == ExportState.READY:
            messages.success(request, _("台账已生成，请在下面下载。"))
        else:
            messages.success(request, _("任务较多，正在后台生成，本页会显示进度。"))
        return redirect("tasks:exports")
    rows = list(LedgerExport.objects.visible_to(standing.user).select_related("template")[:LISTED])
    context = {
        "form": form,
        "rows": rows,
        "busy": any(row.state in _BUSY for row in rows),
        "templates": LedgerTemplate.objects.filter(removed_on=None).select_related("uploaded_by"),
        "template_form": TemplateForm() if keeps_plans(standing) else None,
        "actions": (),
    }
    htmx = bool(request.htmx)  # type: ignore[attr-defined]
    name = "tasks/_export_rows.html" if htmx else "tasks/exports.html"
    return render(request, name, context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand an export to who asked for it; to everybody else it does not exist."""
    standing = standing_of(person_of(request), on=clock.today())
    own = LedgerExport.objects.visible_to(standing.user)
    row = get_object_or_404(own, pk=pk, state=ExportState.READY)
    _exporter(request)
    return _attachment(row.file, row.name)


@require_POST
@answers_refusals
def template_new(request: HttpRequest) -> HttpResponse:
    """Remember the template of an issuing body, in the place of the one it had."""
    standing = _exporter(request)
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        keep = next(iter(form.errors.values()))[0]
        if not keeps_plans(standing):
            raise PermissionDenied(_("只有全局的督办人员可以维护报送模板。"))
        messages.error(request, _("模板没有保存：%(why)s") % {"why": keep})
        return redirect("tasks:exports")
    row = keep_template(
        form.cleaned_data["file"],
        body=form.cleaned_data["body"],
        on=standing.on,
        by=standing.user,
    )
    messages.success(request, _("已登记%(body)s的报送模板。") % {"body": row.body})
    return redirect("tasks:exports")


@login_required
@require_safe
def template_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a template as it was uploaded."""
    _exporter(request)
    row = get_object_or_404(LedgerTemplate, pk=pk)
    return _attachment(row.file, row.name)


@require_POST
@answers_refusals
def template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a template out of use."""
    standing = _exporter(request)
    row = get_object_or_404(LedgerTemplate, pk=pk)
    remove_template(row, on=standing.on, by=standing.user)
    messages.success(request, _("已停用%(body)s的报送模板。") % {"body": row.body})
    return redirect(reverse("tasks:exports"))


def _exporter(request: HttpRequest) -> Standing:
    standing = standing_of(person_of(request), on=clock.today())
    if not requests.may_export(standing):
        raise PermissionDenied(_("只有业务人员可以导出台账。"))
    return standing


def _attachment(file: Any, name: str) -> FileResponse:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = FileResponse(file.open(), as_attachment=True, filename=name, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
