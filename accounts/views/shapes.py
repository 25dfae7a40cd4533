"""What the pages of accounts print: plain values, ready to show."""

import datetime as dt
from dataclasses import dataclass

from accounts.services.audit_anchors import Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button: `kind` is `primary`, `danger` or empty; `method` is `get` or `post`.

    `icon` is a name of the sprite; `confirm` a question asked before a post is sent.
    """

    label: str
    url: str
    kind: str = ""
    method: str = "get"
    icon: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A coloured word; `colour` is `red`, `yellow`, `green`, `blue` or empty."""

    word: str
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person in the list of accounts."""

    url: str
    name: str
    username: str
    staff_number: str
    unit: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHead:
    """A person on their own page, with what is to be known of how they sign in."""

    name: str
    username: str
    staff_number: str
    unit: str
    email: str
    post: str
    roles: str
    marks: tuple[Mark, ...]
    password: str
    ticket: str
    last_login: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditStatus:
    """How the audit chain stands: its head, the newest anchor, the newest verification.

    `waiting` says how far a verification is that has not ended yet.
    """

    head: Anchor
    anchor: Anchor | None
    checked_at: dt.datetime | None
    finding: str
    sound: bool
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """Something that holds from a day to a day: a post, a delegation."""

    name: str
    note: str
    since: dt.date
    until: dt.date | None
    mark: Mark
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """A role somebody holds over a unit; `by` granted it."""

    person_url: str
    person: str
    staff_number: str
    place: str
    role: str
    unit: str
    since: dt.date
    until: dt.date | None
    mark: Mark
    by: str
    actions: tuple[Action, ...]
