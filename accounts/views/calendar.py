"""The working calendar: a year's holidays and make-up days, for everybody; kept by one officer."""

import datetime as dt
from calendar import Calendar
from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import calendar, clock
from accounts.errors import DomainError
from accounts.models import HolidayYear, User
from accounts.requests import person_of
from accounts.rules.holidays import SpecialDay
from accounts.services import holidays as services
from accounts.views.calendar_forms import DayForm, NoticeForm
from accounts.views.shapes import Action, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day of a month's grid; no `day` outside the month. `mark` is `off`, `work` or empty."""

    day: dt.date | None = None
    mark: str = ""
    label: str = ""
    weekend: bool = False
    today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days in a row that a notice treats alike."""

    first: dt.date
    last: dt.date
    text: str
    works: bool

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@login_required
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year's working days month by month, and where they come from."""
    _known(year)
    keeps = services.keeps_calendar(person_of(request))
    special = calendar.special_days(year)
    kept = HolidayYear.objects.select_related("confirmed_by").filter(year=year).first()
    context = {
        "year": year,
        "years": [_tab(one, year) for one in range(year - 1, year + 2) if one in services.YEARS],
        "mark": _mark(year),
        "source": _source(year, kept),
        "weekdays": _("一 二 三 四 五 六 日").split(),
        "months": [_month(year, month, special) for month in range(1, 13)],
        "spans": _spans(special),
        "workdays": sum(calendar.is_workday(day) for day in _days_of(year)),
        "note": calendar.provisional_note(dt.date(year, 1, 1)),
        "actions": _actions(year, kept) if keeps else [],
        "keeps": keeps,
    }
    return render(request, "accounts/calendar.html", context)


@login_required
@require_safe
def present(request: HttpRequest) -> HttpResponse:
    """Lead to the calendar of the present year."""
    return redirect("calendar_year", year=clock.today().year)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, year: int) -> HttpResponse:
    """Read a pasted notice, show what it changes, and take it over."""
    by = _keeper(request, year)
    form = NoticeForm(request.POST or None)
    changes = None
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            changes = [
                (
                    change.day,
                    services.described(change.day, change.before),
                    services.described(change.day, change.after),
                )
                for change in services.changes_by(services.read_text(text, year=year))
            ]
            if "save" in request.POST:
                services.enter_notice(text, year=year, source=form.cleaned_data["source"], by=by)
                messages.success(
                    request,
                    _("已录入 %(year)s 年放假安排，请对照通知核对后点“核对无误”。")
                    % {"year": year},
                )
                return redirect("calendar_year", year=year)
        except DomainError as refusal:
            form.refuse(refusal)
            changes = None
    context = {"year": year, "form": form, "changes": changes}
    return render(request, "accounts/calendar_notice.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: HttpRequest, year: int) -> HttpResponse:
    """Correct one day."""
    by = _keeper(request, year)
    form = DayForm(request.POST or None, year=year, initial={"day": request.GET.get("day")})
    if form.is_valid():
        values = form.cleaned_data
        special = (
            None
            if values["what"] == DayForm.PLAIN
            else SpecialDay(works=values["what"] == DayForm.WORKS, name=values["name"])
        )
        try:
            services.set_day(values["day"], special, by=by)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存；本年需重新核对。"))
            return redirect("calendar_year", year=year)
    context = {
        "title": _("修改 %(year)s 年的某一天") % {"year": year},
        "form": form,
        "submit_label": _("保存"),
        "back_url": reverse("calendar_year", args=[year]),
        "back_label": _("工作日历"),
        "notice": "",
    }
    return render(request, "accounts/form.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest, year: int) -> HttpResponse:
    """Record that the year's days agree with the notice."""
    by = _keeper(request, year)
    try:
        services.confirm_year(year, by=by)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("%(year)s 年放假安排已核对。") % {"year": year})
    return redirect("calendar_year", year=year)


@login_required
@require_POST
def restore(request: HttpRequest, year: int) -> HttpResponse:
    """Give up the office's own version of the year."""
    by = _keeper(request, year)
    try:
        services.restore_published(year, by=by)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("%(year)s 年已恢复为内置日历。") % {"year": year})
    return redirect("calendar_year", year=year)


def _known(year: int) -> None:
    if year not in services.YEARS:
        raise Http404


def _keeper(request: HttpRequest, year: int) -> User:
    by = person_of(request)
    if not services.keeps_calendar(by):
        raise PermissionDenied(str(_("只有系统管理员可以维护工作日历。")))
    _known(year)
    return by


def _actions(year: int, kept: HolidayYear | None) -> list[Action]:
    actions = [
        Action(
            label=_("粘贴放假通知"), url=reverse("calendar_notice", args=[year]), icon="file-text"
        ),
        Action(label=_("修改某一天"), url=reverse("calendar_day", args=[year]), icon="edit"),
    ]
    if kept is not None and calendar.is_published(year):
        question = _("放弃本单位录入的 %(year)s 年安排，恢复为内置日历？") % {"year": year}
        actions.append(
            Action(
                label=_("恢复内置日历"),
                url=reverse("calendar_restore", args=[year]),
                method="post",
                icon="arrow-back-up",
                confirm=question,
            )
        )
    if kept is not None and not kept.confirmed:
        actions.insert(
            0,
            Action(
                label=_("核对无误"),
                url=reverse("calendar_confirm", args=[year]),
                method="post",
                kind="primary",
                icon="check",
                confirm=_("已逐日对照国务院办公厅 %(year)s 年放假通知，确认无误？")
                % {"year": year},
            ),
        )
    return actions


def _mark(year: int) -> Mark:
    if calendar.is_provisional(year):
        return Mark(word=_("待核对"), colour="yellow")
    return Mark(word=_("已核对"), colour="green")


def _source(year: int, kept: HolidayYear | None) -> str:
    if kept is not None:
        text = _("本单位录入，依据：%(source)s") % {"source": kept.source}
        if kept.confirmed_by:
            text += _("；%(name)s %(day)s 核对") % {
                "name": kept.confirmed_by.name,
                "day": kept.confirmed_on,
            }
        return str(text)
    if calendar.is_published(year):
        return _("内置日历（%(library)s），与国务院办公厅通知一致") % {"library": calendar.LIBRARY}
    return _("放假通知尚未录入，暂按周一至周五为工作日")


def _spans(special: dict[dt.date, SpecialDay]) -> list[Span]:
    """Return the special days as the notice says them: runs of days that are alike."""
    spans: list[Span] = []
    for day, one in special.items():
        text = services.described(day, one)
        newest = spans[-1] if spans else None
        if newest and newest.text == text and newest.last + dt.timedelta(days=1) == day:
            spans[-1] = replace(newest, last=day)
        else:
            spans.append(Span(first=day, last=day, text=text, works=one.works))
    return spans


def _tab(one: int, shown: int) -> tuple[int, str, bool]:
    return one, reverse("calendar_year", args=[one]), one == shown


def _days_of(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - first).days)]


def _month(
    year: int, month: int, special: dict[dt.date, SpecialDay]
) -> tuple[dt.date, list[list[Cell]]]:
    weeks = [
        [_cell(day, month, special) for day in week]
        for week in Calendar().monthdatescalendar(year, month)
    ]
    return dt.date(year, month, 1), weeks


def _cell(day: dt.date, month: int, special: dict[dt.date, SpecialDay]) -> Cell:
    if day.month != month:
        return Cell()
    one = special.get(day)
    return Cell(
        day=day,
        mark="" if one is None else "work" if one.works else "off",
        label="" if one is None else services.described(day, one),
        weekend=not calendar.is_workday(day),
        today=day == clock.today(),
    )
