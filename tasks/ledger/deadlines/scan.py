"""Walk over a phrase and list everything in it that means something, in order."""

from dataclasses import replace

from tasks.ledger.deadlines import tokens as t
from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.cycles import CycleGrammar
from tasks.ledger.deadlines.tokens import Token
from tasks.ledger.deadlines.tree import Found, Mark, Node, Point, Within

# Words with a meaning of their own, wherever they stand.
_MARKS = frozenset(
    ("ongoing", "forever", "immediate", "soft", "vague", "horizon", "same", "nothing", "done",
     "reference", "or", "percent", "all_of_it", "begin", "finished")
)  # fmt: skip
# What may stand before an event or a mere length and belongs to neither.
_BEFORE_LENGTHS = ("限", "为期", "一般", "最长", "最多", "至多", "不超过", "不少于", "不得超过",
                   "控制", "为", "应", "须", "自", "从", "在", "于", "由")  # fmt: skip
_NO_EVENT = frozenset(
    (t.COMMA, t.BREAK, t.OPEN, t.CLOSE, t.COLON, "soft", "vague", "label", "ongoing", "forever")
)
# A season in running text is no date (供暖改造); it is one when bounded, or when it ends a clause.
_CLAUSE_ENDS = frozenset(("", t.COMMA, t.BREAK, t.CLOSE, t.LIST, "then", "or"))
_WEAK = frozenset((tree.SEASON, tree.FEAST, tree.PLAN))


def scan(tokens: list[Token]) -> list[Found]:
    """Return what the phrase holds: points, spans, repetitions, lengths and marks."""
    return _Scanner(tokens).scan()


class _Scanner(CycleGrammar):
    """Tries each production at each token; what none reads is plain text."""

    def scan(self) -> list[Found]:
        """Return everything found, in order."""
        found: list[Found] = []
        at = 0
        while at < len(self.tokens):
            node, behind = self._node(at) or (None, at + 1)
            if node is not None:
                start = self.tokens[at].start
                node = self._with_event(node, at, found)
                found.append(Found(node=node, start=start, end=self.tokens[behind - 1].end))
            at = behind
        return found

    def _node(self, at: int) -> tuple[Node, int] | None:
        read: tuple[Node, int] | None = self.every(at) or self.span(at)
        if read is not None:
            return read
        # 3个月内 is a length, 3月内 a month: a length that can be nothing else goes first.
        length = self.within(at)
        if length is not None:
            return length
        point = self.point(at)
        if point is not None and self._is_meant(point, at):
            return point
        token = self.tokens[at]
        if token.kind in _MARKS:
            text = str(token.value) if token.kind in (t.PERCENT, "horizon") else token.text
            return Mark(kind=token.kind, text=text), at + 1
        if all(one.kind in (t.SLASH, t.DASH) for one in self.tokens):
            return Mark(kind="nothing", text=token.text), at + 1
        return None

    def _is_meant(self, read: tuple[Point, int], at: int) -> bool:
        """Whether a season or holiday is meant as a time and not as a word of the text.

        2024年两会前 is no date either: the event in that year is not known.
        """
        point, behind = read
        words = self.kind(behind) in (t.TEXT, "plain")
        if words and self.kind(behind + 1) == "before" and not point.edge:
            return bool(point.bound) or point.unit in (tree.DAY, tree.WEEK)
        if point.unit not in _WEAK or point.bound or point.edge:
            return True
        if point.unit != tree.PLAN and (point.year is not None or point.year_offset is not None):
            return True
        return self.kind(behind) in _CLAUSE_ENDS

    def _with_event(self, node: Node, at: int, found: list[Found]) -> Node:
        """Give a length the event or date it runs from: the words before 后 or 之日起."""
        if not isinstance(node, Within):
            return node
        last, ended = at - 1, ""
        if self.kind(last) == t.COMMA and last > 0:
            last -= 1
        while last >= 0 and self.kind(last) in ("after", "since", "from"):
            ended = "结束" if self.tokens[last].text.startswith("结束") else ended
            last -= 1
        begun = next((item for item in reversed(found) if not isinstance(item.node, Mark)), None)
        if begun and isinstance(begun.node, Point) and self._touches(begun, at):
            found.remove(begun)
            return replace(node, since=begun.node)
        event = self._words_before(last, begun.end if begun else 0)
        return replace(node, event=event and event + ended)

    def _touches(self, begun: Found, at: int) -> bool:
        """Whether a point stands directly before the length (2023年7月1日起3个月内)."""
        between = [token for token in self.tokens[:at] if token.start >= begun.end]
        if any(token.kind not in ("after", "since", t.COMMA) for token in between):
            return False
        return isinstance(begun.node, Point) and begun.node.bound in (tree.SINCE, tree.AFTER)

    def _words_before(self, last: int, begin: int) -> str:
        """Return the words of the clause up to the token, without 自 or 在."""
        words: list[str] = []
        for token in reversed(self.tokens[: last + 1]):
            if token.start < begin or token.kind in _NO_EVENT:
                break
            words.append(token.text)
        text = "".join(reversed(words))
        for lead in _BEFORE_LENGTHS:
            text = text.removeprefix(lead)
        return text.removesuffix("日")
