"""Ask for more time by the deadline, and grant or refuse it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import ConflictError, DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import FactType, Verdict
from tasks.models import Extension, Task
from tasks.permissions import Act, authorise
from tasks.rules.budget import STANDARD, ExtensionBudget, overdrawn, used
from tasks.services.current import refresh
from tasks.services.deciding import decide, lock_waiting, require_reason
from tasks.services.facts import check_not_future, lock_task, record_fact
from tasks.services.readings import history_of


@transaction.atomic
def request_extension(task: Task, *, to: dt.date, reason: str, on: dt.date, by: User) -> Extension:
    """Ask for a definite new deadline, at the latest on the one in force; return the request.

    Raises `no_deadline`, `extension_late`, `extension_not_later`, `extension_budget` and
    `extension_waiting`.
    """
    reason = require_reason(reason, _("申请延期必须写明理由。"))
    task = lock_task(task)
    authorise(Act.REQUEST_EXTENSION, task, on=on, by=by)
    deadline = history_of(task).deadline_at(on)
    if deadline is None:
        raise DomainError(
            "no_deadline", _("任务 %(code)s 没有完成时限，无需延期。") % {"code": task.code}
        )
    if on > deadline:
        raise DomainError(
            "extension_late",
            _("延期须在时限届满前申请：现行时限 %(deadline)s，申请日期 %(on)s 已逾期。")
            % {"deadline": deadline, "on": on},
            fields={"on": _("已过现行时限")},
        )
    if to <= deadline:
        raise DomainError(
            "extension_not_later",
            _("申请延至 %(to)s，不晚于现行时限 %(deadline)s，请填写更晚的日期。")
            % {"to": to, "deadline": deadline},
            fields={"to": _("须晚于现行时限 %(deadline)s") % {"deadline": deadline}},
        )
    _check_budget(task, to=to, deadline=deadline)
    if task.extensions.waiting().exists():
        raise ConflictError(
            "extension_waiting",
            _("任务 %(code)s 已有一件延期申请待审批，请等待结果。") % {"code": task.code},
        )
    entry = audit.record(
        "extension.request",
        task,
        by=by,
        summary=_("申请延期至 %(to)s：%(reason)s") % {"to": to, "reason": reason[:200]},
        data={"to": to.isoformat(), "on": on.isoformat(), "reason": reason},
    )
    check_not_future(on, entry)
    extension = Extension(
        task=task,
        requested_on=on,
        to=to,
        reason=reason,
        submitted_by=by,
        submitted_at=entry.at,
    )
    save_checked(extension)
    return extension


@transaction.atomic
def grant_extension(extension: Extension, *, on: dt.date, by: User, comment: str = "") -> Extension:
    """Grant a request as asked; the new deadline counts from the day of the decision."""
    task, extension = lock_waiting(extension, Act.DECIDE_EXTENSION, on=on, by=by)
    entry = audit.record(
        "extension.grant",
        task,
        by=by,
        summary=_("批准延期至 %(to)s") % {"to": extension.to},
        data={"extension": extension.pk, "on": on.isoformat(), "comment": comment},
    )
    extension.fact = record_fact(
        task,
        FactType.EXTENSION_GRANTED,
        on=on,
        by=by,
        entry=entry,
        to=extension.to,
        requested_on=extension.requested_on,
        reason=extension.reason,
    )
    extension = decide(extension, Verdict.ACCEPTED, on=on, by=by, comment=comment, also=["fact"])
    refresh(task, on=clock.date_of(entry.at))
    return extension


@transaction.atomic
def refuse_extension(extension: Extension, *, reason: str, on: dt.date, by: User) -> Extension:
    """Refuse a request with a reason; the deadline stays."""
    reason = require_reason(reason, _("不批准延期必须写明理由。"))
    task, extension = lock_waiting(extension, Act.DECIDE_EXTENSION, on=on, by=by)
    entry = audit.record(
        "extension.refuse",
        task,
        by=by,
        summary=_("不批准延期至 %(to)s：%(reason)s") % {"to": extension.to, "reason": reason[:200]},
        data={"extension": extension.pk, "on": on.isoformat(), "reason": reason},
    )
    check_not_future(on, entry)
    return decide(extension, Verdict.RETURNED, on=on, by=by, comment=reason)


@transaction.atomic
def set_extension_budget(
    task: Task, *, times: int, days: int, reason: str, on: dt.date, by: User
) -> Task:
    """Let a task's deadline be extended more often or further than usual; return the task.

    `times` and `days` are totals over the task's life, what was granted already included.
    """
    reason = require_reason(reason, _("调整延期额度必须写明理由。"))
    task = lock_task(task)
    authorise(Act.SET_EXTENSION_BUDGET, task, on=on, by=by)
    spent = used(history_of(task))
    if times < spent.times or days < spent.days:
        raise DomainError(
            "budget_below_used",
            _("已批准延期 %(times)s 次、共 %(days)s 天，额度不能低于已用数。")
            % {"times": spent.times, "days": spent.days},
            fields={"times": _("低于已用数")},
        )
    entry = audit.record(
        "extension.budget",
        task,
        by=by,
        summary=_("延期额度调整为 %(times)s 次、共 %(days)s 天：%(reason)s")
        % {"times": times, "days": days, "reason": reason[:200]},
        data={"times": times, "days": days, "on": on.isoformat(), "reason": reason},
    )
    check_not_future(on, entry)
    task.extension_limit, task.extension_days = times, days
    task.version += 1
    save_checked(task, only=["extension_limit", "extension_days", "version"])
    return task


def budget_of(task: Task) -> ExtensionBudget:
    """Return a task's budget: its own numbers, else the usual ones."""
    return ExtensionBudget(
        times=STANDARD.times if task.extension_limit is None else task.extension_limit,
        days=STANDARD.days if task.extension_days is None else task.extension_days,
    )


def _check_budget(task: Task, *, to: dt.date, deadline: dt.date) -> None:
    over = overdrawn(history_of(task), to=to, deadline=deadline, budget=budget_of(task))
    if over is None:
        return
    sentences = {
        "times": _("任务 %(code)s 已批准延期 %(used)s 次，达到上限 %(limit)s 次。"),
        "days": _(
            "任务 %(code)s 已累计延期 %(used)s 天，再延 %(asked)s 天将超过上限 %(limit)s 天，"
            "最多可延至 %(latest)s。"
        ),
    }
    values = {
        "code": task.code,
        "used": over.used,
        "asked": over.asked,
        "limit": over.limit,
        "latest": over.latest,
    }
    raise DomainError(
        "extension_budget",
        sentences[over.code] % values + _("确需延期的，请局领导先调整延期额度。"),
        fields={"to": _("超出延期额度")},
    )
