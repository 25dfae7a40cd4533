"""The grammar of lengths of time: 收到通知后10个工作日内, 3个月, 一个半月内, 限期30日.

within = [event ("后" | "之日起")] n ["个"] unit ["内"]
"""

from tasks.ledger.deadlines import tokens as t
from tasks.ledger.deadlines.spans import SpanGrammar
from tasks.ledger.deadlines.tree import Within

# ISO 8601 designators; a working day is WD.
_LENGTH = {
    "workdays": "{}WD",
    "day": "{}D",
    "days": "{}D",
    "week": "{}W",
    "month": "{}M",
    "year": "{}Y",
    "hours": "T{}H",
}
_MONTHS_OF = {"quarter": 3, "half_year": 6}


class LengthGrammar(SpanGrammar):
    """Reads lengths of time besides spans and points."""

    def length(self, at: int) -> tuple[str, int, bool] | None:
        """Read a length as ISO duration; the flag says whether it can only be a length.

        Of a range (3-5年) the longer end counts.
        """
        if self.kind(at) == "half_month":
            return "P15D", at + 1, True
        if self.kind(at) == "half_year":
            return "P6M", at + 1, False
        number = self.number(at)
        if number is None or number <= 0:
            return None
        if self.kind(at + 1) in (t.DASH, "to") and (longer := self.length(at + 2)) is not None:
            return longer[0], longer[1], True
        piece = self.kind(at + 1) == "piece"
        behind = at + 2 if piece else at + 1
        half = piece and self.kind(behind) == "half"
        if piece and self.kind(behind) == "half_month":
            return f"P{number}M15D", behind + 1, True
        unit = self.kind(behind + 1 if half else behind)
        behind += 2 if half else 1
        if unit in _MONTHS_OF:
            return f"P{number * _MONTHS_OF[unit]}M", behind, piece
        if unit not in _LENGTH or (unit == "year" and number > 50):
            return None
        if half and unit == "month":
            return f"P{number}M15D", behind, True
        sure = piece or unit in ("workdays", "days", "hours", "week")
        # 90日 is no day of a month; 三年 alone no year; 限期30日 says what it is.
        sure = sure or (unit == "day" and number > 31)
        sure = sure or (unit == "year" and number <= 10 and len(self.tokens) == behind - at)
        sure = sure or (at > 0 and self.tokens[at - 1].text in ("限期", "为期"))
        return "P" + _LENGTH[unit].format(number), behind, sure

    def within(self, at: int) -> tuple[Within, int] | None:
        """Read a length that ends with 内, or one that cannot be a date (3个月, 10个工作日)."""
        read = self.length(at)
        if read is None:
            return None
        length, behind, sure = read
        if self.kind(behind) == "within":
            return Within(length=length), behind + 1
        return (Within(length=length), behind) if sure else None
