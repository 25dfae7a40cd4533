"""The corrections of a preview: each is one small form, answered by reading the file again."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.errors import DomainError
from accounts.requests import person_of
from accounts.scopes import standing_of
from accounts.services.unit_names import load_unit_registry, may_record_alias
from tasks.models import LedgerImport
from tasks.services.imports import confirming, fixes, uploading
from tasks.services.imports.previewing import open_fields
from tasks.views.acting import VERSION, answers_refusals
from tasks.views.import_forms import SettingsForm

_TOP = {"settings": "#settings", "column": "#columns"}


@require_POST
@answers_refusals
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out one correction, take one back, or change the settings; read again at once."""
    on, by = clock.today(), person_of(request)
    seen = LedgerImport.objects.visible_to(by, on=on)
    row = get_object_or_404(seen.select_related("by"), pk=pk)
    sent = request.POST.get("version", "")
    act = request.POST.get("act", "")
    changed = uploading.change_import(
        row,
        version=int(sent) if VERSION.fullmatch(sent) else None,
        by=by,
        on=on,
        **_change(request, row, act),
    )
    if not uploading.is_long(changed):
        confirming.prepare(changed)
    return redirect(reverse("tasks:import", args=[pk]) + _TOP.get(act, "#issues"))


def _change(request: HttpRequest, row: LedgerImport, act: str) -> dict[str, Any]:
    """Return what changes, as `change_import` takes it."""
    if act == "undo":
        number = request.POST.get("number", "")
        return {"remove": int(number) if VERSION.fullmatch(number) else -1}
    if act == "settings":
        form = SettingsForm(request.POST)
        if not form.is_valid():
            sentences = " ".join(str(text) for texts in form.errors.values() for text in texts)
            raise DomainError("invalid", sentences)
        return {"options": form.options}
    make = _FIXES.get(act)
    if make is None:
        raise DomainError("unknown_act", _("没有这种处理方式，请刷新页面再试。"))
    return {"add": make(request, row)}


def _group(request: HttpRequest, row: LedgerImport) -> dict[str, Any]:
    """Return the cause a form is about."""
    key = request.POST.get("group", "")
    for group in row.outcome.get("groups", ()):
        if group["id"] == key:
            return dict(group)
    raise DomainError("no_such_issue", _("这个问题已经不在了，请看现在的预览。"))


def _unit(request: HttpRequest, row: LedgerImport) -> dict[str, Any]:
    group = _group(request, row)
    wanted = request.POST.get("typed", "").strip() or request.POST.get("unit", "")
    record = bool(request.POST.get("record"))
    if record and not may_record_alias(standing_of(person_of(request), on=clock.today())):
        raise DomainError("not_allowed", _("只有全局的督办人员可以登记单位别名。"))
    return fixes.unit_fix(group["value"], wanted, record=record, registry=load_unit_registry())


def _deadline(request: HttpRequest, row: LedgerImport) -> dict[str, Any]:
    group = _group(request, row)
    reading = request.POST.get("typed", "").strip() or request.POST.get("reading", "")
    return fixes.deadline_fix(
        group["value"],
        reading,
        plan_year=row.outcome["plan_year"],
        reference_date=dt.date.fromisoformat(row.options["reference_date"]),
    )


def _column(request: HttpRequest, row: LedgerImport) -> dict[str, Any]:
    header = request.POST.get("header", "")
    known = {column["header"] for column in row.outcome.get("columns", ())}
    if header not in known:
        raise DomainError("no_such_column", _("没有这个表头，请看现在的预览。"))
    return fixes.column_fix(header, request.POST.get("meaning", ""))


def _cell(request: HttpRequest, row: LedgerImport) -> dict[str, Any]:
    return fixes.cell_fix(_group(request, row)["places"], request.POST.get("typed", ""))


def _leave_out(request: HttpRequest, row: LedgerImport) -> dict[str, Any]:
    return fixes.leave_out_fix(_group(request, row)["places"])


def _conflict(request: HttpRequest, row: LedgerImport) -> dict[str, Any]:
    group = _group(request, row)
    fields = open_fields(row.outcome, group["places"])
    return fixes.conflict_fix(fields, request.POST.get("take", ""))


_FIXES: dict[str, Callable[[HttpRequest, LedgerImport], dict[str, Any]]] = {
    "unit": _unit,
    "deadline": _deadline,
    "column": _column,
    "cell": _cell,
    "leave_out": _leave_out,
    "conflict": _conflict,
}
