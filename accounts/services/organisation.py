"""Load the bureau's units, their other names and the collective words from the shipped file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.models.units import CollectiveTerm, UnitAlias
from accounts.services import audit

ORGANISATION = Path(__file__).resolve().parent.parent / "data" / "organisation.yaml"
_UNIT_FIELDS = ("name", "full_name", "kind", "group", "position")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationLoaded:
    """How many units, other names and collective words were written; all 0 when nothing changed."""

    units: int = 0
    aliases: int = 0
    terms: int = 0


@transaction.atomic
def load_organisation(*, by: User | None = None, path: Path = ORGANISATION) -> OrganisationLoaded:
    """Create or update the units of the file, known by code; twice changes nothing more.

    The first unit is the bureau and the parent of all others. Names a person added by hand stay.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    bureau: Unit | None = None
    units: dict[str, Unit] = {}
    changed: list[str] = []
    aliases = 0
    known = {unit.code: unit for unit in Unit.objects.all()}
    for position, entry in enumerate(content["units"]):
        unit, written = _save_unit(entry, known.get(entry["code"]), parent=bureau, at=position)
        bureau = bureau or unit
        units[unit.code] = unit
        if written:
            changed.append(unit.code)
        aliases += _save_aliases(unit, entry)
    terms = sum(_save_term(entry, units) for entry in content["collective_terms"])
    loaded = OrganisationLoaded(units=len(changed), aliases=aliases, terms=terms)
    if bureau is not None and loaded != OrganisationLoaded():
        audit.record(
            "organisation_loaded",
            bureau,
            by=by,
            summary=_("载入组织机构：单位 %(units)s、别名 %(aliases)s、集合词 %(terms)s")
            % {"units": loaded.units, "aliases": loaded.aliases, "terms": loaded.terms},
            data={"units": changed, "aliases": aliases, "terms": terms},
        )
    return loaded


def _save_unit(
    entry: dict[str, Any], unit: Unit | None, *, parent: Unit | None, at: int
) -> tuple[Unit, bool]:
    """Save a unit when it is new or differs; return it and whether it was written."""
    values = {"full_name": "", **entry, "position": at}
    path = f"{parent.path if parent else '/'}{entry['code']}/"
    if unit is None:
        unit = Unit(code=entry["code"], parent=parent, path=path)
    elif unit.path == path and all(getattr(unit, n) == values[n] for n in _UNIT_FIELDS):
        return unit, False
    unit.parent, unit.path = parent, path
    for name in _UNIT_FIELDS:
        setattr(unit, name, values[name])
    unit.full_clean()
    unit.save()
    return unit, True


def _save_aliases(unit: Unit, entry: dict[str, Any]) -> int:
    """Save a unit's other names that are not known yet; return how many."""
    full = [entry["full_name"]] if entry.get("full_name", unit.name) != unit.name else []
    wanted = dict.fromkeys([*full, *entry.get("aliases", [])], False)
    wanted |= dict.fromkeys(entry.get("former", []), True)
    known = set(unit.aliases.values_list("name", flat=True))
    missing = [
        UnitAlias(unit=unit, name=name, former=former)
        for name, former in wanted.items()
        if name not in known
    ]
    for alias in missing:
        alias.full_clean()
        alias.save()
    return len(missing)


def _save_term(entry: dict[str, Any], units: dict[str, Unit]) -> bool:
    """Save a collective word when it is new or differs; return whether it was written."""
    kinds = entry.get("kinds", [])
    members = {units[code] for code in entry.get("members", [])}
    term = CollectiveTerm.objects.filter(name=entry["name"]).first()
    if term is not None and term.kinds == kinds and set(term.members.all()) == members:
        return False
    term = term or CollectiveTerm(name=entry["name"])
    term.kinds = kinds
    term.full_clean()
    term.save()
    term.members.set(members)
    return True
