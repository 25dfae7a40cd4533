"""Sentences about gates, conclusions and what the next interview would cost."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.choices import FindingKind
from reports.evaluation.engine.results import FindingReason
from reports.rules.gates import Gate

_GATES: Mapping[str, Any] = {
    "go_live": gettext_lazy("系统启用日（%(go_live)s）以后的事实已达到标准"),
    "before_go_live": gettext_lazy(
        "系统启用日（%(go_live)s）以前的情况不计，启用后的事实尚未达到标准"
    ),
    "slip_run_out": gettext_lazy(
        "督办单 %(number)s 已于 %(delivered)s 送达，反馈时限 %(due)s 已过"
    ),
    "slip_waived": gettext_lazy("%(by)s于 %(on)s 批准免予督办：%(reason)s"),
    "slip_missing": gettext_lazy("约谈前须先就此事由送达督办单，目前尚未签发"),
    "slip_undelivered": gettext_lazy("督办单 %(number)s 尚未送达"),
    "slip_running": gettext_lazy(
        "督办单 %(number)s 已于 %(delivered)s 送达，反馈时限 %(due)s 尚未过"
    ),
    "again": gettext_lazy("没有须等待的既往决定"),
    "again_planned": gettext_lazy("已就此事由安排约谈 %(reference)s，尚未进行"),
    "again_held": gettext_lazy("已就此事由约谈（%(reference)s），整改时限 %(until)s 尚未过"),
    "again_dismissed": gettext_lazy("上次建议未予采纳，复查日期 %(until)s 尚未过"),
    "again_cancelled": gettext_lazy("上次约谈已取消，复查日期 %(until)s 尚未过"),
    "again_confirmed": gettext_lazy("已作出决定（%(reference)s）"),
    "again_withdrawn": gettext_lazy("此前的决定（%(reference)s）已撤回，不再按规则提出"),
    "ranking_final": gettext_lazy("%(month)s 排名的更正期已于 %(until)s 结束"),
    "ranking_provisional": gettext_lazy("%(month)s 排名在 %(until)s 以前可以更正，目前为暂定"),
}
_CONCLUSIONS: Mapping[str, Any] = {
    FindingKind.EXCELLENCE_CANCELLED: gettext_lazy("取消%(year)s年度考核评优资格"),
    FindingKind.VETO: gettext_lazy("%(year)s年度考核评优一票否决"),
    FindingKind.DISCIPLINE_REFERRAL: gettext_lazy("%(year)s年度问题线索移送纪检部门"),
}


def gate_sentence(gate: Gate) -> str:
    """Return why a gate is open or closed, with its dates and documents."""
    return str(_GATES[gate.code] % gate.values)


def stored_gate(stored: Mapping[str, Any]) -> Gate:
    """Return a gate from what a proposal keeps of it."""
    return Gate(code=stored["code"], passed=stored["passed"], values=stored["values"])


def stored_reason(stored: Mapping[str, Any]) -> FindingReason:
    """Return a reason from what a proposal keeps of it."""
    return FindingReason(
        task=stored["task"] or "",
        code=stored["code"],
        value=stored["value"],
        comparison=stored["comparison"],
        threshold=stored["threshold"],
        on=dt.date.fromisoformat(stored["on"]),
        dates=tuple(dt.date.fromisoformat(day) for day in stored["dates"]),
    )


def conclusion(kind: FindingKind, year: int) -> str:
    """Return the conclusion of a confirmed proposal, as HR's list states it."""
    return str(_CONCLUSIONS[kind] % {"year": year})


def countdown(*, held: int, threshold: int, year: int) -> str:
    """Return what the next interview would cost, empty when none was held or it is past that."""
    left = threshold - held
    if held == 0 or left <= 0:
        return ""
    if left == 1:
        return _("%(year)s年度已被约谈 %(held)s 次，再被约谈一次将失去评优资格。") % {
            "year": year,
            "held": held,
        }
    return _("%(year)s年度已被约谈 %(held)s 次，再被约谈 %(left)s 次将失去评优资格。") % {
        "year": year,
        "held": held,
        "left": left,
    }
