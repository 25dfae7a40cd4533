"""What waits for a verdict: reports by risk, close-outs, extensions, oldest first."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import Unit
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.models import Closure, Extension, ProgressReport, SampleDraw, Task
from tasks.permissions import RULES, Act
from tasks.services.deciding import own_submissions
from tasks.services.sampling import (
    draw_in_hand,
    draw_reports,
    next_unopened,
    remaining_of,
    verify_rest,
)
from tasks.services.verification import (
    ONE_UNIT,
    Cleared,
    Sorted,
    Waiting,
    require_verifier,
    sort_waiting,
    units_waiting,
    verify_unit,
    waiting_reports,
)
from tasks.views import buttons
from tasks.views.acting import answers_refusals
from tasks.views.hinting import hint_sentence, limit_note, reason_words
from tasks.views.lists import columns_of, page_of
from tasks.views.pieces import Action, Tab, WorkItem
from tasks.views.showing import lead_names, task_url

Buttons = Callable[[Standing, Any, Task], tuple[Action, ...]]
KINDS: dict[str, tuple[Any, Act, Buttons]] = {
    "reports": (ProgressReport, Act.VERIFY, buttons.of_report),
    "closures": (Closure, Act.CHECK_CLOSURE, buttons.of_closure),
    "extensions": (Extension, Act.DECIDE_EXTENSION, buttons.of_extension),
}
# The three parts of the reports, in the order they are worked off.
_PARTS = ("must", "sample", "rest")
# What stands of a text in a line of the list.
_EXCERPT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A verifier's reports in three parts, and the draw in hand."""

    must: Sequence[Sorted]
    sample: Sequence[Sorted]
    rest: Sequence[Sorted]
    draw: SampleDraw | None
    to_clear: int
    opened: dict[int, dt.datetime | None]

    @property
    def unopened(self) -> int:
        """How many of the sample were not opened."""
        return sum(moment is None for moment in self.opened.values())


@require_safe
@answers_refusals
def verification(request: HttpRequest) -> HttpResponse:
    """List what waits for the person's verdict; their own submissions wait for another."""
    standing = standing_of(person_of(request), on=clock.today())
    require_verifier(standing)
    units = list(units_waiting(standing))
    unit = next((one for one in units if one.code == request.GET.get("unit")), None)
    waiting = sort_waiting(standing)
    desk = _desk(standing, waiting, unit=unit)
    others = {kind: waiting_for(standing, kind) for kind in ("closures", "extensions")}
    counts = {
        **{part: len(getattr(desk, part)) for part in _PARTS},
        **{kind: rows.count() for kind, rows in others.items()},
    }
    first = next((kind for kind in counts if counts[kind]), "must")
    chosen = request.GET.get("kind", first)
    if chosen not in counts:
        chosen = next((part for part in _PARTS if counts[part]), "must")
    in_parts = chosen in _PARTS
    page = page_of(request, getattr(desk, chosen) if in_parts else others[chosen])
    page.object_list = [
        _sorted_item(row, standing, desk) if in_parts else item_of(row, chosen, standing)
        for row in page
    ]
    context = {
        "total": sum(counts.values()),
        "page": page,
        "columns": columns_of(page),
        "tabs": _tabs(counts, chosen, unit),
        "units": units if in_parts else [],
        "unit": unit,
        "kind": chosen,
        "lead": _LEADS[chosen](desk, waiting) if in_parts else "",
        "actions": _actions(desk, chosen, unit),
    }
    return render(request, "tasks/verification.html", context)


@require_POST
@answers_refusals
def draw(request: HttpRequest) -> HttpResponse:
    """Draw a sample of what need not be opened one by one."""
    by = person_of(request)
    made = draw_reports(on=clock.today(), by=by, unit=_unit(request))
    sentence = _("已从 %(count)s 件中抽取 %(drawn)s 件，抽取方法和随机种子已留痕。")
    values = {"count": len(made.candidates), "drawn": made.items.count()}
    messages.success(request, sentence % values)
    return redirect(f"{reverse('tasks:verification')}?kind=sample")


@require_POST
@answers_refusals
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify the rest of a draw whose sample was opened."""
    by = person_of(request)
    made = get_object_or_404(SampleDraw.objects.select_related("by").filter(by=by), pk=pk)
    _say(request, verify_rest(made, on=clock.today(), by=by))
    return redirect("tasks:verification")


@require_POST
@answers_refusals
def clear_unit(request: HttpRequest) -> HttpResponse:
    """Verify what one unit handed in, as the list shows it."""
    by = person_of(request)
    standing = standing_of(by, on=clock.today())
    require_verifier(standing)
    unit = get_object_or_404(units_waiting(standing), code=request.POST.get("unit", ""))
    _say(request, verify_unit(unit, on=standing.on, by=by))
    return redirect("tasks:verification")


def waiting_for(standing: Standing, kind: str) -> Any:
    """Return what of a kind waits for somebody else's verdict on tasks that can take one."""
    day = {"reports": "on", "closures": "submitted_on", "extensions": "requested_on"}[kind]
    if kind == "reports":
        rows = waiting_reports(standing)
    else:
        model, act, _button = KINDS[kind]
        rows = model.objects.visible_to(standing.user, on=standing.on)
        rows = rows.to_verify().unchecked() if kind == "closures" else rows.waiting()
        rows = rows.filter(task__state__in=RULES[act].states)
        rows = rows.exclude(own_submissions(standing, day))
    related = ["task", "submitted_by"]
    if kind != "extensions":
        related.append("countersignature")
    return (
        rows.select_related(*related)
        .prefetch_related("task__responsibilities__unit")
        .order_by(day, "id")
    )


def item_of(row: Any, kind: str, standing: Standing, *, more: Iterable[str] = ()) -> WorkItem:
    """Return a waiting submission as a line of work, due when its verdict is."""
    task = row.task
    since = clock.date_of(row.submitted_at)
    notes = {
        "reports": lambda: _("自报 %(percent)s%%") % {"percent": f"{row.percent.normalize():f}"},
        "closures": lambda: _("申请销号"),
        "extensions": lambda: _("申请延至 %(to)s") % {"to": row.to},
    }
    waited = _("%(who)s %(since)s 提交，已等 %(days)s 天") % {
        "who": row.submitted_by.name,
        "since": since,
        "days": max(0, (standing.on - since).days),
    }
    due, note, colour = limit_note(row, on=standing.on)
    return WorkItem(
        title=task.title,
        url=task_url(task),
        code=task.code,
        unit=lead_names(task),
        note=" · ".join([*more, notes[kind](), waited]),
        due=due,
        due_note=note,
        due_colour=colour,
        actions=KINDS[kind][2](standing, row, task),
    )


def _sorted_item(one: Sorted, standing: Standing, desk: _Desk) -> WorkItem:
    """Return a report with why it is opened, its hints, and the beginning of its text."""
    report = one.report
    text = _("无变化") if report.unchanged else report.text[:_EXCERPT]
    opened = ""
    if report.pk in desk.opened:
        opened = _("已打开") if desk.opened[report.pk] else _("未打开")
    more = [
        opened,
        reason_words(code for code in one.reasons if code != "hints"),
        *(hint_sentence(hint) for hint in one.hints),
        text,
    ]
    return item_of(report, "reports", standing, more=[part for part in more if part])


def _desk(standing: Standing, waiting: Waiting, *, unit: Unit | None) -> _Desk:
    """Split a verifier's reports: to be opened, drawn and still waiting, the rest."""
    made = draw_in_hand(standing.user, waiting)
    drawn: dict[int, dt.datetime | None] = {}
    if made is not None:
        drawn = dict(made.items.values_list("report_id", "opened_at"))
    shown = [
        one
        for one in (*waiting.must, *waiting.rest)
        if unit is None or one.report.unit_id == unit.pk
    ]
    return _Desk(
        must=[one for one in shown if one.reasons and one.report.pk not in drawn],
        sample=[one for one in shown if one.report.pk in drawn],
        rest=[one for one in shown if not one.reasons and one.report.pk not in drawn],
        draw=made,
        to_clear=len(remaining_of(made, waiting)) if made else 0,
        opened=drawn,
    )


def _tabs(counts: dict[str, int], chosen: str, unit: Unit | None) -> list[Tab]:
    names = {
        "must": _("逐件核查"),
        "sample": _("抽中"),
        "rest": _("其余"),
        "closures": _("销号申请"),
        "extensions": _("延期申请"),
    }
    kept = f"&unit={unit.code}" if unit else ""
    return [
        Tab(
            label=name,
            url=f"?kind={kind}{kept if kind in _PARTS else ''}",
            current=kind == chosen,
            count=counts[kind],
        )
        for kind, name in names.items()
    ]


def _must_lead(desk: _Desk, waiting: Waiting) -> str:
    sentence = _("重大任务、整改任务和有核查提示的填报，须逐件打开核查；提示不自动影响结论。")
    if waiting.recused:
        recused = _("另有 %(count)s 件由您回避，等待他人核查。") % {"count": waiting.recused}
        return f"{sentence}{recused}"
    return sentence


def _sample_lead(desk: _Desk, waiting: Waiting) -> str:
    if desk.draw is None:
        return _("还没有抽取样本：从“其余”中按 10% 随机抽取，最少 5 件、最多 30 件。")
    return _(
        "%(on)s 从 %(count)s 件中抽取，随机种子 %(seed)s；还有 %(unopened)s 件没有打开，"
        "全部打开后可以通过其余。"
    ) % {
        "on": desk.draw.on,
        "count": len(desk.draw.candidates),
        "seed": desk.draw.seed,
        "unopened": desk.unopened,
    }


def _rest_lead(desk: _Desk, waiting: Waiting) -> str:
    return _(
        "没有核查提示的一般填报：抽取样本逐件打开后，其余一并通过；"
        "单个单位不超过 %(limit)s 件的，可看列表后一并通过。"
    ) % {"limit": ONE_UNIT}


_LEADS = {"must": _must_lead, "sample": _sample_lead, "rest": _rest_lead}


def _actions(desk: _Desk, chosen: str, unit: Unit | None) -> tuple[Action, ...]:
    """Return what the person can do with the reports as a whole."""
    if chosen not in _PARTS:
        return ()
    found: list[Action] = []
    if desk.draw is not None and desk.unopened:
        item = next_unopened(desk.draw)
        if item is not None and item.report_id is not None:
            found.append(
                Action(
                    label=_("打开下一件抽中的"),
                    url=reverse("tasks:verify_report", args=[item.report_id]),
                    kind="primary",
                    icon="clipboard-check",
                )
            )
    elif desk.draw is not None:
        found.append(
            Action(
                label=_("其余 %(count)s 件一并通过") % {"count": desk.to_clear},
                url=reverse("tasks:clear_draw", args=[desk.draw.pk]),
                kind="primary",
                method="post",
                icon="check",
                confirm=_("抽中的都已打开。其余 %(count)s 件一并核查通过？谁核查、谁负责。")
                % {"count": desk.to_clear},
            )
        )
    elif desk.rest:
        found.append(
            Action(
                label=_("抽取样本"),
                url=reverse("tasks:draw_sample"),
                kind="primary",
                method="post",
                icon="filter",
            )
        )
    if unit is not None and 0 < len(desk.rest) <= ONE_UNIT and desk.draw is None:
        found.append(
            Action(
                label=_("%(unit)s %(count)s 件一并通过")
                % {"unit": unit.name, "count": len(desk.rest)},
                url=f"{reverse('tasks:clear_unit')}",
                method="post",
                icon="check",
                confirm=_("列表中的 %(count)s 件一并核查通过？谁核查、谁负责。")
                % {"count": len(desk.rest)},
                data=(("unit", unit.code),),
            )
        )
    return tuple(found)


def _unit(request: HttpRequest) -> Unit | None:
    code = request.POST.get("unit", "")
    return Unit.objects.filter(code=code).first() if code else None


def _say(request: HttpRequest, done: Cleared) -> None:
    """Tell how many were verified, and which were left out and why."""
    messages.success(request, _("已核查通过 %(count)s 件。") % {"count": done.verified})
    if done.left:
        named = "；".join(
            f"{report.task.code}：{sentence}" for report, sentence in done.left[:_NAMED]
        )
        sentence = _("有 %(count)s 件未一并通过：%(named)s") % {
            "count": len(done.left),
            "named": named,
        }
        messages.warning(request, sentence)


# How many reports left out of a bulk verdict are named.
_NAMED = 5
