"""Find text that was copied from elsewhere, mistakes and all, by the sentences it shares."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

_ENDS = re.compile(r"[。！？；!?;\n\r]+|\.(?!\d)")
_NOISE = re.compile(r"[\W_]+")
# Shorter ones ("按计划推进") are everybody's.
_LEAST_SENTENCE = 8


def normalised(text: str) -> str:
    """Return text without case, width, spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def sentences_of(text: str) -> frozenset[str]:
    """Return the normalised sentences that are long enough to be somebody's own."""
    parts = (normalised(part) for part in _ENDS.split(unicodedata.normalize("NFKC", text)))
    return frozenset(part for part in parts if len(part) >= _LEAST_SENTENCE)


def copies_among(
    texts: Mapping[int, tuple[int, str]], *, corpus: Iterable[tuple[int, str]], least: int
) -> dict[int, dict[int, Fraction]]:
    """Return, for each text by id, which other owners wrote how much of it too.

    `texts` are an owner (the task) and its text, `corpus` alike: an owner's own text is no copy.
    The share is of the characters of the text's sentences; texts of fewer than `least` characters
    are left out.
    """
    wanted = {one: sentences_of(text) for one, (_owner, text) in texts.items()}
    written_by: dict[str, set[int]] = defaultdict(set)
    known = frozenset().union(*wanted.values()) if wanted else frozenset()
    for owner, text in corpus:
        for sentence in sentences_of(text) & known:
            written_by[sentence].add(owner)
    found: dict[int, dict[int, Fraction]] = {}
    for one, sentences in wanted.items():
        length = sum(map(len, sentences))
        if length < least:
            continue
        shared: dict[int, int] = defaultdict(int)
        for sentence in sentences:
            for other in written_by[sentence] - {texts[one][0]}:
                shared[other] += len(sentence)
        found[one] = {other: Fraction(count, length) for other, count in shared.items()}
    return found
