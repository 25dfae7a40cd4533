"""Sentences for what policies, scenarios and evaluations say."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.evaluation.engine.results import FindingReason
from reports.policy.notation import NotationError
from reports.policy.shape import ShapeError
from tasks.rules.errors import RuleViolationError
from tasks.wording import violation_sentence

_SHAPES: Mapping[str, Any] = {
    "not_a_mapping": gettext_lazy("%(place)s：应为“键: 值”的结构，实为 %(value)s。"),
    "not_a_list": gettext_lazy("%(place)s：应为列表，实为 %(value)s。"),
    "missing_key": gettext_lazy("%(place)s：缺少 %(value)s，请补上。"),
    "unknown_key": gettext_lazy("%(place)s：不认识 %(value)s，请删去或改正。"),
    "not_text": gettext_lazy("%(place)s：应为文字，实为 %(value)s。"),
    "unknown_value": gettext_lazy("%(place)s：不认识 %(value)s，只能是 %(allowed)s。"),
    "not_true_or_false": gettext_lazy("%(place)s：应为 true 或 false，实为 %(value)s。"),
    "not_a_whole_number": gettext_lazy("%(place)s：应为整数，实为 %(value)s。"),
    "not_a_number": gettext_lazy("%(place)s：应为数字，实为 %(value)s。"),
    "number_out_of_range": gettext_lazy("%(place)s：数字 %(value)s 过大或小数过长。"),
    "invalid_date": gettext_lazy(
        "%(place)s：%(value)s 不是存在的日期，请按 2023-06-30 的样式填写。"
    ),
    "unknown_policy": gettext_lazy("没有名为 %(value)s 的考核办法，现有 %(allowed)s。"),
    "unknown_clause": gettext_lazy("%(place)s：条款 %(value)s 没有在 clauses 中写明。"),
    "threshold_not_wanted": gettext_lazy("%(place)s：%(value)s 只有是与否，不能带阈值。"),
    "each_with_overdue_tasks": gettext_lazy(
        "%(place)s：%(value)s 的 each 有误；逾期任务数（overdue_tasks）必须有 each，其他不能有。"
    ),
    "any_or_all": gettext_lazy("%(place)s：必须且只能写 any 或 all 之一。"),
    "one_comparison": gettext_lazy(
        "%(place)s：必须且只能写 at_least、more_than、at_most、less_than 之一，实为“%(value)s”。"
    ),
    "empty_list": gettext_lazy("%(place)s：不能为空。"),
    "not_positive": gettext_lazy("%(place)s：必须大于 0，实为 %(value)s。"),
    "year_after_as_of": gettext_lazy("%(place)s：考核年度 %(value)s 晚于判定日期 %(as_of)s。"),
    "slash_in_code": gettext_lazy("%(place)s：单位代码 %(value)s 不能含斜杠。"),
    "duplicate": gettext_lazy("%(place)s：%(value)s 重复，请改成不同的代码。"),
    "unknown_unit": gettext_lazy("%(place)s：没有单位 %(value)s，请先在 units 中写明。"),
    "unknown_person": gettext_lazy("%(place)s：没有人员 %(value)s，请先在 people 中写明。"),
    "unknown_task": gettext_lazy("%(place)s：没有任务 %(value)s，请先在 tasks 中写明。"),
    "unknown_id": gettext_lazy("%(place)s：没有编号为 %(value)s 的约谈或认定。"),
    "one_subject": gettext_lazy(
        "%(place)s：约谈对象必须是一个单位或一名个人，不能两者都写或都不写。"
    ),
    "returned_before_report": gettext_lazy("%(place)s：退回日期 %(value)s 早于填报日期 %(on)s。"),
    "revoked_before_fact": gettext_lazy(
        "%(place)s：撤销日期 %(value)s 早于 %(id)s 的日期 %(on)s。"
    ),
    "too_many_decimals": gettext_lazy("%(place)s：%(value)s 的小数超过 %(places)s 位。"),
    "too_large": gettext_lazy("%(place)s：%(value)s 过大，必须小于 %(limit)s。"),
}


def problem_sentence(problem: Exception) -> str:
    """Return what is wrong with a policy or scenario file, where, and what to do."""
    if isinstance(problem, ShapeError):
        values = {"place": problem.place or _("文件"), "value": problem.value, **problem.values}
        return str(_SHAPES[problem.code] % values)
    if isinstance(problem, RuleViolationError):
        where = " ".join(problem.values[key] for key in ("task", "on") if key in problem.values)
        sentence = violation_sentence(problem)
        if not where or "on" not in problem.values:
            return sentence
        return _("任务 %(where)s：%(sentence)s") % {"where": where, "sentence": sentence}
    if isinstance(problem, NotationError):
        if problem.line is None:
            return _("文件不是 UTF-8 的 YAML 或 JSON：%(problem)s。") % {"problem": problem.problem}
        return _("第 %(line)s 行不是 YAML 或 JSON：%(problem)s。") % {
            "line": problem.line,
            "problem": problem.problem,
        }
    raise TypeError(type(problem))


def problem_code(problem: Exception) -> str:
    """Return the stable code of what is wrong."""
    if isinstance(problem, ShapeError | RuleViolationError):
        return problem.code
    return "not_readable"


_REASONS: Mapping[str, Any] = {
    "overdue_days": gettext_lazy("任务%(task)s逾期 %(value)s 天（%(comparison)s %(threshold)s）"),
    "red_month_ends": gettext_lazy("任务%(task)s进度灯当日及最近 %(value)s 个月末均为红灯"),
    "overdue_tasks": gettext_lazy(
        "任务%(task)s逾期；该单位共有 %(value)s 项办理中任务逾期（%(comparison)s %(threshold)s）"
    ),
    "missed_reports": gettext_lazy(
        "任务%(task)s连续 %(value)s 期漏报（%(comparison)s %(threshold)s）"
    ),
    "rejections": gettext_lazy(
        "任务%(task)s销号申请累计 %(value)s 次未通过核查（%(comparison)s %(threshold)s）"
    ),
    "submitted_after_year_end": gettext_lazy(
        "任务%(task)s于 %(value)s 才申请销号（晚于 %(threshold)s）"
    ),
    "determination": gettext_lazy("任务%(task)s于 %(value)s 被认定严重滞后影响大局"),
    "interviews": gettext_lazy(
        "年度内被约谈 %(value)s 次（%(comparison)s %(threshold)s）：%(dates)s"
    ),
    "bottom_months": gettext_lazy(
        "年度内 %(value)s 个月排名靠后（%(comparison)s %(threshold)s）：%(dates)s"
    ),
}
_COMPARISONS = {">=": "≥", "<=": "≤"}


def reason_sentence(reason: FindingReason, titles: Mapping[str, str] | None = None) -> str:
    """Return why a finding holds, with the number and the threshold.

    A task whose title is given by its key is named with it, for who reads the sentence alone.
    """
    title = (titles or {}).get(reason.task or "")
    return str(
        _REASONS[reason.code]
        % {
            "task": f" {reason.task}“{title}”" if title else f" {reason.task} ",
            "value": reason.value,
            "comparison": _COMPARISONS.get(reason.comparison, reason.comparison),
            "threshold": reason.threshold,
            "dates": "、".join(str(date) for date in reason.dates),
        }
    )


_RULES: Mapping[str, Any] = {
    "seriously_lagging": gettext_lazy("进度严重滞后"),
    "poor_implementation": gettext_lazy("落实不力"),
    "rectification_inadequate": gettext_lazy("整改不到位"),
    "interviews_in_year": gettext_lazy("一年内两次以上约谈"),
    "repeatedly_bottom": gettext_lazy("多次排名靠后"),
    "repeatedly_interviewed": gettext_lazy("多次被约谈"),
    "task_not_completed": gettext_lazy("未完成既定任务"),
    "affects_overall": gettext_lazy("严重滞后影响大局"),
}


def rule_name(rule: str) -> str:
    """Return a rule's Chinese name; a rule of another policy is named as written there."""
    return str(_RULES.get(rule, rule))
