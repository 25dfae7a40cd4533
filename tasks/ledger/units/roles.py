"""Give every name in a cell its role: from labels before, markers behind, brackets, the column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from accounts.rules.unit_names import Match, UnitRegistry
from tasks.ledger.units import atoms as a
from tasks.ledger.units.atoms import Atom, atoms_of
from tasks.ledger.units.words import COOPERATING, DUTY, LEAD, PERSON, unit_words

# Two to four characters without a unit's ending beside a unit: the person in charge.
_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_TELEPHONE = re.compile(r"[\d\-\s]{7,}")
_EXCEPT = re.compile(
    r"[(](?:除|不含|不包括)(?P<inside>[^()]{2,30}?)(?:以外|之外|外)?[)]"
    r"|[(](?P<before>[^()]{2,30}?)除外[)]"
    r"|除(?P<who>[^,，;；()]{2,30}?)(?:以外|之外|外)的?[,，]?"
)
_INCLUDING = ("含", "包括", "包含")
_INSIDE = frozenset(("section", "branch", "direct"))
_DEPTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A unit or collective word named in a cell; `run` numbers the stretch it was listed in.

    `completed` says that the name is more than was written: its place or end stood elsewhere.
    """

    name: str
    match: Match | None = None
    collective: bool = False
    role: str = ""
    run: int = 0
    completed: bool = False


@dataclass(slots=True, kw_only=True)
class Cell:
    """What was gathered from one cell."""

    mentions: list[Mention] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    other_names: list[tuple[int, str]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def flag(self, name: str) -> None:
        """Add a flag once."""
        if name not in self.flags:
            self.flags.append(name)


def gather(text: str, registry: UnitRegistry) -> Cell:
    """Return the mentions of a normalised cell with the roles the cell itself gives."""
    cell = Cell()
    text = _without_exceptions(text, cell)
    _Gatherer(registry, cell).read(atoms_of(text, registry))
    if "rule_text" in cell.flags:
        # A sentence on how to fill the column: what it names without being registered is no unit.
        cell.mentions = [mention for mention in cell.mentions if mention.match is not None]
    return cell


def _without_exceptions(text: str, cell: Cell) -> str:
    """Take 除古交市外 out of a cell and remember who is left out."""
    for exception in _EXCEPT.finditer(text):
        names = next(names for names in exception.groups() if names)
        cell.excluded.extend(name for name in re.split("[、和及]", names) if name)
        cell.flag("exclusion")
    return _EXCEPT.sub("", text)


class _Gatherer:
    """Reads atoms in order; names wait until a marker or the end of the cell."""

    def __init__(
        self, registry: UnitRegistry, cell: Cell, *, role: str = "", run: int = 0, depth: int = 0
    ) -> None:
        self.registry = registry
        self.cell = cell
        self.label = role
        self.run = run
        self.depth = depth
        # Indices of mentions without a role: of this clause, and of the clauses before it.
        self.clause: list[int] = []
        self.earlier: list[int] = []
        self.led = False
        self.newest: Atom | None = None

    def read(self, atoms: Iterable[Atom]) -> int:
        """Read the atoms; return the number of the last run."""
        for atom in atoms:
            getattr(self, f"_{atom.kind}")(atom)
            self.newest = atom
        return self.run

    def _name(self, atom: Atom) -> None:
        if any(part in atom.text for part in unit_words().rule_text):
            self.cell.flag("rule_text")
            self.cell.notes.append(atom.text)
            return
        if self.label == PERSON:
            self.cell.persons.append(atom.text)
            return
        last = self.cell.mentions[-1] if self.cell.mentions else None
        duty = self.newest is not None and self.newest.role == DUTY
        if atom.match is None and duty and last is not None:
            # 市住建局负责城区: what it is responsible for.
            self.cell.notes.append(atom.text)
            return
        if atom.text in unit_words().bare_kinds and last is not None and last.collective:
            self._add(Mention(name=f"各{atom.text}", collective=True))
            return
        if atom.match is None and self._is_person(atom):
            self.cell.persons.append(atom.text)
            return
        self._add(Mention(name=atom.text, match=atom.match))

    def _is_person(self, atom: Atom) -> bool:
        """Whether an unknown word behind a blank is a person's name."""
        if not (atom.spaced and self.cell.mentions and _PERSON.fullmatch(atom.text)):
            return False
        return not unit_words().ends_like_a_unit(atom.text)

    def _collective(self, atom: Atom) -> None:
        name = atom.text
        if unit_words().is_kind_of_places(name):
            # 县(市、区)人民政府 without 各 means every one of them.
            name = f"各{name}"
        # 等省直有关部门 says what 等 stands for.
        last = self.cell.mentions[-1] if self.cell.mentions else None
        if last is not None and last.name == "等":
            self._forget(len(self.cell.mentions) - 1)
        self._add(Mention(name=name, collective=True))

    def _open_end(self, atom: Atom) -> None:
        self.cell.flag("open_ended")
        self._add(Mention(name=atom.text, collective=True))

    def _forget(self, index: int) -> None:
        self.cell.mentions.pop(index)
        self.clause = [waiting for waiting in self.clause if waiting != index]
        self.earlier = [waiting for waiting in self.earlier if waiting != index]

    def _add(self, mention: Mention) -> None:
        self.cell.mentions.append(replace(mention, role=self.label, run=self.run))
        if not self.label:
            self.clause.append(len(self.cell.mentions) - 1)
        elif self.label == LEAD:
            self.led = True

    def _label(self, atom: Atom) -> None:
        self._end_clause()
        self.label = atom.role
        self.earlier, self.clause = [], []
        self.run += 1

    def _role(self, atom: Atom) -> None:
        """Give the names before a marker its role; a marker before any name is a label."""
        if atom.role == DUTY and "职责" in atom.text:
            self.cell.flag("duty_phrase")
        if self.label:
            # A marker after a label repeats it, or speaks of the duty (负责) of all.
            return
        waiting = [*self.earlier, *self.clause] if self.led or atom.role != COOPERATING else None
        if atom.role == LEAD:
            waiting = self.clause or self.earlier
        elif waiting is None:
            waiting = self.clause
        if not waiting:
            if atom.role != DUTY and not self.clause and not self.earlier:
                self.label = atom.role
                self.run += 1
            return
        self._give(waiting, atom.role)

    def _give(self, waiting: list[int], role: str) -> None:
        for index in waiting:
            self.cell.mentions[index] = replace(self.cell.mentions[index], role=role)
        given = frozenset(waiting)
        self.earlier = [index for index in self.earlier if index not in given]
        self.clause = [index for index in self.clause if index not in given]
        self.led = self.led or role == LEAD
        self.run += 1

    def _with(self, _atom: Atom) -> None:
        """Make what stands before 会同 the lead and what follows a helper."""
        if self.clause or self.earlier:
            self._give([*self.earlier, *self.clause], LEAD)
        self.label = COOPERATING

    def _list(self, _atom: Atom) -> None:
        """Stay in the clause."""

    def _comma(self, _atom: Atom) -> None:
        self._end_clause()

    def _stop(self, _atom: Atom) -> None:
        self._end_clause()
        # 会同 and a bare marker reach to the end of their sentence; a label to the next label.
        self.run += 1

    def _end_clause(self) -> None:
        self.earlier.extend(self.clause)
        self.clause = []

    def _bracket(self, atom: Atom) -> None:
        """Read a bracket by its meaning: a role, another name, helpers, a person, or a remark."""
        inner = atom.text.strip()
        words = unit_words()
        role = words.roles.get(inner.removesuffix("单位").removesuffix("部门"), "")
        last = len(self.cell.mentions) - 1
        if any(part in inner for part in words.rule_text):
            self.cell.notes.append(inner)
            return
        opens = self.newest is None or self.newest.kind in (a.LIST, a.COMMA, a.STOP)
        if role and role != DUTY and opens:
            self._label(Atom(a.LABEL, inner, role=role))
        elif role and role != DUTY and last >= 0:
            self.cell.flag("lead_marker_in_brackets" if role == LEAD else "marker_in_brackets")
            self._settle(last, role)
        elif self.depth < _DEPTH and (last < 0 or self._is_helpers(inner)):
            self._read_inside(inner)
        elif parts := self._parts_of(inner, last):
            self.cell.parts.extend(parts)
        elif self._is_other_name(inner, last):
            self.cell.flag("alias_in_brackets")
            self.cell.other_names.append((last, inner))
        elif _PERSON.fullmatch(inner) or _TELEPHONE.search(inner):
            self.cell.persons.append(inner)
        elif inner:
            self.cell.notes.append(inner)

    def _settle(self, index: int, role: str) -> None:
        self.cell.mentions[index] = replace(self.cell.mentions[index], role=role)
        self.clause = [waiting for waiting in self.clause if waiting != index]
        self.earlier = [waiting for waiting in self.earlier if waiting != index]
        self.led = self.led or role == LEAD

    def _is_helpers(self, inner: str) -> bool:
        """Whether a bracket names roles of its own (配合：固废科), or the parts of a collective."""
        found = atoms_of(inner, self.registry)
        if any(atom.kind in (a.LABEL, a.ROLE, a.WITH) and atom.role != DUTY for atom in found):
            return any(atom.kind in (a.NAME, a.COLLECTIVE) for atom in found)
        names = [atom for atom in found if atom.kind == a.NAME]
        last = self.cell.mentions[-1] if self.cell.mentions else None
        return bool(names) and last is not None and last.collective and len(names) > 1

    def _read_inside(self, inner: str) -> None:
        inside = _Gatherer(
            self.registry, self.cell, role="", run=self.run + 1, depth=self.depth + 1
        )
        inside.led = self.led
        self.run = inside.read(atoms_of(inner, self.registry)) + 1
        self.led = self.led or inside.led
        self.earlier.extend([*inside.earlier, *inside.clause])

    def _parts_of(self, inner: str, last: int) -> list[str]:
        """Return the sections a bracket names inside the bureau: 市生态环境局(大气科、水科)."""
        before = self.cell.mentions[last].match if last >= 0 else None
        if before is None or before.unit.kind != "bureau":
            return []
        found = [self.registry.find(name) for name in re.split("[、,，]", inner)]
        inside = [match.name for match in found if match and match.unit.kind in _INSIDE]
        return inside if len(inside) == len(found) else []

    def _is_other_name(self, inner: str, last: int) -> bool:
        """Whether a bracket only repeats the unit before it by another name."""
        if last < 0 or any(mark in inner for mark in "、,，;；\n") or inner.startswith(_INCLUDING):
            return False
        match = self.registry.find(inner)
        before = self.cell.mentions[last].match
        if match is not None and before is not None and match.unit.kind in _INSIDE:
            return match.unit.code == before.unit.code
        return unit_words().ends_like_a_unit(inner)
