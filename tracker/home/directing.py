"""The first page of a bureau leader: decide, then campaigns, units and risks on one page."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import Unit
from accounts.scopes import Standing
from reports.choices import InterviewState
from reports.models import Interview, Proposal
from reports.services.countdowns import countdowns
from reports.views.presenting import interview_row, proposal_row
from tasks.choices import DutyRole, Light, TaskState
from tasks.lights import lit
from tasks.models import ProgressReport, Task
from tasks.views.countersigning import countersign_item, to_countersign
from tasks.views.pieces import Notice, Queue, WorkItem
from tasks.views.showing import lamp
from tracker.home import issuing
from tracker.home.desk import SHOWN, Desk, counted, joined, queue, tile
from tracker.home.supervising import coordination, look_backs, overdue, pauses, verdicts


def fill(desk: Desk, standing: Standing) -> None:
    """Add what waits for a leader's decision and what they should know."""
    user, on = standing.user, standing.on
    seen = Task.objects.visible_to(user, on=on)
    proposals = Proposal.objects.visible_to(user, on=on).waiting()
    interviews = Interview.objects.visible_to(user, on=on).upcoming()
    address = reverse("reports:proposals")
    campaigns = _campaigns(seen, standing)
    asked = ProgressReport.objects.to_coordinate().filter(task__leader=user)
    desk.notices += _risks(standing)
    desk.kpis += [
        tile(_("建议待确认"), counted(proposals), colour="yellow", url=address),
        tile(
            _("约谈待办理"),
            counted(interviews),
            colour="yellow",
            url=f"{address}?show=interviews",
        ),
        tile(_("逾期"), counted(seen.overdue(on=on)), colour="red", url=reverse("tasks:overdue")),
        tile(_("7 天内到期"), counted(seen.due_within(7, on=on)), colour="yellow"),
    ]
    desk.queues += [
        *_countersigning(standing),
        _proposals(proposals, address),
        _interviews(interviews, address),
        verdicts(standing, "extensions", _("延期待审批"), _("没有等待审批的延期申请。")),
        *issuing.approvals(standing),
        *issuing.refusals(standing),
        *issuing.lacking_personal(standing),
        *look_backs(standing),
        campaigns,
        coordination(standing, asked),
        _units_behind(standing),
        overdue(standing, seen),
        *pauses(standing),
    ]


def _countersigning(standing: Standing) -> list[Queue]:
    """Return what the leader in charge has to sign as a queue; none: nothing."""
    found = queue(
        _("待审签"),
        to_countersign(standing),
        lambda held: countersign_item(held, standing),
        hint=_("等得最久的在前"),
        more_url=reverse("tasks:countersigning"),
        empty="",
    )
    return [found] if found.count else []


def _risks(standing: Standing) -> list[Notice]:
    """Return the units that one more interview would cost their eligibility."""
    units = list(standing.scope(Role.LEADER).units().filter(pk__in=_interviewed(standing)))
    names = {("unit", unit.pk): unit.name for unit in units}
    found = countdowns(units, on=standing.on) if units else {}
    return [
        Notice(text=f"{names[key]}：{sentence}", kind="warning")
        for key, sentence in list(found.items())[:3]
    ]


def _interviewed(standing: Standing) -> Any:
    held = Interview.objects.visible_to(standing.user, on=standing.on)
    return held.filter(held_on__year=standing.on.year, unit__isnull=False).values("unit")


def _proposals(proposals: Any, address: str) -> Queue:
    def line(proposal: Proposal) -> WorkItem:
        row = proposal_row(proposal)
        return WorkItem(
            title=f"{row.kind_label}：{row.subject}",
            url=row.url,
            unit=proposal.subject_unit.name,
            note=joined([row.rule_label, *row.sentences[:1]]),
            due=proposal.proposed_on,
            due_note=_("提出"),
        )

    rows = proposals.for_list().order_by("proposed_on", "id")
    return queue(
        _("处理建议待确认"),
        rows,
        line,
        hint=_("提出最早的在前"),
        more_url=address,
        empty=_("没有待确认的建议。"),
    )


def _interviews(interviews: Any, address: str) -> Queue:
    def line(interview: Interview) -> WorkItem:
        row = interview_row(interview)
        note = _("拟约谈") if interview.state == InterviewState.APPROVED else _("提出")
        return WorkItem(
            title=f"{row.state_label}：{row.subject}",
            url=row.url,
            code=row.number,
            unit=interview.subject_unit.name,
            note=row.cause,
            due=interview.scheduled_on or interview.proposed_on,
            due_note=note,
        )

    rows = interviews.select_related("unit", "person__unit").order_by("proposed_on", "id")
    return queue(
        _("约谈待批准或待举行"),
        rows,
        line,
        more_url=f"{address}?show=interviews",
        empty=_("没有待批准或待举行的约谈。"),
    )


def _campaigns(seen: Any, standing: Standing) -> Queue:
    """Return the campaigns with how many tasks in work are red, yellow and green."""
    work = lit(seen.filter(state__in=(TaskState.OPEN, TaskState.PENDING)), on=standing.on)
    lights = {light.value: Count("pk", filter=Q(light=light)) for light in Light}
    found: Any = (
        work.exclude(campaign=None)
        .order_by()
        .values("campaign__code", "campaign__name")
        .annotate(**lights)
    )
    rows = sorted(found, key=lambda row: (-row["red"], -row["yellow"], row["campaign__code"]))
    items = tuple(_campaign(row) for row in rows[:SHOWN])
    return Queue(
        title=_("攻坚行动"),
        items=items,
        count=len(rows),
        hint=_("红灯最多的在前"),
        more_url=reverse("tasks:list"),
        empty=_("没有在办的攻坚行动。"),
    )


def _campaign(row: dict[str, Any]) -> WorkItem:
    worst = next((one for one in (Light.RED, Light.YELLOW) if row[one.value]), Light.GREEN)
    note = _("红灯 %(red)s 项，黄灯 %(yellow)s 项，绿灯 %(green)s 项") % row
    query = urlencode({"campaign": row["campaign__code"]})
    return WorkItem(
        title=row["campaign__name"],
        url=f"{reverse('tasks:list')}?{query}",
        lamp=lamp(worst.value),
        note=note,
    )


def _units_behind(standing: Standing) -> Queue:
    """Return the units that lead most overdue tasks; the month's ranking is a link away."""
    late = Task.objects.overdue(on=standing.on).filter(
        responsibilities__role=DutyRole.LEAD,
        responsibilities__unit__in=standing.scope(Role.LEADER).units(),
    )
    rows = (
        late.order_by()
        .values("responsibilities__unit")
        .annotate(late=Count("pk"))
        .order_by("-late", "responsibilities__unit")
    )
    # One row a unit, and a task has a unit once: read all, so that counting asks no second time.
    found = list(rows)
    shown = found[:SHOWN]
    units = Unit.objects.in_bulk([row["responsibilities__unit"] for row in shown])
    items = tuple(
        WorkItem(
            title=units[row["responsibilities__unit"]].name,
            url=reverse("tasks:unit", args=[units[row["responsibilities__unit"]].code]),
            note=_("牵头任务逾期 %(count)s 项") % {"count": row["late"]},
        )
        for row in shown
    )
    return Queue(
        title=_("逾期最多的单位"),
        items=items,
        count=len(found),
        more_url=reverse("reports:rankings"),
        empty=_("没有单位逾期。"),
    )
