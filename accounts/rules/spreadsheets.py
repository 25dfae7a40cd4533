"""Text that a spreadsheet shows and never runs."""

import re

# Control characters XML cannot hold; a workbook that contains one cannot be opened.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escaped(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before it."""
    printable = _UNPRINTABLE.sub("", text)
    return f"'{printable}" if printable.startswith(_FORMULA_STARTS) else printable
