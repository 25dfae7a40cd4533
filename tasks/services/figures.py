"""Read the numbers people hand in: percents and readings, refused with the value they wrote."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError

_CENT = Decimal("0.01")
_FINEST = Decimal("0.0001")
# What an indicator's column holds: fifteen digits, four of them after the point.
_LARGEST = Decimal(10) ** 11


def read_percent(value: Any) -> Decimal:
    """Return a percent as given by a form or a program; raise DomainError with the value."""
    if value is None or value == "":
        raise _percent_refusal("percent_missing", _("请填写进度：0 到 100 之间的数字。"))
    percent = _number(str(value).strip().removesuffix("%"))
    if percent is None:
        raise _percent_refusal(
            "percent_not_a_number",
            _("进度“%(value)s”不是数字，请填写 0 到 100 之间的数字。") % {"value": str(value)[:40]},
        )
    if not 0 <= percent <= 100:
        raise _percent_refusal(
            "percent_out_of_range",
            _("进度 %(value)s%% 超出范围，请填写 0 到 100 之间的数字。")
            % {"value": str(value)[:40].removesuffix("%")},
        )
    if percent != percent.quantize(_CENT):
        raise _percent_refusal(
            "percent_too_fine",
            _("进度 %(value)s%% 的小数过长，最多保留两位小数。")
            % {"value": str(value)[:40].removesuffix("%")},
        )
    return percent.quantize(_CENT)


def read_reading(value: Any) -> Decimal | None:
    """Return an indicator's reading, None where none was given; raise DomainError with the value.

    At most eleven digits before and four after the point.
    """
    if value is None or str(value).strip() == "":
        return None
    number = _number(str(value).strip())
    if number is None or abs(number) >= _LARGEST or number != number.quantize(_FINEST):
        sentence = _("指标读数“%(value)s”无法记录，请填写最多四位小数的数字。") % {
            "value": str(value)[:40]
        }
        raise DomainError("reading_unreadable", sentence, fields={"reading": sentence})
    return number.quantize(_FINEST)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _percent_refusal(code: str, message: str) -> DomainError:
    return DomainError(code, message, fields={"percent": message})
