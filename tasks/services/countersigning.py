"""Countersign (审签): the leader in charge signs a report or close-out before it is checked."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import AuditEntry, User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import FactType, Verdict
from tasks.models import Closure, Countersignature, ProgressReport, Task
from tasks.permissions import Act, require
from tasks.services.current import refresh
from tasks.services.deciding import check_waiting, decide, require_reason
from tasks.services.facts import lock_task, record_fact


def ask_countersignature(
    submission: ProgressReport | Closure, *, entry: AuditEntry
) -> Countersignature | None:
    """Put a submission to the leader in charge where its campaign asks for it.

    Call it in the transaction of the submission. Without a leader in charge, or when that is who
    submitted, it goes to the check at once: nobody is made to wait for a signature nobody can give.
    """
    task, leader = submission.task, submission.task.leader
    if task.campaign is None or not task.campaign.countersigned:
        return None
    if leader is None or not leader.is_active or leader.pk == submission.submitted_by_id:
        return None
    held = Countersignature(
        task=task,
        report=submission if isinstance(submission, ProgressReport) else None,
        closure=submission if isinstance(submission, Closure) else None,
        leader=leader,
        submitted_by=submission.submitted_by,
        submitted_at=entry.at,
    )
    save_checked(held)
    return held


@transaction.atomic
def countersign(
    held: Countersignature, *, on: dt.date, by: User, comment: str = ""
) -> Countersignature:
    """Sign: the submission goes on to its check."""
    task, held = _lock(held, on=on, by=by)
    audit.record(
        "countersignature.sign",
        task,
        by=by,
        summary=_("审签同意%(what)s") % {"what": what_of(held)},
        data={"countersignature": held.pk, "on": on.isoformat(), "comment": comment},
    )
    return decide(held, Verdict.ACCEPTED, on=on, by=by, comment=comment)


@transaction.atomic
def hand_back(held: Countersignature, *, reason: str, on: dt.date, by: User) -> Countersignature:
    """Return the submission to who handed it in, with a reason.

    A report's percent stops counting. A task whose close-out is handed back is open again; the
    days it waited are nobody's, and it is no rejected check.
    """
    reason = require_reason(reason, _("退回必须写明理由，以便对方补正。"))
    task, held = _lock(held, on=on, by=by)
    entry = audit.record(
        "countersignature.return",
        task,
        by=by,
        summary=_("审签退回%(what)s：%(reason)s") % {"what": what_of(held), "reason": reason[:200]},
        data={"countersignature": held.pk, "on": on.isoformat(), "reason": reason},
    )
    returned = {"on": on, "by": by, "entry": entry, "reason": reason}
    if held.report is not None:
        about = held.report.fact
        record_fact(task, FactType.PROGRESS_RETURNED, about=about, **returned)  # type: ignore[arg-type]
        decide(held.report, Verdict.RETURNED, on=on, by=by, comment=reason)
    elif held.closure is not None:
        about = held.closure.submitted_fact
        fact = record_fact(task, FactType.CLOSURE_REJECTED, about=about, **returned)  # type: ignore[arg-type]
        held.closure.decided_fact = fact
        decide(held.closure, Verdict.RETURNED, on=on, by=by, comment=reason, also=["decided_fact"])
    held = decide(held, Verdict.RETURNED, on=on, by=by, comment=reason)
    refresh(task, on=clock.date_of(entry.at))
    return held


def what_of(held: Countersignature) -> str:
    """Return what is to be signed, as one phrase."""
    if held.report is not None:
        return _("%(on)s 的进展填报（自报 %(percent)s%%）") % {
            "on": held.report.on,
            "percent": f"{held.report.percent.normalize():f}",
        }
    assert held.closure is not None, "held by a database constraint"  # noqa: S101
    return _("%(on)s 的销号申请") % {"on": held.closure.submitted_on}


def _lock(held: Countersignature, *, on: dt.date, by: User) -> tuple[Task, Countersignature]:
    task = lock_task(held.task)
    standing = standing_of(by, on=on)
    require(standing, Act.COUNTERSIGN, task)
    if task.leader_id != by.pk:
        by.acting_for = task.leader
    related = ("submitted_by", "decided_by", "report__fact", "closure__submitted_fact")
    fresh = Countersignature.objects.select_related(*related).get(pk=held.pk)
    check_waiting(fresh, Act.COUNTERSIGN, standing)
    return task, fresh
