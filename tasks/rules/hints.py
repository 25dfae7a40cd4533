"""What a checker should look at twice (核查提示); a hint never acts by itself.

The fakes are those seen in practice: one paper for several tasks, copied text, material older than
the document that asked for it, 100 % on the last day, sign-offs within seconds, relapse right
after close-out. Every hint carries the values it was made from.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tasks.rules.numbers import HUNDRED, Bound, Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class HintPolicy:
    """From when on something is worth a hint.

    `rise` is percent points in one report, `last_day_rise` the same on the day of the deadline to
    100 %; `copied` the share of a text found elsewhere, of texts of `copied_least` characters and
    more; `signed_off` seconds between submission and verdict; `relapse` days from the verified
    close-out to the reopening.
    """

    rise: Bound
    last_day_rise: Bound
    copied: Bound
    copied_least: int
    signed_off: Bound
    relapse: Bound


USUAL = HintPolicy(
    rise=Bound(comparison=Comparison.AT_LEAST, value=Fraction(50)),
    last_day_rise=Bound(comparison=Comparison.AT_LEAST, value=Fraction(20)),
    copied=Bound(comparison=Comparison.AT_LEAST, value=Fraction(1, 2)),
    copied_least=20,
    signed_off=Bound(comparison=Comparison.LESS_THAN, value=Fraction(60)),
    relapse=Bound(comparison=Comparison.AT_MOST, value=Fraction(90)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something to look at: a stable code and the values of its sentence."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An evidence file: the day it says it is of, and the tasks it was handed in for too.

    `elsewhere` leaves out openly shared use, which is meant to be seen.
    """

    name: str
    dated: dt.date | None = None
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a report or close-out says, beside what was known before it.

    `percent` is None for a close-out; `before` is the task's percent just before. `copied` names
    the tasks whose text is the same, with the share. `issued_on` is the day of the document the
    task came from.
    """

    on: dt.date
    percent: Fraction | None = None
    before: Fraction = Fraction(0)
    deadline: dt.date | None = None
    issued_on: dt.date | None = None
    papers: tuple[Paper, ...] = ()
    copied: Mapping[str, Fraction] = field(default_factory=dict)
    closed_on: dt.date | None = None
    reopened_on: dt.date | None = None


def hints_of(submission: Submission, policy: HintPolicy = USUAL) -> tuple[Hint, ...]:
    """Return everything worth a look about a submission, in a fixed order."""
    return (
        *same_files(submission),
        *same_text(submission, policy),
        *older_than_document(submission),
        *jump(submission, policy),
        *relapse(submission.closed_on, submission.reopened_on, policy),
    )


def same_files(submission: Submission) -> tuple[Hint, ...]:
    """Return a hint for each file that was handed in for another task, not openly shared."""
    return tuple(
        Hint(code="same_file", values={"name": paper.name, "tasks": paper.elsewhere})
        for paper in submission.papers
        if paper.elsewhere
    )


def same_text(submission: Submission, policy: HintPolicy = USUAL) -> tuple[Hint, ...]:
    """Return a hint when enough of the text stands under other tasks."""
    codes = tuple(
        code for code, share in sorted(submission.copied.items()) if policy.copied.holds(share)
    )
    if not codes:
        return ()
    most = max(submission.copied[code] for code in codes)
    return (Hint(code="same_text", values={"tasks": codes, "percent": int(most * 100)}),)


def older_than_document(submission: Submission) -> tuple[Hint, ...]:
    """Return a hint for each file dated before the document; the day itself is not before."""
    issued = submission.issued_on
    return tuple(
        Hint(
            code="before_document",
            values={"name": paper.name, "dated": paper.dated, "issued": issued},
        )
        for paper in submission.papers
        if issued is not None and paper.dated is not None and paper.dated < issued
    )


def jump(submission: Submission, policy: HintPolicy = USUAL) -> tuple[Hint, ...]:
    """Return a hint for a leap to 100 % on the day of the deadline, else for any large leap.

    A close-out counts as 100 %.
    """
    reached = HUNDRED if submission.percent is None else submission.percent
    rise = reached - submission.before
    last_day = submission.deadline is not None and submission.on == submission.deadline
    if last_day and reached == HUNDRED and policy.last_day_rise.holds(rise):
        return (Hint(code="last_day", values={"points": rise, "before": submission.before}),)
    if submission.percent is not None and policy.rise.holds(rise):
        return (Hint(code="jump", values={"points": rise, "before": submission.before}),)
    return ()


def relapse(
    closed_on: dt.date | None, reopened_on: dt.date | None, policy: HintPolicy = USUAL
) -> tuple[Hint, ...]:
    """Return a hint when a closed task was opened again soon after."""
    if closed_on is None or reopened_on is None or reopened_on < closed_on:
        return ()
    days = (reopened_on - closed_on).days
    if not policy.relapse.holds(days):
        return ()
    return (Hint(code="relapse", values={"closed": closed_on, "days": days}),)


def quick_sign_off(
    submitted: dt.datetime, decided: dt.datetime, policy: HintPolicy = USUAL
) -> tuple[Hint, ...]:
    """Return a hint when the verdict came within seconds; for those who look back."""
    waited = Fraction((decided - submitted) // dt.timedelta(seconds=1))
    if not policy.signed_off.holds(waited):
        return ()
    return (Hint(code="quick_sign_off", values={"seconds": int(waited)}),)
