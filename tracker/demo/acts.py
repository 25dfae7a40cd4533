"""The single acts of a story, each performed by whoever does it in the bureau."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from accounts.models import Unit
from tasks.choices import Verdict
from tasks.models import Task
from tasks.parties import lead_units
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.extensions import request_extension
from tasks.services.issuing import accept_responsibility, assign_task, confirm_deadline
from tasks.services.measures import complete_measure
from tasks.services.progress import return_report, submit_report, verify_report
from tasks.services.slips import answer_slip, deliver_slip, issue_slip
from tracker.demo.stage import Stage

Act = Callable[[], Any]


class Actor:
    """Performs acts on one task as the people of the stage."""

    def __init__(self, stage: Stage, task: Task) -> None:
        self.stage = stage
        self.task = task

    @property
    def lead(self) -> Unit:
        """The unit that leads the task."""
        return lead_units(self.task)[0]

    def accept(self, on: dt.date) -> None:
        """Every unit signs for its part."""
        for duty in self.task.responsibilities.select_related("unit"):
            accept_responsibility(duty, on=on, by=self.stage.principal(duty.unit))

    def accept_standing(self, on: dt.date) -> None:
        """Every unit signs for the standing duty that goes on after the task, if one does."""
        for child in self.task.children.all():
            Actor(self.stage, child).accept(on)

    def report(self, on: dt.date, percent: Any, *, behind: bool = False) -> None:
        """The lead's principal reports progress."""
        words = "进度滞后，" if behind else "按计划推进，"
        submit_report(
            self.task,
            on=on,
            percent=percent,
            text=f"{words}累计完成 {percent}%。",
            next_step="倒排工期，追赶序时进度。" if behind else "按序时进度继续推进。",
            by=self.stage.principal(self.lead),
        )

    def verify(self, on: dt.date) -> None:
        """The supervisor verifies what waits."""
        for report in self.task.reports.filter(verdict=Verdict.WAITING, on__lte=on):
            verify_report(report, on=on, by=self.stage.supervisor, comment="资料齐全，予以通过。")

    def return_last(self, on: dt.date, reason: str) -> None:
        """The supervisor returns the newest report."""
        report = self.task.reports.filter(verdict=Verdict.WAITING).first()
        if report is not None:
            return_report(report, reason=reason, on=on, by=self.stage.supervisor)

    def measure(self, seq: int, on: dt.date) -> None:
        """The measure's owner ticks it off."""
        measure = self.task.measures.get(seq=seq)
        complete_measure(measure, on=on, by=self.stage.principal(measure.owner))

    def slip(
        self, on: dt.date, feedback: int, colour: str = "red", cause: str = "逾期未完成"
    ) -> None:
        """The supervisor issues a slip and it is delivered the same day."""
        slip = issue_slip(
            self.task,
            unit=self.lead,
            cause=cause,
            requirement="请说明滞后原因，提出赶工措施并明确完成时间。",
            on=on,
            by=self.stage.supervisor,
            colour=colour,
            feedback_due=on + dt.timedelta(days=feedback),
        )
        deliver_slip(slip, on=on, by=self.stage.supervisor)

    def answer(self, on: dt.date, text: str) -> None:
        """The lead's principal answers the slips that wait for it."""
        for slip in self.task.slips.filter(unit=self.lead, answered_on=None, delivered_on__lte=on):
            answer_slip(slip, answer=text, on=on, by=self.stage.principal(self.lead))

    def confirm(self, on: dt.date, deadline: dt.date) -> None:
        """The supervisor reads an unclear deadline for good and assigns the draft."""
        confirm_deadline(self.task, deadline=deadline, on=on, by=self.stage.supervisor)
        self.task = assign_task(
            self.task, on=on, by=self.stage.supervisor, gap_reason="台账未列明的内容交办后补齐。"
        )

    def finish_measures(self, on: dt.date) -> None:
        """The owners tick off what is not done yet."""
        for measure in self.task.measures.filter(done_on=None):
            complete_measure(measure, on=on, by=self.stage.principal(measure.owner))

    def request_extension(self, on: dt.date, to: dt.date, reason: str) -> None:
        """The lead's principal asks for more time."""
        request_extension(
            self.task, to=to, reason=reason, on=on, by=self.stage.principal(self.lead)
        )

    def close(self, on: dt.date, text: str) -> None:
        """The lead's principal applies for close-out."""
        submit_closure(self.task, on=on, text=text, by=self.stage.principal(self.lead))

    def verify_closure(self, on: dt.date) -> None:
        """The supervisor checks the close-out."""
        closure = self.task.closures.get(verdict=Verdict.WAITING)
        verify_closure(closure, on=on, by=self.stage.supervisor, comment="现场核查属实，同意销号。")
