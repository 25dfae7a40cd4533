"""Acts at random: services and plain model must agree on what is allowed and what follows."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts import clock
from accounts.errors import DomainError
from accounts.models import AuditEntry
from tasks import standards
from tasks.choices import Verdict
from tasks.models import Extension, Task, TaskFact
from tasks.services import closing, extensions, handover, issuing, measures, pausing, progress
from tasks.services.current import columns_as_of, refresh_current
from tasks.services.readings import with_history
from tests.cast import Cast
from tests.making import START, draft_task
from tests.tasks.stateful.plain import PlainTask, Report

AHEAD = st.integers(1, 120)
PERCENT = st.integers(0, 100)


class TaskMachine(RuleBasedStateMachine):
    """One task and its plain twin; `cast` and `put_clock` are set by the test."""

    cast: Cast
    put_clock: Callable[[dt.date], None]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.known: list[int] = []

    def teardown(self) -> None:
        """Take everything back, so that sequences do not meet."""
        transaction.savepoint_rollback(self.savepoint)

    @initialize(deadline=st.one_of(st.none(), st.integers(0, 60)), measured=st.integers(0, 2))
    def draft(self, deadline: int | None, measured: int) -> None:
        """Draft a task due in so many days, or standing."""
        self.put_clock(START)
        due = None if deadline is None else START + dt.timedelta(days=deadline)
        task = draft_task(self.cast, deadline=due, cooperating=(self.cast.water,))
        for number in range(measured):
            issuing.add_measure(
                task,
                text=f"措施{number}",
                owner=self.cast.air,
                deadline=due,
                on=START,
                by=self.cast.supervisor,
            )
        self.pk = task.pk
        self.plain = PlainTask(day=START, original=due, measures=measured, holder="head")

    @property
    def task(self) -> Task:
        """The task as stored now."""
        return Task.objects.get(pk=self.pk)

    @contextmanager
    def expected(self, allowed: bool) -> Iterator[None]:
        """Run an act that must succeed, or must be refused with a sentence and change nothing."""
        before = AuditEntry.objects.count()
        if allowed:
            yield
            assert AuditEntry.objects.count() > before
            return
        try:
            with transaction.atomic():
                yield
        except DomainError as refusal:
            assert str(refusal.message)
        else:
            raise AssertionError("a forbidden act was carried out")
        assert AuditEntry.objects.count() == before

    def act(self, allowed: bool, service: Callable[..., Any], *args: Any, **given: Any) -> bool:
        """Call a service on the model's day; return whether it was to succeed."""
        with self.expected(allowed):
            service(*args, on=self.plain.day, **given)
        return allowed

    # --- Acts -------------------------------------------------------------------------------------

    @rule(days=st.integers(1, 45))
    def days_pass(self, days: int) -> None:
        """Let days pass, and the night's work be done."""
        self.plain.next_day(days)
        self.put_clock(self.plain.day)
        refresh_current(on=self.plain.day)

    @rule()
    def assign(self) -> None:
        """Issue the draft."""
        plain = self.plain
        allowed, by = plain.state == "draft", self.cast.supervisor
        if self.act(allowed, issuing.assign_task, self.task, by=by, gap_reason="先行"):
            plain.fact("open")
            # A deadline before the assignment is read as that day.
            plain.move(plain.original and max(plain.original, plain.day))

    @rule(percent=PERCENT, unchanged=st.booleans())
    def report(self, percent: int, unchanged: bool) -> None:
        """Report progress, or that nothing changed."""
        plain = self.plain
        percent = plain.percent() if unchanged else percent
        given = {"unchanged": True} if unchanged else {"percent": percent, "text": "进展"}
        if self.act(plain.live, progress.submit_report, self.task, by=self.cast.head, **given):
            plain.fact()
            plain.reports.append(Report(percent=percent))

    @rule(accept=st.booleans(), which=st.integers(0, 3))
    def judge_report(self, accept: bool, which: int) -> None:
        """Verify or return one of the reports that wait."""
        plain = self.plain
        rows = list(self.task.reports.order_by("id"))
        if not rows:
            return
        number = (plain.waiting or [len(rows) - 1])[which % max(len(plain.waiting), 1)]
        waits = plain.reports[number].verdict == "waiting"
        allowed = waits and plain.state in ("open", "pending_verification", "suspended")
        if accept:
            done = self.act(allowed, progress.verify_report, rows[number], by=self.cast.supervisor)
        else:
            done = self.act(
                allowed, progress.return_report, rows[number], reason="补", by=self.cast.supervisor
            )
        if done:
            plain.reports[number].verdict = "accepted" if accept else "returned"
            plain.facts += not accept

    @rule(which=st.integers(0, 1))
    def complete_measure(self, which: int) -> None:
        """Tick a measure off."""
        rows = list(self.task.measures.order_by("seq"))
        if which < len(rows):
            allowed = self.plain.live and which not in self.plain.done
            if self.act(allowed, measures.complete_measure, rows[which], by=self.cast.head):
                self.plain.fact()
                self.plain.done.add(which)

    @rule(ahead=AHEAD)
    def ask_for_time(self, ahead: int) -> None:
        """Ask for more time, beyond the deadline in force."""
        plain = self.plain
        to = (plain.deadline or plain.day) + dt.timedelta(days=ahead - 5)
        allowed = plain.can_extend(to)
        service = extensions.request_extension
        if self.act(allowed, service, self.task, to=to, reason="延", by=self.cast.head):
            plain.asked = to

    @rule(grant=st.booleans())
    def decide_on_time(self, grant: bool) -> None:
        """Decide on what was asked."""
        plain = self.plain
        row = Extension.objects.filter(task=self.pk).order_by("-id").first()
        if row is None:
            return
        allowed = plain.asked is not None and plain.live
        if grant:
            done = self.act(allowed, extensions.grant_extension, row, by=self.cast.leader)
        else:
            done = self.act(
                allowed, extensions.refuse_extension, row, reason="不", by=self.cast.leader
            )
        if not done:
            return
        if grant and plain.asked is not None:
            plain.fact()
            plain.extensions.append((plain.asked - plain.in_force(row.requested_on)).days)
            plain.move(plain.asked)
        plain.asked = None

    @rule()
    def apply(self) -> None:
        """Apply for close-out."""
        allowed = self.plain.state == "open"
        service = closing.submit_closure
        if self.act(allowed, service, self.task, text="完成", by=self.cast.head):
            self.plain.fact("pending_verification")

    @rule(accept=st.booleans())
    def check(self, accept: bool) -> None:
        """Check the close-out."""
        row = self.task.closures.order_by("-id").first()
        if row is None:
            return
        allowed = self.plain.state == "pending_verification"
        by = self.cast.supervisor
        if accept:
            done = self.act(allowed, closing.verify_closure, row, by=by)
        else:
            done = self.act(allowed, closing.reject_closure, row, reason="未完成", by=by)
        if done:
            self.plain.fact("completed" if accept else "open")

    @rule(ahead=AHEAD)
    def relapse(self, ahead: int) -> None:
        """Open it again."""
        self._new_deadline("completed", closing.reopen_task, ahead, reason="反弹")

    @rule()
    def suspend(self) -> None:
        """Stop it."""
        allowed = self.plain.state == "open"
        if self.act(allowed, pausing.suspend_task, self.task, reason="等", by=self.cast.supervisor):
            self.plain.fact("suspended")

    @rule(ahead=AHEAD)
    def resume(self, ahead: int) -> None:
        """Let it go on."""
        self._new_deadline("suspended", pausing.resume_task, ahead)

    @rule()
    def terminate(self) -> None:
        """End it."""
        allowed = self.plain.live or self.plain.state == "suspended"
        if self.act(allowed, closing.terminate_task, self.task, reason="止", by=self.cast.leader):
            self.plain.fact("terminated")

    @rule(to=st.sampled_from(["head", "clerk"]))
    def hand_over(self, to: str) -> None:
        """Pass it on within the unit."""
        plain = self.plain
        allowed = (plain.live or plain.state == "suspended") and to != plain.holder
        person = self.cast.named(to)
        if self.act(allowed, handover.hand_over, self.task, to=person, by=self.cast.supervisor):
            plain.fact()
            plain.holder = to

    @rule(who=st.sampled_from(["water_head", "hr", "auditor"]))
    def meddle(self, who: str) -> None:
        """Let somebody try who has nothing to do with it."""
        person = self.cast.named(who)
        with self.expected(allowed=False):
            progress.submit_report(self.task, on=self.plain.day, percent=1, text="x", by=person)

    def _new_deadline(self, state: str, service: Any, ahead: int, **given: Any) -> None:
        plain = self.plain
        to = None if plain.original is None else plain.day + dt.timedelta(days=ahead)
        allowed = plain.state == state
        if self.act(allowed, service, self.task, to=to, by=self.cast.supervisor, **given):
            plain.fact("open")
            plain.move(to)

    # --- What always holds ------------------------------------------------------------------------

    @invariant()
    def nothing_on_record_is_lost(self) -> None:
        """Facts are only ever added, one for each thing that happened."""
        known = list(
            TaskFact.objects.filter(task=self.pk).order_by("id").values_list("id", flat=True)
        )
        assert known[: len(self.known)] == self.known
        assert len(known) == self.plain.facts
        self.known = known

    @invariant()
    def the_columns_are_what_the_plain_task_says(self) -> None:
        """State, deadline, percent, lateness and holder agree with the model."""
        task, plain = self.task, self.plain
        assert task.state == plain.state
        if plain.state == "draft":
            return
        assert task.effective_deadline == plain.deadline
        assert task.counted_percent == plain.percent()
        assert task.overdue_days(on=plain.day) == plain.overdue()
        assert task.holder == self.cast.named(plain.holder)
        waiting = task.reports.filter(verdict=Verdict.WAITING).count()
        assert waiting == len(plain.waiting)

    @invariant()
    def the_columns_equal_the_recomputation(self) -> None:
        """What the night would compute from the facts is what is stored."""
        if self.plain.state == "draft":
            return
        on = self.plain.day
        task = with_history(Task.objects.filter(pk=self.pk)).get()
        for name, value in columns_as_of(task, on, standards.task_policy(on)).items():
            assert getattr(task, name) == value, name
        assert clock.today() == on
