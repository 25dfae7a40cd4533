"""What a task of a ledger amounts to in the database, comparable with what is stored."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.rules.unit_names import UnitRegistry
from tasks.choices import DeadlineKind, DutyRole, ReportCycle, TaskKind, TaskType
from tasks.ledger.deadlines import Deadline, read_deadline
from tasks.ledger.model import DONE, LedgerMeasure, LedgerResult, LedgerTask
from tasks.ledger.units.collective import expand_collective
from tasks.models import Task

# What is compared on a second import, with the word a person reads.
LABELS: Mapping[str, Any] = {
    "title": _("任务名称"),
    "campaign": _("攻坚行动"),
    "target": _("目标"),
    "leads": _("牵头单位"),
    "helpers": _("配合单位"),
    "deadline_raw": _("完成时限"),
    "deadline_reading": _("时限读法"),
    "start": _("起始日期"),
    "report_cycle": _("调度频次"),
    "leader_raw": _("责任领导"),
    "person_raw": _("责任人"),
    "remark": _("备注"),
    "extra": _("其他栏目"),
    "custom": _("自定义栏目"),
    "measures": _("措施"),
    "report": _("进展情况"),
    "done": _("是否完成"),
}
_STANDING = (DeadlineKind.ONGOING, DeadlineKind.RECURRING)
_PERCENT = re.compile(
    r"(?:^|(?:完成|进度|进展|达到|达|推进|整治|治理|改造|建设|实施|累计)[^，。；、,;%％\d]{0,8})"
    r"(?P<rate>\d{1,3}(?:\.\d+)?)\s*[%％]"
)
_CENT = Decimal("0.01")
# Kinds of reading that a person has to settle.
UNSETTLED = frozenset((DeadlineKind.AMBIGUOUS, DeadlineKind.RELATIVE))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureContent:
    """A measure with its deadline as written and as read."""

    text: str
    code: str = ""
    deadline_raw: str = ""
    deadline_kind: str = ""
    deadline_reading: Mapping[str, Any] = field(default_factory=dict)
    deadline: dt.date | None = None
    weight: Decimal = Decimal(1)

    @property
    def asked(self) -> bool:
        """Whether its wording leaves the deadline to a person."""
        return self.deadline_reading.get("kind") in UNSETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """The progress a ledger states, to become the opening report."""

    percent: Decimal
    text: str = ""
    problems: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One task: `start` only when the ledger states it; helpers with the word they came from.

    `settled` says that nobody has to read the deadline before the task can be issued.
    """

    code: str
    title: str
    campaign: str = ""
    target: str = ""
    remark: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, str] = field(default_factory=dict)
    kind: str = TaskKind.TASK
    type: str = TaskType.DATED
    start: dt.date | None = None
    begins: dt.date | None = None
    deadline: dt.date | None = None
    deadline_raw: str = ""
    deadline_kind: str = DeadlineKind.DATE
    deadline_reading: Mapping[str, Any] = field(default_factory=dict)
    soft: bool = False
    continues_after: bool = False
    report_cycle: str = ""
    leader_raw: str = ""
    person_raw: str = ""
    leads: tuple[str, ...] = ()
    helpers: tuple[tuple[str, str], ...] = ()
    measures: tuple[MeasureContent, ...] = ()
    report: ReportContent | None = None
    done: bool = False
    settled: bool = True


# ---- from the ledger -------------------------------------------------------------------------


def content_of(task: LedgerTask, registry: UnitRegistry, *, rectification: bool) -> Content:
    """Return what a read task amounts to; its units must be known and its deadline read."""
    deadline = task.deadline or Deadline(raw="", kind="ambiguous")
    # What a person read it as counts; as what it was read before stays, as it does in the database.
    written = task.asked or deadline
    settled = deadline.settled
    report = _report(task.result)
    extra = {name: text for name, text in task.extra.items() if text}
    helpers, open_words = _helpers(task, registry)
    if open_words:
        extra[str(_("未展开的集合词"))] = "、".join(open_words)
    if task.result.evidence:
        extra[str(_("佐证材料"))] = task.result.evidence
    if task.result.actual_finish:
        extra[str(_("实际完成日期"))] = task.result.actual_finish.isoformat()
    if not settled:
        # A draft has no facts yet: what the ledger reports is kept in words.
        extra |= _in_words(task.result)
    return Content(
        code=task.code,
        title=task.title,
        campaign=task.campaign or "",
        target=task.target or "",
        remark=task.remark or "",
        extra=extra,
        kind=TaskKind.RECTIFICATION if rectification else TaskKind.TASK,
        type=_type(deadline),
        start=task.start,
        begins=deadline.start,
        deadline=None if deadline.kind in _STANDING else deadline.date,
        deadline_raw=written.raw,
        deadline_kind=deadline.kind,
        deadline_reading=written.to_json(),
        soft=deadline.soft,
        continues_after=deadline.continues_after and deadline.date is not None,
        report_cycle=_cycle(task.frequency, deadline),
        leader_raw=task.leader or "",
        person_raw=task.person or "",
        leads=tuple(dict.fromkeys(task.codes[name] for name in task.lead)),
        helpers=helpers,
        measures=tuple(_measures(task, deadline)),
        report=report if settled else None,
        done=settled and task.result.status == DONE,
        settled=settled,
    )


def _helpers(
    task: LedgerTask, registry: UnitRegistry
) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Return cooperating units once each, collective words expanded, and words still open."""
    leads = {task.codes[name] for name in task.lead}
    found = {task.codes[name]: "" for name in task.cooperating}
    still_open = []
    for word in task.collective:
        units = expand_collective(word, registry, excluded=task.excluded)
        if not units:
            still_open.append(word)
        for unit in units:
            found.setdefault(unit.code, word)
    return tuple((code, word) for code, word in found.items() if code not in leads), still_open


def _type(deadline: Deadline) -> str:
    if deadline.kind in _STANDING:
        return TaskType.STANDING
    return TaskType.IMMEDIATE if deadline.kind == DeadlineKind.IMMEDIATE else TaskType.DATED


def _cycle(frequency: str | None, deadline: Deadline) -> str:
    """Return the reporting cycle a frequency (每月) or a recurring deadline states."""
    freq = str(deadline.recurrence.get("freq", ""))
    if frequency:
        # Only the repetition matters here, which no date has a part in.
        reading = read_deadline(frequency, plan_year=2000, reference_date=dt.date(2000, 1, 1))
        freq = str(reading.recurrence.get("freq", freq))
    return freq if freq in ReportCycle.values else ""


def _measures(task: LedgerTask, deadline: Deadline) -> Iterator[MeasureContent]:
    """Yield the measures; several dates in the deadline's cell become milestones."""
    for measure in task.measures:
        yield _measure(measure)
    dated = any(measure.deadline and measure.deadline.date for measure in task.measures)
    if len(deadline.nodes) < 2 or dated:
        return
    reached = Decimal(0)
    for node in deadline.nodes:
        weight, reached = _node_weight(node.what, reached)
        yield MeasureContent(
            text=node.what or str(_("时间节点")),
            deadline_raw=deadline.raw,
            deadline_kind=DeadlineKind.DATE,
            deadline=node.date,
            weight=weight,
        )


def _node_weight(what: str, reached: Decimal) -> tuple[Decimal, Decimal]:
    """Return the weight of a milestone: what 80% adds to the share reached before it, else 1."""
    if what.endswith("%"):
        share = Decimal(what.removesuffix("%"))
        if share > reached:
            return share - reached, share
    return Decimal(1), reached


def _measure(measure: LedgerMeasure) -> MeasureContent:
    reading = measure.deadline
    if reading is None:
        return MeasureContent(text=measure.text, code=measure.code)
    written = measure.asked or reading
    return MeasureContent(
        text=measure.text,
        code=measure.code,
        deadline_raw=written.raw,
        deadline_kind=reading.kind,
        deadline_reading=written.to_json(),
        deadline=reading.date if reading.settled and reading.kind not in _STANDING else None,
    )


def _report(result: LedgerResult) -> ReportContent | None:
    """Return the opening report, none when the ledger reports nothing."""
    stated = (result.progress, result.problems, result.next)
    if not any(stated) and result.percent is None:
        return None
    return ReportContent(
        percent=reported_percent(result),
        text=result.progress or "",
        problems=result.problems or "",
        next_step=result.next or "",
    )


def reported_percent(result: LedgerResult) -> Decimal:
    """Return the percent a ledger reports: its own column's, 100 when done, 完成58%, else 0."""
    if result.percent is not None:
        return Decimal(str(result.percent)).quantize(_CENT)
    if result.status == DONE:
        return Decimal(100)
    rates = {match["rate"] for match in _PERCENT.finditer(result.progress or "")}
    if len(rates) != 1:
        return Decimal(0)
    return min(Decimal(rates.pop()).quantize(_CENT), Decimal(100))


def _in_words(result: LedgerResult) -> dict[str, str]:
    words = {
        str(_("台账进展")): result.progress,
        str(_("台账存在问题")): result.problems,
        str(_("台账下一步计划")): result.next,
        str(_("台账是否完成")): {DONE: str(_("是"))}.get(result.status or ""),
    }
    return {name: text for name, text in words.items() if text}


# ---- from the database -----------------------------------------------------------------------


def content_of_stored(task: Task) -> Content:
    """Return what a stored task amounts to; prefetch its lists, opening reports and closures."""
    duties = sorted(task.responsibilities.all(), key=lambda duty: (duty.position, duty.pk))
    opening = next((report for report in task.reports.all() if report.opening), None)
    return Content(
        code=task.code,
        title=task.title,
        campaign=task.campaign.name if task.campaign else "",
        target=task.target,
        remark=task.remark,
        extra=task.extra,
        custom=task.custom,
        kind=task.kind,
        type=task.type,
        start=task.start,
        deadline=task.original_deadline,
        deadline_raw=task.deadline_raw,
        deadline_kind=task.deadline_kind,
        deadline_reading=task.deadline_reading,
        soft=task.soft,
        continues_after=task.continues_after,
        report_cycle=task.report_cycle,
        leader_raw=task.leader_raw,
        person_raw=task.person_raw,
        leads=tuple(duty.unit.code for duty in duties if duty.role == DutyRole.LEAD),
        helpers=tuple(
            (duty.unit.code, duty.collective) for duty in duties if duty.role != DutyRole.LEAD
        ),
        measures=tuple(
            MeasureContent(
                text=measure.text,
                code=measure.code,
                deadline_raw=measure.deadline_raw,
                deadline_reading=measure.deadline_reading,
                deadline=measure.deadline,
            )
            for measure in sorted(task.measures.all(), key=lambda measure: measure.seq)
        ),
        report=ReportContent(
            percent=opening.percent,
            text=opening.text,
            problems=opening.problems,
            next_step=opening.next_step,
        )
        if opening is not None
        else None,
        done=bool(task.closures.all()),
    )
