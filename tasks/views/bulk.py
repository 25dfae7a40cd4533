"""Everything a unit has to report in this period, on one page and in one go."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.choices import OUTSIDE_KINDS, UNIT_ROLES, Role
from accounts.errors import ConflictError
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.choices import Cause, ColumnPlace, DutyRole, TaskState
from tasks.lights import lit
from tasks.models import CustomColumn, ProgressReport, Responsibility, Task
from tasks.services.batches import Line, Outcome, submit_reports
from tasks.services.columns import columns_of
from tasks.services.readings import with_history
from tasks.views.acting import ids_of
from tasks.views.column_fields import column_fields, column_initial, with_columns
from tasks.views.forms import WorkForm, text_field
from tasks.views.lists import page_of, reporting_row
from tasks.views.pieces import Tab
from tasks.views.report_forms import proofs_due
from tasks.views.reporting import period_end, planned_now
from tasks.views.shapes import TaskRow
from tasks.views.showing import task_row
from tasks.views.todo import to_report

# Rows of one page: with every field of a row the request stays below what Django takes.
ROWS = 60


class RowForm(WorkForm):
    """One task's line: its figure, 无变化, and the words, which are folded until wanted."""

    percent = forms.CharField(
        required=False,
        widget=forms.NumberInput(
            attrs={"min": 0, "max": 100, "step": "any", "inputmode": "decimal"}
        ),
    )
    unchanged = forms.BooleanField(label=gettext_lazy("无变化"), required=False)
    text = text_field(gettext_lazy("进展情况"), limit=4000, required=False, rows=3)
    problems = text_field(gettext_lazy("存在问题"), limit=2000, required=False, rows=2)
    cause = forms.ChoiceField(
        label=gettext_lazy("滞后原因"),
        required=False,
        choices=[("", gettext_lazy("没有滞后")), *Cause.choices],
    )
    next_step = text_field(gettext_lazy("下一步计划"), limit=2000, required=False, rows=2)
    coordination = text_field(gettext_lazy("请求协调事项"), limit=1000, required=False, rows=2)

    def name_after(self, task: Task) -> None:
        """Tell apart for screen readers what only its row tells apart for the eye."""
        for name, label in (("percent", _("自报进度")), ("unchanged", _("无变化"))):
            widget = self.fields[name].widget
            widget.attrs["aria-label"] = f"{task.code} {label}"

    def clean(self) -> dict[str, Any]:
        """Refuse a row that says both that something changed and that nothing did."""
        if self.said and self.cleaned_data.get("unchanged"):
            raise forms.ValidationError(
                _("既勾选了“无变化”，又改动了内容，请取消其中一项。"), code="both"
            )
        return self.cleaned_data

    @property
    def said(self) -> bool:
        """Whether anything was changed from what the page showed."""
        return bool(set(self.changed_data) - {"version", "token", "unchanged"})

    def ask_for(self, columns: Iterable[CustomColumn]) -> None:
        """Add the columns that the task's campaign asks of a report."""
        self.columns = column_fields(columns)
        self.fields.update(self.columns)

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values, the campaign's own columns as `custom`."""
        return with_columns(super().values)

    @property
    def words(self) -> list[Any]:
        """The fields that are folded."""
        names = ("text", *self.columns, "problems", "cause", "next_step", "coordination")
        return [self[name] for name in names]

    @property
    def content(self) -> dict[str, list[object]]:
        """Everything sent of this row."""
        own = (name for name in self._posted() if name.startswith(f"{self.prefix}-"))
        return {name: list(self._posted().getlist(name)) for name in own}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """A line of the page: the task, what it said last, what proof is due, and its form."""

    task: TaskRow
    cycle_label: str
    report_url: str
    form: RowForm
    last_on: dt.date | None
    last_percent: Decimal | None
    planned: Decimal | None
    proofs: tuple[str, ...] = ()
    refused: bool = False


@login_required
@require_http_methods(["GET", "POST"])
def reporting(request: HttpRequest) -> HttpResponse:
    """Show what the person's units have to report, and take it all at once."""
    standing = standing_of(person_of(request), on=clock.today())
    if request.method == "POST":
        return _take(request, standing)
    show = request.GET.get("due", "1")
    if show == "1":
        return _page(request, standing)
    tasks = outside(standing) if show == "outside" else to_report(standing)
    page = page_of(
        request, lit(tasks, on=standing.on).order_by("effective_deadline", "id").for_list()
    )
    page.object_list = [reporting_row(task, standing) for task in page]
    context = {
        "total": page.paginator.count,
        "page": page,
        "tabs": _tabs(standing, show),
        "actions": (),
    }
    return render(request, "tasks/reporting.html", context)


def due_of(standing: Standing) -> Any:
    """Return the tasks the person has to report on in this period for units they belong to."""
    mine = to_report(standing).awaiting_report(on=standing.on)
    if standing.user.unit.kind in OUTSIDE_KINDS:
        return mine
    inside = Task.objects.filter(responsibilities__role=DutyRole.LEAD).exclude(
        responsibilities__unit__kind__in=OUTSIDE_KINDS
    )
    return mine.filter(Q(pk__in=inside.values("pk")) | Q(holder=standing.user))


def outside(standing: Standing) -> Any:
    """Return the due tasks of units outside the bureau that the person enters for (代录)."""
    units = standing.scope(Role.SUPERVISOR, *UNIT_ROLES).units().filter(kind__in=OUTSIDE_KINDS)
    if standing.user.unit.kind in OUTSIDE_KINDS:
        units = units.exclude(path__startswith=standing.user.unit.path)
    duties = Responsibility.objects.filter(
        Q(unit__in=units) | Q(liaison=standing.user, unit__kind__in=OUTSIDE_KINDS),
        role=DutyRole.LEAD,
    )
    tasks = Task.objects.filter(pk__in=duties.values("task"), state=TaskState.OPEN)
    return tasks.awaiting_report(on=standing.on)


def _take(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Carry out what was sent: changed rows, ticked ones, and on one button all the others."""
    everything = "rest" in request.POST
    sent = ids_of(request)[:ROWS]
    seen = Task.objects.visible_to(standing.user, on=standing.on).filter(pk__in=sent)
    rows = _rows(seen, standing, data=request.POST)
    lines = []
    for row in rows:
        form = row.form
        if not form.is_valid() or not (form.said or everything or form.cleaned_data["unchanged"]):
            continue
        values = {k: v for k, v in form.values.items() if k != "unchanged"}
        lines.append(
            Line(
                task=Task(pk=row.task.pk),
                values=values if form.said else {"unchanged": True},
                version=form.cleaned_data["version"],
                token=form.cleaned_data["token"],
                content=form.content,
            )
        )
    outcomes = submit_reports(lines, on=standing.on, by=standing.user)
    _tell(request, outcomes, nothing=not lines)
    refused = {one.line.task.pk: one.refusal for one in outcomes if one.refusal is not None}
    invalid = {row.task.pk for row in rows if row.form.errors}
    if not refused and not invalid:
        return redirect(reverse("tasks:reporting"))
    return _page(request, standing, refused=refused, invalid=invalid)


def _tell(request: HttpRequest, outcomes: Sequence[Outcome], *, nothing: bool) -> None:
    made = [one.report for one in outcomes if one.report is not None]
    if made:
        same = sum(report.unchanged for report in made)
        messages.success(
            request,
            _("已填报 %(all)s 项：%(new)s 项有进展，%(same)s 项无变化。")
            % {"all": len(made), "new": len(made) - same, "same": same},
        )
    if any(one.repeated for one in outcomes):
        messages.success(request, _("这份内容已经提交过，没有重复记录。"))
    refused = sum(one.refusal is not None for one in outcomes)
    if refused:
        messages.error(
            request,
            _("%(count)s 项没有提交，原因写在各项旁边，填写的内容都保留着。") % {"count": refused},
        )
    if nothing:
        messages.warning(request, _("没有改动，也没有勾选“无变化”的任务，未提交任何内容。"))


def _page(
    request: HttpRequest,
    standing: Standing,
    *,
    refused: Any = None,
    invalid: Iterable[int] = (),
) -> HttpResponse:
    """Show the page: what is due, and above it what was sent and refused."""
    refused = refused or {}
    kept = {*refused, *invalid}
    due = due_of(standing).exclude(pk__in=kept)
    page = Paginator(lit(due, on=standing.on).order_by("effective_deadline", "id"), ROWS).get_page(
        request.GET.get("page")
    )
    shown = Task.objects.filter(pk__in=[task.pk for task in page])
    data = request.POST if request.method == "POST" else None
    seen = Task.objects.visible_to(standing.user, on=standing.on)
    again = _rows(seen.filter(pk__in=kept), standing, data=data) if kept else []
    for row in again:
        row.form.is_valid()
        if refusal := refused.get(row.task.pk):
            _refuse(row, refusal)
    conflict = any(one.status == ConflictError.status for one in refused.values())
    rows = [replace(row, refused=True) for row in again]
    rows += _rows(shown, standing, data=None)
    context = {
        "total": page.paginator.count + len(again),
        "rows": rows,
        "page": page,
        "tabs": _tabs(standing, "1"),
        "on": standing.on,
        "actions": (),
    }
    status = 409 if conflict else 422 if kept else 200
    return render(request, "tasks/bulk.html", context, status=status)


def _refuse(row: BulkRow, refusal: Any) -> None:
    """Print a row's refusal beside it; one that met a newer version may be sent again."""
    form = row.form
    if refusal.code == "version_conflict":
        form.renew(int(refusal.fields["version"]))
        form.add_error(
            None,
            _("有人先提交了，最新为 %(percent)s%%；您填写的内容保留着，核对后可再次提交。")
            % {"percent": row.last_percent if row.last_percent is not None else "—"},
        )
    else:
        form.refuse(refusal)


def _rows(tasks: Any, standing: Standing, *, data: QueryDict | None) -> list[BulkRow]:
    """Return the lines of tasks: as many queries for sixty as for two."""
    on = standing.on
    fetched = list(
        with_history(lit(tasks, on=on))
        .select_related("plan", "campaign", "holder", "responsible")
        .prefetch_related("campaign__columns")
        .order_by("effective_deadline", "id")
    )
    newest, said = _last(fetched)
    rows = []
    for task in fetched:
        last, words = newest.get(task.pk), said.get(task.pk)
        form = RowForm(data, prefix=f"t{task.pk}", initial=_initial(task, words))
        form.name_after(task)
        form.ask_for(columns_of(task.campaign, ColumnPlace.REPORT, on=on))
        if data is None:
            form.opened_with(task.version)
        rows.append(
            BulkRow(
                task=task_row(task, on=on),
                cycle_label=task.get_report_cycle_display() if task.report_cycle else "",
                report_url=reverse("tasks:report", args=[task.pk]),
                form=form,
                last_on=last.on if last else None,
                last_percent=task.counted_percent if last else None,
                planned=planned_now(task, on=on),
                proofs=tuple(
                    f"{one.seq}. {one.text}：{one.proof_required}"
                    for one in proofs_due(task, until=period_end(task, on))
                    if one.proof_required
                ),
            )
        )
    return rows


def _initial(task: Task, words: ProgressReport | None) -> dict[str, Any]:
    return {
        "percent": f"{task.counted_percent.normalize():f}",
        "text": words.text if words else "",
        "problems": words.problems if words else "",
        "next_step": words.next_step if words else "",
        **column_initial(words.custom if words else {}),
    }


def _last(
    tasks: Sequence[Task],
) -> tuple[dict[int, ProgressReport], dict[int, ProgressReport]]:
    """Return of each task the newest report, and the newest one that said something."""
    reports = ProgressReport.objects.filter(task=OuterRef("pk")).order_by("-on", "-id")
    ids = list(
        Task.objects.filter(pk__in=[task.pk for task in tasks])
        .annotate(
            newest=Subquery(reports.values("pk")[:1]),
            said=Subquery(reports.exclude(text="").values("pk")[:1]),
        )
        .values_list("pk", "newest", "said")
    )
    found = ProgressReport.objects.in_bulk({pk for _task, a, b in ids for pk in (a, b) if pk})
    return (
        {task: found[newest] for task, newest, _said in ids if newest},
        {task: found[said] for task, _newest, said in ids if said},
    )


def _tabs(standing: Standing, show: str) -> list[Tab]:
    tabs = [
        Tab(
            label=_("本期待填"),
            url="?due=1",
            current=show == "1",
            count=due_of(standing).count(),
        ),
        Tab(
            label=_("全部在办"),
            url="?due=0",
            current=show not in ("1", "outside"),
            count=to_report(standing).count(),
        ),
    ]
    entered = outside(standing).count()
    if entered or show == "outside":
        tabs.append(
            Tab(
                label=_("局外单位待代录"),
                url="?due=outside",
                current=show == "outside",
                count=entered,
            )
        )
    return tabs
