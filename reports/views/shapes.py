"""What the templates of judgements print: plain values, ready to show."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from tasks.views.pieces import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A gate and its sentence."""

    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLink:
    """A task a cause is about, with today's light; no address where the person may not see it."""

    key: str
    title: str
    url: str
    colour: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """A cause of a finding, proposed or held back, as a line of a list.

    `tone` colours the kind; `waive` holds the values of the form that waives the slip, empty where
    nobody may or nothing is to be waived.
    """

    kind_label: str
    tone: str
    subject: str
    unit: str
    rule_label: str
    sentences: tuple[str, ...]
    gates: tuple[GateLine, ...] = ()
    tasks: tuple[TaskLink, ...] = ()
    url: str = ""
    state_label: str = ""
    state_tone: str = ""
    on: dt.date | None = None
    note: str = ""
    waive: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewRow:
    """An interview as a line of a list; `on` is the day it was or is to be held."""

    url: str
    number: str
    subject: str
    unit: str
    cause: str
    state_label: str
    state_tone: str
    on: dt.date | None
    rectify_by: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseText:
    """What a decision rests on: the clause as published and how the policy reads it."""

    text: str
    reading: str
    source: str
    policy: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionLine:
    """An exclusion as HR's page lists it; `url` only where the person may withdraw it."""

    name: str
    staff_number: str
    unit: str
    category: str
    conclusion: str
    clause: str
    number: str
    on: dt.date
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCell:
    """A unit's place in a month: none where it was not ranked."""

    score: Decimal | None
    rank: int | None
    bottom: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedUnit:
    """A unit's months in the order of the table's columns."""

    name: str
    url: str
    cells: tuple[MonthCell, ...]
    bottoms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthHead:
    """A month of the table; provisional while it may still be corrected, through `until`."""

    label: str
    provisional: bool
    until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTable:
    """The rankings of a peer group: months across, units down, of whom the person may see."""

    group: str
    months: tuple[MonthHead, ...]
    units: tuple[RankedUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """What one task adds to a month's score."""

    task: str
    title: str
    role: str
    weight: str
    points: str
    colour: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthScore:
    """A unit's month explained: base − deductions + bonus = score, and the tasks behind it."""

    label: str
    provisional: bool
    score: Decimal
    rank: int
    size: int
    bottom: bool
    base: Decimal
    deductions: Decimal
    bonus: Decimal
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A form of a page with its heading and button."""

    title: str
    hint: str
    form: object
    submit: Action
