"""The names units go by, as one immutable table that finds a unit in written text."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

# How a name was recognised; only `former` is worth a remark to the person who wrote it.
NAME, ALIAS, FORMER, FULL, BODY = "name", "alias", "former", "full", "body"

# The organ that acts for a county or zone is written after its name: 小店区政府, 综改区管委会.
_BODIES = {
    "county": ("人民政府", "政府", "区委区政府", "县委县政府", "市委市政府", "委", "政府办公室"),
    "devzone": ("管理委员会", "管委会", "党工委"),
}
# Kinds whose units may be written with the city before them, or without: 太原市住建局, 住建局.
_CITY_KINDS = frozenset({"department", "direct", "bureau"})
_INSIDE_KINDS = frozenset({"section", "branch", "direct"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """One unit with every name it is written by."""

    code: str
    name: str
    kind: str
    full_name: str = ""
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectiveName:
    """A word for many units: those of some kinds, named ones, or open (neither given)."""

    name: str
    kinds: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A unit recognised in text: `name` is what to print, `how` by which kind of name.

    `name` is the registry's, except that the organ of a county or zone keeps its suffix
    (山西综改示范区管委会 → 综改区管委会).
    """

    unit: UnitName
    name: str
    how: str


def name_key(text: str) -> str:
    """Return text as names are compared: full-width forms folded, no blanks, round brackets."""
    folded = unicodedata.normalize("NFKC", text)
    for bracket in "〔[【":
        folded = folded.replace(bracket, "(")
    for bracket in "〕]】":
        folded = folded.replace(bracket, ")")
    return "".join(folded.split())


@dataclass(frozen=True, eq=False)
class UnitRegistry:
    """All known units and collective words of one bureau; built once, asked for every cell.

    Compared by identity: readers remember cells they have read with the same register.
    """

    units: tuple[UnitName, ...] = ()
    collectives: tuple[CollectiveName, ...] = ()

    @cached_property
    def bureau(self) -> UnitName | None:
        """The bureau itself, whose names may stand before those of its parts."""
        return next((unit for unit in self.units if unit.kind == "bureau"), None)

    @cached_property
    def city(self) -> str:
        """The city's full name (太原市), cut from the bureau's; blank when there is none."""
        name = self.bureau.name if self.bureau else ""
        return name[: name.index("市") + 1] if "市" in name else ""

    @cached_property
    def _table(self) -> Mapping[str, Match]:
        table: dict[str, Match] = {}
        # Given names first: a derived form (住建局) never hides another unit's own name.
        for unit in self.units:
            for how, names in _given(unit):
                for name in names:
                    table.setdefault(name_key(name), Match(unit=unit, name=unit.name, how=how))
        derived: dict[str, Match | None] = {}
        for unit in self.units:
            for name, match in self._derived(unit):
                key = name_key(name)
                # A short form two units could claim is nobody's.
                known = derived.get(key, match)
                same = known is not None and known.unit.code == unit.code
                derived[key] = match if same else None
        for key, found in derived.items():
            if found is not None:
                table.setdefault(key, found)
        return table

    def _derived(self, unit: UnitName) -> Iterator[tuple[str, Match]]:
        """Yield the written forms that follow from a unit's given names."""
        given = [(how, name) for how, names in _given(unit) for name in names]
        for how, name in given:
            kept = FORMER if how == FORMER else ALIAS
            match = Match(unit=unit, name=unit.name, how=kept)
            if unit.kind in _CITY_KINDS and self.city:
                if name.startswith("市"):
                    yield self.city[:-1] + name, match
                    if len(name) > len("市局"):
                        yield name[1:], match
                elif name.startswith(self.city):
                    yield name[len(self.city) - 1 :], match
            if unit.kind in _INSIDE_KINDS and self.bureau is not None:
                short = self.bureau.name.removeprefix(self.city)
                for bureau_name in (*_current(self.bureau), short, "局"):
                    yield bureau_name + name, match
            for body in _BODIES.get(unit.kind, ()):
                yield name + body, Match(unit=unit, name=unit.name + body, how=BODY)

    @cached_property
    def longest_name(self) -> int:
        """How many characters the longest known name has."""
        return max((len(key) for key in self._table), default=0)

    def find(self, name: str) -> Match | None:
        """Return the unit written as `name`, or none when nobody is called that."""
        return self._table.get(name_key(name))

    @cached_property
    def _by_code(self) -> Mapping[str, UnitName]:
        return {unit.code.upper(): unit for unit in self.units}

    def named(self, text: str) -> UnitName | None:
        """Return the unit of a code, name or alias."""
        unit = self._by_code.get(text.strip().upper())
        if unit is not None:
            return unit
        match = self.find(text)
        return match.unit if match is not None else None

    def collective(self, name: str) -> CollectiveName | None:
        """Return the collective word of this name."""
        key = name_key(name)
        return next((word for word in self.collectives if name_key(word.name) == key), None)

    def members(self, word: CollectiveName) -> tuple[UnitName, ...]:
        """Return the units a collective word stands for; none when it is open."""
        codes = frozenset(word.members)
        return tuple(unit for unit in self.units if unit.kind in word.kinds or unit.code in codes)


def _given(unit: UnitName) -> Sequence[tuple[str, tuple[str, ...]]]:
    """Return the names written down for a unit, the strongest kind first."""
    full = (unit.full_name,) if unit.full_name else ()
    return ((NAME, (unit.name,)), (FULL, full), (ALIAS, unit.aliases), (FORMER, unit.former))


def _current(unit: UnitName) -> tuple[str, ...]:
    """Return the names of a unit that are in use."""
    return tuple(dict.fromkeys((unit.name, unit.full_name or unit.name, *unit.aliases)))
