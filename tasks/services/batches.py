"""Report many tasks in one go: each row stands for itself, and a repeated one is done once."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.errors import DomainError
from accounts.models import User
from accounts.services.repeats import first_time
from tasks.models import ProgressReport, Task
from tasks.services.facts import expect_version
from tasks.services.progress import submit_report


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A task to report on: the version the person saw, and what `submit_report` takes.

    `token` and `content` recognise a line that is sent twice (`first_time`); `on` is its own day
    where that is not the batch's.
    """

    task: Task
    values: Mapping[str, Any]
    version: int | None = None
    token: str = ""
    content: Mapping[str, Iterable[object]]
    on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a line: its report, or why it was refused; neither when it was sent before."""

    line: Line
    report: ProgressReport | None = None
    refusal: DomainError | None = None

    @property
    def repeated(self) -> bool:
        """Whether the line had been carried out before."""
        return self.report is None and self.refusal is None


def submit_reports(rows: Iterable[Line], *, on: dt.date, by: User) -> list[Outcome]:
    """Report every row as of the day, each in a transaction of its own; return their outcomes.

    A refused row leaves nothing behind and does not hold up the others. Each report has its own
    audit entry.
    """
    return [_submit(line, on=on, by=by) for line in rows]


def _submit(line: Line, *, on: dt.date, by: User) -> Outcome:
    try:
        with transaction.atomic():
            if not first_time(line.token, line.content, by=by):
                return Outcome(line=line)
            expect_version(line.task, line.version)
            report = submit_report(line.task, on=line.on or on, by=by, **line.values)
            return Outcome(line=line, report=report)
    except DomainError as refusal:
        return Outcome(line=line, refusal=refusal)
