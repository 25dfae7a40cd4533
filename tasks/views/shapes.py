"""What the templates of the four lists print: plain values, ready to show.

Views fill these from models and rules; templates only lay them out. A label is already
translated, an address already reversed, an action listed only when the person may take it.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from tasks.views.pieces import Action, Lamp, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task as a line of a list; `due_note` says how far off or late, `due_colour` its colour."""

    pk: int
    url: str
    code: str
    title: str
    lamp: Lamp | None
    level: str
    level_label: str
    state: str
    state_label: str
    unit: str
    person: str = ""
    source: str = ""
    deadline: dt.date | None = None
    deadline_text: str = ""
    due_note: str = ""
    due_colour: str = ""
    percent: Decimal | None = None
    planned: Decimal | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit with the counts of the tasks it leads."""

    url: str
    name: str
    kind_label: str
    total: int
    open: int
    pending: int
    completed: int
    overdue: int
    red: int
    yellow: int
    green: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Verified, self-reported and planned percent side by side, each with its day."""

    verified: Decimal | None
    verified_on: dt.date | None
    claimed: Decimal | None
    claimed_on: dt.date | None
    planned: Decimal | None
    planned_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for somebody's decision, with whom, since when, and what the waiting costs.

    `note` says what it means for the unit: days of a close-out's check are not late days, while a
    report that waits counts as reported and the deadline runs on.
    """

    what: str
    who: str
    since: dt.date
    days: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHead:
    """A task's own facts, as its page and the forms about it print them.

    `lamp` is the task's light; `reasons` are the lamps whose sentences say why (deadline lamp,
    progress lamp), each with what would turn it green.
    """

    url: str
    code: str
    title: str
    plan: str
    lamp: Lamp | None
    reasons: tuple[Lamp, ...] = ()
    level: str
    level_label: str
    kind_label: str
    type_label: str
    state: str
    state_label: str
    unit: str
    start: dt.date | None
    original_deadline: dt.date | None
    effective_deadline: dt.date | None
    deadline_raw: str = ""
    due_note: str = ""
    due_colour: str = ""
    original_note: str = ""
    soft: bool = False
    person: str = ""
    leader: str = ""
    campaign: str = ""
    campaign_url: str = ""
    battle: str = ""
    indicator: str = ""
    indicator_url: str = ""
    source: str = ""
    target: str = ""
    problem: str = ""
    remark: str = ""
    cycle_label: str = ""
    assigned_on: dt.date | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def deadline_moved(self) -> bool:
        """Whether the current deadline is no longer the original one."""
        return self.original_deadline != self.effective_deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A line of the second list: a unit, its role, its people and its acceptance."""

    unit: str
    role_label: str
    lead: bool = False
    unit_url: str = ""
    duty: str = ""
    person: str = ""
    liaison: str = ""
    collective: str = ""
    accepted_on: dt.date | None = None
    accepted_by: str = ""
    due_note: str = ""
    released_on: dt.date | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLink:
    """Another task by its code and title; no `url` where the person may not see it."""

    code: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """A line of the third list; `mark_label` is the word of `mark`.

    `mark` is `done`, `done_late` (after its node), `late` (not done, node past) or `open`; `serves`
    are the further tasks it serves. One of another task that serves this one names that `of`.
    """

    seq: int
    text: str
    mark: str
    mark_label: str
    owner: str = ""
    deadline: dt.date | None = None
    deadline_raw: str = ""
    done_on: dt.date | None = None
    expected_output: str = ""
    proof_required: str = ""
    task_title: str = ""
    task_url: str = ""
    serves: tuple[TaskLink, ...] = ()
    of: TaskLink | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """A line of the fourth list: what is expected and what was achieved."""

    expected: str
    achieved: str = ""
    achieved_on: dt.date | None = None
    task_title: str = ""
    task_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipRow:
    """A supervision slip; `colour` is `blue`, `yellow` or `red`."""

    number: str
    colour: str
    colour_label: str
    unit: str
    requirement: str
    issued_on: dt.date
    feedback_due: dt.date
    delivered_on: dt.date | None = None
    answer: str = ""
    answered_on: dt.date | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """An evidence file; `size` in bytes, `hint` what the checker should notice about it.

    `dated` is the day its content says it is from; `note` says what it replaces, what replaced it
    (`replaced`), or where it was first handed in.
    """

    name: str
    url: str
    size: int
    on: dt.date
    hint: str = ""
    dated: dt.date | None = None
    sha256: str = ""
    replaced: bool = False
    note: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A progress report or close-out application with its verdict.

    `kind_label` says which; `verdict` is a value of `tasks.choices.Verdict`. With a `letter` it
    was entered for `unit` by somebody else (代录); `reading` names its indicator.
    """

    kind_label: str
    on: dt.date
    by: str
    verdict: str
    verdict_label: str
    percent: Decimal | None = None
    text: str = ""
    problems: str = ""
    next_step: str = ""
    unchanged: bool = False
    unit: str = ""
    letter: str = ""
    reading: str = ""
    cause: str = ""
    coordination: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    decided_by: str = ""
    decided_on: dt.date | None = None
    decision: str = ""
    files: tuple[FileRow, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of the history; `tone` is `red`, `yellow`, `green`, `blue` or empty."""

    label: str
    on: dt.date
    text: str
    who: str
    tone: str = ""
    recorded_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message in the inbox; opening `url` marks it as read."""

    url: str
    title: str
    text: str
    at: dt.datetime
    read: bool
    kind_label: str = ""
    tone: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHead:
    """A unit as its page names it."""

    name: str
    kind_label: str
    full_name: str = ""
    parent: str = ""
    principal: str = ""
    liaison: str = ""
    group_label: str = ""
    lamp: Lamp | None = None
    notices: tuple[Notice, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A line of a handover: a task, and what is to be said of it."""

    url: str
    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who holds work in a unit; `why` says why they should hand it over."""

    name: str
    why: str
    tasks: int
    duties: int
    actions: tuple[Action, ...]
