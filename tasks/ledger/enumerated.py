"""Take apart text that lists its items: 1.…；2.…, （一）…（二）…, 一是…二是…, or one a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CHINESE = "一二三四五六七八九十"
_DIGITS = "0123456789０１２３４５６７８９"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMBER = rf"(?:[{_DIGITS}]{{1,2}}|[{_CHINESE}]{{1,3}})"
# Bracketed and circled numbers list wherever they stand; plain ones only at the start of the
# text, of a line, or behind a stop.
_MARKER = re.compile(
    rf"[（(](?P<bracket>{_NUMBER})[）)]"
    rf"|(?P<circled>[{_CIRCLED}])[.、．]?"
    rf"|(?:^|(?<=[\n；;。：:]))[ \t\u3000]*(?:"
    rf"(?P<plain>{_NUMBER})[.．、)）]"
    rf"|第?(?P<word>[{_CHINESE}]{{1,3}})(?:是|要|，|,)"
    rf")"
)
_ENDS = " \t\r\n\u3000；;。"


@dataclass(frozen=True, slots=True)
class _Marker:
    style: str
    value: int
    start: int
    end: int


def split_items(text: str) -> list[str]:
    """Return the items of a list without their numbers, or the whole text as the one item.

    Numbers must count 1, 2, 3 in one style; a lone `1.` counts too. Without numbers, lines are
    items, then parts between semicolons.
    """
    markers = item_markers(text)
    if markers:
        starts = [marker.end for marker in markers]
        ends = [*(marker.start for marker in markers[1:]), len(text)]
        preamble = text[: markers[0].start].strip(_ENDS)
        if preamble.endswith(("：", ":")):
            preamble = ""
        items = [text[a:b].strip(_ENDS) for a, b in zip(starts, ends, strict=True)]
        return [item for item in ([preamble, *items] if preamble else items) if item]
    for separator in ("\n", "；", ";"):
        parts = [part.strip(_ENDS) for part in text.split(separator)]
        parts = [part for part in parts if part]
        if len(parts) > 1:
            return parts
    whole = text.strip(_ENDS)
    return [whole] if whole else []


def item_markers(text: str) -> Sequence[_Marker]:
    """Return the numbers that list the items of a text; none when it is no list."""
    found = [_marker(match) for match in _MARKER.finditer(text)]
    best: list[_Marker] = []
    for style in dict.fromkeys(marker.style for marker in found):
        run: list[_Marker] = []
        for marker in found:
            if marker.style == style and marker.value == len(run) + 1:
                run.append(marker)
        if len(run) > len(best):
            best = run
    # 1.3公里… alone may be a decimal: a single number lists only when no digit follows it.
    if len(best) == 1 and text[best[0].end : best[0].end + 1].isdigit():
        return []
    return best


def _marker(match: re.Match[str]) -> _Marker:
    style = match.lastgroup or ""
    written = match[style]
    if style == "circled":
        value = _CIRCLED.index(written) + 1
    elif written[0] in _DIGITS:
        value = int(written)
    else:
        value = _chinese(written)
        style += "-chinese"
    return _Marker(style, value, match.start(), match.end())


def _chinese(written: str) -> int:
    """Return the value of 一 … 九十九."""
    if "十" not in written:
        return _CHINESE.index(written) + 1 if len(written) == 1 else 0
    tens, _, ones = written.partition("十")
    return (_CHINESE.index(tens) + 1 if tens else 1) * 10 + (
        _CHINESE.index(ones) + 1 if ones else 0
    )
