"""Addresses of the sample pages, under the names the menu knows."""

import dataclasses
from collections.abc import Sequence

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from accounts.views import SignInView
from tasks.views.issuing_shapes import IssuingPanel
from tasks.views.shapes import MeasureRow, ResultRow
from tests.tracker.pages import sample_task as one
from tests.tracker.pages import samples as s
from tracker.views import demo_hint


class Filters(forms.Form):
    """The filters of a list."""

    light = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label="关键词",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "任务名称、编号、责任人"}),
    )
    unit = forms.ChoiceField(label="责任单位", required=False, choices=[("", "全部单位")])
    level = forms.ChoiceField(label="任务级别", required=False, choices=[("", "全部级别")])


class Many(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class Report(forms.Form):
    """The report form."""

    percent = forms.DecimalField(
        label="自报进度",
        min_value=0,
        max_value=100,
        help_text="0 到 100，只填数字。",
        widget=forms.NumberInput(attrs={"data-slider": "拖动调整自报进度"}),
    )
    text = forms.CharField(label="进展情况", widget=forms.Textarea, max_length=4000)
    problems = forms.CharField(label="存在问题", widget=forms.Textarea, required=False)
    next_step = forms.CharField(label="下一步计划", widget=forms.Textarea, required=False)
    evidence = forms.FileField(
        label="佐证材料",
        required=False,
        widget=Many,
        help_text="每个文件不超过 20 MB；严禁上传涉密文件。",
    )


class Verdict(forms.Form):
    """The verification form."""

    verdict = forms.ChoiceField(
        label="结论",
        choices=[("accepted", "核查通过"), ("returned", "退回补正")],
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(
        label="核查方式", choices=[("documents", "查阅材料"), ("site", "现场核查")]
    )
    decision = forms.CharField(
        label="核查意见", widget=forms.Textarea, help_text="退回必须说明理由。"
    )


class Extension(forms.Form):
    """The request of an extension."""

    to = forms.DateField(label="申请延至", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="延期理由", widget=forms.Textarea)


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "on": s.ON,
        "notices": s.NOTICES,
        "kpis": s.KPIS,
        "queues": s.queues(),
        "actions": s.actions("export"),
    }
    return render(request, "home.html", context)


def task_list(request: HttpRequest) -> HttpResponse:
    context = {
        "on": s.ON,
        "total": 236,
        "lights": s.LIGHTS,
        "filters": Filters(),
        "page": Paginator(s.rows() * 4, 9).get_page(request.GET.get("page")),
        "actions": s.actions("export"),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "tasks/_list_rows.html" if fragment else "tasks/list.html", context)


def overdue(request: HttpRequest) -> HttpResponse:
    context = {
        "on": s.ON,
        "total": 3,
        "kpis": s.KPIS,
        "filters": Filters(),
        "page": Paginator(s.rows("urge", "slip")[:3], 20).get_page(1),
        "urge_url": "/overdue/urge/",
        "actions": s.actions("export"),
    }
    return render(request, "tasks/overdue.html", context)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "list_url": "/tasks/",
        "task": one.TASK,
        "progress": one.FIGURES,
        "waiting": one.WAITING,
        "duties": one.DUTIES,
        "measures": one.MEASURES,
        "measures_done": 2,
        "results": one.RESULTS,
        "reports": one.REPORTS,
        "slips": one.SLIPS,
        "history": one.HISTORY,
        "issuing": IssuingPanel(),
        "actions": s.actions("extend", "close", "report"),
    }
    return render(request, "tasks/detail.html", context)


def empty_detail(request: HttpRequest) -> HttpResponse:
    context = {
        "list_url": "/tasks/",
        "task": one.TASK,
        "progress": one.FIGURES,
        "waiting": (),
        "duties": one.DUTIES,
        "measures": (),
        "measures_done": 0,
        "results": (),
        "reports": (),
        "slips": (),
        "history": (),
        "issuing": IssuingPanel(draft=True, gaps=("没有预期成果",)),
        "actions": (),
    }
    return render(request, "tasks/detail.html", context)


def report(request: HttpRequest, pk: int) -> HttpResponse:
    form = Report(request.POST or None, initial={"percent": 72})
    if request.method == "POST":
        form.add_error(None, "没有保存：请改正下面标出的内容。")
    context = {
        "task": one.TASK,
        "progress": one.FIGURES,
        "newer": (),
        "form": form,
        "unchanged_allowed": True,
        "proxy": "市水务局",
        "proofs": one.MEASURES[1:3],
        "reports": one.REPORTS[1:],
    }
    return render(request, "tasks/report_form.html", context)


def verify(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": "核查进展填报",
        "task": one.TASK,
        "progress": one.FIGURES,
        "newer": one.HISTORY[:2],
        "report": dataclasses.replace(one.REPORTS[0], actions=()),
        "form": Verdict(),
        "hints": (
            "“入河排污口台账”与任务 2023-004 所附文件相同。",
            "进度 20 天内增加 20 个百分点。",
        ),
        "limit": "核查须于 2023-07-17 前作出（3 个工作日，核查还有 2 个工作日）。",
        "actions": (),
    }
    return render(request, "tasks/verify_form.html", context)


def action(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": "申请延期",
        "lead": "须在现行时限前提出，写明理由和明确的新时限；逾期提出的不予计算。",
        "task": one.TASK,
        "progress": one.FIGURES,
        "newer": (),
        "form": Extension(),
        "submit_label": "提交申请",
        "danger": False,
    }
    return render(request, "tasks/action_form.html", context)


def reporting(request: HttpRequest) -> HttpResponse:
    page = Paginator(s.rows("unchanged", "report"), 20).get_page(1)
    context = {"total": 9, "page": page, "tabs": (), "actions": ()}
    return render(request, "tasks/reporting.html", context)


def verification(request: HttpRequest) -> HttpResponse:
    items = [item for queue in s.queues() for item in queue.items]
    context = {
        "total": 5,
        "page": Paginator(items, 20).get_page(1),
        "tabs": s.UNIT_TABS,
        "units": [],
        "unit": None,
        "kind": "must",
        "lead": "须逐件打开核查。",
        "actions": (),
    }
    return render(request, "tasks/verification.html", context)


def units(request: HttpRequest) -> HttpResponse:
    context = {"on": s.ON, "units": s.UNITS, "tabs": (), "actions": ()}
    return render(request, "tasks/units.html", context)


def unit(request: HttpRequest, code: str) -> HttpResponse:
    name = request.GET.get("list", "tasks")
    lists: dict[str, Sequence[object]] = {
        "tasks": s.rows(),
        "duties": s.rows("report"),
        "measures": [_of_task(measure) for measure in one.MEASURES],
        "results": [_of_task(result) for result in one.RESULTS],
    }
    context = {
        "list_url": "/units/",
        "unit": s.UNIT,
        "kpis": s.KPIS,
        "tabs": s.UNIT_TABS,
        "list": name,
        "page": Paginator(lists[name], 20).get_page(1),
        "actions": (),
    }
    return render(request, "tasks/unit.html", context)


def _of_task(line: MeasureRow | ResultRow) -> MeasureRow | ResultRow:
    return dataclasses.replace(line, task_title=one.TASK.title, task_url=one.TASK.url)


def inbox(request: HttpRequest) -> HttpResponse:
    context = {
        "unread": 1,
        "tabs": (),
        "page": Paginator(s.MESSAGES, 20).get_page(1),
        "actions": s.actions("read"),
    }
    return render(request, "tasks/inbox.html", context)


def empty(request: HttpRequest) -> HttpResponse:
    context = {"on": s.ON, "notices": (), "kpis": (), "queues": (), "actions": ()}
    return render(request, "home.html", context)


def elsewhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", status=204)


tasks = [
    path("tasks/", task_list, name="list"),
    path("tasks/<int:pk>/", detail, name="detail"),
    path("tasks/<int:pk>/report/", report, name="report"),
    path("tasks/<int:pk>/verify/", verify, name="verify"),
    path("tasks/<int:pk>/form/", action, name="form"),
    path("tasks/empty/", empty_detail, name="empty"),
    path("reporting/", reporting, name="reporting"),
    path("verification/", verification, name="verification"),
    path("overdue/", overdue, name="overdue"),
    path("overdue/urge/", elsewhere, name="urge"),
    path("units/", units, name="units"),
    path("units/<str:code>/", unit, name="unit"),
    path("inbox/", inbox, name="inbox"),
]
reports = [
    path("proposals/", elsewhere, name="proposals"),
    path("exclusions/", elsewhere, name="exclusions"),
    path("referrals/", elsewhere, name="referrals"),
]

urlpatterns = [
    path("", home, name="home"),
    path("empty/", empty, name="empty"),
    path("", include((tasks, "tasks"))),
    path("", include((reports, "reports"))),
    path("login/", SignInView.as_view(demo_hint=demo_hint), name="login"),
    path("", include("accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
