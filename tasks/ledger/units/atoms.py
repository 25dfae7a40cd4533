"""Cut a unit cell into atoms: names, role words, labels, separators and bracketed parts.

A name of the register is taken whole wherever one begins and ends at a boundary; only what is
left is cut at separators, role words and joining words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.rules.unit_names import Match, UnitRegistry
from tasks.ledger.units.words import PLACE_BODIES, UnitWords, unit_words

NAME, COLLECTIVE, ROLE, LABEL, WITH, LIST, COMMA, STOP, OPEN_END, BRACKET = (
    "name", "collective", "role", "label", "with", "list", "comma", "stop", "open_end", "bracket",
)  # fmt: skip

_LIST = frozenset("、/|+&")
_COMMA = frozenset(",，")
_STOP = frozenset(";；。\n")
_BRACKETS = {"(": ")", "[": "]", "【": "】", "〔": "〕", "《": "》", "{": "}"}
_FOOTNOTE = re.compile(r"\d{1,2}")
_TRAILING_NUMBER = re.compile(r"\d{1,2}$")
_LIST_NUMBER = re.compile("[一二三四五六七八九十]{1,3}")
_COUNT = re.compile(r"\d{0,3}[一二两三四五六七八九十]{0,2}[个家]?")
_EDGE = " \t\u3000.·:：-—~!"


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a cell; `match` is set on a registered name, `role` on role words and labels.

    `spaced` marks a piece that stood behind a blank.
    """

    kind: str
    text: str
    match: Match | None = None
    role: str = ""
    spaced: bool = False


def normalise(text: str) -> str:
    """Return the cell with full-width forms folded and line ends kept."""
    folded = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for bracket in "〔【":
        folded = folded.replace(bracket, "(")
    for bracket in "〕】":
        folded = folded.replace(bracket, ")")
    return folded


def atoms_of(text: str, registry: UnitRegistry) -> list[Atom]:
    """Return the atoms of a normalised cell."""
    return list(_Cutter(text, registry).cut())


class _Cutter:
    """Walks over one cell."""

    def __init__(self, text: str, registry: UnitRegistry) -> None:
        self.text = text
        self.registry = registry
        self.words: UnitWords = unit_words()

    def cut(self) -> Iterator[Atom]:
        """Yield the atoms in order."""
        at, spaced, newest = 0, False, ""
        while at < len(self.text):
            character = self.text[at]
            if character == "\n" or character in _STOP:
                yield Atom(STOP, character)
                at += 1
            elif character.isspace() or character == ":":
                at += 1
                spaced = True
                continue
            elif character in _LIST or character in _COMMA:
                yield Atom(LIST if character in _LIST else COMMA, character)
                at += 1
            elif character in _BRACKETS:
                inner, at = self._bracket(at)
                yield Atom(BRACKET, inner)
                newest, spaced = BRACKET, False
                continue
            else:
                joined = newest in (NAME, COLLECTIVE, OPEN_END, BRACKET)
                atom, at = self._word(at, spaced=spaced, joined=joined)
                if atom is not None:
                    newest = atom.kind
                    yield atom
                spaced = False
                continue
            newest, spaced = self.text[at - 1], False

    def _bracket(self, at: int) -> tuple[str, int]:
        """Return what a bracket holds, nested ones included; one never closed ends the cell."""
        opening, closing, depth = self.text[at], _BRACKETS[self.text[at]], 0
        for end in range(at, len(self.text)):
            if self.text[end] == opening:
                depth += 1
            elif self.text[end] == closing:
                depth -= 1
                if depth == 0:
                    return self.text[at + 1 : end], end + 1
        return self.text[at + 1 :], len(self.text)

    def _word(self, at: int, *, spaced: bool, joined: bool) -> tuple[Atom | None, int]:
        """Return the label, name, role word or unknown name that starts here.

        `joined` says that a name stands directly before: only then is 和 a joining word here.
        """
        label = self._label(at)
        if label is not None:
            return label
        known = self._registered(at)
        if known is not None:
            match, end = known
            return Atom(NAME, self.text[at:end], match=match, spaced=spaced), end
        if word := self.words.open_ends.at(self.text, at):
            return self._open_end(at, word)
        if word := self._role(at):
            end = at + len(word)
            end += len(self.words.role_tails.at(self.text, end))
            return Atom(ROLE, word, role=self.words.roles[word]), end
        if word := self.words.with_words.at(self.text, at):
            return Atom(WITH, word), at + len(word)
        if word := self.words.before_names.at(self.text, at):
            return None, at + len(word)
        if joined and (word := self.words.joins.at(self.text, at)):
            return Atom(LIST, word), at + len(word)
        return self._unknown(at, spaced=spaced)

    def _label(self, at: int) -> tuple[Atom, int] | None:
        """Read 牵头单位：, 配合：, 责任部门."""
        word = self.words.label_words.at(self.text, at)
        if not word:
            return None
        end = at + len(word)
        ending = self.words.label_ends.at(self.text, end)
        end += len(ending)
        behind = self._skip_blanks(end)
        if behind < len(self.text) and self.text[behind] == ":":
            return Atom(LABEL, self.text[at:end], role=self.words.label_roles[word]), behind + 1
        if ending and behind > end:
            return Atom(LABEL, self.text[at:end], role=self.words.label_roles[word]), behind
        return None

    def _skip_blanks(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _registered(self, at: int) -> tuple[Match, int] | None:
        """Return the longest registered name that starts here and ends at a boundary."""
        for end in range(min(len(self.text), at + self.registry.longest_name), at + 1, -1):
            match = self.registry.find(self.text[at:end])
            if match is not None and self._is_boundary(end):
                return match, end
        return None

    def _is_boundary(self, at: int) -> bool:
        """Whether a name may end here."""
        if at >= len(self.text):
            return True
        character = self.text[at]
        if not character.isalnum():
            return True
        # A footnote's number has slid behind the name: 大气环境科1、水生态环境科2.
        if footnote := _FOOTNOTE.match(self.text, at):
            return footnote.end() >= len(self.text) or not self.text[footnote.end()].isalnum()
        words = self.words
        lists = (words.with_words, words.joins, words.open_ends)
        if self._role(at) or any(found.at(self.text, at) for found in lists):
            return True
        return self._label(at) is not None

    def _role(self, at: int) -> str:
        """Return the role word here; some are one only where nothing goes on behind them."""
        word = self.words.role_words.at(self.text, at)
        if word in self.words.edge_roles and not self._is_edge(at + len(word)):
            return ""
        return word

    def _open_end(self, at: int, word: str) -> tuple[Atom, int]:
        """Read 等, 等单位, 等5个部门."""
        end = at + len(word)
        count = _COUNT.match(self.text, end)
        counted = count.end() if count is not None else end
        noun = self.words.open_nouns.at(self.text, counted)
        if noun:
            end = counted + len(noun)
        elif count is not None and counted > end:
            end = counted
        return Atom(OPEN_END, self.text[at:end]), end

    # ---- names the register does not know ----------------------------------------------------

    def _unknown(self, at: int, *, spaced: bool) -> tuple[Atom | None, int]:
        """Read up to the next boundary; a bracket of kinds (市、区) belongs to the name."""
        end = at + self._places(at)
        while end < len(self.text):
            character = self.text[end]
            if character == "(" and self._belongs(at, end):
                end = self.text.index(")", end) + 1
                continue
            if self._ends_unknown(at, end):
                break
            end += 1
        end = max(end, at + 1)
        name = _unnumbered(self.text[at:end].strip(_EDGE))
        if not any(character.isalnum() for character in name):
            return None, end
        collective = self.registry.collective(name) is not None or self.words.is_collective(name)
        return Atom(COLLECTIVE if collective else NAME, name, spaced=spaced), end

    def _places(self, at: int) -> int:
        """Return how long a kind of place is whose parts stand apart: 各县、区, 各区、县(市)."""
        start = at + 1 if self.text[at] == "各" else at
        for kind in self.words.kinds_of_places:
            if "、" in kind and self.text.startswith(kind, start):
                end = start + len(kind)
                bodies = (body for body in PLACE_BODIES if self.text.startswith(body, end))
                end += len(max(bodies, key=len, default=""))
                if start > at or end > start + len(kind):
                    return end - at if self._is_edge(end) else 0
        return 0

    def _belongs(self, start: int, at: int) -> bool:
        """Whether a bracket is part of the name before it: 县(市、区), 各街道(功能区)."""
        inner, end = self._bracket(at)
        if end > len(self.text) or self.text[end - 1] != ")" or not inner:
            return False
        if all(character in self.words.collective_brackets for character in inner):
            return True
        every = self.words.is_collective(self.text[start:at])
        known = self.registry.find(inner) is not None
        parts = self.words
        kinds = parts.generic_zones | parts.bare_kinds | parts.bodies_in_brackets
        return every and not known and inner in kinds

    def _ends_unknown(self, start: int, at: int) -> bool:
        """Whether an unknown name that began at `start` ends before this character."""
        character = self.text[at]
        if character.isspace() or character in _BRACKETS or character in ")]}》":
            return True
        if character in _LIST or character in _COMMA or character in _STOP or character in ":：":
            return True
        if at == start:
            return False
        name = self.text[start:at]
        role = self._role(at)
        if role and len(name) > 2 and self._is_edge(at + len(role)):
            return True
        if role or self.words.with_words.at(self.text, at):
            return self.words.ends_like_a_unit(name)
        if word := self.words.open_ends.at(self.text, at):
            noun = self.words.open_nouns.at(self.text, at + len(word))
            return bool(noun) or self.words.ends_like_a_unit(name)
        join = self.words.joins.at(self.text, at)
        return bool(join) and self._joins_names(name, at + len(join))

    def _is_edge(self, at: int) -> bool:
        """Whether a word that ends here is followed by nothing or by punctuation."""
        return at >= len(self.text) or not self.text[at].isalnum()

    def _joins_names(self, left: str, at: int) -> bool:
        """Whether 和 stands between two names rather than inside one (文化和旅游局)."""
        rest = re.split(r"[、,，;；。\s(（]", self.text[at:], maxsplit=1)[0]
        if self.words.is_bare_place(left) and rest.endswith(self.words.place_suffixes):
            return True
        if not self.words.ends_like_a_unit(left):
            return False
        return (
            self.words.ends_like_a_unit(rest)
            or self.words.is_collective(rest)
            or self._registered(at) is not None
            or any(self.words.ends_like_a_unit(rest[:end]) for end in range(2, len(rest)))
        )


def _unnumbered(name: str) -> str:
    """Return a name without the footnote number behind it; a bare number is no name."""
    shorter = _TRAILING_NUMBER.sub("", name)
    if not shorter or _LIST_NUMBER.fullmatch(shorter):
        return ""
    return shorter if unit_words().ends_like_a_unit(shorter) else name
