"""Read the table of unit names from the database, and find a unit by code, name or alias."""

from collections import defaultdict

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Unit
from accounts.models.units import CollectiveTerm, UnitAlias
from accounts.rules.unit_names import CollectiveName, UnitName, UnitRegistry


def load_unit_registry() -> UnitRegistry:
    """Return every unit that still exists, with its names, and the collective words."""
    aliases: dict[int, list[str]] = defaultdict(list)
    former: dict[int, list[str]] = defaultdict(list)
    for unit_id, name, is_former in UnitAlias.objects.values_list("unit_id", "name", "former"):
        (former if is_former else aliases)[unit_id].append(name)
    units = tuple(
        UnitName(
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            full_name=unit.full_name,
            aliases=tuple(name for name in aliases[unit.pk] if name != unit.full_name),
            former=tuple(former[unit.pk]),
        )
        for unit in Unit.objects.active().order_by("position", "code")
    )
    words = tuple(
        CollectiveName(
            name=word.name,
            kinds=tuple(word.kinds),
            members=tuple(sorted(unit.code for unit in word.members.all())),
        )
        for word in CollectiveTerm.objects.prefetch_related("members")
    )
    return UnitRegistry(units=units, collectives=words)


def find_unit(text: str) -> Unit:
    """Return the unit of a code, name or alias; refuse text that names none."""
    known = load_unit_registry().named(text)
    if known is None:
        raise DomainError(
            "unknown_unit",
            _("没有名为“%(name)s”的单位，请写单位代码、名称或别名。") % {"name": text},
        )
    return Unit.objects.get(code=known.code)
