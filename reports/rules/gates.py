"""The gates between a finding and a proposal (rules §4): each says whether it is open, and why.

A date "has passed" from the day after it on. Whatever a gate needs to know arrives as arguments;
its values are what `reports.wording` prints.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Slips that are about a task being late, and about its being behind or poorly handled.
_LATE = frozenset({"red"})
_BEHIND = frozenset({"yellow", "red"})
_LATE_CODES = frozenset({"overdue_days", "overdue_tasks"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate, whether it is open, and the values of its sentence."""

    code: str
    passed: bool
    values: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the gate as it is stored with a proposal."""
        return {"code": self.code, "passed": self.passed, "values": dict(self.values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipNotice:
    """A supervision slip (督办单) on a task, as far as the gate looks at it."""

    task: str
    number: str
    colour: str
    cause: str
    delivered_on: dt.date | None
    feedback_due: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A leader's word that no slip is needed."""

    by: str
    on: dt.date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a slip has to be about for one task: codes of the reasons, and since when.

    A slip delivered on or before `after` was about an earlier time (None: any counts), and one
    whose feedback date is not later than `held_since` came before the person took over.
    """

    task: str
    codes: frozenset[str]
    late_after: dt.date | None = None
    after: dt.date | None = None
    held_since: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was decided earlier on the same cause.

    `what` is `planned` (an interview waits to be held), `held`, `dismissed`, `cancelled` or
    `confirmed`; the cause is not proposed again until the day after `until` (None: not at all).
    """

    what: str
    until: dt.date | None
    reference: str = ""


def go_live_gate(*, met_since: bool, go_live: dt.date) -> Gate:
    """Open when what happened from go-live on meets the cause by itself."""
    code = "go_live" if met_since else "before_go_live"
    return Gate(code=code, passed=met_since, values={"go_live": str(go_live)})


def slip_gate(
    notices: Iterable[Notice],
    slips: Iterable[SlipNotice],
    *,
    rule: str,
    needed: int,
    waiver: Waiver | None,
    on: dt.date,
) -> Gate:
    """Open when enough tasks had a slip on the cause whose feedback date has passed.

    `needed` is how many of the tasks need one: all of a cause that is about one task, the
    threshold's number of one that counts tasks. A leader's waiver opens it.
    """
    if waiver is not None:
        return Gate(
            code="slip_waived",
            passed=True,
            values={"by": waiver.by, "on": str(waiver.on), "reason": waiver.reason},
        )
    by_task: dict[str, list[SlipNotice]] = {}
    for slip in slips:
        by_task.setdefault(slip.task, []).append(slip)
    best = [_best(notice, by_task.get(notice.task, ()), rule=rule, on=on) for notice in notices]
    run_out = [gate for gate in best if gate.passed]
    if len(run_out) >= min(needed, len(best)):
        return run_out[0]
    closed = [gate for gate in best if not gate.passed]
    return max(closed, key=lambda gate: _CLOSED.index(gate.code))


# How far the notice got, the furthest last.
_CLOSED = ("slip_missing", "slip_undelivered", "slip_running")


def _best(notice: Notice, slips: Iterable[SlipNotice], *, rule: str, on: dt.date) -> Gate:
    """Return the gate of one task by the slip that got furthest."""
    found = [Gate(code="slip_missing", passed=False)]
    for slip in slips:
        if not _is_about(slip, notice, rule):
            continue
        values = {
            "number": slip.number,
            "delivered": str(slip.delivered_on or ""),
            "due": str(slip.feedback_due),
        }
        if slip.delivered_on is None or slip.delivered_on > on:
            found.append(Gate(code="slip_undelivered", passed=False, values=values))
        elif slip.feedback_due >= on:
            found.append(Gate(code="slip_running", passed=False, values=values))
        else:
            found.append(Gate(code="slip_run_out", passed=True, values=values))
    order = (*_CLOSED, "slip_run_out")
    return max(found, key=lambda gate: order.index(gate.code))


def _is_about(slip: SlipNotice, notice: Notice, rule: str) -> bool:
    delivered = slip.delivered_on
    if notice.after is not None and delivered is not None and delivered <= notice.after:
        return False
    if notice.held_since is not None and slip.feedback_due <= notice.held_since:
        return False
    named = slip.cause == rule
    if notice.codes - _LATE_CODES and (named or slip.colour in _BEHIND):
        return True
    in_time = notice.late_after is None or delivered is None or delivered > notice.late_after
    return bool(notice.codes & _LATE_CODES) and in_time and (named or slip.colour in _LATE)


def again_gate(past: Iterable[Past], *, on: dt.date) -> Gate:
    """Open when nothing decided earlier on the cause still has to run its time."""
    for one in past:
        if one.until is None or one.until >= on:
            values = {"reference": one.reference, "until": str(one.until or "")}
            return Gate(code=f"again_{one.what}", passed=False, values=values)
    return Gate(code="again", passed=True)


def provisional_gate(*, month_end: dt.date, correctable_until: dt.date, on: dt.date) -> Gate:
    """Open when the ranking of the month can no longer be corrected."""
    final = on > correctable_until
    return Gate(
        code="ranking_final" if final else "ranking_provisional",
        passed=final,
        values={"month": f"{month_end:%Y-%m}", "until": str(correctable_until)},
    )
