"""What the pages of campaigns and indicators print: plain values, ready to show."""

import datetime as dt
from dataclasses import dataclass

from tasks.views.pieces import Action, Lamp
from tasks.views.shapes import TaskRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRow:
    """A campaign as a line of the list, with the lights of its tasks in work."""

    url: str
    code: str
    name: str
    core: bool
    document: str
    period: str
    tasks: int
    red: int
    yellow: int
    green: int
    completed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRow:
    """A milestone of a stage: `mark` is `done`, `late` or `open`, `label` its word."""

    text: str
    url: str
    unit: str
    on: dt.date
    mark: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """A stage of the roadmap: `phase` is `past`, `now` or `next`, `phase_label` its word."""

    number: int
    name: str
    goal: str
    starts_on: dt.date
    ends_on: dt.date
    phase: str
    phase_label: str
    note: str
    summary: str
    milestones: tuple[MilestoneRow, ...]
    more: int
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleGroup:
    """A battle with the tasks that need a look first; `more_url` leads to all `count` of them."""

    name: str
    code: str
    retired: bool
    summary: str
    rows: tuple[TaskRow, ...]
    count: int
    more_url: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """An indicator as a line: `state` is `good`, `behind` or empty, `state_label` its sentence."""

    url: str
    name: str
    battle: str
    unit: str
    baseline: str
    target: str
    reading: str
    on: dt.date | None
    planned: str
    state: str
    state_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRow:
    """A column of a campaign's own."""

    label: str
    kind_label: str
    place_label: str
    required: bool
    options: str
    uses: int
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredRow:
    """A part that was taken out of use."""

    what: str
    name: str
    on: dt.date
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """A reading: what was planned for its day, and what became of it.

    `fate` says why one does not count (更正、撤回、退回), empty where it does; `state` as in
    `IndicatorRow`.
    """

    on: dt.date
    value: str
    planned: str
    gap: str
    state: str
    source: str
    source_url: str
    by: str
    at: dt.datetime
    corrects: str
    fate: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTask:
    """A task that an indicator measures."""

    title: str
    url: str
    code: str
    unit: str
    lamp: Lamp | None
