"""Which known units a name nobody knows may mean."""

import difflib

from accounts.rules.unit_names import UnitRegistry, name_key

_MOST, _LEAST = 5, 0.4


def similar_units(name: str, registry: UnitRegistry) -> list[list[str]]:
    """Return code and name of the units most like a name, the likeliest first."""
    wanted = name_key(name)
    scores: dict[str, float] = {}
    for unit in registry.units:
        spoken = (unit.name, unit.full_name, *unit.aliases, *unit.former)
        keys = [name_key(one) for one in spoken if one]
        scores[unit.code] = max(difflib.SequenceMatcher(None, wanted, key).ratio() for key in keys)
    ranked = sorted(registry.units, key=lambda unit: (-scores[unit.code], unit.code))
    return [[u.code, u.name] for u in ranked[:_MOST] if scores[u.code] >= _LEAST]
