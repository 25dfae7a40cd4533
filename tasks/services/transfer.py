"""Hand everything a person answers for in a unit over to another, in one act (人员交接)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from accounts.choices import UNIT_ROLES, PostKind
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, Post, RoleGrant, Unit, User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import TaskState
from tasks.models import Closure, Extension, ProgressReport, Responsibility, Slip, Task
from tasks.parties import may_transfer
from tasks.services.facts import check_not_future, lock_task
from tasks.services.handover import hand_over

ACTION = "person.hand_over"
_IN_WORK = (TaskState.OPEN, TaskState.PENDING, TaskState.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """What a person answers for in a unit.

    Tasks and liaison duties pass to the successor. Slips were sent to the unit, and what waits
    keeps its submitter for ever: both are listed so that nobody forgets them.
    """

    tasks: list[Task]
    duties: list[Responsibility]
    slips: list[Slip]
    waiting: list[ProgressReport | Extension | Closure]

    @property
    def passes_on(self) -> int:
        """How many things a handover moves."""
        return len(self.tasks) + len(self.duties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one thing cannot be handed over."""

    task: Task
    sentence: str


class TransferRefusedError(DomainError):
    """Something of what should pass on may not; nothing was written."""

    def __init__(self, refusals: list[Refusal]) -> None:
        lines = "；".join(f"{one.task.code}：{one.sentence}" for one in refusals)
        super().__init__("transfer_refused", _("有事项不能交接，未作任何改动。") + lines)
        self.refusals = refusals


def held_tasks(person: User, *, unit: Unit | None = None) -> QuerySet[Task]:
    """Return the tasks in work a person holds, those led by the unit or a unit below it."""
    tasks = Task.objects.filter(holder=person, state__in=_IN_WORK)
    if unit is not None:
        tasks = tasks.led_by(Unit.objects.under(unit))
    found: QuerySet[Task] = tasks.select_related("plan").order_by("effective_deadline", "pk")
    return found


def open_work(person: User, *, unit: Unit, on: dt.date) -> OpenWork:
    """Return everything a person answers for in a unit on a day."""
    units = Unit.objects.under(unit)
    duties = Responsibility.objects.filter(liaison=person, unit__in=units, task__state__in=_IN_WORK)
    waiting: list[Any] = []
    for model in (ProgressReport, Closure, Extension):
        rows = model.objects.waiting().filter(submitted_by=person)
        led = rows.filter(task__in=Task.objects.led_by(units))
        waiting += led.select_related("task").order_by("pk")
    return OpenWork(
        tasks=list(held_tasks(person, unit=unit)),
        duties=list(duties.select_related("task", "unit").order_by("task__code", "pk")),
        slips=list(
            Slip.objects.filter(unit__in=_answered_by(person, units, on=on), answered_on=None)
            .select_related("task", "unit")
            .order_by("feedback_due", "pk")
        ),
        waiting=waiting,
    )


def describe_open_work(person: User) -> str:
    """Say how much a person still answers for, without naming any of it; empty for nothing."""
    tasks = held_tasks(person).count()
    duties = Responsibility.objects.filter(liaison=person, task__state__in=_IN_WORK).count()
    if not tasks + duties:
        return ""
    return _(
        "%(name)s名下还有 %(tasks)s 项在办任务、%(duties)s 项联络职责没有交接，"
        "请通知所在单位主要负责人或督察办办理“人员交接”。"
    ) % {"name": person.name, "tasks": tasks, "duties": duties}


@transaction.atomic
def transfer(
    person: User, *, to: User, unit: Unit, on: dt.date, reason: str, by: User
) -> AuditEntry:
    """Hand over all that a person holds in a unit, from a day on; return the act's own entry.

    Each task gets its handover as a fact, under an entry of its own; the act's entry names both
    people and everything that passed. All or nothing: raises TransferRefusedError with a sentence
    for each thing the rules refuse, `same_person` and `nothing_to_hand_over`.
    """
    standing = standing_of(by, on=on)
    if not may_transfer(standing, unit):
        raise NotAllowedError(
            "not_allowed",
            _("只有%(unit)s的主要负责人、督办人员或局领导可以办理人员交接。") % {"unit": unit},
        )
    by.acting_for = standing.acts_for(lambda own: may_transfer(own, unit))
    if person == to:
        raise DomainError("same_person", _("接任人就是%(name)s本人，请另选。") % {"name": to.name})
    work = open_work(person, unit=unit, on=on)
    if not work.passes_on:
        raise DomainError(
            "nothing_to_hand_over",
            _("%(name)s在%(unit)s名下没有在办任务和联络职责，无需交接。")
            % {"name": person.name, "unit": unit},
        )
    refusals = [
        *_hand_tasks(work.tasks, to=to, on=on, by=by, reason=reason),
        *_hand_duties(work.duties, person, to=to, on=on, by=by),
    ]
    if refusals:
        raise TransferRefusedError(refusals)
    by.acting_for = standing.acts_for(lambda own: may_transfer(own, unit))
    entry = audit.record(
        ACTION,
        person,
        by=by,
        summary=_(
            "%(unit)s人员交接：%(old)s → %(new)s（%(on)s 起），"
            "任务 %(tasks)s 项、联络 %(duties)s 项"
        )
        % {
            "unit": unit,
            "old": person.name,
            "new": to.name,
            "on": on,
            "tasks": len(work.tasks),
            "duties": len(work.duties),
        },
        data={
            "from": person.pk,
            "to": to.pk,
            "unit": unit.code,
            "on": on.isoformat(),
            "reason": reason,
            "tasks": [task.pk for task in work.tasks],
            "duties": [duty.pk for duty in work.duties],
            "slips": [slip.pk for slip in work.slips],
            "waiting": [f"{one._meta.model_name}:{one.pk}" for one in work.waiting],  # noqa: SLF001
        },
    )
    check_not_future(on, entry)
    return entry


def preview_transfer(
    person: User, *, to: User, unit: Unit, on: dt.date, reason: str, by: User
) -> list[Refusal]:
    """Return what would be refused, by carrying the act out and taking all of it back.

    What refuses the act as a whole is raised as `transfer` raises it.
    """
    with transaction.atomic():
        try:
            transfer(person, to=to, unit=unit, on=on, reason=reason, by=by)
        except TransferRefusedError as refused:
            return refused.refusals
        finally:
            transaction.set_rollback(True)
    return []


def _hand_tasks(
    tasks: list[Task], *, to: User, on: dt.date, by: User, reason: str
) -> list[Refusal]:
    refusals = []
    # In the order of keys, as every act that locks several tasks takes them.
    for task in sorted(tasks, key=lambda one: one.pk):
        try:
            hand_over(task, to=to, on=on, by=by, reason=reason)
        except DomainError as refusal:
            refusals.append(Refusal(task=task, sentence=str(refusal.message)))
    return refusals


def _hand_duties(
    duties: list[Responsibility], person: User, *, to: User, on: dt.date, by: User
) -> list[Refusal]:
    refusals = []
    for duty in sorted(duties, key=lambda one: (one.task_id, one.pk)):
        if not to.is_active or not to.unit.path.startswith(duty.unit.path):
            sentence = _("%(name)s不是%(unit)s的在岗人员，不能接任其联络员。")
            refusals.append(
                Refusal(task=duty.task, sentence=sentence % {"name": to.name, "unit": duty.unit})
            )
            continue
        task = lock_task(duty.task)
        audit.record(
            "duty.liaison",
            task,
            by=by,
            summary=_("%(unit)s联络员由%(old)s改为%(new)s（%(on)s 起）")
            % {"unit": duty.unit, "old": person.name, "new": to.name, "on": on},
            data={"duty": duty.pk, "from": person.pk, "to": to.pk, "on": on.isoformat()},
        )
        duty.liaison = to
        save_checked(duty, only=["liaison"])
    return refusals


def _answered_by(person: User, units: QuerySet[Unit], *, on: dt.date) -> QuerySet[Unit]:
    """Return the units whose slips the person answers on the day: its principal, head, liaison."""
    principal = Post.objects.on(on).filter(user=person, kind=PostKind.PRINCIPAL).values("unit")
    speaks = RoleGrant.objects.on(on).filter(user=person, role__in=UNIT_ROLES).values("unit")
    return units.filter(Q(pk__in=principal) | Q(pk__in=speaks))
