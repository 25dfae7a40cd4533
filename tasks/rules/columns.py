"""Values of the columns a campaign adds to its tasks (自定义栏目), typed."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from tasks.rules.errors import RuleViolationError

_YES = frozenset({"是", "有", "true", "True", "1", "on", "yes"})
_NO = frozenset({"否", "无", "false", "False", "0", "no"})


def typed(value: object, *, label: str, kind: str, options: Sequence[str] = ()) -> str:
    """Return a column's value as it is stored: text that says the same on every page and sheet.

    `kind` is a value of `tasks.choices.ColumnKind`. Numbers are plain decimals, dates ISO 8601,
    yes and no 是 and 否. Raises RuleViolationError `column_value` naming the column and the value.
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return ""
    result = _READERS[kind](text) if kind in _READERS else text
    if result is None or (kind == "choice" and text not in options):
        raise RuleViolationError("column_value", {"column": label, "value": text[:40]})
    return result


def _number(text: str) -> str | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return format(number, "f") if number.is_finite() else None


def _date(text: str) -> str | None:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _yes_no(text: str) -> str | None:
    if text in _YES:
        return "是"
    return "否" if text in _NO else None


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
}
