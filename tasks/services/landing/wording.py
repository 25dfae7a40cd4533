"""Say in words what a field of a ledger or of a stored task holds."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tasks.choices import DeadlineKind, ReportCycle

Names = Mapping[str, str]


def shown(name: str, value: Any, names: Names) -> str:
    """Return a plain value (`comparing.plain`) as a person reads it; `names` are units' by code.

    Blank for nothing.
    """
    return _SHOWN.get(name, _text)(value, names)


def _text(value: Any, names: Names) -> str:
    return str(value) if value else ""


def _leads(value: Any, names: Names) -> str:
    return "、".join(names.get(code, code) for code in value)


def _helpers(value: Any, names: Names) -> str:
    """Return single units by name; those of a collective word by the word."""
    single = [names.get(code, code) for code, word in value if not word]
    words: dict[str, int] = {}
    for _code, word in value:
        if word:
            words[word] = words.get(word, 0) + 1
    many = [_("%(word)s（%(count)s 个）") % {"word": w, "count": n} for w, n in words.items()]
    return "、".join([*single, *many])


def _reading(value: Any, names: Names) -> str:
    kind, day = value.get("kind", ""), value.get("date")
    label = str(DeadlineKind(kind).label) if kind in DeadlineKind.values else kind
    if not day:
        return label
    return day if kind not in (DeadlineKind.AMBIGUOUS, DeadlineKind.RELATIVE) else f"{label} {day}"


def _cycle(value: Any, names: Names) -> str:
    return str(ReportCycle(value).label) if value in ReportCycle.values else str(value)


def _extra(value: Any, names: Names) -> str:
    return "；".join(f"{key}：{text}" for key, text in sorted(value.items()))


def _measures(value: Any, names: Names) -> str:
    lines = []
    for number, (text, _code, raw, day, _asked) in enumerate(value, start=1):
        due = day or raw
        lines.append(f"{number}. {text}" + (f"（{due}）" if due else ""))
    return "\n".join(lines)


def _report(value: Any, names: Names) -> str:
    if value is None:
        return ""
    percent, *texts = value
    words = "；".join(text for text in texts if text)
    return f"{percent.removesuffix('.00')}%" + (f"：{words}" if words else "")


def _done(value: Any, names: Names) -> str:
    return _("是") if value else _("否")


_SHOWN: Mapping[str, Callable[[Any, Names], str]] = {
    "leads": _leads,
    "helpers": _helpers,
    "deadline_reading": _reading,
    "report_cycle": _cycle,
    "extra": _extra,
    "custom": _extra,
    "measures": _measures,
    "report": _report,
    "done": _done,
}
