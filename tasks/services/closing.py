"""Apply for close-out and check it; end and reopen tasks."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import ConflictError
from accounts.models import AuditEntry, User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import FactType, TaskState, Verdict
from tasks.models import Closure, Evidence, Task
from tasks.permissions import Act, authorise
from tasks.services.countersigning import ask_countersignature
from tasks.services.current import refresh
from tasks.services.deciding import decide, lock_waiting, require_reason
from tasks.services.evidence import examine_all, store_evidence
from tasks.services.facts import check_not_future, lock_task, record_fact
from tasks.services.proxy import sign_for
from tasks.services.sharing import check_reuses, share_evidence
from tasks.services.standing import continue_as_standing


@transaction.atomic
def submit_closure(
    task: Task,
    *,
    on: dt.date,
    text: str,
    by: User,
    letter: str = "",
    evidence: Sequence[File] = (),  # type: ignore[type-arg]
    dated: dt.date | None = None,
    reuses: Sequence[Evidence] = (),
) -> Closure:
    """Apply for close-out (申请销号) as of a day; the task waits for its check from then on.

    Who enters for a unit outside the bureau (代录) names its `letter`; the files are as in
    `submit_report`.
    """
    text = require_reason(text, _("申请销号必须写明完成情况。"))
    files = examine_all(evidence, dated=dated)
    task = lock_task(task)
    standing = authorise(Act.SUBMIT_CLOSURE, task, on=on, by=by)
    unit, letter = sign_for(standing, task, letter)
    shared = check_reuses(reuses, unit=unit, by=by, on=on)
    entry = audit.record(
        "closure.submit",
        task,
        by=by,
        summary=_application(text, on, letter),
        data={
            "on": on.isoformat(),
            "text": text,
            "letter": letter,
            "evidence": [item.sha256 for item in files] + [item.sha256 for item in shared],
        },
    )
    fact = record_fact(task, FactType.CLOSURE_SUBMITTED, on=on, by=by, entry=entry)
    closure = Closure(
        task=task,
        submitted_on=on,
        text=text,
        letter=letter,
        submitted_fact=fact,
        submitted_by=by,
        submitted_at=entry.at,
    )
    save_checked(closure)
    store_evidence(files, closure=closure, dated=dated, at=entry.at, by=by)
    share_evidence(shared, closure=closure, at=entry.at, by=by)
    ask_countersignature(closure, entry=entry)
    refresh(task, on=clock.date_of(entry.at))
    return closure


@transaction.atomic
def verify_closure(closure: Closure, *, on: dt.date, by: User, comment: str = "") -> Closure:
    """Confirm a close-out: the task is completed as of the day of its submission.

    Where the campaign makes close-outs public first (公示), the task waits for the end of that
    period, and `conclude_publicity` completes it. Raises `already_checked` while it does.
    """
    task, closure = lock_waiting(closure, Act.CHECK_CLOSURE, on=on, by=by)
    if closure.public_until is not None:
        raise ConflictError(
            "already_checked",
            _("%(who)s已核查通过，公示至 %(until)s，期满自动销号；如收到异议，请选择不通过。")
            % {"who": closure.checked_by, "until": closure.public_until},
        )
    days = task.campaign.publicity_days if task.campaign else 0
    if not days:
        return _complete(task, closure, on=on, by=by, comment=comment)
    until = on + dt.timedelta(days=days)
    entry = audit.record(
        "closure.publish",
        task,
        by=by,
        summary=_("销号核查通过，公示至 %(until)s") % {"until": until},
        data={"closure": closure.pk, "on": on.isoformat(), "comment": comment},
    )
    check_not_future(on, entry)
    closure.checked_on, closure.checked_by = on, by
    closure.public_until, closure.decision = until, comment
    save_checked(closure, only=["checked_on", "checked_by", "public_until", "decision"])
    return closure


def conclude_publicity(*, on: dt.date) -> int:
    """Complete the close-outs whose publicity ended before the day; return how many.

    Each stands for itself: one whose task was ended meanwhile keeps no other from closing.
    """
    ended = Closure.objects.in_publicity().filter(public_until__lt=on).order_by("pk")
    return sum(_conclude(closure, on=on) for closure in ended.select_related("task"))


@transaction.atomic
def _conclude(found: Closure, *, on: dt.date) -> bool:
    task = lock_task(found.task)
    closure = Closure.objects.select_related("checked_by").get(pk=found.pk)
    waits = closure.verdict == Verdict.WAITING and task.state == TaskState.PENDING
    if not waits or closure.checked_by is None:
        return False
    _complete(task, closure, on=on, by=closure.checked_by, comment=closure.decision)
    return True


def _complete(task: Task, closure: Closure, *, on: dt.date, by: User, comment: str) -> Closure:
    """Complete a locked task; one that goes on after its dated part gets its standing child."""
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
def terminate_task(task: Task, *, reason: str, on: dt.date, by: User) -> Task:
    """End a task that is not completed for good; return it."""
    reason = require_reason(reason, _("终止任务必须写明理由。"))
    task = lock_task(task)
    authorise(Act.TERMINATE, task, on=on, by=by)
    summary = _("终止任务：%(reason)s") % {"reason": reason[:200]}
    entry = _record(task, "task.terminate", summary, on=on, by=by, reason=reason)
    record_fact(task, FactType.TERMINATED, on=on, by=by, entry=entry, reason=reason)
    return refresh(task, on=clock.date_of(entry.at))


def _application(text: str, on: dt.date, letter: str) -> str:
    if letter:
        return _("代录销号申请（%(on)s，来函 %(letter)s）：%(text)s") % {
            "on": on,
            "letter": letter,
            "text": text[:200],
        }
    return _("申请销号（%(on)s）：%(text)s") % {"on": on, "text": text[:200]}


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
