"""Draft tasks with their four lists, assign them, and accept them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import (
    DeadlineKind,
    DutyRole,
    FactType,
    SourceKind,
    TaskKind,
    TaskLevel,
    TaskState,
    TaskType,
)
from tasks.models import Battle, Campaign, Indicator, Measure, Plan, Responsibility, Result, Task
from tasks.parties import lead_units
from tasks.permissions import Act, authorise, require_unit
from tasks.services.current import refresh
from tasks.services.facts import check_not_future, lock_task, record_fact
from tasks.services.gaps import UNREAD, principal_of, require_closed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a draft starts from; columns as on `Task`, `deadline` being the original one."""

    plan: Plan
    code: str
    title: str
    leads: tuple[Unit, ...]
    cooperating: tuple[Unit, ...] = ()
    start: dt.date
    deadline: dt.date | None = None
    deadline_raw: str = ""
    deadline_kind: str = DeadlineKind.DATE
    deadline_reading: dict[str, Any] = field(default_factory=dict)
    soft: bool = False
    continues_after: bool = False
    campaign: Campaign | None = None
    battle: Battle | None = None
    parent: Task | None = None
    level: str = TaskLevel.ORDINARY
    kind: str = TaskKind.TASK
    type: str = TaskType.DATED
    report_cycle: str = ""
    source_kind: str = SourceKind.DOCUMENT
    source_document: str = ""
    target: str = ""
    problem: str = ""
    remark: str = ""
    leader: User | None = None
    responsible: User | None = None
    custom: dict[str, str] = field(default_factory=dict)
    indicator: Indicator | None = None


@transaction.atomic
def create_task(new: NewTask, *, on: dt.date, by: User) -> Task:
    """Save a draft with its lead and cooperating units; return it.

    Only who supervises every lead unit may. Raises `no_lead`, `unit_twice` and `invalid`.
    """
    standing = standing_of(by, on=on)
    scope = standing.scope(Role.SUPERVISOR)
    if not scope.roots or not all(scope.holds(unit) for unit in new.leads):
        raise NotAllowedError(
            "not_allowed",
            _("只有督办人员可以拟定任务；%(name)s没有这项权限。") % {"name": by.name},
        )
    by.acting_for = standing.acts_for(
        lambda own: all(own.over(unit, Role.SUPERVISOR) for unit in new.leads)
    )
    units = [*new.leads, *new.cooperating]
    if not new.leads:
        raise DomainError("no_lead", _("任务必须有牵头单位。"), fields={"leads": _("请填写")})
    if len({unit.pk for unit in units}) < len(units):
        raise DomainError("unit_twice", _("同一单位在一项任务中只能出现一次。"))
    columns = {
        name: getattr(new, name)
        for name in new.__dataclass_fields__
        if name not in ("leads", "cooperating", "deadline")
    }
    task = Task(original_deadline=new.deadline, effective_deadline=new.deadline, **columns)
    save_checked(task)
    for position, unit in enumerate(units):
        role = DutyRole.LEAD if position < len(new.leads) else DutyRole.COOPERATING
        save_checked(Responsibility(task=task, unit=unit, role=role, position=position))
    audit.record(
        "task.create",
        task,
        by=by,
        summary=_("拟定任务 %(code)s：%(title)s") % {"code": task.code, "title": task.title},
        data={
            "on": on.isoformat(),
            "plan": new.plan.code,
            "code": new.code,
            "units": [unit.code for unit in units],
        },
    )
    return task


@transaction.atomic
def add_measure(
    task: Task,
    *,
    text: str,
    owner: Unit,
    on: dt.date,
    by: User,
    deadline: dt.date | None = None,
    weight: Decimal | int = 1,
    expected_output: str = "",
    proof_required: str = "",
) -> Measure:
    """Add a measure to a draft, numbered after the last; its owner takes part in the task."""
    task = lock_task(task)
    authorise(Act.EDIT, task, on=on, by=by)
    if owner.pk not in {duty.unit_id for duty in task.responsibilities.all()}:
        raise DomainError(
            "owner_not_involved",
            _("措施责任单位“%(unit)s”既不牵头也不配合这项任务。") % {"unit": owner.name},
            fields={"owner": _("须为牵头或配合单位")},
        )
    newest = task.measures.aggregate(newest=Max("seq"))["newest"] or 0
    measure = Measure(
        task=task,
        seq=newest + 1,
        text=text,
        owner=owner,
        deadline=deadline,
        deadline_kind=DeadlineKind.DATE if deadline else "",
        weight=weight,
        expected_output=expected_output,
        proof_required=proof_required,
    )
    save_checked(measure)
    audit.record(
        "measure.add",
        task,
        by=by,
        summary=_("列出措施 %(seq)s：%(text)s") % {"seq": measure.seq, "text": text[:200]},
        data={"on": on.isoformat(), "measure": measure.pk, "owner": owner.code},
    )
    _changed(task)
    return measure


@transaction.atomic
def add_result(task: Task, *, expected: str, on: dt.date, by: User) -> Result:
    """Add an expected result to a draft, numbered after the last."""
    task = lock_task(task)
    authorise(Act.EDIT, task, on=on, by=by)
    newest = task.results.aggregate(newest=Max("seq"))["newest"] or 0
    result = Result(task=task, seq=newest + 1, expected=expected)
    save_checked(result)
    audit.record(
        "result.add",
        task,
        by=by,
        summary=_("列出预期成果：%(text)s") % {"text": expected[:200]},
        data={"on": on.isoformat(), "result": result.pk},
    )
    _changed(task)
    return result


@transaction.atomic
def confirm_deadline(task: Task, *, deadline: dt.date | None, by: User, on: dt.date) -> Task:
    """Read a draft's ambiguous deadline for good; None means it has none (长期坚持).

    The wording stays as written; who read it how is in the audit log.
    """
    task = lock_task(task)
    authorise(Act.EDIT, task, on=on, by=by)
    if deadline is not None and deadline < task.start:
        raise DomainError(
            "deadline_before_start",
            _("完成时限 %(deadline)s 早于起始日期 %(start)s。")
            % {"deadline": deadline, "start": task.start},
            fields={"deadline": _("早于起始日期")},
        )
    audit.record(
        "task.confirm_deadline",
        task,
        by=by,
        summary=_("确认时限：“%(raw)s”读作 %(deadline)s")
        % {"raw": task.deadline_raw, "deadline": deadline or _("长期坚持")},
        data={
            "on": on.isoformat(),
            "raw": task.deadline_raw,
            "deadline": deadline.isoformat() if deadline else None,
        },
    )
    task.original_deadline = task.effective_deadline = deadline
    task.deadline_kind = DeadlineKind.DATE if deadline else DeadlineKind.ONGOING
    if deadline is None:
        task.type = TaskType.STANDING
    task.version += 1
    save_checked(
        task, only=["original_deadline", "effective_deadline", "deadline_kind", "type", "version"]
    )
    return task


@transaction.atomic
def assign_task(task: Task, *, on: dt.date, by: User, gap_reason: str = "") -> Task:
    """Issue a draft to its units (交办); from the day on it counts; return it.

    Without a responsible person named, the principal of the first lead unit on that day is. Lists
    that are not closed need a reason, or keep the task a draft where its plan says so. Raises
    `no_lead`, `deadline_unread`, `gaps_refused` and `gaps_need_reason`.
    """
    task = lock_task(task)
    authorise(Act.ASSIGN, task, on=on, by=by)
    if task.deadline_kind in UNREAD:
        raise DomainError(
            "deadline_unread",
            _("时限“%(raw)s”还没有明确读法，请先确认时限再交办。") % {"raw": task.deadline_raw},
            fields={"deadline": _("请先确认时限")},
        )
    if lead_units(task):
        gap_reason = require_closed(task, reason=gap_reason, on=on)
    return issue(task, on=on, by=by, gap_reason=gap_reason)


def issue(
    task: Task, *, on: dt.date, by: User | None, gap_reason: str = "", carry: bool = True
) -> Task:
    """Make a locked draft an open task; the part of assigning that asks nobody's leave."""
    units = lead_units(task)
    if not units:
        raise DomainError("no_lead", _("任务 %(code)s 没有牵头单位。") % {"code": task.code})
    entry = audit.record(
        "task.assign",
        task,
        by=by,
        summary=_("交办任务给%(units)s") % {"units": "、".join(unit.name for unit in units)[:400]},
        data={
            "on": on.isoformat(),
            "units": [unit.code for unit in units],
            "gap_reason": gap_reason,
        },
    )
    task.assigned_on = on
    task.responsible = task.responsible or principal_of(units[0], on)
    task.state = TaskState.OPEN
    save_checked(task, only=["assigned_on", "responsible", "state"])
    record_fact(task, FactType.ASSIGNED, on=on, by=by, entry=entry)
    return refresh(task, on=clock.date_of(entry.at), carry=carry)


@transaction.atomic
def accept_responsibility(duty: Responsibility, *, on: dt.date, by: User) -> Responsibility:
    """Accept a unit's part in a task (签收); each unit does so once, for itself."""
    task = lock_task(duty.task)
    standing = authorise(Act.ACCEPT, task, on=on, by=by)
    duty = Responsibility.objects.select_related("unit", "accepted_by").get(pk=duty.pk)
    require_unit(standing, Act.ACCEPT, duty.unit)
    if duty.accepted_on is not None:
        raise ConflictError(
            "already_accepted",
            _("%(unit)s已由%(who)s于 %(on)s 签收。")
            % {"unit": duty.unit.name, "who": duty.accepted_by, "on": duty.accepted_on},
        )
    if duty.released_on is not None or duty.refusals.waiting().exists():
        raise DomainError(
            "refusal_waiting",
            _("%(unit)s对这项任务的退办申请待审批或已获同意，不能签收。")
            % {"unit": duty.unit.name},
        )
    if task.assigned_on is not None and on < task.assigned_on:
        raise DomainError(
            "before_assignment",
            _("签收日期 %(on)s 早于交办日期 %(assigned)s。")
            % {"on": on, "assigned": task.assigned_on},
            fields={"on": _("早于交办日期")},
        )
    entry = audit.record(
        "duty.accept",
        task,
        by=by,
        summary=_("%(unit)s签收任务") % {"unit": duty.unit.name},
        data={"unit": duty.unit.code, "on": on.isoformat()},
    )
    check_not_future(on, entry)
    duty.accepted_on, duty.accepted_by = on, by
    save_checked(duty, only=["accepted_on", "accepted_by"])
    return duty


def _changed(task: Task) -> None:
    """Let a draft be one version later, so that what was approved is no longer what it says."""
    task.version += 1
    save_checked(task, only=["version"])


@transaction.atomic
def assign_all(tasks: Iterable[Task], *, on: dt.date, by: User, gap_reason: str = "") -> int:
    """Issue several drafts, all or none; return how many. A refusal names its task."""
    return len([assign_task(task, on=on, by=by, gap_reason=gap_reason) for task in tasks])
