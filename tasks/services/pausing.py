"""Stop a task and let it go on: meanwhile the clock stands still and somebody answers for it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import FactType
from tasks.models import Suspension, Task
from tasks.permissions import Act, authorise
from tasks.services.current import refresh
from tasks.services.deciding import require_reason
from tasks.services.facts import lock_task, record_fact

# When nobody names a day, a suspension is looked at again after so many days.
REVIEW_AFTER = dt.timedelta(days=30)


@transaction.atomic
def suspend_task(
    task: Task,
    *,
    reason: str,
    on: dt.date,
    by: User,
    owner: User | None = None,
    review_on: dt.date | None = None,
) -> Task:
    """Stop an open task; its clock stands still until it is resumed; return it.

    `owner` (by default who stops it) answers for the standstill and looks at it again on
    `review_on`. Raises `review_before_suspension` and `owner_inactive`.
    """
    reason = require_reason(reason, _("中止任务必须写明理由。"))
    task = lock_task(task)
    authorise(Act.SUSPEND, task, on=on, by=by)
    owner = owner or by
    review_on = review_on or on + REVIEW_AFTER
    if review_on <= on:
        raise DomainError(
            "review_before_suspension",
            _("复核日期 %(review)s 须晚于中止日期 %(on)s。") % {"review": review_on, "on": on},
            fields={"review_on": _("须晚于中止日期")},
        )
    if not owner.is_active:
        raise DomainError(
            "owner_inactive",
            _("%(name)s已停用，不能作为中止期间责任人。") % {"name": owner.name},
            fields={"owner": _("已停用")},
        )
    entry = audit.record(
        "task.suspend",
        task,
        by=by,
        summary=_("中止任务，%(owner)s负责，%(review)s 复核：%(reason)s")
        % {"owner": owner.name, "review": review_on, "reason": reason[:200]},
        data={
            "on": on.isoformat(),
            "reason": reason,
            "owner": owner.pk,
            "review_on": review_on.isoformat(),
        },
    )
    fact = record_fact(task, FactType.SUSPENDED, on=on, by=by, entry=entry, reason=reason)
    save_checked(Suspension(task=task, fact=fact, owner=owner, review_on=review_on))
    return refresh(task, on=clock.date_of(entry.at))


@transaction.atomic
def prolong_suspension(
    task: Task, *, review_on: dt.date, reason: str, on: dt.date, by: User
) -> Suspension:
    """Look at a suspension and let it go on, until a later day of review; return it."""
    reason = require_reason(reason, _("继续中止必须写明理由。"))
    task = lock_task(task)
    authorise(Act.RESUME, task, on=on, by=by)
    suspension = Suspension.objects.get(task=task, resumed_fact=None)
    if review_on <= max(on, suspension.review_on):
        raise DomainError(
            "review_not_later",
            _("下次复核日期 %(review)s 须晚于今天和原复核日期 %(old)s。")
            % {"review": review_on, "old": suspension.review_on},
            fields={"review_on": _("须更晚")},
        )
    audit.record(
        "task.prolong_suspension",
        task,
        by=by,
        summary=_("复核后继续中止至 %(review)s：%(reason)s")
        % {"review": review_on, "reason": reason[:200]},
        data={"on": on.isoformat(), "reason": reason, "review_on": review_on.isoformat()},
    )
    suspension.review_on = review_on
    save_checked(suspension, only=["review_on"])
    return suspension


@transaction.atomic
def resume_task(task: Task, *, to: dt.date | None, on: dt.date, by: User, reason: str = "") -> Task:
    """Let a suspended task go on with a new deadline (None only without one); return it."""
    task = lock_task(task)
    authorise(Act.RESUME, task, on=on, by=by)
    entry = audit.record(
        "task.resume",
        task,
        by=by,
        summary=_("恢复办理，新时限 %(to)s") % {"to": to or _("无")},
        data={"on": on.isoformat(), "reason": reason, "to": to.isoformat() if to else None},
    )
    fact = record_fact(task, FactType.RESUMED, on=on, by=by, entry=entry, to=to, reason=reason)
    # Only a suspension of before such rows were kept has none.
    for suspension in Suspension.objects.filter(task=task, resumed_fact=None):
        suspension.resumed_fact = fact
        save_checked(suspension, only=["resumed_fact"])
    return refresh(task, on=clock.date_of(entry.at))
