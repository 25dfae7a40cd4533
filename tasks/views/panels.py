"""The four panels of a task's page, what waits on it, and its history."""

import datetime as dt
from dataclasses import replace

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.calendar import written
from accounts.choices import Role
from accounts.models import AuditEntry
from accounts.scopes import Standing
from tasks.choices import FactType, Verdict
from tasks.models import (
    Closure,
    Extension,
    Measure,
    ProgressReport,
    Responsibility,
    Slip,
    Task,
)
from tasks.permissions import RULES, Act, acceptance_due, may
from tasks.views import buttons
from tasks.views.checks import checks_of
from tasks.views.files import WITH_EVIDENCE, files_of
from tasks.views.pieces import Action
from tasks.views.shapes import Duty, Event, MeasureRow, ReportRow, ResultRow, SlipRow, TaskLink
from tasks.views.showing import filled_columns, lead_names

_TONES = {
    FactType.PROGRESS: "blue",
    FactType.PROGRESS_RETURNED: "red",
    FactType.MEASURE_DONE: "green",
    FactType.EXTENSION_GRANTED: "yellow",
    FactType.CLOSURE_SUBMITTED: "blue",
    FactType.CLOSURE_VERIFIED: "green",
    FactType.CLOSURE_REJECTED: "red",
    FactType.REOPENED: "red",
    FactType.SUSPENDED: "yellow",
    FactType.TERMINATED: "red",
}


def duties_of(task: Task, standing: Standing) -> list[Duty]:
    """Return the second panel: each unit with its part and its acceptance."""
    seen = standing.scope(*Role)
    return [
        Duty(
            unit=duty.unit.name,
            role_label=duty.get_role_display(),
            lead=duty.role == "lead",
            unit_url=reverse("tasks:unit", args=[duty.unit.code]) if seen.holds(duty.unit) else "",
            duty=duty.duty,
            liaison=duty.liaison.name if duty.liaison else "",
            collective=duty.collective,
            accepted_on=duty.accepted_on,
            accepted_by=duty.accepted_by.name if duty.accepted_by else "",
            due_note=_acceptance_note(duty, on=standing.on),
            released_on=duty.released_on,
            actions=buttons.of_duty(standing, duty),
        )
        for duty in task.responsibilities.all()
    ]


def _acceptance_note(duty: Responsibility, *, on: dt.date) -> str:
    """Return by when a part is to be accepted, or how late it was or is."""
    if duty.task.assigned_on is None or duty.released_on is not None:
        return ""
    due = acceptance_due(duty)
    late = ((duty.accepted_on or on) - due).days
    if duty.accepted_on is not None:
        return _("迟签收 %(days)s 天") % {"days": late} if late > 0 else ""
    if duty.task.state not in RULES[Act.ACCEPT].states:
        return ""
    if late > 0:
        return _("应于 %(due)s 前签收，已超 %(days)s 天") % {"due": written(due), "days": late}
    return _("应于 %(due)s 前签收") % {"due": written(due)}


def measures_of(task: Task, standing: Standing) -> list[MeasureRow]:
    """Return the third panel: the task's own measures, then those of others that serve it."""
    own = list(task.measures.select_related("owner").prefetch_related("also_serves"))
    lent = list(task.served_by.select_related("owner", "task").order_by("task__code", "seq"))
    others = {row.task_id for row in lent} | {
        one.pk for row in own for one in row.also_serves.all()
    }
    visible = Task.objects.visible_to(standing.user, on=standing.on)
    seen = set(visible.filter(pk__in=others).values_list("pk", flat=True)) if others else set()

    def named(other: Task) -> TaskLink:
        url = reverse("tasks:detail", args=[other.pk]) if other.pk in seen else ""
        return TaskLink(code=other.code, title=other.title, url=url)

    on = standing.on
    return [
        *(
            replace(
                measure_row(measure, on=on),
                serves=tuple(named(other) for other in measure.also_serves.all()),
                actions=buttons.of_measure(standing, measure, task),
            )
            for measure in own
        ),
        *(replace(measure_row(measure, on=on), of=named(measure.task)) for measure in lent),
    ]


def measure_row(measure: Measure, *, on: dt.date) -> MeasureRow:
    """Return a measure as a line, with whether it is done, late, done late or open."""
    past = measure.deadline is not None and measure.deadline < on
    if measure.done_on is not None:
        late = measure.deadline is not None and measure.done_on > measure.deadline
        mark, label = ("done_late", _("迟完成")) if late else ("done", _("已完成"))
    else:
        mark, label = ("late", _("已过节点")) if past else ("open", _("未完成"))
    return MeasureRow(
        seq=measure.seq,
        text=measure.text,
        mark=mark,
        mark_label=label,
        owner=measure.owner.name,
        deadline=measure.deadline,
        deadline_raw=measure.deadline_raw,
        done_on=measure.done_on,
        expected_output=measure.expected_output,
        proof_required=measure.proof_required,
    )


def results_of(task: Task) -> list[ResultRow]:
    """Return what the task is expected to show, and what it showed."""
    return [
        ResultRow(
            expected=result.expected, achieved=result.achieved, achieved_on=result.achieved_on
        )
        for result in task.results.all()
    ]


def slips_of(task: Task, standing: Standing) -> list[SlipRow]:
    """Return the supervision slips of a task, newest first."""
    return [
        SlipRow(
            number=slip.number,
            colour=slip.colour,
            colour_label=slip.get_colour_display(),
            unit=slip.unit.name,
            requirement=slip.requirement,
            issued_on=slip.issued_on,
            delivered_on=slip.delivered_on,
            feedback_due=slip.feedback_due,
            answer=slip.answer,
            answered_on=slip.answered_on,
            actions=buttons.of_slip(standing, slip, task),
        )
        for slip in Slip.objects.filter(task=task).select_related("unit", "task")
    ]


def submissions_of(task: Task, standing: Standing) -> list[ReportRow]:
    """Return reports, close-outs and extension requests, newest first."""
    people = ("submitted_by", "decided_by")
    reports = task.reports.select_related(
        *people, "unit", "task__indicator", "task__campaign", "countersignature"
    ).prefetch_related(WITH_EVIDENCE, "task__campaign__columns")
    closures = task.closures.select_related(*people, "countersignature").prefetch_related(
        WITH_EVIDENCE
    )
    revisable = may(standing, Act.REPORT, task)
    rows: list[tuple[dt.date, dt.datetime, ReportRow]] = []
    for report in reports:
        actions = buttons.of_report(standing, report, task)
        rows.append(
            (
                report.on,
                report.submitted_at,
                report_row(report, actions=actions, revisable=revisable),
            )
        )
    for closure in closures:
        actions = buttons.of_closure(standing, closure, task)
        row = closure_row(closure, actions=actions, revisable=revisable)
        rows.append((closure.submitted_on, closure.submitted_at, row))
    for extension in task.extensions.select_related(*people):
        actions = buttons.of_extension(standing, extension, task)
        row = extension_row(extension, actions=actions)
        rows.append((extension.requested_on, extension.submitted_at, row))
    rows += checks_of(task)
    return [row for _day, _moment, row in sorted(rows, key=lambda r: r[:2], reverse=True)]


def report_row(
    report: ProgressReport,
    *,
    actions: tuple[Action, ...] = (),
    hinted: bool = False,
    revisable: bool = False,
) -> ReportRow:
    """Return a progress report as a line; its files are as in `files_of`."""
    return ReportRow(
        kind_label=_("台账期初数") if report.opening else _("进展填报"),
        on=report.on,
        by=report.submitted_by.name,
        verdict=report.verdict,
        verdict_label=report.get_verdict_display(),
        percent=report.percent,
        text=report.text,
        problems=report.problems,
        next_step=report.next_step,
        unchanged=report.unchanged,
        unit=report.unit.name if report.letter else "",
        letter=report.letter,
        reading=_reading(report),
        cause=report.get_cause_display() if report.cause else "",
        coordination=report.coordination,
        columns=filled_columns(report.task.campaign, report.custom) if report.custom else (),
        decided_by=report.decided_by.name if report.decided_by else "",
        decided_on=report.decided_on,
        decision=report.decision,
        files=files_of(report.evidence.all(), hinted=hinted, revisable=revisable),
        actions=actions,
    )


def _reading(report: ProgressReport) -> str:
    indicator = report.task.indicator
    if report.reading is None or indicator is None:
        return ""
    return f"{indicator.name} {report.reading.normalize():f} {indicator.unit}".strip()


def closure_row(
    closure: Closure,
    *,
    actions: tuple[Action, ...] = (),
    hinted: bool = False,
    revisable: bool = False,
) -> ReportRow:
    """Return a close-out application as a line; its files are as in `files_of`."""
    return ReportRow(
        kind_label=_("申请销号"),
        on=closure.submitted_on,
        by=closure.submitted_by.name,
        verdict=closure.verdict,
        verdict_label=closure.get_verdict_display(),
        text=closure.text,
        unit=lead_names(closure.task) if closure.letter else "",
        letter=closure.letter,
        decided_by=closure.decided_by.name if closure.decided_by else "",
        decided_on=closure.decided_on,
        decision=closure.decision,
        files=files_of(closure.evidence.all(), hinted=hinted, revisable=revisable),
        actions=actions,
    )


def extension_row(extension: Extension, *, actions: tuple[Action, ...] = ()) -> ReportRow:
    """Return an extension request as a line."""
    return ReportRow(
        kind_label=_("延期申请"),
        on=extension.requested_on,
        by=extension.submitted_by.name,
        verdict=extension.verdict,
        verdict_label=_decision_label(extension),
        text=_("申请延至 %(to)s：%(reason)s") % {"to": extension.to, "reason": extension.reason},
        decided_by=extension.decided_by.name if extension.decided_by else "",
        decided_on=extension.decided_on,
        decision=extension.decision,
        actions=actions,
    )


def history_of_page(task: Task) -> list[Event]:
    """Return what happened to a task in sentences, newest first."""
    entries = (
        AuditEntry.objects.filter(
            Q(subject_kind="task", subject_id=str(task.pk)) | Q(task_facts__task=task)
        )
        .distinct()
        .select_related("actor")
        .order_by("-seq")
    )
    facts = {fact.entry_id: fact for fact in task.facts.all()}
    events = []
    for entry in entries:
        fact = facts.get(entry.seq)
        imported = entry.action == "ledger.import"
        own = imported or entry.subject_kind == "task"
        events.append(
            Event(
                label=str(FactType(fact.type).label)
                if fact and not imported
                else _label(entry.action),
                on=fact.on if fact else _day_of(entry),
                text=entry.summary if own else (fact.reason if fact else ""),
                who=entry.actor.name if entry.actor else _("系统"),
                tone=_TONES.get(FactType(fact.type), "") if fact else "",
                recorded_at=entry.at,
            )
        )
    return sorted(events, key=lambda event: (event.on, event.recorded_at), reverse=True)


def _day_of(entry: AuditEntry) -> dt.date:
    """Return the day an act says it happened on, else the day it was recorded."""
    on = entry.data.get("on")
    return dt.date.fromisoformat(on) if on else clock.date_of(entry.at)


def _label(action: str) -> str:
    labels = {
        "ledger.import": _("导入台账"),
        "task.create": _("拟定任务"),
        "task.edit": _("修改草稿"),
        "task.discard": _("作废草稿"),
        "approval.submit": _("报审"),
        "task.amend": _("修订表述"),
        "task.personal": _("四个亲自"),
        "task.split": _("分解"),
        "duty.refuse": _("申请退办"),
        "refusal.return": _("不同意退办"),
        "refusal.accept": _("同意退办"),
        "approval.approve": _("立项审核"),
        "approval.return": _("立项退回"),
        "task.confirm_deadline": _("确认时限"),
        "measure.add": _("列出措施"),
        "measure.link": _("关联措施"),
        "measure.unlink": _("取消关联"),
        "measure.complete": _("措施完成"),
        "result.add": _("列出成果"),
        "duty.accept": _("签收"),
        "report.verify": _("核查进展"),
        "extension.request": _("申请延期"),
        "extension.refuse": _("不批准延期"),
        "evidence.add": _("补充佐证"),
        "evidence.revise": _("替换佐证"),
        "slip.issue": _("签发督办单"),
        "slip.deliver": _("送达督办单"),
        "slip.answer": _("反馈督办单"),
        "site_check.record": _("现场核查"),
        "countersignature.sign": _("审签"),
        "look_back.hold": _("回头看"),
    }
    return labels.get(action, _("记录"))


def _decision_label(extension: Extension) -> str:
    labels = {
        Verdict.WAITING: _("待审批"),
        Verdict.ACCEPTED: _("已批准"),
        Verdict.RETURNED: _("未批准"),
    }
    return labels[Verdict(extension.verdict)]
