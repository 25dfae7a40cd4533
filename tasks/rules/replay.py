"""The state machine of a task: the one table of allowed moves, and the replay of facts by it."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tasks.rules.errors import RuleViolationError
from tasks.rules.facts import Fact, FactType, State
from tasks.rules.history import DeadlineStep, History, Holding, Report, Spell
from tasks.rules.terms import TaskTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a fact needs and does: the states it is allowed in, and the one it leads to.

    `to` None leaves the state as it is; `refusal` is the code of the violation.
    """

    allowed: frozenset[State]
    to: State | None = None
    refusal: str


_IN_WORK = frozenset({State.OPEN, State.PENDING})
_ISSUED = frozenset(State) - {State.DRAFT}

# draft → open ⇄ pending_verification → completed → (relapse) open; open → suspended → open;
# whatever is not completed → terminated.
MOVES: dict[FactType, Move] = {
    FactType.ASSIGNED: Move(
        allowed=frozenset({State.DRAFT}), to=State.OPEN, refusal="already_assigned"
    ),
    FactType.PROGRESS: Move(allowed=_IN_WORK, refusal="not_in_work"),
    # A verdict on a report may come whenever it comes; it moves nothing.
    FactType.PROGRESS_RETURNED: Move(allowed=_ISSUED, refusal="not_assigned"),
    FactType.MEASURE_DONE: Move(allowed=_IN_WORK, refusal="not_in_work"),
    FactType.EXTENSION_GRANTED: Move(allowed=_IN_WORK, refusal="not_in_work"),
    FactType.HANDOVER: Move(allowed=_IN_WORK | {State.SUSPENDED}, refusal="not_in_work"),
    FactType.CLOSURE_SUBMITTED: Move(
        allowed=frozenset({State.OPEN}), to=State.PENDING, refusal="not_open"
    ),
    FactType.CLOSURE_VERIFIED: Move(
        allowed=frozenset({State.PENDING}), to=State.COMPLETED, refusal="not_pending"
    ),
    FactType.CLOSURE_REJECTED: Move(
        allowed=frozenset({State.PENDING}), to=State.OPEN, refusal="not_pending"
    ),
    FactType.REOPENED: Move(
        allowed=frozenset({State.COMPLETED}), to=State.OPEN, refusal="not_completed"
    ),
    FactType.SUSPENDED: Move(
        allowed=frozenset({State.OPEN}), to=State.SUSPENDED, refusal="not_open"
    ),
    FactType.RESUMED: Move(
        allowed=frozenset({State.SUSPENDED}), to=State.OPEN, refusal="not_suspended"
    ),
    FactType.TERMINATED: Move(
        allowed=_IN_WORK | {State.SUSPENDED}, to=State.TERMINATED, refusal="already_ended"
    ),
}


def check_move(state: State, type: FactType) -> None:
    """Raise RuleViolationError when a fact of the type is not allowed in the state."""
    if state not in MOVES[type].allowed:
        code = "not_assigned" if state is State.DRAFT else MOVES[type].refusal
        raise RuleViolationError(code, {"type": type, "state": state})


def check_fact(terms: TaskTerms, facts: Iterable[Fact], new: Fact) -> None:
    """Raise RuleViolationError when the new fact may not join the known ones.

    The whole history is replayed with the fact in its place by date and order, so a fact dated
    back may not contradict a later one either; the violation then names the later fact.
    """
    replay(terms, [*facts, new])


def replay(
    terms: TaskTerms, facts: Iterable[Fact], *, late_extension_requests_count: bool = False
) -> History:
    """Return the history of an assigned task, or raise RuleViolationError at the first bad fact.

    Facts apply by date, then by order; `assigned` facts are part of the terms and are skipped.
    """
    tape = _Tape(terms, late_requests_count=late_extension_requests_count)
    for fact in sorted(facts, key=lambda fact: (fact.on, fact.order)):
        if fact.type is not FactType.ASSIGNED:
            try:
                tape.apply(fact)
            except RuleViolationError as violation:
                about = {"task": terms.code, "type": fact.type, "on": fact.on}
                raise RuleViolationError(violation.code, {**about, **violation.values}) from None
    return tape.history()


class _Tape:
    """Collects a history fact by fact."""

    def __init__(self, terms: TaskTerms, *, late_requests_count: bool) -> None:
        self.terms = terms
        self.late_requests_count = late_requests_count
        self.state = State.OPEN
        self.days: dict[dt.date, State] = {}
        self.steps: list[DeadlineStep] = []
        self.reports: list[Report] = []
        self.holdings: list[Holding] = []
        if terms.responsible is not None:
            self.holdings.append(Holding(since=None, holder=terms.responsible))
        self.submissions: list[dt.date] = []
        self.verifications: list[dt.date] = []
        self.rejections: list[dt.date] = []
        self.done: dict[int, dt.date] = {}
        self.fact_days: list[dt.date] = []

    def apply(self, fact: Fact) -> None:
        """Check the fact against the state and its own values, then take it in."""
        if fact.on < self.terms.assigned:
            raise RuleViolationError("before_assignment", {"assigned": self.terms.assigned})
        check_move(self.state, fact.type)
        if take := _TAKE.get(fact.type):
            take(self, fact)
        self.fact_days.append(fact.on)
        to = MOVES[fact.type].to
        if to is not None:
            self.state = to
            self.days[fact.on] = to

    def take_progress(self, fact: Fact) -> None:
        if fact.percent is None or not 0 <= fact.percent <= 100:
            raise RuleViolationError("percent_out_of_range", {"percent": fact.percent})
        self.reports.append(Report(order=fact.order, on=fact.on, percent=fact.percent))

    def take_return(self, fact: Fact) -> None:
        for index, report in enumerate(self.reports):
            if report.order == fact.about:
                if report.returned_on is not None:
                    raise RuleViolationError("returned_twice", {"report": report.on})
                self.reports[index] = replace(report, returned_on=fact.on)
                return
        raise RuleViolationError("returned_before_report")

    def take_measure(self, fact: Fact) -> None:
        about = {"measure": fact.measure}
        if fact.measure is None or fact.measure not in {m.seq for m in self.terms.measures}:
            raise RuleViolationError("unknown_measure", about)
        if fact.measure in self.done:
            raise RuleViolationError("measure_done_twice", about)
        self.done[fact.measure] = fact.on

    def take_extension(self, fact: Fact) -> None:
        """Take an extension; it counts when requested by the deadline in force on that day.

        Facts of the day of the request that stand before the extension are included (§2).
        """
        self._check_new_deadline(fact)
        requested = fact.requested_on or fact.on
        if requested > fact.on:
            raise RuleViolationError("requested_after_grant", {"requested_on": requested})
        in_force = self.terms.deadline
        for step in self.steps:
            if step.counts and (step.on, step.order) < (requested, fact.order):
                in_force = step.to
        on_time = in_force is None or requested <= in_force
        self.steps.append(
            DeadlineStep(
                order=fact.order,
                on=fact.on,
                to=fact.to,
                requested_on=requested,
                in_force=in_force,
                counts=on_time or self.late_requests_count,
            )
        )

    def take_new_deadline(self, fact: Fact) -> None:
        self._check_new_deadline(fact)
        self.steps.append(DeadlineStep(order=fact.order, on=fact.on, to=fact.to))

    def take_handover(self, fact: Fact) -> None:
        holder = self.holdings[-1].holder if self.holdings else None
        if fact.holder is None or fact.holder == holder:
            raise RuleViolationError("handover_to_holder", {"person": fact.holder})
        self.holdings.append(Holding(since=fact.on, holder=fact.holder))

    def take_submission(self, fact: Fact) -> None:
        self.submissions.append(fact.on)

    def take_verification(self, fact: Fact) -> None:
        self.verifications.append(fact.on)

    def take_rejection(self, fact: Fact) -> None:
        # Handed back by the leader who countersigns: it never reached a check.
        if fact.about is None:
            self.rejections.append(fact.on)

    def history(self) -> History:
        """Return what was collected."""
        return History(
            terms=self.terms,
            state_days=tuple(self.days),
            states=tuple(self.days.values()),
            spells=_open_spells(self.days),
            steps=tuple(self.steps),
            reports=tuple(self.reports),
            report_days=tuple(report.on for report in self.reports),
            holdings=tuple(self.holdings),
            submissions=tuple(self.submissions),
            verifications=tuple(self.verifications),
            rejections=tuple(self.rejections),
            measures_done=self.done,
            fact_days=tuple(self.fact_days),
        )

    def _check_new_deadline(self, fact: Fact) -> None:
        """Refuse a new deadline before the start, or none for a task that has one."""
        if fact.to is None:
            if self.terms.deadline is not None:
                raise RuleViolationError("new_deadline_missing")
        elif fact.to < self.terms.start:
            raise RuleViolationError(
                "new_deadline_before_start", {"to": fact.to, "start": self.terms.start}
            )


_TAKE: dict[FactType, Callable[[_Tape, Fact], None]] = {
    FactType.PROGRESS: _Tape.take_progress,
    FactType.PROGRESS_RETURNED: _Tape.take_return,
    FactType.MEASURE_DONE: _Tape.take_measure,
    FactType.EXTENSION_GRANTED: _Tape.take_extension,
    FactType.REOPENED: _Tape.take_new_deadline,
    FactType.RESUMED: _Tape.take_new_deadline,
    FactType.HANDOVER: _Tape.take_handover,
    FactType.CLOSURE_SUBMITTED: _Tape.take_submission,
    FactType.CLOSURE_VERIFIED: _Tape.take_verification,
    FactType.CLOSURE_REJECTED: _Tape.take_rejection,
}


def _open_spells(days: dict[dt.date, State]) -> tuple[Spell, ...]:
    """Return the stretches of days that ended with the task open."""
    spells: list[Spell] = []
    opened: dt.date | None = None
    is_open = True
    for day, state in days.items():
        if is_open and state is not State.OPEN:
            spells.append(Spell(opened=opened, left=day))
        elif not is_open and state is State.OPEN:
            opened = day
        is_open = state is State.OPEN
    if is_open:
        spells.append(Spell(opened=opened, left=None))
    return tuple(spells)
