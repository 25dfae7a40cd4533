"""Record and revoke that a seriously lagging task affects the whole (影响大局认定)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import ConflictError, DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from reports.models import Determination, DeterminationRevocation
from reports.permissions import Act, authorise
from tasks import standards
from tasks.models import Task
from tasks.parties import lead_units
from tasks.rules.lag import serious_lag
from tasks.services.deciding import require_reason
from tasks.services.facts import check_not_future, lock_task
from tasks.services.readings import history_of, with_history


@transaction.atomic
def determine(task: Task, *, on: dt.date, reason: str, by: User) -> Determination:
    """Record that the task, seriously lagging on the day, affects the whole; a leader's word.

    Raises `not_seriously_lagging` for a task that did not lag seriously on the day.
    """
    reason = require_reason(reason, _("请填写认定理由。"))
    task = lock_task(task)
    _authorise(task, on=on, by=by)
    history = history_of(with_history(Task.objects.all()).get(pk=task.pk))
    if on < history.terms.assigned or not serious_lag(history, on, standards.task_policy(on)):
        raise DomainError(
            "not_seriously_lagging",
            _("任务 %(code)s 在 %(on)s 并未严重滞后，不能认定影响大局。")
            % {"code": task.code, "on": on},
            fields={"on": _("当日未严重滞后")},
        )
    entry = audit.record(
        "task.determine",
        task,
        by=by,
        summary=_("认定任务 %(code)s 严重滞后影响大局") % {"code": task.code},
        data={"on": on.isoformat(), "reason": reason},
    )
    check_not_future(on, entry)
    determination = Determination(
        task=task, on=on, reason=reason, by=by, recorded_at=entry.at, entry=entry
    )
    save_checked(determination)
    return determination


@transaction.atomic
def revoke_determination(
    determination: Determination, *, on: dt.date, reason: str, by: User
) -> DeterminationRevocation:
    """Revoke a determination from the day on; what rests on it is withdrawn by a named person."""
    reason = require_reason(reason, _("请填写撤销理由。"))
    task = lock_task(determination.task)
    _authorise(task, on=on, by=by)
    if DeterminationRevocation.objects.filter(determination=determination).exists():
        raise ConflictError("already_revoked", _("该认定已撤销。"))
    if on < determination.on:
        raise DomainError(
            "revoked_before_determination",
            _("撤销日期 %(on)s 不能早于认定日期 %(made)s。") % {"on": on, "made": determination.on},
            fields={"on": _("不早于 %(day)s") % {"day": determination.on}},
        )
    entry = audit.record(
        "task.revoke_determination",
        task,
        by=by,
        summary=_("撤销%(made)s对任务 %(code)s 影响大局的认定")
        % {"made": determination.on, "code": task.code},
        data={"determination": determination.pk, "on": on.isoformat(), "reason": reason},
    )
    check_not_future(on, entry)
    revocation = DeterminationRevocation(
        determination=determination,
        on=on,
        reason=reason,
        by=by,
        recorded_at=entry.at,
        entry=entry,
    )
    save_checked(revocation)
    return revocation


def _authorise(task: Task, *, on: dt.date, by: User) -> None:
    """Refuse unless the person may judge every unit that leads the task."""
    for unit in lead_units(task):
        authorise(Act.DETERMINE, unit=unit, person=task.holder, on=on, by=by)
