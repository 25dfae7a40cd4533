"""The pieces that pages of every app share: lamps, buttons, tabs, numbers, notices, queues."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """A light: colour (`green`, `yellow`, `red`), its word, why it is so, what turns it green."""

    colour: str
    word: str
    sentence: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button: `kind` is `primary`, `danger` or empty; `method` is `get` or `post`.

    `icon` is a name of the sprite; `confirm` a question asked before a post is sent; `version`
    the task's as the page shows it, sent along where a later change must not be overlooked; `data`
    the other names and values that a post carries.
    """

    label: str
    url: str
    kind: str = ""
    method: str = "get"
    icon: str = ""
    confirm: str = ""
    version: int | None = None
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab, or one of a strip of counts; `colour` draws the lamp's shape before the label."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A card of one number; `colour` is `red`, `yellow`, `green`, `blue` or empty."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    colour: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A standing sentence above the page; `kind` is `info`, `success`, `warning` or `error`."""

    text: str
    kind: str = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """Something that waits for the person: a line of a queue on the first page.

    `also` names a more urgent queue of the page in which the same thing stands.
    """

    title: str
    url: str
    lamp: Lamp | None = None
    code: str = ""
    unit: str = ""
    note: str = ""
    due: dt.date | None = None
    due_note: str = ""
    due_colour: str = ""
    also: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A list of waiting work; `more_url` leads to all `count` of them."""

    title: str
    items: tuple[WorkItem, ...]
    count: int
    hint: str = ""
    more_url: str = ""
    empty: str = ""

    @property
    def lit(self) -> bool:
        """Whether any line has a lamp; a column that would be empty is not printed."""
        return any(item.lamp for item in self.items)

    @property
    def placed(self) -> bool:
        """Whether any line names a unit."""
        return any(item.unit for item in self.items)

    @property
    def dated(self) -> bool:
        """Whether any line has a date or says something of one."""
        return any(item.due or item.due_note for item in self.items)

    @property
    def acted(self) -> bool:
        """Whether any line has a button."""
        return any(item.actions for item in self.items)
