"""What else about a task stands in the way of an act, whoever asks: the sentences that say so."""

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from tasks.choices import Verdict
from tasks.models import Task


def never(task: Task) -> DomainError | None:
    """Return nothing: whatever else the task is, the act is possible."""
    return None


def discarded(task: Task) -> DomainError | None:
    """Return the refusal of a draft that was given up."""
    if task.discarded_on is None:
        return None
    return DomainError(
        "discarded",
        _("草稿 %(code)s 已于 %(on)s 作废，不能再办理；需要时请另行拟定。")
        % {"code": task.code, "on": task.discarded_on},
    )


def in_approval(task: Task) -> DomainError | None:
    """Return the refusal of a draft that waits for approval, and so stays as it is."""
    if any(row.verdict == Verdict.WAITING for row in task.approvals.all()):
        return DomainError(
            "approval_waiting",
            _("任务 %(code)s 已报审，等待立项审核，审核有结论后再办理。") % {"code": task.code},
        )
    return discarded(task)


def not_approved(task: Task) -> DomainError | None:
    """Return the refusal of a draft whose plan asks for an approval it does not have."""
    if task.plan.needs_approval and not approved(task):
        return DomainError(
            "not_approved",
            _("计划“%(plan)s”要求交办前立项审核，任务 %(code)s 现有内容尚未通过，请先报审。")
            % {"plan": task.plan.name, "code": task.code},
        )
    return in_approval(task)


def approval_not_asked(task: Task) -> DomainError | None:
    """Return the refusal of a draft that needs no approval, or has it."""
    if not task.plan.needs_approval:
        return DomainError(
            "approval_not_needed",
            _("计划“%(plan)s”不要求立项审核，可以直接交办。") % {"plan": task.plan.name},
        )
    if approved(task):
        return DomainError(
            "already_approved", _("任务 %(code)s 已通过立项审核，可以交办。") % {"code": task.code}
        )
    return in_approval(task)


def approved(task: Task) -> bool:
    """Whether the draft as it now reads was approved; a later change needs another approval."""
    return any(
        row.verdict == Verdict.ACCEPTED and row.version == task.version
        for row in task.approvals.all()
    )
