"""The entrance: which units one cell names, and as what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from accounts.rules.unit_names import ALIAS, BODY, FORMER, FULL, UnitRegistry, name_key
from tasks.ledger.enumerated import item_markers
from tasks.ledger.units.atoms import normalise
from tasks.ledger.units.elision import restore
from tasks.ledger.units.roles import Cell, Mention, gather
from tasks.ledger.units.suggesting import suggest
from tasks.ledger.units.words import COOPERATING, DUTY, LEAD, RESPONSIBLE, unit_words

# No cell of units is longer.
_LONGEST = 2000
# Ends of collective words that those left out have too.
_ENDS = ("人民政府", "政府", "管委会", "分局")
# Words of a header that names leads only.
LEADING = ("牵头", "主办")
_COOPERATING = ("配合", "协助", "协办", "协同", "协作", "参与", "参加", "支持")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsRead:
    """The units of a cell: registered ones by the register's name, others as written.

    `collective` are words for many units, to be expanded before a task is issued; `codes` maps
    the names that are known to unit codes; `unknown` are names the register lacks; `excluded` are
    left out of a collective word (除古交市外). `wording` maps a register's name to the formal or
    former name that was written for it, `other_names` a unit to the names in brackets behind it,
    and `parts` are the sections a bracket names inside the bureau.
    """

    raw: str
    lead: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    collective: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    wording: Mapping[str, str] = field(default_factory=dict)
    other_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    suggestions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the public form: shorthand by the register's name, formal names as written."""
        payload: dict[str, Any] = {
            "raw": self.raw,
            "lead": self._shown(self.lead),
            "cooperating": self._shown(self.cooperating),
            "collective": list(self.collective),
            "flags": list(self.flags),
        }
        optional: dict[str, Any] = {
            "person": list(self.persons),
            "exclude": list(self.excluded),
            "sub_unit": list(self.parts),
            "aliases": {name: list(others) for name, others in self.other_names.items()},
            "suggestions": {name: list(near) for name, near in self.suggestions.items()},
        }
        return payload | {name: value for name, value in optional.items() if value}

    def _shown(self, names: tuple[str, ...]) -> list[str]:
        return [self.wording.get(name, name) for name in names]


def read_units(
    text: str,
    registry: UnitRegistry,
    *,
    column: str | None = None,
    has_lead_column: bool = False,
    first_leads: bool = False,
) -> UnitsRead:
    """Return which units a cell names and as what.

    Markers in the cell (牵头, 配合) go before the column's header; without either, the names are
    joint leads (`joint_no_lead`), unless `first_leads` makes the first of them the lead. 责任单位
    helps when the table has a lead column (`has_lead_column`). Any text is answered; nothing is
    raised.
    """
    return _read(text, registry, column or "", has_lead_column, first_leads)


@lru_cache(maxsize=8192)
def _read(
    text: str, registry: UnitRegistry, column: str, has_lead_column: bool, first_leads: bool
) -> UnitsRead:
    raw = text.strip()
    if not raw or len(raw) > _LONGEST:
        return UnitsRead(raw=raw)
    words = unit_words()
    bare = raw.strip(" .。,，;；")
    if bare in words.nothing or bare in words.ditto:
        return UnitsRead(raw=raw, flags=("ditto",) if bare in words.ditto else ())
    cell = gather(normalise(_without_numbers(raw)), registry)
    restore(cell, registry)
    mentions = _with_roles(cell, column, has_lead_column, first_leads=first_leads)
    return _result(raw, cell, mentions, registry, column)


def _without_numbers(text: str) -> str:
    """Put a comma in the place of each list number (1.大气环境科；2.水生态环境科)."""
    for marker in reversed(item_markers(text)):
        text = f"{text[: marker.start]}，{text[marker.end :]}"
    return text


def _with_roles(
    cell: Cell, column: str, has_lead_column: bool, *, first_leads: bool
) -> list[tuple[Mention, str]]:
    """Give names without a role of their own the one that column and company suggest."""
    led = any(mention.role == LEAD and not mention.collective for mention in cell.mentions)
    base = _column_role(column, has_lead_column)
    if led:
        open_role = duty_role = COOPERATING
    elif base:
        open_role = duty_role = base
    else:
        # A list that opens with everybody, or stays open, comes from a column of helpers.
        vague = any(mention.collective and mention.name != "等" for mention in cell.mentions)
        helped = any(mention.role == COOPERATING for mention in cell.mentions)
        open_role = COOPERATING if vague and not helped else LEAD
        duty_role = LEAD
    roles = {LEAD: LEAD, COOPERATING: COOPERATING, DUTY: duty_role, RESPONSIBLE: duty_role}
    read = [(mention, roles.get(mention.role, open_role)) for mention in cell.mentions]
    if first_leads and not led:
        read = _first_leads(read)
    return read


def _first_leads(read: list[tuple[Mention, str]]) -> list[tuple[Mention, str]]:
    """Keep the first lead only."""
    leads = [index for index, (_mention, role) in enumerate(read) if role == LEAD]
    return [
        (mention, COOPERATING if index in leads[1:] else role)
        for index, (mention, role) in enumerate(read)
    ]


def _column_role(column: str, has_lead_column: bool) -> str:
    """Return the role a header gives: blank without a header."""
    if not column:
        return ""
    if any(word in column for word in LEADING):
        return LEAD
    if any(word in column for word in _COOPERATING):
        return COOPERATING
    return COOPERATING if has_lead_column else LEAD


def _result(
    raw: str,
    cell: Cell,
    mentions: list[tuple[Mention, str]],
    registry: UnitRegistry,
    column: str,
) -> UnitsRead:
    found: dict[str, dict[str, None]] = {LEAD: {}, COOPERATING: {}}
    collective: dict[str, None] = {}
    codes: dict[str, str] = {}
    unknown: dict[str, None] = {}
    wording: dict[str, str] = {}
    joint = 0
    for mention, role in mentions:
        if mention.collective:
            if mention.name == "等":
                continue
            joint += role == LEAD
            collective.setdefault(_collective_name(mention.name, registry, cell))
            continue
        name = mention.match.name if mention.match is not None else mention.name
        found[role].setdefault(name)
        if mention.match is not None:
            codes[name] = mention.match.unit.code
            written = _formal(mention, registry)
            if written:
                wording.setdefault(name, written)
            else:
                _flag_alias(mention, cell)
        else:
            unknown.setdefault(name)
    marked = any(mention.role == LEAD for mention, _role in mentions)
    if found[LEAD] and len(found[LEAD]) + joint > 1:
        several = marked or any(word in column for word in LEADING)
        cell.flag("multiple_leads" if several else "joint_no_lead")
    return UnitsRead(
        raw=raw,
        lead=tuple(found[LEAD]),
        cooperating=tuple(found[COOPERATING]),
        collective=tuple(collective),
        flags=tuple(cell.flags),
        persons=tuple(cell.persons),
        notes=tuple(cell.notes),
        unknown=tuple(unknown),
        excluded=_excluded(cell, tuple(collective)),
        codes=codes,
        wording=wording,
        other_names=_other_names(cell, wording),
        parts=tuple(cell.parts),
        suggestions={name: near for name in unknown if (near := suggest(name, registry))},
    )


def _formal(mention: Mention, registry: UnitRegistry) -> str:
    """Return the name to print when what was written is as good a name as the register's.

    Shorthand may mean other units in other towns and gives way to the register's name; a formal
    name, one completed from its neighbours and the former name of a reorganised department stay.
    """
    match = mention.match
    if match is None or match.unit.kind not in ("bureau", "department", "devzone"):
        return ""
    name = name_key(mention.name)
    if match.how == BODY or name == name_key(match.name):
        return ""
    if registry.city and name.startswith(registry.city) and match.unit.kind == "department":
        name = name[len(registry.city) - 1 :]
    without_city = name_key(match.name).removeprefix(registry.city[:-1])
    if match.unit.kind == "bureau":
        return name if name == without_city or match.how == FORMER else ""
    if match.how == FORMER or mention.completed or len(name) > len(without_city):
        return name if name != without_city else ""
    return ""


def _other_names(cell: Cell, wording: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the names in brackets by the unit they stand behind."""
    found: dict[str, tuple[str, ...]] = {}
    for index, other in cell.other_names:
        mention = cell.mentions[index]
        name = mention.match.name if mention.match is not None else mention.name
        name = wording.get(name, name)
        found[name] = (*found.get(name, ()), other)
    return found


def _excluded(cell: Cell, collective: tuple[str, ...]) -> tuple[str, ...]:
    """Return who is left out, with the end the collective word has: 古交市人民政府, 小店分局."""
    ends = [end for end in _ENDS if any(word.endswith(end) for word in collective)]
    return tuple(
        name if not ends or name.endswith(_ENDS) else name + ends[0] for name in cell.excluded
    )


def _collective_name(name: str, registry: UnitRegistry, cell: Cell) -> str:
    word = registry.collective(name)
    if word is None:
        return name_key(name)
    if not registry.members(word):
        cell.flag("open_collective")
    return word.name


def _flag_alias(mention: Mention, cell: Cell) -> None:
    """Say that a unit was written by another name than its own."""
    match = mention.match
    if match is None or name_key(mention.name) == name_key(match.name):
        return
    if match.how == FORMER:
        cell.flag("former_name")
    elif match.how == BODY:
        cell.flag("alias")
    elif match.how in (ALIAS, FULL):
        if match.unit.kind == "bureau":
            return
        if match.unit.kind == "department":
            cell.flag("local_alias")
        else:
            shorter = len(name_key(mention.name)) < len(name_key(match.name))
            cell.flag("shorthand" if shorter else "alias")
