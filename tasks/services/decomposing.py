"""Split a task into child tasks for own sections and persons (分解), to any depth."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError
from accounts.models import AuditEntry, Unit, User
from accounts.scopes import Standing
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import DeadlineKind, DutyRole, FactType
from tasks.models import Responsibility, Result, Task
from tasks.parties import lead_units
from tasks.permissions import Act, authorise
from tasks.services.current import refresh
from tasks.services.facts import lock_task, record_fact
from tasks.services.issuing import issue
from tasks.services.rolling import roll_up

_COPIED = (
    "plan",
    "campaign",
    "battle",
    "source_kind",
    "source_document",
    "level",
    "kind",
    "type",
    "problem",
    "custom",
    "soft",
    "report_cycle",
    "leader",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A child task to be: whose it is, what it counts for, and by when.

    Without a person the unit's principal answers for it; without a deadline it has the parent's.
    """

    title: str
    unit: Unit
    responsible: User | None = None
    weight: Decimal = Decimal(1)
    deadline: dt.date | None = None
    expected: str = ""


@transaction.atomic
def split_task(task: Task, *, parts: Sequence[Part], on: dt.date, by: User) -> Task:
    """Issue child tasks to sections or persons of the unit; the task's progress is then theirs.

    The first children start from the percent the task has reached. Raises `no_parts`,
    `part_outside`, `part_same`, `part_person`, `part_deadline` and `invalid`.
    """
    task = lock_task(task)
    standing = authorise(Act.SPLIT, task, on=on, by=by)
    if not parts:
        raise DomainError("no_parts", _("请至少填写一项分解任务。"))
    for part in parts:
        _check(task, part, standing)
    entry = audit.record(
        "task.split",
        task,
        by=by,
        summary=_("分解为 %(count)s 项：%(titles)s")
        % {"count": len(parts), "titles": "；".join(part.title for part in parts)[:300]},
        data={
            "on": on.isoformat(),
            "parts": [[part.unit.code, part.title, str(part.weight)] for part in parts],
        },
    )
    reached = Decimal(0) if task.rolled_up else task.counted_percent
    number = Task.objects.filter(parent=task, rolls_up=True).count()
    task.rolled_up = True
    task.version += 1
    save_checked(task, only=["rolled_up", "version"])
    child = task
    for seq, part in enumerate(parts, start=number + 1):
        child = _issue_child(task, part, seq, reached=reached, entry=entry, on=on, by=by)
    # Children added later start from nothing, and the parent's percent says so.
    roll_up(child, on=clock.date_of(entry.at), refresh=refresh)
    return Task.objects.get(pk=task.pk)


def splittable_units(standing: Standing, task: Task) -> list[Unit]:
    """Return the lead units the person heads and everything below them."""
    roots = [unit for unit in lead_units(task) if standing.over(unit, Role.HEAD)]
    return list(Unit.objects.active().under(*roots)) if roots else []


def _check(task: Task, part: Part, standing: Standing) -> None:
    heads = [unit for unit in lead_units(task) if standing.over(unit, Role.HEAD)]
    if not any(part.unit.path.startswith(unit.path) for unit in heads):
        raise DomainError(
            "part_outside",
            _("“%(unit)s”不是%(leads)s的下属单位，只能分解给本单位内的科室或人员。")
            % {"unit": part.unit.name, "leads": "、".join(unit.name for unit in heads)},
        )
    if part.responsible is None and part.unit in lead_units(task):
        raise DomainError(
            "part_same",
            _("“%(title)s”仍由本单位承担，请指定责任人，或选择下属科室。") % {"title": part.title},
        )
    person = part.responsible
    if person is not None and not (
        person.is_active and person.unit.path.startswith(part.unit.path)
    ):
        raise DomainError(
            "part_person",
            _("%(name)s不是“%(unit)s”的在岗人员，请改选。")
            % {"name": person.name, "unit": part.unit.name},
        )
    limit = task.effective_deadline
    if part.deadline is not None and limit is not None and part.deadline > limit:
        raise DomainError(
            "part_deadline",
            _("“%(title)s”的时限 %(day)s 晚于上级任务的时限 %(limit)s，请提前。")
            % {"title": part.title, "day": part.deadline, "limit": limit},
        )


def _issue_child(
    task: Task,
    part: Part,
    seq: int,
    *,
    reached: Decimal,
    entry: AuditEntry,
    on: dt.date,
    by: User,
) -> Task:
    deadline = part.deadline or task.effective_deadline
    child = Task(
        **{name: getattr(task, name) for name in _COPIED},
        code=f"{task.code}.{seq}",
        title=part.title,
        parent=task,
        rolls_up=True,
        weight=part.weight,
        start=on,
        original_deadline=deadline if deadline is None else max(deadline, on),
        deadline_kind=DeadlineKind.DATE if deadline else DeadlineKind.ONGOING,
        responsible=part.responsible,
    )
    child.effective_deadline = child.original_deadline
    save_checked(child)
    save_checked(Responsibility(task=child, unit=part.unit, role=DutyRole.LEAD))
    save_checked(Result(task=child, seq=1, expected=part.expected or part.title))
    child = issue(lock_task(child), on=on, by=by, carry=False)
    if reached:
        record_fact(
            child,
            FactType.PROGRESS,
            on=on,
            by=None,
            entry=entry,
            percent=reached,
            reason=_("分解时的起点"),
        )
        child = refresh(child, on=clock.date_of(entry.at), carry=False)
    return child
