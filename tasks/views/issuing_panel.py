"""What surrounds a task's issuing on its page: gaps, approval, and what others add below."""

from django.utils.translation import gettext as _

from accounts.scopes import Standing
from tasks.choices import TaskState, Verdict
from tasks.models import Approval, Task
from tasks.permissions import Act, may
from tasks.services.approving import approval_due
from tasks.services.gaps import gaps_of
from tasks.views import buttons
from tasks.views.issuing_shapes import IssuingPanel
from tasks.views.shapes import ReportRow
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
