"""The shipped organisation as a register, without a database."""

from functools import cache

import yaml

from accounts.rules.unit_names import CollectiveName, UnitName, UnitRegistry
from accounts.services.organisation import ORGANISATION


@cache
def shipped_registry() -> UnitRegistry:
    """Return the units of the shipped file."""
    content = yaml.safe_load(ORGANISATION.read_text("utf-8"))
    return UnitRegistry(
        units=tuple(
            UnitName(
                code=unit["code"],
                name=unit["name"],
                kind=unit["kind"],
                full_name=unit.get("full_name", ""),
                aliases=tuple(unit.get("aliases", ())),
                former=tuple(unit.get("former", ())),
            )
            for unit in content["units"]
        ),
        collectives=tuple(
            CollectiveName(
                name=term["name"],
                kinds=tuple(term.get("kinds", ())),
                members=tuple(term.get("members", ())),
            )
            for term in content["collective_terms"]
        ),
    )
