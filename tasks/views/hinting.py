"""Sentences for hints, reasons of risk and decision limits, read beside what is checked."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.calendar import workdays_between
from tasks.rules.hints import Hint
from tasks.rules.numbers import plain
from tasks.services.verification import decision_due

# More task codes than these are counted.
_SHOWN = 3

_REASONS: Mapping[str, Any] = {
    "major": gettext_lazy("重大任务"),
    "rectification": gettext_lazy("整改任务"),
    "hints": gettext_lazy("有核查提示"),
    "unit_returned": gettext_lazy("本单位抽查有退回"),
}


def _codes(tasks: Iterable[str]) -> str:
    codes = list(tasks)
    shown = "、".join(codes[:_SHOWN])
    if len(codes) <= _SHOWN:
        return shown
    return _("%(codes)s 等 %(count)s 项") % {"codes": shown, "count": len(codes)}


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "same_file": lambda v: (
        _("“%(name)s”与任务 %(codes)s 所附文件内容相同。")
        % {"name": v["name"], "codes": _codes(v["tasks"])}
    ),
    "same_text": lambda v: (
        _("文字有 %(percent)s%% 与任务 %(codes)s 的相同，错字也会一并抄来。")
        % {"percent": v["percent"], "codes": _codes(v["tasks"])}
    ),
    "before_document": lambda v: (
        _("“%(name)s”的日期 %(dated)s 早于任务文件印发日期 %(issued)s。") % dict(v)
    ),
    "last_day": lambda v: (
        _("时限当日由 %(before)s%% 一次到 100%%，增加 %(points)s 个百分点。")
        % {"before": plain(v["before"]), "points": plain(v["points"])}
    ),
    "jump": lambda v: _("进度一次增加 %(points)s 个百分点。") % {"points": plain(v["points"])},
    "relapse": lambda v: _("任务曾于 %(closed)s 销号，%(days)s 天后反弹重启。") % dict(v),
    "quick_sign_off": lambda v: _("提交后 %(seconds)s 秒即核查通过。") % dict(v),
}


def hint_sentence(hint: Hint) -> str:
    """Return a hint as a sentence with its values."""
    return str(_SENTENCES[hint.code](hint.values))


def hint_sentences(hints: Iterable[Hint]) -> list[str]:
    """Return hints as sentences."""
    return [hint_sentence(hint) for hint in hints]


def reason_words(reasons: Iterable[str]) -> str:
    """Return why a report is opened one by one, as one phrase."""
    return "、".join(str(_REASONS[code]) for code in reasons)


def limit_note(submission: Any, *, on: dt.date) -> tuple[dt.date, str, str]:
    """Return the verifier's own time limit, how far off it is, and the note's colour."""
    due = decision_due(submission)
    if due < on:
        days = workdays_between(due, on)
        return due, _("核查已超期 %(days)s 个工作日") % {"days": days}, "red"
    left = workdays_between(on, due)
    if left == 0:
        return due, _("核查今天到期"), "yellow"
    return due, _("核查还有 %(days)s 个工作日") % {"days": left}, ""
