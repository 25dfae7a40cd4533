"""Sort what waits by risk: what is opened one by one, and what may be drawn from."""

from collections.abc import Collection
from dataclasses import dataclass

from tasks.rules.hints import Hint
from tasks.rules.terms import Kind, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A waiting report as risk sees it; `unit_returned`: its unit's sample held a returned one."""

    level: Level
    kind: Kind
    hints: Collection[Hint] = ()
    unit_returned: bool = False


def why_opened(case: Case) -> tuple[str, ...]:
    """Return why a report must be opened one by one; nothing: it may be drawn from.

    Major tasks, rectification, any hint (a jump is one), and the rest of a unit whose sample was
    returned.
    """
    reasons = {
        "major": case.level is Level.MAJOR,
        "rectification": case.kind is Kind.RECTIFICATION,
        "hints": bool(case.hints),
        "unit_returned": case.unit_returned,
    }
    return tuple(code for code, holds in reasons.items() if holds)
