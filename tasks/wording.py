"""Sentences for what the task rules answer: lamps, lag and refusals."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.choices import FactType, TaskState
from tasks.rules.errors import RuleViolationError
from tasks.rules.gaps import Gap
from tasks.rules.lag import Reason
from tasks.rules.lights import Lamp, Light

_COLOURS: Mapping[Light, Any] = {
    Light.RED: gettext_lazy("红"),
    Light.YELLOW: gettext_lazy("黄"),
    Light.GREEN: gettext_lazy("绿"),
}

_LAMPS: Mapping[str, Any] = {
    "overdue": gettext_lazy("逾期 %(days)s 天（时限 %(deadline)s）"),
    "near": gettext_lazy("距时限还有 %(days)s 天（时限 %(deadline)s）"),
    "soft_past": gettext_lazy("已过预计时限 %(days)s 天（时限 %(deadline)s，不计逾期）"),
    "past": gettext_lazy("时限 %(deadline)s 已过 %(days)s 天，尚未计逾期"),
    "ahead": gettext_lazy("距时限还有 %(days)s 天（时限 %(deadline)s）"),
    "standing": gettext_lazy("长期坚持，无时限"),
    "pending": gettext_lazy("待核查：%(submitted)s 申请销号，已等 %(waited)s 天"),
    "pending_late": gettext_lazy(
        "待核查：逾期 %(days)s 天后于 %(submitted)s 申请销号，已等 %(waited)s 天"
    ),
    "completed": gettext_lazy("%(submitted)s 按期完成"),
    "completed_late": gettext_lazy("逾期 %(days)s 天后于 %(submitted)s 完成"),
    "suspended": gettext_lazy("已中止"),
    "terminated": gettext_lazy("已终止"),
    "not_open": gettext_lazy("不在办理中，不比较进度"),
    "behind": gettext_lazy(
        "落后序时进度 %(gap)s 个百分点（序时 %(planned)s%%，计入 %(counted)s%%）"
    ),
    "on_course": gettext_lazy("序时 %(planned)s%%，计入 %(counted)s%%"),
    "missed": gettext_lazy("连续 %(missed)s 期未填报进展"),
    "reported": gettext_lazy("按期填报进展"),
}

_REMEDIES: Mapping[str, Any] = {
    "close_out_late": gettext_lazy("销号申请核查通过后转黄"),
    "close_out": gettext_lazy("申请销号后转绿"),
    "catch_up": gettext_lazy("落后不足 %(limit)s 个百分点时转绿"),
    "report": gettext_lazy("本期按时填报，期满后转绿"),
}

# Lamps that can never be green again, because late catch-up is remembered.
_NEVER_GREEN = frozenset({"pending_late", "completed_late"})


def lamp_sentence(lamp: Lamp, *, verifier: str = "") -> str:
    """Return why the lamp shows its colour and what turns it green.

    `verifier` is who has to check a close-out; a task that waits says so instead of its colour.
    """
    reason = _LAMPS[lamp.code] % dict(lamp.values)
    waiting = lamp.code in ("pending", "pending_late")
    if waiting and verifier:
        reason = _("%(reason)s，核查人%(verifier)s") % {"reason": reason, "verifier": verifier}
    if lamp.remedy is not None:
        remedy = _REMEDIES[lamp.remedy] % dict(lamp.values)
        reason = _("%(reason)s；%(remedy)s") % {"reason": reason, "remedy": remedy}
    elif lamp.code in _NEVER_GREEN:
        reason = _("%(reason)s；迟办记录保留，不再转绿") % {"reason": reason}
    if waiting and lamp.light is Light.GREEN:
        return str(reason)
    return _("%(colour)s：%(reason)s") % {"colour": _COLOURS[lamp.light], "reason": reason}


def lag_sentence(reason: Reason) -> str:
    """Return why a task lags seriously."""
    if reason.code == "overdue_days":
        return _("严重滞后：逾期 %(value)s 天（达到 %(threshold)s 天）") % {
            "value": reason.value,
            "threshold": reason.threshold,
        }
    return _("严重滞后：进度灯当日及最近 %(value)s 个月末均为红灯") % {"value": reason.value}


_VIOLATIONS: Mapping[str, Any] = {
    "no_lead": gettext_lazy("任务 %(task)s 没有牵头单位，请至少填写一个。"),
    "unit_twice": gettext_lazy("任务 %(task)s 中单位 %(unit)s 重复出现，请删去重复的。"),
    "lead_also_supports": gettext_lazy(
        "任务 %(task)s 的牵头单位 %(unit)s 又列为配合单位，请只保留一个角色。"
    ),
    "deadline_before_start": gettext_lazy(
        "任务 %(task)s 的时限 %(deadline)s 早于起始日期 %(start)s，请改正。"
    ),
    "weight_not_positive": gettext_lazy(
        "任务 %(task)s 第 %(measure)s 项措施的权重 %(weight)s 不大于 0，请改正。"
    ),
    "owner_not_involved": gettext_lazy(
        "任务 %(task)s 第 %(measure)s 项措施的责任单位 %(unit)s 既不牵头也不配合，请改正。"
    ),
    "not_assigned": gettext_lazy("任务尚未交办，不能登记“%(type)s”，请先交办。"),
    "already_assigned": gettext_lazy("任务已交办（现为“%(state)s”），不能再次交办。"),
    "not_open": gettext_lazy("不能登记“%(type)s”：任务现为“%(state)s”，只有办理中的任务可以。"),
    "not_pending": gettext_lazy("不能登记“%(type)s”：任务现为“%(state)s”，只有待核查的任务可以。"),
    "not_completed": gettext_lazy(
        "不能登记“%(type)s”：任务现为“%(state)s”，只有已销号的任务可以。"
    ),
    "not_suspended": gettext_lazy(
        "不能登记“%(type)s”：任务现为“%(state)s”，只有已中止的任务可以。"
    ),
    "already_ended": gettext_lazy("不能登记“%(type)s”：任务现为“%(state)s”，已经办结。"),
    "not_in_work": gettext_lazy("不能登记“%(type)s”：任务现为“%(state)s”，既非办理中也非待核查。"),
    "before_assignment": gettext_lazy(
        "不能登记“%(type)s”：日期 %(on)s 早于交办日期 %(assigned)s。"
    ),
    "percent_out_of_range": gettext_lazy("进度 %(percent)s%% 不在 0 到 100 之间，请改正。"),
    "returned_twice": gettext_lazy("%(report)s 的进展已经退回，不能再次退回。"),
    "returned_before_report": gettext_lazy("退回的进展不存在，或退回日期早于填报日期。"),
    "unknown_measure": gettext_lazy("任务没有第 %(measure)s 项措施，请改正措施序号。"),
    "measure_done_twice": gettext_lazy("第 %(measure)s 项措施已登记完成，不能重复登记。"),
    "requested_after_grant": gettext_lazy(
        "延期申请日期 %(requested_on)s 晚于批准日期 %(on)s，请改正。"
    ),
    "new_deadline_missing": gettext_lazy("“%(type)s”必须给出新时限。"),
    "new_deadline_before_start": gettext_lazy("新时限 %(to)s 早于任务起始日期 %(start)s，请改正。"),
    "column_value": gettext_lazy("栏目“%(column)s”的内容“%(value)s”与其类型不符，请改正。"),
    "handover_to_holder": gettext_lazy("任务已由 %(person)s 负责，不能再交接给本人。"),
}


def violation_sentence(violation: RuleViolationError) -> str:
    """Return what is wrong with a fact or with a task's terms, and what to do."""
    values = dict(violation.values)
    if "type" in values and values["type"] in FactType.values:
        values["type"] = str(FactType(values["type"]).label)
    if "state" in values:
        values["state"] = str(TaskState(values["state"]).label)
    return str(_VIOLATIONS[violation.code] % values)


_GAPS: Mapping[str, Any] = {
    "deadline_unread": gettext_lazy("时限原文还没有明确读法"),
    "no_problem": gettext_lazy("整改任务没有写明整改问题"),
    "column_missing": gettext_lazy("必填栏目“%(value)s”没有填写"),
    "no_lead": gettext_lazy("没有牵头单位"),
    "no_person": gettext_lazy("没有责任人，牵头单位也没有登记主要负责人"),
    "no_measure": gettext_lazy("没有列出措施"),
    "measure_without_owner": gettext_lazy("第 %(value)s 项措施没有责任单位"),
    "measure_without_node": gettext_lazy("第 %(value)s 项措施没有完成节点"),
    "node_after_deadline": gettext_lazy("第 %(value)s 项措施的节点晚于任务时限"),
    "measure_without_output": gettext_lazy(
        "第 %(value)s 项措施没有预期产出（重点、重大任务须写明）"
    ),
    "measure_without_proof": gettext_lazy(
        "第 %(value)s 项措施没有写明所需佐证（重点、重大任务须写明）"
    ),
    "weights_not_hundred": gettext_lazy("措施权重合计 %(value)s，应为 100，或各项相同"),
    "no_result": gettext_lazy("没有预期成果"),
}


def gap_sentence(gap: Gap) -> str:
    """Return what a list lacks, without a full stop."""
    return str(_GAPS[gap.code] % {"value": gap.value})
