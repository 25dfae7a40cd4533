"""What surrounds a task's issuing on its page: gaps, approval, and what others add below."""

from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts.scopes import Standing
from tasks.choices import PersonalDutyKind, TaskLevel, TaskState, Verdict
from tasks.lights import lit
from tasks.models import Approval, DutyRefusal, PersonalDuty, Task
from tasks.permissions import Act, may
from tasks.rules.numbers import plain
from tasks.services.approving import approval_due
from tasks.services.gaps import gaps_of
from tasks.views import buttons
from tasks.views.issuing_shapes import Amended, IssuingPanel, Tick
from tasks.views.pieces import Action
from tasks.views.shapes import ReportRow, TaskRow
from tasks.views.showing import task_row, task_url
from tasks.wording import gap_sentence


def issuing_of(task: Task, standing: Standing) -> IssuingPanel:
    """Return the panel of a task; empty parts are not printed."""
    draft = task.state == TaskState.DRAFT
    supervised = draft or may(standing, Act.ISSUE_SLIP, task)
    gaps = gaps_of(task, on=standing.on) if supervised else ()
    return IssuingPanel(
        draft=draft,
        discarded_on=task.discarded_on,
        gaps=tuple(gap_sentence(gap) for gap in gaps) if task.discarded_on is None else (),
        refusals=tuple(
            refusal_row(row, actions=buttons.of_refusal(standing, row, task))
            for row in task.refusals.select_related("duty__unit", "submitted_by", "decided_by")
        ),
        children=_children(task, standing),
        personal=_personal(task),
        amendments=tuple(
            Amended(
                subject=row.subject,
                on=row.on,
                by=row.by.name,
                old=row.old,
                new=row.new,
                reason=row.reason,
            )
            for row in task.amendments.select_related("by")
        ),
        links=_links(task, standing),
        approvals=tuple(approval_row(row, task, standing) for row in _approvals(task)),
    )


def approval_row(row: Approval, task: Task, standing: Standing) -> ReportRow:
    """Return an approval as a line, with its time limit while it waits."""
    labels = {
        Verdict.WAITING: _("待审核"),
        Verdict.ACCEPTED: _("通过"),
        Verdict.RETURNED: _("退回"),
    }
    limit = ""
    if row.verdict == Verdict.WAITING:
        due = approval_due(row)
        late = (standing.on - due).days
        limit = (
            _("应于 %(due)s 前审核，已超 %(days)s 天。") % {"due": due, "days": late}
            if late > 0
            else _("应于 %(due)s 前审核。") % {"due": due}
        )
    return ReportRow(
        kind_label=_("立项审核"),
        on=row.submitted_on,
        by=row.submitted_by.name,
        verdict=row.verdict,
        verdict_label=str(labels[Verdict(row.verdict)]),
        text="　".join(part for part in (row.note, limit) if part),
        decided_by=row.decided_by.name if row.decided_by else "",
        decided_on=row.decided_on,
        decision=row.decision,
        actions=buttons.of_approval(standing, row, task),
    )


def _approvals(task: Task) -> list[Approval]:
    return list(task.approvals.select_related("submitted_by", "decided_by"))


def refusal_row(row: DutyRefusal, *, actions: tuple[Action, ...] = ()) -> ReportRow:
    """Return a refusal as a line."""
    labels = {
        Verdict.WAITING: _("待审批"),
        Verdict.ACCEPTED: _("已同意"),
        Verdict.RETURNED: _("不同意"),
    }
    return ReportRow(
        kind_label=_("%(unit)s退办") % {"unit": row.duty.unit.name},
        on=row.submitted_on,
        by=row.submitted_by.name,
        verdict=row.verdict,
        verdict_label=str(labels[Verdict(row.verdict)]),
        text=row.reason,
        decided_by=row.decided_by.name if row.decided_by else "",
        decided_on=row.decided_on,
        decision=row.decision,
        actions=actions,
    )


def _children(task: Task, standing: Standing) -> tuple[TaskRow, ...]:
    """Return the child tasks the person may see, with their lights and what each counts for."""
    if not task.rolled_up:
        return ()
    seen = Task.objects.visible_to(standing.user, on=standing.on)
    rows = lit(seen.filter(parent=task, rolls_up=True), on=standing.on).order_by("pk").for_list()
    return tuple(
        replace(
            task_row(row, on=standing.on),
            source=_("权重 %(weight)s") % {"weight": plain(Fraction(row.weight))},
        )
        for row in rows
    )


def _links(task: Task, standing: Standing) -> tuple[tuple[str, str, str], ...]:
    """Return the tasks this one belongs to or follows: label, address, title."""
    seen = Task.objects.visible_to(standing.user, on=standing.on)
    found = [
        (_("上级任务"), seen.filter(pk=task.parent_id or 0)),
        (_("重新交办自"), seen.filter(pk=task.replaces_id or 0)),
        (_("已重新交办为"), seen.filter(replaces=task)),
    ]
    return tuple((label, task_url(other), str(other)) for label, rows in found for other in rows)


def _personal(task: Task) -> tuple[Tick, ...]:
    """Return the four duties of a major task with who did each first, and when."""
    if task.level != TaskLevel.MAJOR or task.state == TaskState.DRAFT:
        return ()
    found: dict[str, PersonalDuty] = {}
    for row in task.personal_duties.select_related("person"):
        found.setdefault(row.kind, row)
    return tuple(
        Tick(
            label=str(kind.label),
            on=found[kind].on if kind in found else None,
            who=found[kind].person.name if kind in found else "",
            text=found[kind].text if kind in found else "",
        )
        for kind in PersonalDutyKind
    )
