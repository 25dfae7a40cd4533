"""Import a ledger: upload, preview as a difference, confirmation, what became of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from accounts.services.unit_names import may_record_alias
from tasks.choices import ColumnMeaning, ImportState
from tasks.models import LedgerImport, Task
from tasks.parties import imports_ledgers
from tasks.services.imports import confirming, undoing, uploading
from tasks.services.imports.annotating import annotate
from tasks.views.acting import answers_refusals, posted
from tasks.views.acts import BOTH
from tasks.views.import_forms import SettingsForm, UploadForm
from tasks.views.import_shapes import columns_of, groups_of, rows_of
from tasks.views.lists import page_of
from tasks.views.pieces import Action, Kpi, Tab
from tasks.views.showing import task_url

_PAGE = 50
_SHOWN = ("changed", "new", "unchanged", "refused")
_STATE_COLOURS = {
    ImportState.READY: "blue",
    ImportState.LANDED: "green",
    ImportState.REFUSED: "red",
}


@login_required
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List one's own previews and everything landed that one may see."""
    standing = _importer(request)
    rows = LedgerImport.objects.visible_to(standing.user, on=standing.on)
    closed = (ImportState.DISCARDED, ImportState.EXPIRED)
    page = page_of(request, rows.exclude(state__in=closed).select_related("by", "plan"))
    page.object_list = [_line(row) for row in page]
    new = Action(
        label=_("导入台账"), url=reverse("tasks:import_new"), kind="primary", icon="upload"
    )
    return render(request, "tasks/imports.html", {"page": page, "actions": (new,)})


def _line(row: LedgerImport) -> dict[str, Any]:
    landed = row.landed
    return {
        "url": reverse("tasks:import", args=[row.pk]),
        "name": row.name,
        "plan": row.plan.name if row.plan else "",
        "by": row.by.name,
        "at": row.landed_at or row.uploaded_at,
        "sha256": row.sha256,
        "state": row.get_state_display(),
        "colour": _STATE_COLOURS.get(ImportState(row.state), ""),
        "created": len(landed.get("created", ())),
        "updated": len(landed.get("updated", ())),
        "unchanged": len(landed.get("unchanged", ())),
        "refused": len(landed.get("refused", ())),
        "counted": bool(landed),
    }


@BOTH
@answers_refusals
def import_new(request: HttpRequest) -> HttpResponse:
    """Take a workbook; read it at once, or leave a long one to a worker."""
    standing = _importer(request)
    initial = {"assigned": standing.on}
    form = UploadForm(posted(request), request.FILES or None, initial=initial)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    row = uploading.upload_ledger(
                        form.cleaned_data["file"], form.options, on=standing.on, by=standing.user
                    )
                    if not uploading.is_long(row):
                        _read_at_once(row)
                return redirect(reverse("tasks:import", args=[row.pk]))
            except NotAllowedError:
                raise
            except DomainError as refusal:
                form.add_error("file", str(refusal.message))
    context = {"form": form, "list_url": reverse("tasks:imports")}
    return render(request, "tasks/import_new.html", context, status=status)


def _read_at_once(row: LedgerImport) -> None:
    """Read a short file; one that cannot be read leaves nothing behind."""
    confirming.prepare(row)
    if row.state == ImportState.REFUSED:
        row.file.storage.delete(str(row.file.name))
        raise DomainError("unreadable", row.note)


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an import as it stands: being read, its preview, or what it did."""
    standing, row = _found(request, pk)
    if row.state in (ImportState.READING, ImportState.LANDING):
        return _progress(request, row)
    if request.htmx:  # type: ignore[attr-defined]
        # The progress bar asked, and what it waited for is there.
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    if row.state == ImportState.READY and row.by == standing.user:
        return _preview(request, row, standing)
    return _result(request, row, standing)


def _progress(request: HttpRequest, row: LedgerImport) -> HttpResponse:
    context = {
        "row": row,
        "url": reverse("tasks:import", args=[row.pk]),
        "list_url": reverse("tasks:imports"),
        "percent": 100 * row.done // row.total if row.total else 0,
    }
    fragment = bool(request.htmx)  # type: ignore[attr-defined]
    template = "tasks/_import_progress.html" if fragment else "tasks/import_progress.html"
    return render(request, template, context)


def _preview(request: HttpRequest, row: LedgerImport, standing: Standing) -> HttpResponse:
    outcome = row.outcome
    chosen, tabs = _tabs(request, outcome)
    rows = [one for one in outcome.get("rows", ()) if one["fate"] == chosen]
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    page.object_list = rows_of(list(page))
    counts = outcome.get("counts", {})
    context = {
        "row": row,
        "outcome": outcome,
        "list_url": reverse("tasks:imports"),
        "change_url": reverse("tasks:import_change", args=[row.pk]),
        "confirm_url": reverse("tasks:import_confirm", args=[row.pk]),
        "kpis": _kpis(counts),
        "groups": groups_of(outcome),
        "columns": columns_of(outcome),
        "meanings": ColumnMeaning.choices,
        "units": Unit.objects.active().order_by("position", "code").values_list("code", "name"),
        "may_record": may_record_alias(standing),
        "settings": SettingsForm(initial=_settings(row, outcome)),
        "page": page,
        "tabs": tabs,
        "compared": any(line.fields for line in page.object_list),
        "lands": counts.get("new", 0) + counts.get("changed", 0),
        "before": _landed_before(row),
        "actions": _actions(row),
    }
    return render(request, "tasks/import_preview.html", context)


def _settings(row: LedgerImport, outcome: dict[str, Any]) -> dict[str, Any]:
    found = {name: outcome.get(name) for name in ("plan_year", "body")}
    given = {name: value for name, value in row.options.items() if value}
    return {**found, **given}


def _tabs(request: HttpRequest, outcome: dict[str, Any]) -> tuple[str, list[Tab]]:
    counts = outcome.get("counts", {})
    labels = {
        "changed": _("变化"),
        "new": _("新增"),
        "unchanged": _("未变"),
        "refused": _("不导入"),
    }
    asked = request.GET.get("show", "")
    first = next((name for name in _SHOWN if counts.get(name)), "new")
    chosen = asked if asked in _SHOWN else first
    tabs = [
        Tab(
            label=str(labels[name]),
            url=f"?show={name}#rows",
            current=name == chosen,
            count=counts.get(name, 0),
        )
        for name in _SHOWN
    ]
    return chosen, tabs


def _kpis(counts: dict[str, int]) -> tuple[Kpi, ...]:
    item, place = _("项"), _("处")
    cards = (
        ("new", _("新增"), item, "blue"),
        ("changed", _("变化"), item, "blue"),
        ("unchanged", _("未变"), item, ""),
        ("refused", _("不导入"), item, "red"),
        ("errors", _("错误"), place, "red"),
        ("warnings", _("提示"), place, "yellow"),
    )
    return tuple(
        _card(label, counts.get(name, 0), unit, colour) for name, label, unit, colour in cards
    )


def _card(label: str, count: int, unit: str, colour: str) -> Kpi:
    """Return a number; none of something bad is nothing red."""
    return Kpi(label=label, value=str(count), unit=unit, colour=colour if count else "")


def _landed_before(row: LedgerImport) -> LedgerImport | None:
    """Return when the same file was landed before."""
    same = LedgerImport.objects.filter(sha256=row.sha256, state=ImportState.LANDED)
    return same.exclude(pk=row.pk).select_related("by").first()


def _actions(row: LedgerImport) -> tuple[Action, ...]:
    return (
        Action(
            label=_("下载批注副本"),
            url=reverse("tasks:import_annotated", args=[row.pk]),
            icon="download",
        ),
        Action(
            label=_("放弃"),
            url=reverse("tasks:import_discard", args=[row.pk]),
            method="post",
            kind="danger",
            icon="trash",
            confirm=_("放弃这次导入？预览和上传的文件都会删除，系统里的数据不受影响。"),
        ),
    )


def _result(request: HttpRequest, row: LedgerImport, standing: Standing) -> HttpResponse:
    landed = row.landed
    codes = landed.get("drafts", ())
    seen = Task.objects.visible_to(standing.user, on=standing.on).filter(plan=row.plan)
    drafts = seen.drafts().filter(code__in=codes) if row.plan else Task.objects.none()
    mine = row.by == standing.user
    undoable = None
    if row.state == ImportState.LANDED and mine:
        undoable = undoing.what_undoes(row)
    context = {
        "row": row,
        "list_url": reverse("tasks:imports"),
        "plan_url": reverse("tasks:plan", args=[row.plan.code]) if row.plan else "",
        "kpis": _result_kpis(landed) if landed else (),
        "drafts": [
            {
                "url": task_url(task),
                "code": task.code,
                "title": task.title,
                "raw": task.deadline_raw,
            }
            for task in drafts.order_by("code")
        ],
        "refused": "、".join(landed.get("refused", ())),
        "undo_url": reverse("tasks:import_undo", args=[row.pk]) if undoable else "",
        "undoable": [task.code for task in undoable.drafts] if undoable else [],
        "stays": [
            {"code": task.code, "title": task.title, "url": task_url(task), "why": why}
            for task, why in (undoable.stays if undoable else ())
        ],
        "actions": _after(row, mine=mine),
    }
    return render(request, "tasks/import_result.html", context)


def _result_kpis(landed: dict[str, Any]) -> tuple[Kpi, ...]:
    names = (
        ("created", _("新增"), "blue"),
        ("updated", _("更新"), "blue"),
        ("unchanged", _("未变"), ""),
        ("drafts", _("待确认时限"), "yellow"),
        ("refused", _("未导入"), "red"),
    )
    return tuple(_card(label, len(landed[name]), _("项"), colour) for name, label, colour in names)


def _after(row: LedgerImport, *, mine: bool) -> tuple[Action, ...]:
    found = []
    if row.plan is not None:
        url = reverse("tasks:plan", args=[row.plan.code])
        found.append(Action(label=_("打开计划"), url=url, kind="primary", icon="checklist"))
    if row.state == ImportState.LANDED and row.file and mine:
        url = reverse("tasks:import_annotated", args=[row.pk])
        found.append(Action(label=_("下载批注副本"), url=url, icon="download"))
    found.append(Action(label=_("再导入一份"), url=reverse("tasks:import_new"), icon="upload"))
    return tuple(found)


@require_POST
@answers_refusals
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Land what the preview showed."""
    standing, row = _found(request, pk)
    digest = request.POST.get("digest", "")
    row = confirming.confirm_import(row, digest=digest, by=standing.user, on=standing.on)
    if row.state == ImportState.LANDED:
        messages.success(request, _("台账“%(file)s”已导入。") % {"file": row.name})
    return redirect(reverse("tasks:import", args=[pk]))


@require_POST
@answers_refusals
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a preview up."""
    standing, row = _found(request, pk)
    uploading.discard_import(row, by=standing.user, on=standing.on)
    messages.success(request, _("已放弃导入“%(file)s”，没有写入任何数据。") % {"file": row.name})
    return redirect(reverse("tasks:imports"))


@require_POST
@answers_refusals
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a landed import back as far as that goes."""
    standing, row = _found(request, pk)
    done = undoing.undo_import(row, by=standing.user, on=standing.on)
    words = {"count": len(done.drafts), "stays": len(done.stays)}
    messages.success(
        request, _("已撤销：作废草稿 %(count)s 项；已交办或改过的 %(stays)s 项保留。") % words
    )
    return redirect(reverse("tasks:import", args=[pk]))


@login_required
@require_safe
def annotated(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a copy of the workbook with a comment at every error."""
    standing, row = _found(request, pk)
    if row.by != standing.user:
        raise PermissionDenied(_("批注副本只给上传的人。"))
    try:
        content = annotate(row)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect(reverse("tasks:import", args=[pk]))
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    stem = row.name.rsplit(".", maxsplit=1)[0]
    name = _("%(stem)s（批注）.xlsx") % {"stem": stem}
    header = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = header or "attachment"
    return response


def _importer(request: HttpRequest) -> Standing:
    standing = standing_of(person_of(request), on=clock.today())
    if not imports_ledgers(standing):
        raise PermissionDenied(_("台账由督办人员导入。"))
    return standing


def _found(request: HttpRequest, pk: int) -> tuple[Standing, LedgerImport]:
    """Return who asks and the import; one they may not see does not exist."""
    standing = standing_of(person_of(request), on=clock.today())
    rows = LedgerImport.objects.visible_to(standing.user, on=standing.on)
    return standing, get_object_or_404(rows.select_related("by", "plan"), pk=pk)
