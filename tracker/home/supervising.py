"""The first page of a supervisor: the late, the unverified, the silent, worst or oldest first."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scopes import Standing
from tasks.lights import lit
from tasks.models import ProgressReport, Slip, Suspension, Task
from tasks.services.look_backs import look_backs_for
from tasks.views import buttons, todo
from tasks.views.look_backs import look_back_item
from tasks.views.pieces import Queue, WorkItem
from tasks.views.showing import lamp_of
from tasks.views.verification import item_of, waiting_for
from tracker.home import issuing
from tracker.home.desk import Desk, counted, queue, task_item, tile


def fill(desk: Desk, standing: Standing) -> None:
    """Add what waits for a supervisor."""
    on = standing.on
    seen = Task.objects.visible_to(standing.user, on=on)
    silent = seen.silent(on=on)
    to_verify = counted(waiting_for(standing, "reports")) + counted(
        waiting_for(standing, "closures")
    )
    late = todo.late_slips(standing)
    verification = reverse("tasks:verification")
    desk.kpis += [
        tile(_("逾期"), counted(seen.overdue(on=on)), colour="red", url=reverse("tasks:overdue")),
        tile(_("待核查"), to_verify, colour="blue", url=verification),
        tile(_("上期未填报"), counted(silent), colour="yellow", url=todo.all_of("silent")),
        tile(_("督办单超期未反馈"), counted(late), colour="red", url=todo.all_of("slip_late")),
    ]
    desk.queues += [
        overdue(standing, seen),
        verdicts(standing, "reports", _("进展待核查"), _("没有等待核查的进展。")),
        verdicts(standing, "closures", _("销号待核查"), _("没有等待核查的销号申请。")),
        verdicts(standing, "extensions", _("延期待审批"), _("没有等待审批的延期申请。")),
        *look_backs(standing),
        coordination(standing, todo.coordination(standing)),
        _late_slips(standing, late),
        _silent(standing, silent),
        _drafts(standing, seen),
        *issuing.returned(standing),
        *issuing.refusals(standing),
        *pauses(standing),
    ]


def fill_substitute(desk: Desk, standing: Standing) -> None:
    """Add what waits for a substitute verifier who supervises nothing of their own."""
    desk.queues += [
        verdicts(standing, "reports", _("代核：进展待核查"), _("没有等待核查的进展。")),
        verdicts(standing, "closures", _("代核：销号待核查"), _("没有等待核查的销号申请。")),
    ]


def look_backs(standing: Standing) -> list[Queue]:
    """Return the look-backs to be done as a queue; none: nothing."""
    rows = look_backs_for(standing).filter(done_on=None)
    found = queue(
        _("回头看待完成"),
        rows,
        lambda row: look_back_item(row, standing),
        more_url=reverse("tasks:look_backs"),
        empty="",
    )
    return [found] if found.count else []


def overdue(standing: Standing, seen: Any) -> Queue:
    """Return the overdue tasks among those seen, the longest first."""
    rows = lit(seen.overdue(on=standing.on), on=standing.on).order_by("overdue_anchor", "id")

    def line(task: Task) -> WorkItem:
        return task_item(
            task,
            on=standing.on,
            note=_("责任人 %(name)s") % {"name": task.holder.name} if task.holder else "",
            lamp=lamp_of(task),
            actions=buttons.slip_for(standing, task),
        )

    return queue(
        _("逾期任务"),
        rows.for_list(),
        line,
        hint=_("逾期最久的在前"),
        more_url=reverse("tasks:overdue"),
        empty=_("没有逾期任务。"),
    )


def verdicts(standing: Standing, kind: str, title: str, empty: str) -> Queue:
    """Return what of a kind waits for a verdict, the longest waiting first."""
    return queue(
        title,
        waiting_for(standing, kind),
        lambda row: item_of(row, kind, standing),
        hint=_("等得最久的在前"),
        more_url=f"{reverse('tasks:verification')}?kind={kind}",
        empty=empty,
    )


def coordination(standing: Standing, requests: Any) -> Queue:
    """Return what units ask from above in their newest reports, the longest waiting first."""
    rows = (
        requests.select_related("task")
        .prefetch_related("task__responsibilities__unit")
        .order_by("on", "id")
    )

    def line(report: ProgressReport) -> WorkItem:
        return task_item(report.task, on=standing.on, note=report.coordination)

    return queue(
        _("请求协调事项"),
        rows,
        line,
        hint=_("单位下次填报后不再列出"),
        more_url=todo.all_of("coordination"),
        empty=_("没有请求协调的事项。"),
    )


def _late_slips(standing: Standing, late: Any) -> Queue:
    rows = late.select_related("unit", "task").order_by("feedback_due", "id")

    def line(slip: Slip) -> WorkItem:
        return WorkItem(
            title=slip.task.title,
            url=reverse("tasks:detail", args=[slip.task_id]),
            code=slip.number,
            unit=slip.unit.name,
            note=slip.requirement,
            due=slip.feedback_due,
            due_note=_("反馈已超 %(days)s 天") % {"days": (standing.on - slip.feedback_due).days},
            due_colour="red",
        )

    return queue(
        _("督办单超期未反馈"),
        rows,
        line,
        more_url=todo.all_of("slip_late"),
        empty=_("督办单都已按时反馈。"),
    )


def _silent(standing: Standing, silent: Any) -> Queue:
    rows = lit(silent, on=standing.on).order_by("effective_deadline", "id").for_list()

    def line(task: Task) -> WorkItem:
        return task_item(
            task,
            on=standing.on,
            note=_("%(cycle)s填报，上期至今未填") % {"cycle": task.get_report_cycle_display()},
            lamp=lamp_of(task),
            actions=buttons.slip_for(standing, task),
        )

    return queue(
        _("上期未填报"),
        rows,
        line,
        more_url=todo.all_of("silent"),
        empty=_("上期应填的都已填报。"),
    )


def _drafts(standing: Standing, seen: Any) -> Queue:
    rows = seen.with_draft_deadline_to_read().order_by("plan", "code", "id").for_list()

    def line(task: Task) -> WorkItem:
        note = _("时限原文“%(text)s”，请定为日期") % {"text": task.deadline_raw}
        return task_item(task, on=standing.on, note=note)

    return queue(
        _("草稿待定时限"),
        rows,
        line,
        more_url=f"{reverse('tasks:list')}?state=draft",
        empty=_("没有时限待定的草稿。"),
    )


def pauses(standing: Standing) -> list[Queue]:
    """Return the suspensions the person answers for, the soonest review first, if any."""
    rows = (
        Suspension.objects.filter(owner=standing.user, resumed_fact=None)
        .select_related("task", "fact")
        .prefetch_related("task__responsibilities__unit")
        .order_by("review_on", "id")
    )

    def line(pause: Suspension) -> WorkItem:
        late = (standing.on - pause.review_on).days
        item = task_item(pause.task, on=standing.on, note=pause.fact.reason)
        return replace(
            item,
            due=pause.review_on,
            due_note=_("复核已超 %(days)s 天") % {"days": late} if late > 0 else _("复核日期"),
            due_colour="red" if late > 0 else "yellow",
            actions=buttons.of_pause(standing, pause.task),
        )

    found = queue(_("中止待复核"), rows, line, empty="")
    return [found] if found.count else []
