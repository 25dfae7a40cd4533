"""Restore what a list writes only once: the place before (市住建局、公安局), the end behind."""

from dataclasses import replace

from accounts.rules.unit_names import UnitRegistry
from tasks.ledger.units.roles import Cell, Mention
from tasks.ledger.units.words import UnitWords, unit_words


def restore(cell: Cell, registry: UnitRegistry) -> None:
    """Complete the names of a cell in place, flagging what was added."""
    words = unit_words()
    _restore_ends(cell, registry, words)
    _restore_organs(cell, registry, words)
    _restore_places(cell, registry, words)
    cell.mentions = [_as_body(mention, cell, words) for mention in cell.mentions]


def _is_open(mention: Mention) -> bool:
    """Whether a name may still be incomplete."""
    return mention.match is None and not mention.collective


# ---- the place before ------------------------------------------------------------------------


def _restore_places(cell: Cell, registry: UnitRegistry, words: UnitWords) -> None:
    """Carry 省 or 市 along a run to names that are only a field of government."""
    place, run = "", -1
    state = {mention.run for mention in cell.mentions if mention.name.startswith(words.ministries)}
    for index, mention in enumerate(cell.mentions):
        if mention.run != run:
            place, run = "", mention.run
        if mention.run in state:
            # 生态环境部、发展改革委: the commission of the State, not the city's.
            if _is_field(mention.name, words):
                cell.mentions[index] = replace(mention, match=None)
            continue
        if (short := _whole_field(mention, place, registry, words)) is not None:
            # 市发改、财政、住建等部门: fields alone.
            mention = cell.mentions[index] = short
            cell.flag("shorthand")
        own = _place_of(mention.name, words)
        if own:
            place = own
        elif place and not mention.collective and _is_field(mention.name, words):
            name = place + mention.name
            match = registry.find(name)
            # 公安局 is the city's own unless the list speaks of the province.
            if match is None and mention.match is not None and place == "市":
                continue
            cell.mentions[index] = replace(mention, name=name, match=match, completed=True)
            cell.flag("prefix_elided")
        elif not own and mention.match is not None and _is_field(mention.name, words):
            # 环保局 alone: the register knows it with its 市 before it.
            match = registry.find(f"市{mention.name}")
            if match is not None and match.unit.code == mention.match.unit.code:
                name = f"市{mention.name}"
                cell.mentions[index] = replace(mention, name=name, match=match, completed=True)
                cell.flag("prefix_elided")


def _restore_organs(cell: Cell, registry: UnitRegistry, words: UnitWords) -> None:
    """Carry the place of 县委 or 党工委 on to the 县政府 or 管委会 behind it."""
    for index, mention in enumerate(cell.mentions[1:], start=1):
        before = cell.mentions[index - 1]
        if mention.run != before.run or not _is_open(mention):
            continue
        organs = words.bare_organs.get(mention.name, ())
        for organ in (*organs, "委") if organs and before.collective else organs:
            stem = before.name.removesuffix(organ)
            if stem and stem != before.name:
                name = stem + mention.name
                cell.mentions[index] = replace(
                    mention,
                    name=name,
                    match=registry.find(name),
                    collective=before.collective,
                    completed=True,
                )
                cell.flag("prefix_elided")
                break


def _whole_field(
    mention: Mention, place: str, registry: UnitRegistry, words: UnitWords
) -> Mention | None:
    """Return the department a field of government alone means, none when it is no such field."""
    written = mention.name.removesuffix("部门")
    field = written.removeprefix("市")
    if not _is_open(mention) or place not in ("", "市") or field not in words.fields:
        return None
    for ending in ("局", "委"):
        match = registry.find(f"市{field}{ending}")
        if match is not None:
            return replace(mention, name=match.name, match=match)
    return None


def _place_of(name: str, words: UnitWords) -> str:
    """Return the place a name begins with, blank when it begins with its field (市场监管局)."""
    if _is_field(name, words):
        return ""
    if name.startswith(words.place_prefixes):
        return name[0]
    # 大同市住建局: what follows the place has to be a field.
    for end in range(2, min(len(name), 6)):
        if name[end] in words.place_prefixes and _is_field(name[end + 1 :], words):
            return name[: end + 1]
    return ""


def _is_field(name: str, words: UnitWords) -> bool:
    """Whether a name is a field of government with its ending and nothing else."""
    return any(
        name.endswith(suffix) and name[: -len(suffix)] in words.fields
        for suffix in words.elidable_suffixes
    )


# ---- the end behind --------------------------------------------------------------------------


def _restore_ends(cell: Cell, registry: UnitRegistry, words: UnitWords) -> None:
    """Carry an end written once (分局, 管委会) back to the names before it in the run."""
    mentions = cell.mentions
    for last in range(len(mentions) - 1, 0, -1):
        for suffix in words.shared_suffixes:
            if not mentions[last].name.endswith(suffix) or mentions[last].collective:
                continue
            index = last - 1
            while index >= 0 and mentions[index].run == mentions[last].run:
                longer = _with_end(mentions[index], suffix, registry, words)
                if longer is None:
                    break
                mentions[index] = longer
                cell.flag("suffix_elided")
                index -= 1
            if index < last - 1:
                break


def _with_end(
    mention: Mention, suffix: str, registry: UnitRegistry, words: UnitWords
) -> Mention | None:
    """Return the mention with the end added, or none when it needs none."""
    name = mention.name + suffix
    if mention.collective or mention.name.endswith(suffix):
        return None
    if mention.match is not None:
        # 小店区、迎泽区政府 and 综改示范区、中北高新区管委会: places that have such an organ.
        match = registry.find(name) if mention.match.unit.kind in ("county", "devzone") else None
        return replace(mention, name=name, match=match, completed=True) if match else None
    match = registry.find(name)
    if match is not None:
        return replace(mention, name=name, match=match, completed=True)
    if suffix in words.place_suffixes and words.is_bare_place(mention.name):
        return replace(mention, name=name, completed=True)
    zone = mention.name.endswith(words.zones)
    if suffix in ("管委会", "管理委员会") and zone:
        return replace(mention, name=name, completed=True)
    return None


def _as_body(mention: Mention, cell: Cell, words: UnitWords) -> Mention:
    """Read a bare place (杭州市) as its government; a known county keeps its name."""
    name = mention.name
    short = _is_open(mention) and name.endswith(("市", "县", "区", "州")) and 2 < len(name) <= 5
    if not short or name.endswith(words.zones):
        return mention
    cell.flag("shorthand")
    return replace(mention, name=name + "政府")
