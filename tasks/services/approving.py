"""Approve drafts before they are assigned (立项审核), where their plan asks for it."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.calendar import add_workdays
from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import Verdict
from tasks.models import Approval, Task
from tasks.permissions import Act, authorise
from tasks.services.deciding import decide, lock_waiting, require_reason
from tasks.services.facts import check_not_future, lock_task
from tasks.services.gaps import UNREAD

# How many working days an approval may take.
APPROVAL_WORKDAYS = 3


@transaction.atomic
def submit_approval(task: Task, *, on: dt.date, by: User, note: str = "") -> Approval:
    """Hand a draft in for approval; until it is decided nobody changes it."""
    task = lock_task(task)
    authorise(Act.SUBMIT_APPROVAL, task, on=on, by=by)
    if task.deadline_kind in UNREAD:
        raise DomainError(
            "deadline_unread",
            _("时限“%(raw)s”还没有明确读法，请先确认时限再报审。") % {"raw": task.deadline_raw},
        )
    entry = audit.record(
        "approval.submit",
        task,
        by=by,
        summary=_("报送立项审核") + (f"：{note[:200]}" if note else ""),
        data={"on": on.isoformat(), "note": note, "version": task.version},
    )
    check_not_future(on, entry)
    approval = Approval(
        task=task, submitted_on=on, note=note, submitted_by=by, submitted_at=entry.at
    )
    save_checked(approval)
    return approval


@transaction.atomic
def approve_draft(approval: Approval, *, on: dt.date, by: User, comment: str = "") -> Approval:
    """Approve a draft as it reads; it may be assigned until somebody changes it."""
    task, approval = lock_waiting(approval, Act.DECIDE_APPROVAL, on=on, by=by)
    entry = audit.record(
        "approval.approve",
        task,
        by=by,
        summary=_("立项审核通过") + (f"：{comment[:200]}" if comment else ""),
        data={"approval": approval.pk, "on": on.isoformat(), "comment": comment},
    )
    check_not_future(on, entry)
    approval.version = task.version
    return decide(approval, Verdict.ACCEPTED, on=on, by=by, comment=comment, also=["version"])


@transaction.atomic
def return_draft(approval: Approval, *, reason: str, on: dt.date, by: User) -> Approval:
    """Send a draft back with a reason; it may be changed and handed in again."""
    reason = require_reason(reason, _("退回立项必须写明理由。"))
    task, approval = lock_waiting(approval, Act.DECIDE_APPROVAL, on=on, by=by)
    entry = audit.record(
        "approval.return",
        task,
        by=by,
        summary=_("立项审核退回：%(reason)s") % {"reason": reason[:200]},
        data={"approval": approval.pk, "on": on.isoformat(), "reason": reason},
    )
    check_not_future(on, entry)
    return decide(approval, Verdict.RETURNED, on=on, by=by, comment=reason)


def approval_due(approval: Approval) -> dt.date:
    """Return the last day on which the approval is in time."""
    return add_workdays(approval.submitted_on, APPROVAL_WORKDAYS)


@transaction.atomic
def submit_all(tasks: Iterable[Task], *, on: dt.date, by: User, note: str = "") -> int:
    """Hand several drafts in, all or none; return how many."""
    return len([submit_approval(task, on=on, by=by, note=note) for task in tasks])
