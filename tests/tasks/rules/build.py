"""Histories for rule tests, written the way a person would tell them."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from reports.policy.load import load_shipped
from tasks.rules.facts import Fact, FactType
from tasks.rules.history import History
from tasks.rules.replay import replay
from tasks.rules.terms import MeasureTerms, TaskTerms, read_terms

POLICY = load_shipped("taiyuan-2023").task


def day(text: str) -> dt.date:
    """Return a date; a month and day alone lie in 2023."""
    return dt.date.fromisoformat(text if len(text) == 10 else f"2023-{text}")


def terms(**given: Any) -> TaskTerms:
    """Return the terms of a task led by A from 1 January to 30 June 2023 unless said otherwise.

    Dates are texts; `measures` is a list of (date or None, weight).
    """
    assigned = given.pop("assigned", None)
    start = day(given.pop("start", "01-01"))
    deadline = given.pop("deadline", "06-30")
    measures = given.pop("measures", [])
    written = TaskTerms(
        code="T1",
        leads=("A",),
        start=start,
        assigned=start,
        deadline=day(deadline) if deadline else None,
        measures=tuple(
            MeasureTerms(
                seq=seq, deadline=day(due) if due else None, weight=Fraction(weight), owner="A"
            )
            for seq, (due, weight) in enumerate(measures, start=1)
        ),
        **given,
    )
    return read_terms(written, assigned=day(assigned) if assigned else None)


def facts(*lines: str) -> list[Fact]:
    """Read facts such as `06-20 extension_granted to=09-30 requested_on=06-15`, in file order."""
    read: list[Fact] = []
    for order, line in enumerate(lines, start=1):
        on, type, *values = line.split()
        fields: dict[str, Any] = {}
        for name, value in (pair.split("=") for pair in values):
            if name in ("to", "requested_on"):
                fields[name] = day(value)
            elif name == "percent":
                fields[name] = Fraction(value)
            else:
                fields[name] = value if name == "holder" else int(value)
        read.append(Fact(order=order, on=day(on), type=FactType(type), **fields))
    return read


def history(*lines: str, counted: bool = False, **given: Any) -> History:
    """Replay facts on a task; `counted` lets late extension requests count."""
    return replay(terms(**given), facts(*lines), late_extension_requests_count=counted)


def days(first: str, last: str) -> Iterable[dt.date]:
    """Yield every day from one to the other."""
    at = day(first)
    while at <= day(last):
        yield at
        at += dt.timedelta(days=1)
