"""Days overdue (逾期天数) and days left."""

import datetime as dt
from dataclasses import dataclass

from tasks.rules.facts import State
from tasks.rules.history import History
from tasks.rules.periods import DAY


def overdue_days(history: History, at: dt.date, *, after: dt.date | None = None) -> int:
    """Count the days late at `at` (§2), or only those after a day a new holder took over.

    A day counts when it lies after the effective deadline of `at`, is not after `at`, and began
    with the task open: the day of submission counts, days under verification or suspension do
    not. Without a deadline, or with a soft one, 0.
    """
    deadline = history.deadline_at(at)
    if deadline is None or history.terms.soft:
        return 0
    first = max(deadline, after or deadline) + DAY
    total = 0
    for spell in history.spells:
        # A day began open when the day before ended open.
        begin = first if spell.opened is None else max(first, spell.opened + DAY)
        end = at if spell.left is None else min(at, spell.left)
        total += max((end - begin).days + 1, 0)
    return total


def days_left(history: History, at: dt.date) -> int | None:
    """Return the days up to the effective deadline, negative when past, None without one."""
    deadline = history.deadline_at(at)
    return None if deadline is None else (deadline - at).days


def days_after_original(history: History, at: dt.date) -> int:
    """Return the days the original deadline is past, whatever was granted since; 0 without one.

    For a task handed in or closed, up to its submission; shown beside the days that count.
    """
    original = history.terms.deadline
    if original is None or history.terms.soft:
        return 0
    state = history.state_at(at)
    handed_in = history.submitted_on(at) if state in (State.PENDING, State.COMPLETED) else None
    return max(((handed_in or at) - original).days, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueClock:
    """Days overdue on any later day as long as nothing happens: `max(banked, day − anchor)`.

    `anchor` counts like `date.toordinal`; None when the clock stands still (not open, no deadline,
    or a soft one).
    """

    banked: int
    anchor: int | None

    def at(self, day: dt.date) -> int:
        """Return the days overdue on a day not before the newest fact."""
        if self.anchor is None:
            return self.banked
        return max(self.banked, day.toordinal() - self.anchor)


def overdue_clock(history: History, at: dt.date) -> OverdueClock:
    """Return the clock as it stands on the day, for a task's current-state columns."""
    settled = history.last_fact_on(at)
    banked = overdue_days(history, settled)
    deadline = history.deadline_at(at)
    if history.state_at(at) is not State.OPEN or deadline is None or history.terms.soft:
        return OverdueClock(banked=banked, anchor=None)
    return OverdueClock(banked=banked, anchor=max(deadline, settled).toordinal() - banked)
