"""What else about a task stands in the way of an act, whoever asks: the sentences that say so."""

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from tasks.choices import DutyRole, TaskLevel, TaskState, Verdict
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
    is_draft = task.state == TaskState.DRAFT
    if is_draft and any(row.verdict == Verdict.WAITING for row in task.approvals.all()):
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


def reports_roll_up(task: Task) -> DomainError | None:
    """Return the refusal of a direct report on a task whose children report for it."""
    if not task.rolled_up:
        return None
    return DomainError(
        "reports_roll_up",
        _("任务 %(code)s 已分解，进度由下级任务汇总，请在下级任务填报。") % {"code": task.code},
    )


def children_open(task: Task) -> DomainError | None:
    """Return the refusal of closing a task whose children are not all closed."""
    if not task.rolled_up:
        return None
    still = task.children.filter(
        rolls_up=True, state__in=(TaskState.OPEN, TaskState.PENDING, TaskState.SUSPENDED)
    )
    codes = list(still.order_by("code").values_list("code", flat=True)[:5])
    if not codes:
        return None
    return DomainError(
        "children_open",
        _("任务 %(code)s 的下级任务 %(children)s 尚未销号，请先办结下级任务。")
        % {"code": task.code, "children": "、".join(codes)},
    )


def already_split(task: Task) -> DomainError | None:
    """Return the refusal of refusing a task that was already passed on."""
    if not task.rolled_up:
        return None
    return DomainError(
        "already_split", _("任务 %(code)s 已分解办理，不能再退办。") % {"code": task.code}
    )


def refusal_waiting(task: Task) -> DomainError | None:
    """Return the refusal of passing a task on while a unit that leads it asks not to have it."""
    for refusal in task.refusals.all():
        if refusal.verdict == Verdict.WAITING and refusal.duty.role == DutyRole.LEAD:
            return DomainError(
                "refusal_waiting",
                _("%(unit)s已对任务 %(code)s 申请退办，审批有结论后再分解。")
                % {"unit": refusal.duty.unit.name, "code": task.code},
            )
    return None


def not_major(task: Task) -> DomainError | None:
    """Return the refusal of the principal's four duties on a task that is not major."""
    if task.level == TaskLevel.MAJOR:
        return None
    return DomainError(
        "not_major",
        _("任务 %(code)s 的级别是“%(level)s”，四个亲自只在重大任务上登记。")
        % {"code": task.code, "level": task.get_level_display()},
    )
