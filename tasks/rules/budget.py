"""How often and how far a deadline may be extended (延期额度)."""

import datetime as dt
from dataclasses import dataclass

from tasks.rules.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionBudget:
    """At most `times` extensions of together `days` calendar days; no source gives a number."""

    times: int = 2
    days: int = 180


STANDARD = ExtensionBudget()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdrawn:
    """What a request would take beyond the budget: `code` is `times` or `days`.

    `used` and `asked` are in the unit of the code; `latest` is the last day still within it.
    """

    code: str
    used: int
    asked: int
    limit: int
    latest: dt.date | None = None


def used(history: History) -> ExtensionBudget:
    """Return how many extensions count so far, and the days they added in all.

    Reopenings and resumptions bring new deadlines of their own and cost nothing.
    """
    granted = [step for step in history.steps if step.requested_on is not None and step.counts]
    days = sum(
        (step.to - step.in_force).days
        for step in granted
        if step.to is not None and step.in_force is not None
    )
    return ExtensionBudget(times=len(granted), days=days)


def overdrawn(
    history: History, *, to: dt.date, deadline: dt.date, budget: ExtensionBudget
) -> Overdrawn | None:
    """Return what moving the deadline to a day would overdraw, None when the budget holds."""
    spent = used(history)
    if spent.times + 1 > budget.times:
        return Overdrawn(code="times", used=spent.times, asked=1, limit=budget.times)
    asked = (to - deadline).days
    if spent.days + asked > budget.days:
        latest = deadline + dt.timedelta(days=max(budget.days - spent.days, 0))
        return Overdrawn(
            code="days", used=spent.days, asked=asked, limit=budget.days, latest=latest
        )
    return None
