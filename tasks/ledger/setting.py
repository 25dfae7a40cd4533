"""What cells are read by, and the issues found on the way."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.rules.unit_names import UnitRegistry
from tasks.ledger.model import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a cell is read by: the register of units, the plan's year, the document's date.

    `exact` takes texts as they stand: an export of ours has no 同上, no list in one cell, and no
    line broken only to fit. `first_leads` makes the first of several responsible units the lead,
    as some towns rule; a 牵头 column names leads only.
    """

    registry: UnitRegistry
    plan_year: int
    reference_date: dt.date
    campaign: str = ""
    exact: bool = False
    owners: Mapping[str, str] = field(default_factory=dict)
    first_leads: bool = False


@dataclass(slots=True)
class Found:
    """Issues gathered while tasks are read."""

    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
