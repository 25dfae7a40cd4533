"""Name the registered units an unknown name may mean."""

from difflib import SequenceMatcher
from functools import lru_cache

from accounts.rules.unit_names import UnitName, UnitRegistry, name_key
from tasks.ledger.units.words import unit_words

# Below this likeness (0 to 1) a suggestion would mislead.
_LIKE_ENOUGH = 0.6
_AT_MOST = 3
# A name this long is a sentence.
_LONGEST = 40


@lru_cache(maxsize=4096)
def suggest(name: str, registry: UnitRegistry) -> tuple[str, ...]:
    """Return up to three registered units by likeness, the likest first; none when none is like it.

    A slip of the pen (大气坏境科) and a shortened name whose characters stand in the full one in
    order (固废与化学品科) both find their unit.
    """
    key = name_key(name)
    if not 2 <= len(key) <= _LONGEST:
        return ()
    scored = sorted(
        ((-_likeness(key, unit), unit.name) for unit in registry.units), key=lambda pair: pair
    )
    return tuple(found for score, found in scored[:_AT_MOST] if -score >= _LIKE_ENOUGH)


def _likeness(key: str, unit: UnitName) -> float:
    names = [name_key(name) for name in (unit.name, unit.full_name, *unit.aliases) if name]
    # 市局 is like every 市…局, and 省发展改革委 is not the city's.
    meant = [name for name in names if len(name) > 2 and not _other_level(key, name)]
    return max((_alike(key, name) for name in meant), default=0.0)


def _other_level(key: str, name: str) -> bool:
    levels = unit_words().place_prefixes
    return key[0] != name[0] and key[0] in levels and name[0] in levels


def _alike(key: str, other: str) -> float:
    matcher = SequenceMatcher(None, key, other, autojunk=False)
    if matcher.quick_ratio() < _LIKE_ENOUGH and not _within(key, other):
        return 0.0
    # The last character says what sort of unit it is (科, 局): another sort is hardly meant.
    same_sort = key[-1] == other[-1]
    ratio = matcher.ratio() if same_sort else matcher.ratio() * 0.8
    return max(ratio, 0.75) if same_sort and len(key) > 2 and _within(key, other) else ratio


def _within(short: str, long: str) -> bool:
    """Whether the characters of one name stand in the other in the same order."""
    rest = iter(long)
    return all(character in rest for character in short)
