"""Text that a spreadsheet shows and never runs."""

import re

# Characters XML cannot hold; a workbook that contains one cannot be opened.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Text that runs, or that an apostrophe already keeps from running: one more tells them apart.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def printable(text: str) -> str:
    """Return text without the characters a workbook cannot hold."""
    return _UNPRINTABLE.sub("", text)


def escaped(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before it.

    `unescaped` gives back exactly the printable text, also where that begins with apostrophes.
    """
    plain = printable(text)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def unescaped(text: str) -> str:
    """Return the text that `escaped` was given."""
    return text[1:] if _ESCAPED.match(text) else text
