"""The vocabulary and the seasons of deadline phrases, read once from the data folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Word:
    """A known word: its class in `deadline_words.yaml` and the value written there, if any."""

    text: str
    kind: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All known words by first character, the longest first."""

    by_first: Mapping[str, tuple[Word, ...]]

    def match(self, text: str, position: int) -> Word | None:
        """Return the longest known word that starts at the position."""
        for word in self.by_first.get(text[position], ()):
            if text.startswith(word.text, position):
                return word
        return None


@cache
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary."""
    by_first: dict[str, list[Word]] = {}
    for word in _words(_load("deadline_words.yaml")):
        by_first.setdefault(word.text[0], []).append(word)
    return Vocabulary(
        by_first={
            first: tuple(sorted(words, key=lambda word: -len(word.text)))
            for first, words in by_first.items()
        }
    )


@cache
def lunar_days() -> Mapping[tuple[int, str], str]:
    """Return the month-day of (year, festival) in the lunar calendar."""
    table = _load("festivals.yaml")
    return {
        (year, name): day
        for year, days in table["years"].items()
        for name, day in zip(table["columns"], days, strict=True)
    }


@cache
def next_to_come() -> frozenset[str]:
    """Return the holidays that mean the next one when no year is written."""
    return frozenset(_load("deadline_words.yaml")["next_to_come"])


def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
    return content


def _words(content: Mapping[str, Any]) -> Iterator[Word]:
    for kind, words in content.items():
        if kind == "next_to_come":
            continue
        if isinstance(words, dict):
            for text, value in words.items():
                yield Word(text, kind, tuple(value) if isinstance(value, list) else value)
        else:
            for text in words:
                yield Word(text, kind)
