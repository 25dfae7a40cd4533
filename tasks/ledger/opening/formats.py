"""Number formats of an .xlsx: which styles show dates or rates."""

import re
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree as ET

# Formats that have a number instead of a code, those of Chinese Excel among them.
_BUILT_IN: Mapping[int, str] = {
    9: "0%",
    10: "0.00%",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    22: "m/d/yy h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
_BARE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_CODE = re.compile(r"[yed]|m{1,4}(?!.*[hs0#])", re.IGNORECASE)


def shows_date(code: str) -> bool:
    """Whether a format code shows a number as a day or a month."""
    bare = _BARE.sub("", code.split(";")[0])
    return "general" not in bare.lower() and bool(_DATE_CODE.search(bare))


def styles_that_matter(archive: zipfile.ZipFile) -> dict[int, str]:
    """Return the format codes of the cell styles that show a date or a rate, by style index."""
    try:
        root = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 - document types are refused
    except (KeyError, ET.ParseError):
        return {}
    codes = dict(_BUILT_IN)
    for one in root.iterfind(".//{*}numFmts/{*}numFmt"):
        number = one.get("numFmtId", "")
        if number.isascii() and number.isdigit():
            codes[int(number)] = one.get("formatCode", "")
    found = {}
    for index, style in enumerate(root.iterfind(".//{*}cellXfs/{*}xf")):
        number = style.get("numFmtId", "")
        code = codes.get(int(number), "") if number.isascii() and number.isdigit() else ""
        if code and ("%" in code or shows_date(code)):
            found[index] = code
    return found
