"""The words between unit names, read once from the data folder."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).resolve().parent.parent / "data"

# 三县一市, 十县(市、区)
_COUNTED_PLACES = re.compile(
    r"(?:[一二三四五六七八九十两]+个?[县区市](?:\([市、县区]+\))?)+(?:人民政府|政府)?"
)
# Who governs a kind of place.
PLACE_BODIES = frozenset(
    (
        "",
        "人民政府",
        "政府",
        "党委政府",
        "党委和政府",
        "党委和人民政府",
        "党委",
        "办事处",
        "管委会",
        "分局",
    )
)
LEAD, COOPERATING, DUTY, RESPONSIBLE, PERSON = (
    "lead",
    "cooperating",
    "duty",
    "responsible",
    "person",
)


@dataclass(frozen=True, slots=True)
class WordList:
    """Words by first character, the longest first."""

    by_first: Mapping[str, tuple[str, ...]]

    def at(self, text: str, position: int) -> str:
        """Return the longest word that starts at the position, or blank."""
        if position >= len(text):
            return ""
        for word in self.by_first.get(text[position], ()):
            if text.startswith(word, position):
                return word
        return ""


def word_list(words: Iterable[str]) -> WordList:
    """Return the words arranged for look-up."""
    by_first: dict[str, list[str]] = {}
    for word in words:
        by_first.setdefault(word[0], []).append(word)
    return WordList(
        {first: tuple(sorted(found, key=lambda w: -len(w))) for first, found in by_first.items()}
    )


@dataclass(frozen=True, slots=True)
class UnitWords:
    """The vocabulary of unit cells."""

    roles: Mapping[str, str]
    role_words: WordList
    label_roles: Mapping[str, str]
    label_words: WordList
    label_ends: WordList
    with_words: WordList
    before_names: WordList
    joins: WordList
    open_ends: WordList
    open_nouns: WordList
    collective_starts: tuple[str, ...]
    collective_parts: tuple[str, ...]
    collective_brackets: frozenset[str]
    bodies_in_brackets: frozenset[str]
    bare_organs: Mapping[str, tuple[str, ...]]
    ministries: tuple[str, ...]
    role_tails: WordList
    edge_roles: frozenset[str]
    generic_zones: frozenset[str]
    kinds_of_places: tuple[str, ...]
    bare_kinds: frozenset[str]
    nothing: frozenset[str]
    ditto: frozenset[str]
    rule_text: tuple[str, ...]
    suffixes: tuple[str, ...]
    place_prefixes: tuple[str, ...]
    elidable_suffixes: tuple[str, ...]
    fields: frozenset[str]
    shared_suffixes: tuple[str, ...]
    place_suffixes: tuple[str, ...]
    zones: tuple[str, ...]

    def ends_like_a_unit(self, name: str) -> bool:
        """Whether a name ends as units do."""
        return name.endswith(self.suffixes) and len(name) > 1

    def is_bare_place(self, name: str) -> bool:
        """Whether a name may be a place without what it is: 临汾."""
        return 2 <= len(name) <= 4 and not self.ends_like_a_unit(name)

    def is_kind_of_places(self, name: str) -> bool:
        """Whether a name is only a kind of place with what governs it: 县(市、区)人民政府."""
        for kind in self.kinds_of_places:
            if name.startswith(kind):
                rest = name[len(kind) :]
                if rest.endswith(")") and rest.rpartition("(")[2][:-1] in self.bodies_in_brackets:
                    rest = rest.rpartition("(")[0]
                return rest in PLACE_BODIES
        return False

    def is_collective(self, name: str) -> bool:
        """Whether a name the register lacks stands for many units."""
        return (
            name.startswith(self.collective_starts)
            or self.is_kind_of_places(name)
            or _COUNTED_PLACES.fullmatch(name) is not None
            or any(part in name for part in self.collective_parts)
            or name.removesuffix("管委会").removesuffix("管理委员会") in self.generic_zones
        )


@cache
def unit_words() -> UnitWords:
    """Return the shipped vocabulary."""
    content: dict[str, Any] = yaml.safe_load((_DATA / "unit_words.yaml").read_text("utf-8"))
    roles = {word: role for role, words in content["roles"].items() for word in words}
    labels = {word: role for role, words in content["labels"].items() for word in words}
    labels = {**{word: role for word, role in roles.items() if role != DUTY}, **labels}
    return UnitWords(
        roles=roles,
        role_words=word_list(roles),
        label_roles=labels,
        label_words=word_list(labels),
        label_ends=word_list(content["label_ends"]),
        with_words=word_list(content["with"]),
        before_names=word_list(content["before_names"]),
        joins=word_list(content["joins"]),
        open_ends=word_list(content["open_ends"]),
        open_nouns=word_list(content["open_nouns"]),
        collective_starts=tuple(content["collective_starts"]),
        collective_parts=tuple(content["collective_parts"]),
        collective_brackets=frozenset(content["collective_brackets"]),
        bodies_in_brackets=frozenset(content["bodies_in_brackets"]),
        bare_organs={organ: tuple(before) for organ, before in content["bare_organs"].items()},
        ministries=tuple(content["ministries"]),
        role_tails=word_list(content["role_tails"]),
        edge_roles=frozenset(content["edge_roles"]),
        generic_zones=frozenset(content["generic_zones"]),
        kinds_of_places=_longest_first(content["kinds_of_places"]),
        bare_kinds=frozenset(content["bare_kinds"]),
        nothing=frozenset(content["nothing"]),
        ditto=frozenset(content["ditto"]),
        rule_text=tuple(content["rule_text"]),
        suffixes=_longest_first(content["suffixes"]),
        place_prefixes=tuple(content["place_prefixes"]),
        elidable_suffixes=_longest_first(content["elidable_suffixes"]),
        fields=frozenset(content["fields"]),
        shared_suffixes=_longest_first({*content["shared_suffixes"], *content["place_suffixes"]}),
        place_suffixes=_longest_first(content["place_suffixes"]),
        zones=tuple(content["zones"]),
    )


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
