"""What an export prints: plain values, as the cells show them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.rules.spreadsheets import printable

Value = str | dt.date | Decimal

SINGLE, FOUR_SHEETS, PER_UNIT = "single", "four-sheets", "per-unit"
STYLES = (SINGLE, FOUR_SHEETS, PER_UNIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutTask:
    """A task as an export prints it.

    `values` are the cells by field; `measures` the cells of each measure by field; `leads` the
    names of the units that lead; `light` the colour of its lamp; `extra` and `custom` are the
    ledger's own columns and the campaign's, by their headers.
    """

    pk: int
    plan: str
    code: str
    version: int
    light: str
    leads: tuple[str, ...]
    values: Mapping[str, Value]
    measures: tuple[Mapping[str, Value], ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutPlan:
    """A plan whose tasks an export holds."""

    code: str
    name: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above and below the tables: `title`, one line under it, and the footer."""

    title: str
    line: str
    footer: str = ""


def shown(value: Value) -> str:
    """Return a value as one text: what two exports, or an export and a cell, are compared by."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return printable(value.replace("\r\n", "\n").replace("\r", "\n")).strip()
