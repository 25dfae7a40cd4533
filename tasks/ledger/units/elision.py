"""Restore what a list writes only once: the place before (市住建局、公安局), the end behind."""

from dataclasses import replace

from accounts.rules.unit_names import UnitRegistry
from tasks.ledger.units.roles import Cell, Mention
from tasks.ledger.units.words import UnitWords, unit_words


def restore(cell: Cell, registry: UnitRegistry) -> None:
    """Complete the names of a cell in place, flagging what was added."""
    words = unit_words()
    _restore_ends(cell, registry, words)
    _restore_places(cell, registry, words)
    cell.mentions = [_as_body(mention, cell, words) for mention in cell.mentions]


def _is_open(mention: Mention) -> bool:
    """Whether a name may still be incomplete."""
    return mention.match is None and not mention.collective


# ---- the place before ------------------------------------------------------------------------


def _restore_places(cell: Cell, registry: UnitRegistry, words: UnitWords) -> None:
    """Carry 省 or 市 along a run to names that are only a field of government."""
    place, run = "", -1
    for index, mention in enumerate(cell.mentions):
        if mention.run != run:
            place, run = "", mention.run
        own = _place_of(mention.name, words)
        if own:
            place = own
        elif place and not mention.collective and _is_field(mention.name, words):
            name = place + mention.name
            match = registry.find(name)
            # 公安局 is the city's own unless the list speaks of the province.
            if match is None and mention.match is not None and place == "市":
                continue
            cell.mentions[index] = replace(mention, name=name, match=match)
            cell.flag("prefix_elided")


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
            break


def _with_end(
    mention: Mention, suffix: str, registry: UnitRegistry, words: UnitWords
) -> Mention | None:
    """Return the mention with the end added, or none when it needs none."""
    if not _is_open(mention) or mention.name.endswith(suffix):
        return None
    name = mention.name + suffix
    match = registry.find(name)
    if match is not None:
        return replace(mention, name=name, match=match)
    zone = mention.name.endswith(words.zones)
    if suffix in ("管委会", "管理委员会") and zone:
        return replace(mention, name=name)
    return None


def _as_body(mention: Mention, cell: Cell, words: UnitWords) -> Mention:
    """Read a bare place (杭州市) as its government; a known county keeps its name."""
    name = mention.name
    short = _is_open(mention) and name.endswith(("市", "县", "区", "州")) and 2 < len(name) <= 5
    if not short or name.endswith(words.zones):
        return mention
    cell.flag("shorthand")
    return replace(mention, name=name + "政府")
