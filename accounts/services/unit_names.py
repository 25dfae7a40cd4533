"""Read the table of unit names from the database, and find a unit by code, name or alias."""

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.models.units import CollectiveTerm, UnitAlias
from accounts.rules.unit_names import CollectiveName, UnitName, UnitRegistry
from accounts.scopes import Standing, standing_of
from accounts.services import audit
from accounts.services.saving import save_checked


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


def may_record_alias(standing: Standing) -> bool:
    """Whether the person gives units further names: who supervises the whole bureau."""
    return standing.scope(Role.SUPERVISOR).everything


@transaction.atomic
def record_alias(code: str, name: str, *, on: dt.date, by: User) -> UnitAlias | None:
    """Register another name of a unit; None when it is known by that name already.

    Raises NotAllowedError, and `name_taken` where the name means another unit.
    """
    standing = standing_of(by, on=on)
    if not may_record_alias(standing):
        message = _("只有全局的督办人员可以登记单位别名；%(name)s没有这项权限。")
        raise NotAllowedError("not_allowed", message % {"name": by.name})
    unit = Unit.objects.select_for_update().get(code=code)
    known = load_unit_registry().find(name)
    if known is not None and known.unit.code == code:
        return None
    if known is not None:
        message = _("“%(name)s”已经是%(unit)s的名称，不能再登记给%(other)s。")
        words = {"name": name, "unit": known.unit.name, "other": unit.name}
        raise DomainError("name_taken", message % words)
    alias = UnitAlias(unit=unit, name=name.strip())
    save_checked(alias)
    audit.record(
        "unit.alias",
        unit,
        by=by,
        summary=_("登记%(unit)s的别名“%(name)s”") % {"unit": unit.name, "name": alias.name},
        data={"on": on.isoformat(), "name": alias.name},
    )
    return alias
