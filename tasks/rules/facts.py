"""What can happen to a task, as the rules read it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class State(StrEnum):
    """Where a task stands (状态); overdue and colours are derived, never states."""

    DRAFT = "draft"
    OPEN = "open"
    PENDING = "pending_verification"
    COMPLETED = "completed"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


class FactType(StrEnum):
    """The kinds of facts (事实)."""

    ASSIGNED = "assigned"
    PROGRESS = "progress"
    PROGRESS_RETURNED = "progress_returned"
    MEASURE_DONE = "measure_done"
    EXTENSION_GRANTED = "extension_granted"
    CLOSURE_SUBMITTED = "closure_submitted"
    CLOSURE_VERIFIED = "closure_verified"
    CLOSURE_REJECTED = "closure_rejected"
    REOPENED = "reopened"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    HANDOVER = "handover"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact about a task, counted from its day `on`; facts of a day apply by `order`.

    Which fields a type uses: progress → percent; progress_returned → about (the `order` of the
    report); closure_rejected → about (the application, when its countersigning leader handed it
    back, which is no rejection); measure_done → measure (its number); extension_granted → to,
    requested_on (none: its own day); reopened, resumed → to; handover → holder.
    """

    order: int
    on: dt.date
    type: FactType
    percent: Fraction | None = None
    about: int | None = None
    measure: int | None = None
    to: dt.date | None = None
    requested_on: dt.date | None = None
    holder: str | None = None
