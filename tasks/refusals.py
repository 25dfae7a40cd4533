"""Say in Chinese why the rules refuse a fact: one sentence for each code of a violation."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from tasks.rules.errors import RuleViolationError

SENTENCES = {
    "before_assignment": _("日期 %(on)s 早于交办日期 %(assigned)s，交办之前不计任何事项。"),
    "percent_out_of_range": _("进度 %(percent)s 超出 0 到 100 的范围。"),
    "returned_twice": _("%(report)s 的进展已经退回过。"),
    "returned_before_report": _("退回日期早于填报日期。"),
    "unknown_measure": _("任务 %(task)s 没有措施 %(measure)s。"),
    "measure_done_twice": _("措施 %(measure)s 已登记完成。"),
    "requested_after_grant": _("延期申请日期 %(requested_on)s 晚于批准日期 %(on)s。"),
    "new_deadline_missing": _("任务 %(task)s 有完成时限，请填写新的时限。"),
    "new_deadline_before_start": _("新时限 %(to)s 早于任务起始日期 %(start)s。"),
    "handover_to_holder": _("任务已由该责任人负责，请另选接任责任人。"),
    "no_lead": _("任务 %(task)s 没有牵头单位。"),
    "unit_twice": _("单位 %(unit)s 在任务 %(task)s 中出现两次。"),
    "lead_also_supports": _("单位 %(unit)s 既牵头又配合任务 %(task)s。"),
    "deadline_before_start": _("完成时限 %(deadline)s 早于起始日期 %(start)s。"),
    "weight_not_positive": _("措施 %(measure)s 的权重必须大于 0。"),
    "owner_not_involved": _("措施 %(measure)s 的责任单位 %(unit)s 既不牵头也不配合。"),
}
_BY_STATE = _("与任务 %(task)s 的办理过程不符：%(on)s 当天或之后的状态不允许这样登记。")


def refusal_of(violation: RuleViolationError) -> DomainError:
    """Return a rule's violation as the refusal a person reads, under the same code."""
    sentence = str(SENTENCES.get(violation.code, _BY_STATE))
    values = {"task": "", "on": "", **violation.values}
    return DomainError(violation.code, sentence % values)
