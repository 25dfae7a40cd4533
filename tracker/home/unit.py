"""The first page of a section head or liaison: report, accept, answer, and what lies ahead."""

import datetime as dt
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, Unit, User
from accounts.scopes import Standing
from reports.models.subjects import OWN
from reports.services.countdowns import countdowns
from tasks import standards
from tasks.choices import Light
from tasks.lights import lit
from tasks.models import Closure, Extension, ProgressReport, Responsibility, Slip, Task
from tasks.services.deciding import submitted_on
from tasks.services.readings import with_history
from tasks.views import buttons, todo, waiting
from tasks.views.lists import worst_first
from tasks.views.pieces import Notice, Queue, WorkItem
from tasks.views.showing import lamp_of, lead_names, reading_of, reasons_of
from tracker.home.desk import SHOWN, Desk, counted, joined, queue, task_item, tile

# The units of a line's task, in one query.
WITH_UNITS = Prefetch(
    "task__responsibilities", queryset=Responsibility.objects.select_related("unit")
)
# A deadline this near is said on the card even while its light is green.
SOON = 7


def fill(desk: Desk, standing: Standing) -> None:
    """Add what waits for a head's or liaison's units."""
    on = standing.on
    mine = todo.to_report(standing)
    troubled = lit(mine, on=on).filter(Q(("light__in", (Light.RED, Light.YELLOW))))
    due = mine.awaiting_report(on=on)
    reporting = reverse("tasks:reporting")
    desk.notices += _warnings(standing)
    desk.kpis += [
        tile(_("本期待填"), counted(due), colour="blue", url=reporting),
        tile(_("逾期"), counted(mine.overdue(on=on)), colour="red"),
        tile(_("7 天内到期"), counted(mine.due_within(SOON, on=on)), colour="yellow"),
        tile(_("在办任务"), counted(mine), url=f"{reporting}?due=0"),
    ]
    desk.queues += [
        *_when_any(_slips(standing), _returned(standing), _acceptances(standing)),
        _reports(standing, due, reporting),
        _lights(standing, troubled),
        _awaited(standing),
    ]


def _when_any(*queues: Queue) -> list[Queue]:
    """Leave out what is seldom there, so that an ordinary day has a short page."""
    return [one for one in queues if one.count]


def _warnings(standing: Standing) -> list[Notice]:
    """Return what one more interview would cost the units the person heads, and the person."""
    scope = standing.scope(*OWN)
    if not scope.roots:
        return []
    headed = [] if scope.everything else list(scope.units())
    subjects: list[Unit | User] = [*headed, standing.user]
    names = {("unit", one.pk): one.name for one in headed}
    return [
        Notice(text=f"{names.get(key, _('您本人'))}：{sentence}", kind="warning")
        for key, sentence in countdowns(subjects, on=standing.on).items()
    ]


def _slips(standing: Standing) -> Queue:
    on = standing.on
    rows = todo.slips(standing).order_by("feedback_due", "id")

    def line(slip: Slip) -> WorkItem:
        late = (on - slip.feedback_due).days
        return WorkItem(
            title=slip.task.title,
            url=reverse("tasks:detail", args=[slip.task_id]),
            code=slip.number,
            unit=slip.unit.name,
            note=slip.requirement,
            due=slip.feedback_due,
            due_note=_("反馈已超 %(days)s 天") % {"days": late} if late > 0 else _("反馈时限"),
            due_colour="red" if late > 0 else "yellow",
            actions=buttons.of_slip(standing, slip, slip.task),
        )

    rows = rows.select_related("unit", "task").prefetch_related(WITH_UNITS)
    return queue(
        _("督办单待反馈"),
        rows,
        line,
        empty="",
        hint=_("请在反馈时限前答复"),
        more_url=todo.all_of("slip"),
    )


def _returned(standing: Standing) -> Queue:
    rows = (
        todo.returned(standing)
        .select_related("task", "decided_by")
        .prefetch_related(WITH_UNITS)
        .order_by("decided_on", "id")
    )

    def line(report: ProgressReport) -> WorkItem:
        who = report.decided_by.name if report.decided_by else ""
        note = _("%(who)s %(on)s 退回：%(why)s") % {
            "who": who,
            "on": report.decided_on,
            "why": report.decision,
        }
        actions = buttons.report_or_unchanged(standing, report.task)[1:]
        return task_item(report.task, on=standing.on, note=note, actions=actions)

    return queue(
        _("退回补正"),
        rows,
        line,
        empty="",
        hint=_("按退回意见改正后重新填报"),
        more_url=todo.all_of("returned"),
    )


def _acceptances(standing: Standing) -> Queue:
    rows = (
        todo.awaiting_acceptance(standing)
        .select_related("task", "unit")
        .prefetch_related(WITH_UNITS)
        .order_by("task__assigned_on", "id")
    )

    def line(duty: Responsibility) -> WorkItem:
        note = _("%(role)s，%(on)s 交办") % {
            "role": duty.get_role_display(),
            "on": duty.task.assigned_on,
        }
        actions = buttons.of_duty(standing, duty)
        return task_item(duty.task, on=standing.on, note=note, actions=actions)

    return queue(
        _("待签收"),
        rows,
        line,
        empty="",
        hint=_("交办后 3 个工作日内签收"),
        more_url=todo.all_of("accept"),
    )


def _reports(standing: Standing, due: Any, url: str) -> Queue:
    rows = worst_first(lit(due, on=standing.on)).for_list()

    def line(task: Task) -> WorkItem:
        return task_item(
            task,
            on=standing.on,
            note=task.get_report_cycle_display(),
            lamp=lamp_of(task),
            actions=buttons.report_or_unchanged(standing, task),
        )

    return queue(
        _("本期待填报"),
        rows,
        line,
        hint=_("没有进展的点“无变化”即可"),
        more_url=url,
        empty=_("本期应填的都已填报。"),
    )


def _lights(standing: Standing, troubled: Any) -> Queue:
    """Return red and yellow tasks with why they are so and what turns them green."""
    rows = with_history(worst_first(troubled)).select_related("holder", "responsible")
    policy = standards.task_policy(standing.on)

    def line(task: Task) -> WorkItem:
        reasons = reasons_of(reading_of(task, on=standing.on, policy=policy))
        return task_item(
            task,
            on=standing.on,
            note=joined([reason.sentence for reason in reasons]),
            lamp=lamp_of(task),
            actions=buttons.report_or_unchanged(standing, task)[1:],
        )

    return queue(
        _("红灯和黄灯"),
        rows,
        line,
        hint=_("为什么亮灯，怎样转绿"),
        more_url=reverse("tasks:list"),
        empty=_("没有红灯或黄灯任务。"),
    )


def _awaited(standing: Standing) -> Queue:
    """Return close-outs and extensions of one's own that wait for somebody else, oldest first."""
    found: list[Any] = []
    count = 0
    for model, day in ((Closure, "submitted_on"), (Extension, "requested_on")):
        rows = todo.awaited(standing, model)
        fetched = rows.select_related("task").prefetch_related(WITH_UNITS)
        oldest = list(fetched.order_by(day, "id")[:SHOWN])
        count += len(oldest) if len(oldest) < SHOWN else counted(rows)
        found += oldest
    found = sorted(found, key=submitted_on)[:SHOWN]
    supervisors = waiting.supervisors_on(standing.on) if found else []
    return Queue(
        title=_("等待他人办理"),
        items=tuple(_awaited_line(row, supervisors, on=standing.on) for row in found),
        count=count,
        hint=_("已提交，不用再办"),
        more_url=todo.all_of("awaited"),
        empty=_("没有等待他人办理的申请。"),
    )


def _awaited_line(row: Any, supervisors: list[RoleGrant], *, on: dt.date) -> WorkItem:
    task, since = row.task, submitted_on(row)
    what = _("申请销号") if isinstance(row, Closure) else _("申请延至 %(to)s") % {"to": row.to}
    return WorkItem(
        title=task.title,
        url=reverse("tasks:detail", args=[task.pk]),
        code=task.code,
        unit=lead_names(task),
        note=_("%(what)s · %(since)s 提交，由%(who)s核查")
        % {"what": what, "since": since, "who": waiting.checkers_among(supervisors, task, on=on)},
        due_note=_("已等 %(days)s 天") % {"days": (on - since).days},
        due_colour="yellow",
    )
