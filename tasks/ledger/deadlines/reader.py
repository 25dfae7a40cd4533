"""The entrance: what one deadline cell means."""

import datetime as dt
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tasks.ledger.deadlines import model as m
from tasks.ledger.deadlines.days import Context
from tasks.ledger.deadlines.meaning import combine
from tasks.ledger.deadlines.model import Deadline
from tasks.ledger.deadlines.scan import scan
from tasks.ledger.deadlines.tokens import Token, normalise, tokenise
from tasks.ledger.enumerated import item_markers

# No deadline is longer; a paragraph in this column is another column's text.
_LONGEST = 400


def read_deadline(text: str, *, plan_year: int, reference_date: dt.date) -> Deadline:
    """Return what a deadline phrase means.

    A date without a year lies in `plan_year`, never in the year of the import; 本月, 下周 and
    春节前 count from `reference_date`, the date of the document. A day named with 前 or 底前 is
    itself included. What cannot be read is `ambiguous` with a note, never guessed. Any text is
    answered; nothing is raised.
    """
    return _read(text, plan_year, reference_date, get_language())


@lru_cache(maxsize=4096)
def _read(text: str, plan_year: int, reference_date: dt.date, _language: str | None) -> Deadline:
    # The notes are in the reader's language, so the language is part of the key.
    raw = text.strip()
    if not raw:
        note = _("没有写时限，请补充。")
        return Deadline(raw=raw, kind=m.AMBIGUOUS, note=note, problem="missing")
    if len(raw) > _LONGEST:
        note = _("时限栏有 %(count)s 个字，不像时限，请写明日期。") % {"count": len(raw)}
        return Deadline(raw=raw, kind=m.AMBIGUOUS, note=note)
    normal = normalise(_without_numbers(raw))
    tokens = [token for token in tokenise(normal) if token.kind != "space"]
    context = Context(plan_year=plan_year, reference=reference_date)
    return combine(raw, normal, scan(_without_label(tokens)), context)


def _without_numbers(text: str) -> str:
    """Put a line end in the place of each list number (1.…；2.…): they would read as digits."""
    markers = item_markers(text)
    if len(markers) < 2:
        return text
    for marker in reversed(markers):
        text = f"{text[: marker.start]}\n{text[marker.end :]}"
    return text


def _without_label(tokens: list[Token]) -> list[Token]:
    """Drop 完成时限： at the front."""
    if tokens and tokens[0].kind == "label":
        behind = 2 if len(tokens) > 1 and tokens[1].kind == "colon" else 1
        return tokens[behind:]
    return tokens
