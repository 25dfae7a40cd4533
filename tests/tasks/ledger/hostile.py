"""Workbooks as damage or malice makes them, each from its number alone."""

import io
import random
import zipfile
from collections.abc import Callable

from tests.data import DATA
from tests.tasks.ledger import books

Parts = dict[str, bytes]
Mutation = Callable[[random.Random], tuple[bytes, str]]

_LEDGERS = [path.read_bytes() for path in sorted((DATA / "ledgers").glob("*.xlsx"))]
_ROWS: books.Rows = [
    ["序号", "任务名称", "牵头单位", "完成时限"],
    [1, "扬尘治理", "大气环境科", "年底前"],
]
_ODS = books.ods({"台账": _ROWS}, blank_rows=1_000_000)
_XLS = books.xls({"台账": _ROWS})
_DAY = (2023, 7, 10, 0, 0, 0)
_SHEET = "xl/worksheets/sheet1.xml"
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)


def _parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            # A fixed time, so that a number gives the same bytes every day.
            archive.writestr(zipfile.ZipInfo(name, _DAY), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _some(chance: random.Random) -> tuple[bytes, str]:
    return chance.choice(
        [*((data, "台账.xlsx") for data in _LEDGERS), (_ODS, "台账.ods"), (_XLS, "台账.xls")]
    )


def _xml_parts(chance: random.Random) -> tuple[Parts, list[str]]:
    parts = _parts(chance.choice([*_LEDGERS, _ODS]))
    return parts, [name for name in parts if name.endswith((".xml", ".rels"))]


def truncated(chance: random.Random) -> tuple[bytes, str]:
    """Return a file cut off somewhere."""
    data, name = _some(chance)
    return data[: chance.randrange(len(data))], name


def flipped(chance: random.Random) -> tuple[bytes, str]:
    """Return a file with some bytes changed."""
    data, name = _some(chance)
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 40, 400))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed), name


def swapped(chance: random.Random) -> tuple[bytes, str]:
    """Return a file two parts of which changed places."""
    parts, names = _xml_parts(chance)
    one, other = chance.sample(names, 2) if len(names) > 1 else (names[0], "mimetype")
    parts[one], parts[other] = parts[other], parts[one]
    return _packed(parts), "台账.xlsx"


def broken_part(chance: random.Random) -> tuple[bytes, str]:
    """Return a file with a part missing, empty, cut off or damaged."""
    parts, names = _xml_parts(chance)
    name = chance.choice(names)
    body = parts[name]
    cut = body[: chance.randrange(len(body))]
    noise = bytes(chance.randrange(256) for _ in range(200))
    how = chance.choice(("missing", "empty", "cut", "noise", "digits"))
    if how == "missing":
        del parts[name]
    elif how == "digits":
        parts[name] = bytes(
            chance.choice(b"0123456789") if 48 <= byte < 58 and chance.random() < 0.1 else byte
            for byte in body
        )
    else:
        parts[name] = {"empty": b"", "cut": cut, "noise": noise + body}[how]
    return _packed(parts), "台账.xlsx"


def entities(chance: random.Random) -> tuple[bytes, str]:
    """Return a file with a document type, at the start or behind a long comment."""
    parts, names = _xml_parts(chance)
    name = chance.choice(names)
    body = parts[name]
    start = body.find(b"?>") + 2 if body.startswith(b"<?xml") else 0
    comment = b"<!--" + b"x" * chance.choice((0, 5000)) + b"-->"
    parts[name] = comment + _BOMB.split(b"?>")[1] + body[start:].replace(b"</t>", b"&j;</t>", 5)
    return _packed(parts), "台账.xlsx"


def bomb(chance: random.Random) -> tuple[bytes, str]:
    """Return a small file that unpacks to very much."""
    parts = _parts(chance.choice(_LEDGERS))
    size = chance.choice((30, 120)) * 1024 * 1024
    name = chance.choice((_SHEET, "xl/sharedStrings.xml", "xl/media/image1.png"))
    blank = b"<x/>" if name.endswith("png") else parts.get(name, b"<sst/>")
    parts[name] = blank.replace(b"<", b" " * size + b"<", 1)
    return _packed(parts), "台账.xlsx"


def far_cell(chance: random.Random) -> tuple[bytes, str]:
    """Return a file with a cell in the far corner, or dimensions that cannot be."""
    cell = chance.choice(("XFD1048576", "XFD1", "A1048576", "ZZZ9999999", "A0", "XFE1048577"))
    row = "".join(digit for digit in cell if digit.isdigit())
    more = f'<row r="{row}"><c r="{cell}" t="str"><v>x</v></c></row>'.encode()

    def change(body: bytes) -> bytes:
        body = body.replace(b"</sheetData>", more + b"</sheetData>")
        return body.replace(b'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="')

    return books.replaced(chance.choice(_LEDGERS), {_SHEET: change}), "台账.xlsx"


def repeated(chance: random.Random) -> tuple[bytes, str]:
    """Return an .ods that repeats a cell that holds something very often."""
    times = chance.choice((b"16384", b"1048576", b"99999999999"))
    what = chance.choice((b"rows", b"columns"))
    target = b"<table:table-row>" if what == b"rows" else b"<table:table-cell office"
    repeat = target.rstrip(b">").replace(b" office", b"") + (
        b' table:number-%s-repeated="%s"' % (what, times)
    )
    new = repeat + (b">" if what == b"rows" else b" office")
    return books.replaced(
        _ODS, {"content.xml": lambda body: body.replace(target, new, chance.choice((1, 3)))}
    ), "台账.ods"


def merged_everywhere(chance: random.Random) -> tuple[bytes, str]:
    """Return a file whose merged areas cover whole sheets, many times."""
    areas = b"".join(
        b'<mergeCell ref="A%d:XFD1048576"/>' % chance.randrange(1, 9)
        for _ in range(chance.choice((1, 200)))
    )
    merges = b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
    change = {_SHEET: lambda body: body.replace(b"</sheetData>", merges)}
    return books.replaced(_LEDGERS[0], change), "台账.xlsx"


def something_else(chance: random.Random) -> tuple[bytes, str]:
    """Return a file that is no workbook, or one under a wrong name."""
    data, name = _some(chance)
    noise = bytes(chance.randrange(256) for _ in range(chance.choice((1, 500, 5000))))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return chance.choice(
        [
            (data, "台账.pdf"), (data, "台账.xls"), (data, "台账.ods"), (noise, name),
            (ole + noise, "台账.xls"), (_XLS[:1024] + noise + _XLS[1024:], "台账.xls"),
            (b"\x09\x08" + noise, "台账.xls"), (b"<html><table></table></html>", "台账.xls"),
            (b"PK\x03\x04" + noise, name), (b"", name),
        ]
    )  # fmt: skip


MUTATIONS: tuple[Mutation, ...] = (
    truncated, flipped, swapped, broken_part, entities, bomb, far_cell, repeated,
    merged_everywhere, something_else,
)  # fmt: skip


def mutated(number: int) -> tuple[bytes, str, str]:
    """Return the bytes, the file name and the kind of the workbook of a number."""
    mutation = MUTATIONS[number % len(MUTATIONS)]
    data, name = mutation(random.Random(number))  # noqa: S311 - repeatable damage, no secret
    return data, name, mutation.__name__
