"""Write landed tasks in bulk: lists first, then facts in the order they apply, then columns."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import PostKind
from accounts.errors import DomainError
from accounts.models import AuditEntry, Post, Unit, User
from tasks import standards
from tasks.choices import DutyRole, FactType, TaskState, Verdict
from tasks.models import (
    Campaign,
    Closure,
    Measure,
    Plan,
    ProgressReport,
    Responsibility,
    Result,
    Task,
    TaskFact,
)
from tasks.services.current import columns_as_of
from tasks.services.landing.comparing import Change
from tasks.services.landing.content import Content
from tasks.services.readings import with_history

BATCH = 500
_TERMS = (
    "title",
    "target",
    "remark",
    "extra",
    "kind",
    "type",
    "deadline_raw",
    "deadline_kind",
    "deadline_reading",
    "soft",
    "continues_after",
    "report_cycle",
    "leader_raw",
    "person_raw",
)
# Which fields of a ledger each list is made of.
_LISTS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Responsibility, ("leads", "helpers")),
    (Measure, ("measures",)),
    (Result, ("target",)),
)
# The terms `confirm_deadline` settles.
_CONFIRMED = frozenset(("deadline_kind", "type"))
_CURRENT = (
    "state",
    "holder_id",
    "effective_deadline",
    "counted_percent",
    "overdue_banked",
    "overdue_anchor",
    "progress_light",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What every row of one import shares."""

    plan: Plan
    source: str
    assigned: dt.date
    by: User
    units: Mapping[str, Unit]
    campaigns: Mapping[str, Campaign]
    principals: Mapping[int, User]


def principals_on(day: dt.date) -> dict[int, User]:
    """Return the principal of each unit on the day, by the unit's id."""
    posts = (
        Post.objects.on(day)
        .filter(kind=PostKind.PRINCIPAL, user__is_active=True)
        .select_related("user")
        .order_by("since", "-pk")
    )
    return {post.unit_id: post.user for post in posts}


def write_tasks(
    changes: Sequence[Change], drafts: Mapping[str, Task], landing: Landing, entry: AuditEntry
) -> list[Task]:
    """Create the tasks, or change the drafts of the same codes; issue the settled; return all.

    Call it in the transaction of the entry, drafts locked.
    """
    tasks = [_filled(change, drafts.get(change.content.code), landing) for change in changes]
    pairs = [(change.content, task) for change, task in zip(changes, tasks, strict=True)]
    for content, task in pairs:
        _check(task, content, task)
    old = [task for task in tasks if task.pk is not None]
    for model, names in _LISTS:
        touched = [
            task.pk
            for change, task in zip(changes, tasks, strict=True)
            if task.pk is not None and change.touches(*names)
        ]
        for chunk in _chunks(touched):
            model._default_manager.filter(task_id__in=chunk).delete()  # noqa: SLF001
    columns = [field.name for field in Task._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
    Task.objects.bulk_update(old, columns, batch_size=BATCH)
    Task.objects.bulk_create([task for task in tasks if task.pk is None], batch_size=BATCH)
    _write_lists(list(zip(changes, tasks, strict=True)), landing)
    issued = [(content, task) for content, task in pairs if content.settled]
    _write_facts(issued, landing, entry)
    _write_columns([task for _content, task in issued], on=clock.date_of(entry.at))
    return tasks


def _filled(change: Change, task: Task | None, landing: Landing) -> Task:
    """Return the task's row, new or a draft's, with the terms of the ledger."""
    content = change.content
    if task is None:
        task = Task(plan=landing.plan, code=content.code)
    else:
        task.version += 1
        task.discarded_on = None
    # What a person read an unclear deadline as stays, while its wording does.
    confirmed = (
        task.pk is not None
        and not content.settled
        and task.deadline_reading == content.deadline_reading
    )
    for name in _TERMS:
        if not (confirmed and name in _CONFIRMED):
            setattr(task, name, getattr(content, name))
    task.campaign = landing.campaigns.get(content.campaign)
    custom = {**task.custom, **content.custom}
    task.custom = {key: text for key, text in custom.items() if text}
    if change.names is None:
        task.source_document = landing.source
    if not confirmed:
        task.original_deadline = task.effective_deadline = content.deadline
    if change.names is None or change.touches("start", "deadline_raw", "deadline_reading"):
        task.start = _start(content, task.original_deadline, landing.assigned)
    task.state = TaskState.OPEN if content.settled else TaskState.DRAFT
    if content.settled:
        task.assigned_on = landing.assigned
        lead = landing.units[content.leads[0]]
        task.responsible = landing.principals.get(lead.pk)
    return task


def _start(content: Content, deadline: dt.date | None, assigned: dt.date) -> dt.date:
    """Return the start: as stated, as a later period begins, else the assignment.

    A deadline already past keeps its day; the rules read both as the day of assignment.
    """
    start = content.start or max(content.begins or assigned, assigned)
    return min(start, deadline) if deadline is not None else start


def _write_lists(pairs: Iterable[tuple[Change, Task]], landing: Landing) -> None:
    """Write the lists a change touches, anew."""
    duties: list[Responsibility] = []
    measures: list[Measure] = []
    results: list[Result] = []
    for change, task in pairs:
        content = change.content
        if change.touches("leads", "helpers"):
            duties.extend(_duties(content, task, landing))
        measured = content.measures if change.touches("measures") else ()
        for seq, measure in enumerate(measured, start=1):
            row = Measure(
                task=task,
                seq=seq,
                code=measure.code,
                text=measure.text,
                owner=landing.units[content.leads[0]],
                deadline_raw=measure.deadline_raw,
                deadline_kind=measure.deadline_kind,
                deadline_reading=dict(measure.deadline_reading),
                deadline=measure.deadline,
                weight=measure.weight,
            )
            _check(row, content, task)
            measures.append(row)
        if content.target and change.touches("target"):
            results.append(Result(task=task, seq=1, expected=content.target))
    Responsibility.objects.bulk_create(duties, batch_size=BATCH)
    Measure.objects.bulk_create(measures, batch_size=BATCH)
    Result.objects.bulk_create(results, batch_size=BATCH)


def _duties(content: Content, task: Task, landing: Landing) -> list[Responsibility]:
    named = [(code, "", DutyRole.LEAD) for code in content.leads]
    named += [(code, word, DutyRole.COOPERATING) for code, word in content.helpers]
    return [
        Responsibility(
            task=task,
            unit=landing.units[code],
            role=role,
            position=position,
            collective=word[:100],
        )
        for position, (code, word, role) in enumerate(named)
    ]


def _write_facts(
    issued: Sequence[tuple[Content, Task]], landing: Landing, entry: AuditEntry
) -> None:
    """Write assignment, opening report and close-out application of each task, in that order."""
    facts = [
        _fact(content, task, kind, landing, entry)
        for content, task in issued
        for kind in _fact_types(content)
    ]
    TaskFact.objects.bulk_create(facts, batch_size=BATCH)
    written = {(fact.task_id, fact.type): fact for fact in facts}
    reports = [
        _report(content, task, written[task.pk, FactType.PROGRESS], landing, entry)
        for content, task in issued
        if content.report is not None
    ]
    ProgressReport.objects.bulk_create(reports, batch_size=BATCH)
    closures = [
        _closure(content, task, written[task.pk, FactType.CLOSURE_SUBMITTED], landing, entry)
        for content, task in issued
        if content.done
    ]
    Closure.objects.bulk_create(closures, batch_size=BATCH)


def _fact_types(content: Content) -> list[FactType]:
    """Return what happened to a landed task on the day of its assignment, in order."""
    stated = {
        FactType.PROGRESS: content.report is not None,
        FactType.CLOSURE_SUBMITTED: content.done,
    }
    return [FactType.ASSIGNED, *(kind for kind, states in stated.items() if states)]


def _fact(
    content: Content, task: Task, kind: FactType, landing: Landing, entry: AuditEntry
) -> TaskFact:
    report = content.report if kind is FactType.PROGRESS else None
    return TaskFact(
        task=task,
        type=kind,
        on=landing.assigned,
        recorded_at=entry.at,
        entry=entry,
        by=landing.by,
        percent=report.percent if report is not None else None,
    )


def _report(
    content: Content, task: Task, fact: TaskFact, landing: Landing, entry: AuditEntry
) -> ProgressReport:
    stated = content.report
    assert stated is not None  # noqa: S101 - the caller picked those with a report
    report = ProgressReport(
        task=task,
        unit=landing.units[content.leads[0]],
        fact=fact,
        on=landing.assigned,
        percent=stated.percent,
        text=stated.text,
        problems=stated.problems,
        next_step=stated.next_step,
        opening=True,
        submitted_by=landing.by,
        submitted_at=entry.at,
        verdict=Verdict.WAITING,
    )
    _check(report, content, task)
    return report


def _closure(
    content: Content, task: Task, fact: TaskFact, landing: Landing, entry: AuditEntry
) -> Closure:
    text = content.report.text if content.report is not None else ""
    closure = Closure(
        task=task,
        submitted_on=landing.assigned,
        text=text or _("台账写明已完成。"),
        submitted_fact=fact,
        submitted_by=landing.by,
        submitted_at=entry.at,
    )
    _check(closure, content, task)
    return closure


def _write_columns(tasks: Sequence[Task], *, on: dt.date) -> None:
    """Fill the current-state columns as the rules read them on the day."""
    policy = standards.task_policy(on)
    for chunk in _chunks([task.pk for task in tasks]):
        fresh = list(with_history(Task.objects.filter(pk__in=chunk)))
        for task in fresh:
            for name, value in columns_as_of(task, on, policy).items():
                setattr(task, name, value)
            task.read_on = on
        names = [name.removesuffix("_id") for name in _CURRENT]
        Task.objects.bulk_update(fresh, [*names, "read_on"], batch_size=BATCH)


def _check(row: Model, content: Content, task: Task) -> None:
    """Refuse values the columns cannot hold, naming the task; relations are checked already."""
    relations = {field.name for field in row._meta.fields if field.is_relation}  # noqa: SLF001
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        sentences = " ".join(text for texts in error.message_dict.values() for text in texts)
        raise DomainError(
            "invalid", _("任务 %(code)s：%(why)s") % {"code": content.code, "why": sentences}
        ) from error


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
