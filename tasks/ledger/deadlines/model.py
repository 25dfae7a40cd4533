"""What a deadline cell means, and how it is written as JSON."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The kinds of deadline.
DATE, MONTH_END, QUARTER_END, HALF_YEAR = "date", "month_end", "quarter_end", "half_year"
RANGE, ONGOING, IMMEDIATE, RECURRING = "range", "ongoing", "immediate", "recurring"
RELATIVE, AMBIGUOUS = "relative", "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineNode:
    """One of several dates in a cell, and what is due then (80%, or words)."""

    date: dt.date
    what: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the node with plain values."""
        node = {"date": self.date.isoformat()}
        return {**node, "what": self.what} if self.what else node


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A deadline as written (`raw`) and as read.

    `date` is the last day, inclusive. `recurrence` has `freq` and details (`day`
    is None where the day within a week, month or quarter is not written); `trigger` has `event`
    and `offset` (ISO 8601, WD for working days). `ambiguous` with a date is a default reading a
    person has to confirm, with the other readings in `alternatives`; without one a person has to
    fill it in. `problem` is `invalid_date` for a day that does not exist, `missing` when the cell
    says there is no deadline, else blank. `note` is a sentence for the person who wrote the cell.
    """

    raw: str
    kind: str
    date: dt.date | None = None
    granularity: str = ""
    start: dt.date | None = None
    recurrence: Mapping[str, object] = field(default_factory=dict)
    nodes: tuple[DeadlineNode, ...] = ()
    continues_after: bool = False
    soft: bool = False
    alternatives: tuple[dt.date, ...] = ()
    trigger: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    problem: str = ""
    cell_type: str = ""

    @property
    def settled(self) -> bool:
        """Whether it needs no person: neither ambiguous nor relative to an event."""
        return self.kind not in (AMBIGUOUS, RELATIVE)

    def to_json(self) -> dict[str, Any]:
        """Return the public form: raw, kind and date always, the rest where it says something."""
        payload: dict[str, Any] = {
            "raw": self.raw,
            "kind": self.kind,
            "date": self.date.isoformat() if self.date else None,
        }
        optional: dict[str, Any] = {
            "granularity": self.granularity,
            "start": self.start.isoformat() if self.start else "",
            "recurrence": dict(self.recurrence),
            "nodes": [node.to_json() for node in self.nodes],
            "continues_after": self.continues_after,
            "soft": self.soft,
            "alternatives": [day.isoformat() for day in self.alternatives],
            "trigger": dict(self.trigger),
            "note": self.note,
            "cell_type": self.cell_type,
        }
        return payload | {name: value for name, value in optional.items() if value}

    def to_cell_json(self) -> dict[str, Any]:
        """Return the form an import prints: without what the kind says already.

        Only a whole year needs its granularity named, since a month_end may be one; a note is
        repeated by the warning at its cell.
        """
        payload = self.to_json()
        if (self.kind, self.granularity) != (MONTH_END, "year"):
            payload.pop("granularity", None)
        payload.pop("note", None)
        if self.recurrence:
            written = {key: value for key, value in self.recurrence.items() if value is not None}
            payload["recurrence"] = written
        return payload
