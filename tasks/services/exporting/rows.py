"""Read tasks as an export prints them, chunk by chunk, so that memory does not grow."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.rules.unit_names import UnitRegistry
from accounts.services.unit_names import load_unit_registry
from tasks.choices import (
    ColumnKind,
    ColumnPlace,
    DutyRole,
    ReportCycle,
    TaskState,
    TaskType,
    Verdict,
)
from tasks.ledger.out.columns import DATE, NUMBER, TEXT, OutColumn, own_columns
from tasks.ledger.out.model import OutTask, Value
from tasks.ledger.units.collective import expand_collective
from tasks.lights import lit
from tasks.models import CustomColumn, Measure, ProgressReport, Responsibility
from tasks.models.tasks import TaskQuerySet

CHUNK = 1000
# What stands in place of a deadline that was never worded.
STANDING, UNCLEAR = "长期坚持", "待明确"
_DONE = frozenset({TaskState.PENDING, TaskState.COMPLETED})
_KINDS = {ColumnKind.NUMBER: NUMBER, ColumnKind.DATE: DATE}
_CYCLES = {cycle.value: words for cycle, words in zip(
    (ReportCycle.WEEKLY, ReportCycle.TEN_DAY, ReportCycle.MONTHLY, ReportCycle.QUARTERLY,
     ReportCycle.HALF_YEARLY),
    ("每周", "每旬", "每月", "每季度", "每半年"), strict=True,
)}  # fmt: skip
_COLUMNS = (
    "pk", "plan__code", "code", "version", "title", "campaign_id", "campaign__name", "target",
    "start", "deadline_raw", "original_deadline", "effective_deadline", "type", "report_cycle",
    "leader_raw", "leader__name", "person_raw", "holder__name", "state", "remark", "extra",
    "custom", "light", "newest",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """The other lists of a chunk of tasks, by task; reports by their own id."""

    duties: Mapping[int, Sequence[tuple[str, str, str, str]]]
    measures: Mapping[int, Sequence[Mapping[str, Value]]]
    reports: Mapping[int, Mapping[str, Any]]


@dataclass(slots=True)
class RowReader:
    """Reads the tasks of a queryset as printed on a day; `units` limits the leads named as sheets.

    One reader serves one export: it remembers how collective words expand.
    """

    on: dt.date
    units: frozenset[str] | None = None
    registry: UnitRegistry = field(default_factory=load_unit_registry)
    _columns: dict[int, dict[str, CustomColumn]] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the campaigns' own columns, of which there are few."""
        rows = CustomColumn.objects.filter(place=ColumnPlace.TASK)
        for column in rows.order_by("position", "id"):
            self._columns.setdefault(column.campaign_id, {})[column.key] = column

    def own_columns(self, tasks: TaskQuerySet) -> list[OutColumn]:
        """Return the columns beyond the usual ones that the tasks need."""
        names: set[str] = set()
        for extra in tasks.exclude(extra={}).order_by().values_list("extra", flat=True):
            names.update(extra)
        kinds: dict[str, str] = {}
        campaigns = tasks.exclude(campaign=None).order_by().values_list("campaign_id", flat=True)
        used = {
            (campaign, key)
            for campaign, custom in tasks.exclude(custom={}).values_list("campaign_id", "custom")
            for key in custom
        }
        for campaign in sorted(set(campaigns.distinct())):
            for key, column in self._columns.get(campaign, {}).items():
                if column.closed_on is None or (campaign, key) in used:
                    kind = _KINDS.get(ColumnKind(column.kind), TEXT)
                    same = kinds.setdefault(column.label, kind) == kind
                    kinds[column.label] = kind if same else TEXT
        # PostgreSQL keeps no order of a task's further columns, so they stand by code point.
        return own_columns(sorted(names), list(kinds.items()))

    def read(self, tasks: TaskQuerySet) -> Iterator[OutTask]:
        """Yield the tasks by plan, in the order they were made."""
        newest = (
            ProgressReport.objects.filter(task=OuterRef("pk"))
            .exclude(verdict=Verdict.RETURNED)
            .order_by("-on", "-id")
        )
        rows = (
            lit(tasks, on=self.on)
            .annotate(newest=Subquery(newest.values("pk")[:1]))
            .order_by("plan__code", "pk")
            .values(*_COLUMNS)
        )
        stream = rows.iterator(chunk_size=CHUNK)
        while chunk := list(islice(stream, CHUNK)):
            lists = _lists_of(chunk)
            for row in chunk:
                yield self._task(row, lists)

    def _task(self, row: Mapping[str, Any], lists: _Lists) -> OutTask:
        duties = lists.duties.get(row["pk"], ())
        leads = [(code, name) for role, code, name, _word in duties if role == DutyRole.LEAD]
        report = lists.reports.get(row["newest"] or 0, {})
        draft = row["state"] == TaskState.DRAFT
        values: dict[str, Value] = {
            "title": row["title"],
            "category": row["campaign__name"] or "",
            "target": row["target"],
            "start": row["start"],
            "deadline": row["deadline_raw"] or _deadline(row),
            "frequency": _CYCLES.get(row["report_cycle"], ""),
            "lead": "、".join(name for _code, name in leads),
            "cooperating": "、".join(self._helpers(duties)),
            "leader": row["leader_raw"] or row["leader__name"] or "",
            "person": row["person_raw"] or row["holder__name"] or "",
            "progress": report.get("text", ""),
            "problems": report.get("problems", ""),
            "next": report.get("next_step", ""),
            "status": "是" if row["state"] in _DONE else "否",
            "remark": row["remark"],
        }
        if row["effective_deadline"]:
            values["now"] = row["effective_deadline"]
        if report:
            values["percent"] = report["percent"]
        return OutTask(
            pk=row["pk"],
            plan=row["plan__code"],
            code=row["code"],
            version=row["version"],
            light="" if draft else row["light"],
            leads=tuple(name for code, name in leads if self.units is None or code in self.units),
            values=values,
            measures=tuple(lists.measures.get(row["pk"], ())),
            extra={name: str(text) for name, text in row["extra"].items()},
            custom=self._custom(row),
        )

    def _custom(self, row: Mapping[str, Any]) -> dict[str, Value]:
        columns = self._columns.get(row["campaign_id"], {})
        return {
            columns[key].label: _typed(str(text), columns[key].kind)
            for key, text in row["custom"].items()
            if key in columns
        }

    def _helpers(self, duties: Sequence[tuple[str, str, str, str]]) -> list[str]:
        """Return who cooperates: a collective word where it still means exactly those units."""
        helpers = [duty for duty in duties if duty[0] != DutyRole.LEAD]
        groups: dict[str, set[str]] = defaultdict(set)
        for _role, code, _name, word in helpers:
            groups[word].add(code)
        others = {code for role, code, _name, word in duties if role == DutyRole.LEAD or not word}
        kept = {
            word for word, codes in groups.items() if word and self._means(word) - others == codes
        }
        shown = (word if word in kept else name for _role, _code, name, word in helpers)
        return list(dict.fromkeys(shown))

    def _means(self, word: str) -> frozenset[str]:
        if word not in self._words:
            units = expand_collective(word, self.registry)
            self._words[word] = frozenset(unit.code for unit in units)
        return self._words[word]


def _lists_of(rows: Iterable[Mapping[str, Any]]) -> _Lists:
    keys = [row["pk"] for row in rows]
    duties: dict[int, list[tuple[str, str, str, str]]] = defaultdict(list)
    found = Responsibility.objects.filter(task_id__in=keys, released_on=None)
    columns = ("task_id", "role", "unit__code", "unit__name", "collective")
    for task, *duty in found.order_by("position", "pk").values_list(*columns):
        duties[task].append(tuple(duty))
    measures: dict[int, list[Mapping[str, Value]]] = defaultdict(list)
    names = ("task_id", "code", "text", "deadline_raw", "deadline", "deadline_reading")
    for task, code, text, raw, day, reading in (
        Measure.objects.filter(task_id__in=keys).order_by("seq", "pk").values_list(*names)
    ):
        # A node of the task's own deadline has its wording, which says other days too.
        due = raw if raw and (reading or day is None) else day.isoformat() if day else ""
        measures[task].append({"measure_code": code, "measures": text, "measure_deadline": due})
    newest = [row["newest"] for row in rows if row["newest"]]
    values = ("pk", "percent", "text", "problems", "next_step")
    reports = ProgressReport.objects.filter(pk__in=newest).values(*values)
    return _Lists(
        duties=duties, measures=measures, reports={report["pk"]: report for report in reports}
    )


def _deadline(row: Mapping[str, Any]) -> str:
    if row["original_deadline"]:
        return str(row["original_deadline"].isoformat())
    return STANDING if row["type"] == TaskType.STANDING else UNCLEAR


def _typed(text: str, kind: str) -> Value:
    """Return a campaign's own value as a number or date where it is one."""
    try:
        if kind == ColumnKind.NUMBER:
            return Decimal(text)
        return dt.date.fromisoformat(text) if kind == ColumnKind.DATE else text
    except (ValueError, InvalidOperation):
        # Written before the column had this kind.
        return text
