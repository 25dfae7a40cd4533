"""Look through a sheet of an .xlsx for what its parser leaves out.

Formats, formulas, errors, hidden columns, and how far the cells reach.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_CHUNK = 4 * 1024 * 1024
_REF = re.compile(rb"\sr=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_STYLE = re.compile(rb"\ss=[\"']([0-9]+)[\"']")
_COL = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"(\w+)=[\"']([^\"']*)[\"']")


@dataclass(slots=True)
class Scanned:
    """Places from 1: `formats` by row and column; the first and last row and column in use."""

    formats: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[int, set[int]] = field(default_factory=dict)
    errors: dict[int, set[int]] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    rows: tuple[int, int] = (0, 0)
    columns: tuple[int, int] = (0, 0)

    @property
    def size(self) -> int:
        """How many cells the area in use has."""
        return (self.rows[1] - self.rows[0] + 1) * (self.columns[1] - self.columns[0] + 1)


def column_number(letters: bytes) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def scan_sheet(archive: zipfile.ZipFile, part: str, styles: Mapping[int, str]) -> Scanned:
    """Return what stands in the part of one sheet; `styles` are the formats that matter."""
    found = Scanned()
    columns: set[bytes] = set()
    first, last = 0, 0
    wanted = b"|".join(str(index).encode() for index in styles)
    for number, (chunk, prefix) in enumerate(_chunks(archive, part)):
        cell = b"<" + prefix + b"c\\b"
        if number == 0:
            _scan_columns(chunk, found)
        # A cell that holds something is no empty element.
        filled = re.findall(cell + rb"[^>]*?\sr=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^/>]*+>", chunk)
        if filled:
            columns.update({letters for letters, _row in filled})
            rows = {int(row) for row in {row for _letters, row in filled}}
            first = min(first or min(rows), *rows)
            last = max(last, *rows)
        if styles:
            pattern = cell + rb"(?=[^>]*?\ss=[\"'](?:" + wanted + rb")[\"'])([^/>]*+)>"
            for match in re.finditer(pattern, chunk):
                _note_format(match[1], styles, found)
        if b"f" in prefix or b"<" + prefix + b"f" in chunk:
            pattern = cell + rb"([^/>]*+)>\s*<" + prefix + rb"f\b"
            for match in re.finditer(pattern, chunk):
                _note(match[1], found.formulas)
        for match in re.finditer(cell + rb"(?=[^>]*?\st=[\"']e[\"'])([^/>]*+)>", chunk):
            _note(match[1], found.errors)
    found.rows = (first, last)
    numbers = [column_number(letters) for letters in columns]
    found.columns = (min(numbers, default=0), max(numbers, default=0))
    return found


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield the part in pieces that end behind a row, with the prefix of its names."""
    prefix: bytes | None = None
    rest = b""
    with archive.open(part) as stream:
        while data := stream.read(_CHUNK):
            rest += data
            if prefix is None:
                match = re.search(rb"<(\w+:)?worksheet\b", rest[:_CHUNK])
                prefix = (match[1] or b"") if match else b""
            cut = rest.rfind(b"</" + prefix + b"row>")
            if cut < 0:
                continue
            cut += len(prefix) + len(b"</row>")
            yield rest[:cut], prefix
            rest = rest[cut:]
    if rest:
        yield rest, prefix or b""


def _note_format(attributes: bytes, styles: Mapping[int, str], found: Scanned) -> None:
    ref, style = _REF.search(b" " + attributes), _STYLE.search(b" " + attributes)
    if ref is not None and style is not None:
        code = styles.get(int(style[1]), "")
        found.formats.setdefault(int(ref[2]), {})[column_number(ref[1])] = code


def _note(attributes: bytes, places: dict[int, set[int]]) -> None:
    ref = _REF.search(b" " + attributes)
    if ref is not None:
        places.setdefault(int(ref[2]), set()).add(column_number(ref[1]))


def _scan_columns(chunk: bytes, found: Scanned) -> None:
    """Note the hidden columns, which stand before the rows."""
    for match in _COL.finditer(chunk[: chunk.find(b"sheetData")]):
        values = dict(_ATTRIBUTE.findall(match[1]))
        if values.get(b"hidden") in (b"1", b"true"):
            low, high = int(values.get(b"min", b"0")), int(values.get(b"max", b"0"))
            found.hidden_columns.update(range(low, min(high, low + 500) + 1))
