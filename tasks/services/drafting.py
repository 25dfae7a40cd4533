"""Write drafts: a task with its four lists as one sheet, changed until it is issued."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.scopes import Scope, Standing, standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import DeadlineKind, DutyRole, TaskType
from tasks.ledger.deadlines import Deadline, read_deadline
from tasks.models import Measure, Plan, Responsibility, Result, Task
from tasks.permissions import RULES, Act, authorise, refuse_person
from tasks.services.columns import task_columns
from tasks.services.deciding import require_reason
from tasks.services.facts import lock_task
from tasks.services.issuing import NewTask, create_task
from tasks.services.linking import write_links

# Columns of `NewTask` that are no columns of a task, or never change.
_APART = frozenset({"plan", "leads", "cooperating", "deadline", "parent"})
_STANDING = frozenset({DeadlineKind.ONGOING, DeadlineKind.RECURRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A line of the second list; the lines of a draft stand in the order of its units."""

    unit: Unit
    role: str
    duty: str = ""
    liaison: User | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """A line of the third list; `seq` is the number it had (0: a new one).

    `deadline_raw` is the node as written, None to keep it with an unchanged day; `serves` are the
    further tasks the measure serves.
    """

    text: str
    owner: Unit
    seq: int = 0
    deadline: dt.date | None = None
    deadline_raw: str | None = None
    weight: Decimal = Decimal(1)
    expected_output: str = ""
    proof_required: str = ""
    serves: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A draft as it is to be: its terms and the lines of the second, third and fourth list.

    The units of `terms` are those of `duties`, which therefore leave them empty.
    """

    terms: NewTask
    duties: tuple[DutyLine, ...] = ()
    measures: tuple[MeasureLine, ...] = ()
    results: tuple[str, ...] = ()
    custom: Mapping[str, object] = field(default_factory=dict)


def read_wording(raw: str, *, plan: Plan, reference: dt.date) -> Deadline:
    """Return how a deadline's wording reads in a plan, on the day of its document."""
    return read_deadline(raw, plan_year=plan.year, reference_date=plan.issued_on or reference)


def deadline_terms(reading: Deadline, *, chosen: dt.date | None) -> dict[str, Any]:
    """Return the columns of `NewTask` that a wording and the day a person read in it amount to.

    A wording that says its day needs none chosen, and contradicts any other (`deadline_differs`);
    one that does not keeps the task a draft until a day is chosen.
    """
    standing = reading.kind in _STANDING
    read = None if standing else reading.date
    if reading.settled and chosen is not None and chosen != read:
        raise DomainError(
            "deadline_differs",
            _("时限原文“%(raw)s”读作 %(read)s，与填写的 %(chosen)s 不一致，请改正其中一处。")
            % {"raw": reading.raw, "read": read or _("没有时限"), "chosen": chosen},
            fields={"deadline": _("与原文不一致")},
        )
    settled = reading.settled or chosen is not None
    kind = reading.kind if reading.settled or chosen is None else DeadlineKind.DATE
    types = {DeadlineKind.IMMEDIATE: TaskType.IMMEDIATE}
    return {
        "deadline": (chosen or read) if settled else None,
        "deadline_raw": reading.raw,
        "deadline_kind": kind,
        "deadline_reading": reading.to_json(),
        "soft": reading.soft,
        "continues_after": reading.continues_after and (chosen or read) is not None,
        "type": TaskType.STANDING
        if standing
        else types.get(DeadlineKind(reading.kind), TaskType.DATED),
    }


@transaction.atomic
def write_draft(sheet: Sheet, *, on: dt.date, by: User, task: Task | None = None) -> Task:
    """Save a draft as the sheet says, a new one or an existing one changed; return it.

    A line that is no longer there is taken out of the draft; the audit log keeps how it read.
    Raises `no_lead`, `unit_twice`, `owner_not_involved`, `column_value` and `invalid`.
    """
    duties = tuple(sorted(sheet.duties, key=lambda line: line.role != DutyRole.LEAD))
    terms = replace(
        sheet.terms,
        leads=tuple(line.unit for line in duties if line.role == DutyRole.LEAD),
        cooperating=tuple(line.unit for line in duties if line.role != DutyRole.LEAD),
        custom=task_columns(sheet.terms.campaign, sheet.custom, on=on),
    )
    if task is None:
        task = lock_task(create_task(terms, on=on, by=by))
        _write_lists(task, duties, sheet, standing=standing_of(by, on=on))
        return lock_task(task)
    task = lock_task(task)
    standing = authorise(Act.EDIT, task, on=on, by=by)
    _require_scope(terms.leads, on=on, by=by)
    if not terms.leads:
        raise DomainError("no_lead", _("任务必须有牵头单位。"), fields={"leads": _("请填写")})
    if len({line.unit.pk for line in duties}) < len(duties):
        raise DomainError("unit_twice", _("同一单位在一项任务中只能出现一次。"))
    before = _snapshot(task)
    for name in terms.__dataclass_fields__:
        if name not in _APART:
            setattr(task, name, getattr(terms, name))
    task.original_deadline = task.effective_deadline = terms.deadline
    task.version += 1
    save_checked(task)
    _write_lists(task, duties, sheet, standing=standing)
    after = _snapshot(Task.objects.get(pk=task.pk))
    changed = [name for name in after if after[name] != before[name]]
    audit.record(
        "task.edit",
        task,
        by=by,
        summary=_("修改草稿：%(what)s") % {"what": "、".join(changed) or _("没有变化")},
        data={
            "on": on.isoformat(),
            "before": {name: before[name] for name in changed},
            "after": {name: after[name] for name in changed},
        },
    )
    return lock_task(task)


@transaction.atomic
def discard_draft(task: Task, *, reason: str, on: dt.date, by: User) -> Task:
    """Give a draft up for a reason; it is kept, and its number is not used again."""
    reason = require_reason(reason, _("作废草稿必须写明理由。"))
    task = lock_task(task)
    authorise(Act.DISCARD, task, on=on, by=by)
    audit.record(
        "task.discard",
        task,
        by=by,
        summary=_("作废草稿：%(reason)s") % {"reason": reason[:200]},
        data={"on": on.isoformat(), "reason": reason},
    )
    task.discarded_on = on
    task.version += 1
    save_checked(task, only=["discarded_on", "version"])
    return task


def drafting_scope(by: User, *, on: dt.date) -> Scope:
    """Return the units whose tasks the person may draft; refuse who may draft none."""
    scope = standing_of(by, on=on).scope(Role.SUPERVISOR)
    if not scope.roots:
        raise refuse_person(RULES[Act.EDIT], by)
    return scope


def _require_scope(leads: Iterable[Unit], *, on: dt.date, by: User) -> None:
    scope = drafting_scope(by, on=on)
    if not all(scope.holds(unit) for unit in leads):
        raise refuse_person(RULES[Act.EDIT], by)


def _write_lists(
    task: Task, duties: tuple[DutyLine, ...], sheet: Sheet, *, standing: Standing
) -> None:
    _write_duties(task, duties)
    involved = {line.unit.pk for line in duties}
    for line in sheet.measures:
        if line.owner.pk not in involved:
            raise DomainError(
                "owner_not_involved",
                _("措施责任单位“%(unit)s”既不牵头也不配合这项任务。") % {"unit": line.owner.name},
                fields={"owner": _("须为牵头或配合单位")},
            )
    _write_measures(task, sheet.measures, standing=standing)
    _write_results(task, sheet.results)


def _write_duties(task: Task, lines: tuple[DutyLine, ...]) -> None:
    rows = {duty.unit_id: duty for duty in Responsibility.objects.filter(task=task)}
    for position, line in enumerate(lines):
        row = rows.pop(line.unit.pk, None) or Responsibility(task=task, unit=line.unit)
        row.role, row.position, row.duty = line.role, position, line.duty
        row.liaison = line.liaison
        save_checked(row)
    # An owner that takes part no longer owns nothing either: its measures name another below.
    Responsibility.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()


def _write_measures(task: Task, lines: tuple[MeasureLine, ...], *, standing: Standing) -> None:
    rows = {measure.seq: measure for measure in Measure.objects.filter(task=task)}
    kept = {line.seq for line in lines}
    for seq, row in rows.items():
        if seq not in kept:
            write_links(row, task, (), standing=standing)
    Measure.objects.filter(task=task).exclude(seq__in=kept).delete()
    for seq, line in enumerate(sorted(lines, key=lambda line: line.seq or len(rows) + 1), start=1):
        row = rows.get(line.seq) or Measure(task=task)
        row.seq, row.text, row.owner = seq, line.text, line.owner
        if line.deadline_raw is not None or line.deadline != row.deadline:
            row.deadline_raw = line.deadline_raw or ""
        row.deadline = line.deadline
        row.deadline_kind = row.deadline_kind or (DeadlineKind.DATE if line.deadline else "")
        row.weight = line.weight
        row.expected_output, row.proof_required = line.expected_output, line.proof_required
        save_checked(row)
        write_links(row, task, line.serves, standing=standing)


def _write_results(task: Task, lines: tuple[str, ...]) -> None:
    rows = {result.seq: result for result in Result.objects.filter(task=task)}
    for seq, text in enumerate(lines, start=1):
        row = rows.get(seq) or Result(task=task, seq=seq)
        row.expected = text
        save_checked(row)
    Result.objects.filter(task=task, seq__gt=len(lines)).delete()


def _snapshot(task: Task) -> dict[str, Any]:
    """Return a draft in words, to be compared and kept."""
    columns = {
        str(column.verbose_name): str(getattr(task, column.name) or "")
        for column in Task._meta.fields  # noqa: SLF001
        if column.name in NewTask.__dataclass_fields__ and column.name not in _APART
    }
    return {
        **columns,
        str(_("完成时限")): str(task.original_deadline or ""),
        str(_("责任清单")): [
            f"{duty}{duty.duty} {duty.liaison or ''}".strip()
            for duty in task.responsibilities.select_related("unit", "liaison")
        ],
        str(_("措施清单")): [
            f"{row} {row.owner} {row.deadline or ''} {row.weight.normalize():f} "
            f"{row.expected_output} {row.proof_required}"
            for row in task.measures.select_related("owner")
        ],
        str(_("结果清单")): [str(row) for row in task.results.all()],
    }
