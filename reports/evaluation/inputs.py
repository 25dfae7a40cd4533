"""Everything an evaluation reads, as plain data: what was known, gathered once."""

import datetime as dt
from dataclasses import dataclass

from tasks.rules.facts import Fact
from tasks.rules.terms import TaskTerms


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Subject:
    """Whom a finding or interview is about: a unit by code, a person by staff number."""

    kind: str
    id: str

    @classmethod
    def unit(cls, code: str) -> "Subject":
        """Return a unit as a subject."""
        return cls(kind="unit", id=code)

    @classmethod
    def person(cls, staff_number: str) -> "Subject":
        """Return a person as a subject."""
        return cls(kind="person", id=staff_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInput:
    """A unit and the peer group (同类组) it is ranked in."""

    code: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskInput:
    """An assigned task: the key it is printed by, its terms as read, and its facts."""

    key: str
    terms: TaskTerms
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewInput:
    """An interview that was held, and the day it was revoked, if it was."""

    subject: Subject
    held_on: dt.date
    revoked_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterminationInput:
    """A determination of 影响大局 on a task, and the day it was revoked, if it was."""

    task: str
    on: dt.date
    revoked_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is known at `known_at` for judging `year` as of the day `as_of`.

    Facts dated later than `as_of` may be among it: the engine does not count them.
    """

    as_of: dt.date
    year: int
    known_at: dt.datetime
    units: tuple[UnitInput, ...]
    tasks: tuple[TaskInput, ...]
    interviews: tuple[InterviewInput, ...] = ()
    determinations: tuple[DeterminationInput, ...] = ()
