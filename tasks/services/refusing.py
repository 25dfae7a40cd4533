"""Refuse a part in a task (退办) within the time of acceptance, and decide on the refusal."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import ConflictError, DomainError
from accounts.models import Unit, User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import DutyRole, FactType, Verdict
from tasks.models import DutyRefusal, Measure, Responsibility, Result, Task
from tasks.obstacles import already_split
from tasks.parties import duties_of, lead_units
from tasks.permissions import Act, acceptance_due, authorise, require_unit
from tasks.services.current import refresh
from tasks.services.deciding import decide, lock_waiting, require_reason
from tasks.services.facts import check_not_future, lock_task, record_fact
from tasks.services.issuing import issue

SUFFIX = "-重办"
_COPIED = (
    "plan",
    "title",
    "campaign",
    "battle",
    "parent",
    "rolls_up",
    "weight",
    "indicator",
    "source_kind",
    "source_document",
    "target",
    "level",
    "kind",
    "type",
    "problem",
    "remark",
    "extra",
    "custom",
    "deadline_raw",
    "deadline_kind",
    "deadline_reading",
    "soft",
    "continues_after",
    "report_cycle",
    "leader",
    "leader_raw",
)


@transaction.atomic
def refuse_duty(duty: Responsibility, *, reason: str, on: dt.date, by: User) -> DutyRefusal:
    """Refuse a unit's part in a task, before it is accepted and within the time for it.

    Until the refusal is decided the part stays as it is. Raises `already_accepted`,
    `refusal_late` and `refused_before`.
    """
    reason = require_reason(reason, _("退办必须写明理由。"))
    task = lock_task(duty.task)
    standing = authorise(Act.REFUSE, task, on=on, by=by)
    duty = Responsibility.objects.select_related("unit", "task", "accepted_by").get(pk=duty.pk)
    require_unit(standing, Act.REFUSE, duty.unit)
    if duty.accepted_on is not None:
        raise ConflictError(
            "already_accepted",
            _("%(unit)s已于 %(on)s 签收，签收后不能退办。")
            % {"unit": duty.unit.name, "on": duty.accepted_on},
        )
    due = acceptance_due(duty)
    if on > due:
        raise DomainError(
            "refusal_late",
            _("退办须在 %(due)s（交办后 3 个工作日）前提出，今天 %(on)s 已过期，请签收办理。")
            % {"due": due, "on": on},
            fields={"on": _("已过退办期限")},
        )
    if duty.refusals.exists():
        raise ConflictError(
            "refused_before",
            _("%(unit)s已就这项任务提出过退办，不能再次提出。") % {"unit": duty.unit.name},
        )
    entry = audit.record(
        "duty.refuse",
        task,
        by=by,
        summary=_("%(unit)s申请退办：%(reason)s")
        % {"unit": duty.unit.name, "reason": reason[:200]},
        data={"on": on.isoformat(), "unit": duty.unit.code, "reason": reason},
    )
    check_not_future(on, entry)
    refusal = DutyRefusal(
        task=task,
        duty=duty,
        submitted_on=on,
        reason=reason,
        submitted_by=by,
        submitted_at=entry.at,
    )
    save_checked(refusal)
    return refusal


@transaction.atomic
def return_refusal(refusal: DutyRefusal, *, reason: str, on: dt.date, by: User) -> DutyRefusal:
    """Turn a refusal down with a reason: the unit has to take its part."""
    reason = require_reason(reason, _("不同意退办必须写明理由。"))
    task, refusal = lock_waiting(refusal, Act.DECIDE_REFUSAL, on=on, by=by)
    entry = audit.record(
        "refusal.return",
        task,
        by=by,
        summary=_("不同意%(unit)s退办：%(reason)s")
        % {"unit": refusal.duty.unit.name, "reason": reason[:200]},
        data={"refusal": refusal.pk, "on": on.isoformat(), "reason": reason},
    )
    check_not_future(on, entry)
    return decide(refusal, Verdict.RETURNED, on=on, by=by, comment=reason)


@transaction.atomic
def accept_refusal(
    refusal: DutyRefusal,
    *,
    on: dt.date,
    by: User,
    comment: str = "",
    leads: Sequence[Unit] = (),
    deadline: dt.date | None = None,
) -> DutyRefusal:
    """Agree to a refusal.

    A cooperating unit takes part no longer from the day on; the terms that are judged stay, so a
    unit that owns a measure cannot be let go (`owns_measures`). A lead unit's task is terminated,
    which is a leader's act, and issued anew to `leads` and the other joint leads, by its old
    deadline or the one given (`no_lead`); one that was split meanwhile stays (`already_split`).
    """
    task, refusal = lock_waiting(refusal, Act.DECIDE_REFUSAL, on=on, by=by)
    duty = refusal.duty
    leading = duty.role == DutyRole.LEAD
    if leading:
        authorise(Act.TERMINATE, task, on=on, by=by)
        if (split := already_split(task)) is not None:
            raise split
    else:
        _check_owns_nothing(task, duty)
    entry = audit.record(
        "refusal.accept",
        task,
        by=by,
        summary=_("同意%(unit)s退办") % {"unit": duty.unit.name}
        + (f"：{comment[:200]}" if comment else ""),
        data={
            "refusal": refusal.pk,
            "on": on.isoformat(),
            "comment": comment,
            "leads": [unit.code for unit in leads],
        },
    )
    check_not_future(on, entry)
    refusal = decide(refusal, Verdict.ACCEPTED, on=on, by=by, comment=comment)
    if not leading:
        duty.released_on = on
        save_checked(duty, only=["released_on"])
        return refusal
    reason = _("%(unit)s退办：%(reason)s") % {"unit": duty.unit.name, "reason": refusal.reason}
    record_fact(task, FactType.TERMINATED, on=on, by=by, entry=entry, reason=reason[:1000])
    refresh(task, on=clock.date_of(entry.at))
    _issue_anew(task, duty.unit, leads, deadline=deadline, on=on, by=by)
    return refusal


def _check_owns_nothing(task: Task, duty: Responsibility) -> None:
    owned = [row.seq for row in task.measures.all() if row.owner_id == duty.unit_id]
    if owned:
        raise DomainError(
            "owns_measures",
            _("%(unit)s负责第 %(seqs)s 项措施，不能单独退出；请不同意退办，或终止任务后重新交办。")
            % {"unit": duty.unit.name, "seqs": "、".join(str(seq) for seq in owned)},
        )


def _issue_anew(
    task: Task,
    refusing: Unit,
    leads: Sequence[Unit],
    *,
    deadline: dt.date | None,
    on: dt.date,
    by: User,
) -> Task:
    """Issue what was terminated to other units, with its four lists; return the new task."""
    staying = [unit for unit in lead_units(task) if unit != refusing]
    leading = list(dict.fromkeys([*staying, *leads]))
    if not leading or refusing in leading:
        sentence = _("请选择重新交办的牵头单位，不能是退办的%(unit)s。") % {"unit": refusing.name}
        raise DomainError("no_lead", sentence, fields={"leads": sentence})
    helping = [
        duty for duty in duties_of(task) if duty.role != DutyRole.LEAD and duty.unit not in leading
    ]
    original = deadline or task.original_deadline
    new = Task(
        **{name: getattr(task, name) for name in _COPIED},
        code=_next_code(task),
        replaces=task,
        start=min(on, original) if original else on,
        original_deadline=original,
        effective_deadline=original,
    )
    save_checked(new)
    for position, unit in enumerate(leading):
        save_checked(Responsibility(task=new, unit=unit, role=DutyRole.LEAD, position=position))
    for position, duty in enumerate(helping, start=len(leading)):
        save_checked(
            Responsibility(
                task=new, unit=duty.unit, role=duty.role, position=position, duty=duty.duty
            )
        )
    for row in task.measures.select_related("owner"):
        save_checked(
            Measure(
                task=new,
                seq=row.seq,
                text=row.text,
                owner=leading[0] if row.owner == refusing else row.owner,
                deadline_raw=row.deadline_raw,
                deadline_kind=row.deadline_kind,
                deadline=row.deadline,
                weight=row.weight,
                expected_output=row.expected_output,
                proof_required=row.proof_required,
            )
        )
    for result in task.results.all():
        save_checked(Result(task=new, seq=result.seq, expected=result.expected))
    return issue(lock_task(new), on=on, by=by)


def _next_code(task: Task) -> str:
    base = task.code.split(SUFFIX)[0]
    taken = set(
        Task.objects.filter(plan=task.plan, code__startswith=base).values_list("code", flat=True)
    )
    code, number = f"{base}{SUFFIX}", 1
    while code in taken:
        number += 1
        code = f"{base}{SUFFIX}{number}"
    return code
