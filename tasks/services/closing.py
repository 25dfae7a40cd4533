"""Apply for close-out and check it; stop, resume, end and reopen tasks."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import AuditEntry, User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import FactType, Verdict
from tasks.models import Closure, Task
from tasks.permissions import Act, authorise
from tasks.services.current import refresh
from tasks.services.deciding import decide, lock_waiting, require_reason
from tasks.services.evidence import examine_all, store_evidence
from tasks.services.facts import lock_task, record_fact
from tasks.services.standing import continue_as_standing


@transaction.atomic
def submit_closure(
    task: Task,
    *,
    on: dt.date,
    text: str,
    by: User,
    evidence: Sequence[File] = (),  # type: ignore[type-arg]
) -> Closure:
    """Apply for close-out (申请销号) as of a day; the task waits for its check from then on."""
    text = require_reason(text, _("申请销号必须写明完成情况。"))
    files = examine_all(evidence)
    task = lock_task(task)
    authorise(Act.SUBMIT_CLOSURE, task, on=on, by=by)
    entry = audit.record(
        "closure.submit",
        task,
        by=by,
        summary=_("申请销号（%(on)s）：%(text)s") % {"on": on, "text": text[:200]},
        data={
            "on": on.isoformat(),
            "text": text,
            "evidence": [item.sha256 for item in files],
        },
    )
    fact = record_fact(task, FactType.CLOSURE_SUBMITTED, on=on, by=by, entry=entry)
    closure = Closure(
        task=task,
        submitted_on=on,
        text=text,
        submitted_fact=fact,
        submitted_by=by,
        submitted_at=entry.at,
    )
    save_checked(closure)
    store_evidence(files, closure=closure, at=entry.at, by=by)
    refresh(task, on=clock.date_of(entry.at))
    return closure


@transaction.atomic
def verify_closure(closure: Closure, *, on: dt.date, by: User, comment: str = "") -> Closure:
    """Confirm a close-out: the task is completed as of the day of its submission.

    A task that goes on after its dated part (并长期坚持) gets its standing child task.
    """
    task, closure = lock_waiting(closure, Act.CHECK_CLOSURE, on=on, by=by)
    entry = audit.record(
        "closure.verify",
        task,
        by=by,
        summary=_("销号核查通过（申请日期 %(on)s）") % {"on": closure.submitted_on},
        data={"closure": closure.pk, "on": on.isoformat(), "comment": comment},
    )
    closure.decided_fact = record_fact(
        task, FactType.CLOSURE_VERIFIED, on=on, by=by, entry=entry, reason=comment
    )
    closure = decide(
        closure, Verdict.ACCEPTED, on=on, by=by, comment=comment, also=["decided_fact"]
    )
    refresh(task, on=clock.date_of(entry.at))
    if task.continues_after:
        continue_as_standing(task, on=on, by=by)
    return closure


@transaction.atomic
def reject_closure(closure: Closure, *, reason: str, on: dt.date, by: User) -> Closure:
    """Send a close-out back with a reason; the task is open again from the day on."""
    reason = require_reason(reason, _("销号核查不通过必须写明理由。"))
    task, closure = lock_waiting(closure, Act.CHECK_CLOSURE, on=on, by=by)
    entry = audit.record(
        "closure.reject",
        task,
        by=by,
        summary=_("销号核查不通过：%(reason)s") % {"reason": reason[:200]},
        data={"closure": closure.pk, "on": on.isoformat(), "reason": reason},
    )
    closure.decided_fact = record_fact(
        task, FactType.CLOSURE_REJECTED, on=on, by=by, entry=entry, reason=reason
    )
    closure = decide(closure, Verdict.RETURNED, on=on, by=by, comment=reason, also=["decided_fact"])
    refresh(task, on=clock.date_of(entry.at))
    return closure


@transaction.atomic
def reopen_task(task: Task, *, to: dt.date | None, reason: str, on: dt.date, by: User) -> Task:
    """Open a completed task again after a relapse (反弹), with a new deadline; return it.

    `to` is None only for a task without a deadline.
    """
    reason = require_reason(reason, _("反弹重启必须写明回头看发现的情况。"))
    task = lock_task(task)
    authorise(Act.REOPEN, task, on=on, by=by)
    summary = _("反弹重启，新时限 %(to)s：%(reason)s") % {
        "to": to or _("无"),
        "reason": reason[:200],
    }
    entry = _record(task, "task.reopen", summary, on=on, by=by, reason=reason, to=to)
    record_fact(task, FactType.REOPENED, on=on, by=by, entry=entry, to=to, reason=reason)
    return refresh(task, on=clock.date_of(entry.at))


@transaction.atomic
def suspend_task(task: Task, *, reason: str, on: dt.date, by: User) -> Task:
    """Stop an open task; its clock stands still until it is resumed; return it."""
    reason = require_reason(reason, _("中止任务必须写明理由。"))
    task = lock_task(task)
    authorise(Act.SUSPEND, task, on=on, by=by)
    summary = _("中止任务：%(reason)s") % {"reason": reason[:200]}
    entry = _record(task, "task.suspend", summary, on=on, by=by, reason=reason)
    record_fact(task, FactType.SUSPENDED, on=on, by=by, entry=entry, reason=reason)
    return refresh(task, on=clock.date_of(entry.at))


@transaction.atomic
def resume_task(task: Task, *, to: dt.date | None, on: dt.date, by: User, reason: str = "") -> Task:
    """Let a suspended task go on with a new deadline (None only without one); return it."""
    task = lock_task(task)
    authorise(Act.RESUME, task, on=on, by=by)
    summary = _("恢复办理，新时限 %(to)s") % {"to": to or _("无")}
    entry = _record(task, "task.resume", summary, on=on, by=by, reason=reason, to=to)
    record_fact(task, FactType.RESUMED, on=on, by=by, entry=entry, to=to, reason=reason)
    return refresh(task, on=clock.date_of(entry.at))


@transaction.atomic
def terminate_task(task: Task, *, reason: str, on: dt.date, by: User) -> Task:
    """End a task that is not completed for good; return it."""
    reason = require_reason(reason, _("终止任务必须写明理由。"))
    task = lock_task(task)
    authorise(Act.TERMINATE, task, on=on, by=by)
    summary = _("终止任务：%(reason)s") % {"reason": reason[:200]}
    entry = _record(task, "task.terminate", summary, on=on, by=by, reason=reason)
    record_fact(task, FactType.TERMINATED, on=on, by=by, entry=entry, reason=reason)
    return refresh(task, on=clock.date_of(entry.at))


def _record(
    task: Task,
    action: str,
    summary: str,
    *,
    on: dt.date,
    by: User,
    reason: str,
    to: dt.date | None = None,
) -> AuditEntry:
    return audit.record(
        action,
        task,
        by=by,
        summary=summary,
        data={"on": on.isoformat(), "reason": reason, "to": to.isoformat() if to else None},
    )
