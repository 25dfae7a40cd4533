"""What an import read from a workbook, and its public JSON."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.ledger.deadlines import Deadline
from tasks.ledger.out.model import OutPlan

OPEN, DONE = "open", "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An error or warning at a place of the workbook, with a sentence for a person.

    `task` is the code of the task it belongs to and `owner` that task's key, both empty when it
    belongs to none; `row` and `col` are empty when it concerns a whole sheet. `suggestions` are
    registered names that may have been meant, the likest first: each is a correction ready to take.
    """

    code: str
    sheet: str
    row: int | None
    col: str = ""
    message: str
    task: str = ""
    owner: tuple[str, int] | None = None
    value: Any = None
    suggestions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        payload: dict[str, Any] = {"code": self.code, "sheet": self.sheet, "row": self.row}
        if self.col:
            payload["col"] = self.col
        payload["message"] = self.message
        if self.task:
            payload["task"] = self.task
        if self.suggestions:
            payload["suggestions"] = list(self.suggestions)
        return payload if self.value is None else {**payload, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMeasure:
    """A measure of a task; `dated` says that the ledger has a column for its deadline.

    `asked` is as `LedgerTask.asked`.
    """

    seq: int
    text: str
    code: str = ""
    deadline: Deadline | None = None
    dated: bool = False
    asked: Deadline | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        payload: dict[str, Any] = {"seq": self.seq, "text": self.text}
        if self.code:
            payload["code"] = self.code
        if self.dated:
            payload["deadline"] = self.deadline.to_cell_json() if self.deadline else None
        return payload


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerResult:
    """What a ledger reports about a task; `percent` is a number from 0 to 100 when one is given."""

    progress: str | None = None
    status: str | None = None
    problems: str | None = None
    next: str | None = None
    evidence: str | None = None
    actual_finish: dt.date | None = None
    percent: float | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing was reported."""
        return self == LedgerResult()

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        payload = {
            "progress": self.progress,
            "status": self.status,
            "problems": self.problems,
            "next": self.next,
            "evidence": self.evidence,
            "actual_finish": self.actual_finish.isoformat() if self.actual_finish else None,
        }
        return payload if self.percent is None else {**payload, "percent": self.percent}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTask:
    """A task as read: names of known units are the register's, `codes` says which they are.

    Of an export of ours: the code of its plan where the file holds several, and what its cells
    show by field (`printed`).
    `asked` is how the deadline's wording was read before a person said what it means.
    """

    code: str
    title: str
    campaign: str | None = None
    target: str | None = None
    lead: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    collective: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    measures: tuple[LedgerMeasure, ...] = ()
    deadline: Deadline | None = None
    start: dt.date | None = None
    leader: str | None = None
    person: str | None = None
    frequency: str | None = None
    result: LedgerResult = field(default_factory=LedgerResult)
    remark: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    rows: tuple[int, int] = (0, 0)
    joined_sheets: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    plan: str = ""
    printed: Mapping[str, Any] | None = None
    asked: Deadline | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Where the task begins: two rows may bear one code."""
        return self.sheet, self.rows[0]

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        payload: dict[str, Any] = {
            "code": self.code,
            "title": self.title,
            "campaign": self.campaign,
            "target": self.target,
            "lead": list(self.lead),
            "cooperating": list(self.cooperating),
            "collective": list(self.collective),
            "measures": [measure.to_json() for measure in self.measures],
            "deadline": self.deadline.to_cell_json() if self.deadline else None,
            "start": self.start.isoformat() if self.start else None,
            "leader": self.leader,
            "person": self.person,
            "frequency": self.frequency,
            "result": self.result.to_json(),
            "remark": self.remark,
            "source": {"sheet": self.sheet, "rows": list(self.rows)},
        }
        if self.joined_sheets:
            payload["joined_sheets"] = list(self.joined_sheets)
        return payload | ({"extra": dict(self.extra)} if self.extra else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A row that is no data, and why."""

    sheet: str
    row: int
    why: str

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {"sheet": self.sheet, "row": self.row, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """A column that has a header, and what it was taken for.

    `field` is blank for a column kept in `extra`; `how` is `learned`, `exact`, `hint` or blank.
    """

    sheet: str
    col: str
    header: str
    field: str
    how: str

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "sheet": self.sheet,
            "col": self.col,
            "header": self.header,
            "field": self.field,
            "how": self.how,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRead:
    """Everything read from one workbook; `plans` are those an export of ours names."""

    file: str
    plan_year: int
    reference_date: dt.date
    title: str = ""
    tasks: tuple[LedgerTask, ...] = ()
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    columns: tuple[ReadColumn, ...] = ()
    plans: tuple[OutPlan, ...] = ()

    @property
    def refused(self) -> frozenset[tuple[str, int]]:
        """Keys of the tasks that have an error and therefore do not land."""
        return frozenset(issue.owner for issue in self.errors if issue.owner is not None)

    def to_json(self) -> dict[str, Any]:
        """Return the public form (import JSON)."""
        return {
            "file": self.file,
            "plan_year": self.plan_year,
            "reference_date": self.reference_date.isoformat(),
            "title": self.title,
            "counts": {
                "tasks": len(self.tasks),
                "measures": sum(len(task.measures) for task in self.tasks),
                "errors": len(self.errors),
                "warnings": len(self.warnings),
                "skipped_rows": len(self.skipped),
            },
            "tasks": [task.to_json() for task in self.tasks],
            "errors": [issue.to_json() for issue in self.errors],
            "warnings": [issue.to_json() for issue in self.warnings],
            "skipped_rows": [row.to_json() for row in self.skipped],
            "columns": [column.to_json() for column in self.columns],
        }
