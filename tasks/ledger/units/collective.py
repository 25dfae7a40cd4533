"""Say which units a collective word of a ledger stands for."""

from collections.abc import Iterator

from accounts.rules.unit_names import UnitName, UnitRegistry, name_key
from tasks.ledger.units.words import unit_words

# Who speaks for a place, written behind it: 各县(市、区)人民政府.
_BODIES = ("人民政府", "党委政府", "政府", "管理委员会", "管委会", "办事处")
# Who they belong to, written before it: 机关各科室, 局属各单位.
_OWNERS = ("局机关", "机关", "局属", "全局", "全市", "市局", "我局", "局")


def expand_collective(
    name: str, registry: UnitRegistry, *, excluded: tuple[str, ...] = ()
) -> tuple[UnitName, ...]:
    """Return the units a collective word means, without the excluded; none when it stays open.

    各县(市、区)人民政府, 各县区 and 县(市、区) are one word; 有关 and 相关 say that only some are
    meant, so those stay open.
    """
    out = {unit.code for text in excluded if (unit := registry.named(text)) is not None}
    for candidate in _candidates(name):
        word = registry.collective(candidate)
        if word is not None:
            return tuple(unit for unit in registry.members(word) if unit.code not in out)
    return ()


def _candidates(name: str) -> Iterator[str]:
    """Yield the forms a registered word may have, the written one first."""
    form = name_key(name)
    yield form
    for owner in _OWNERS:
        if form.startswith(f"{owner}各"):
            form = form.removeprefix(owner)
            yield form
            break
    for body in _BODIES:
        if form.endswith(body) and len(form) > len(body):
            form = form.removesuffix(body)
            yield form
            break
    if form.endswith(")") and form.rpartition("(")[2][:-1] in unit_words().bodies_in_brackets:
        yield from _candidates(form.rpartition("(")[0])
    if form.removeprefix("各") in unit_words().kinds_of_places:
        yield "各县(市、区)"
