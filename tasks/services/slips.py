"""Issue supervision slips (督办单), deliver them and take their answers."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.calendar import add_workdays
from accounts.errors import ConflictError, DomainError
from accounts.models import Unit, User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import DocumentKind, Light, SlipColour
from tasks.models import Slip, Task
from tasks.parties import duties_of
from tasks.permissions import Act, authorise, require_unit
from tasks.services.deciding import require_reason
from tasks.services.facts import check_not_future, lock_task
from tasks.services.numbering import next_number

# Working days a unit has to answer when the slip names no date.
FEEDBACK_WORKDAYS = 5


@transaction.atomic
def issue_slip(
    task: Task,
    *,
    unit: Unit,
    cause: str,
    requirement: str,
    on: dt.date,
    by: User,
    colour: str = "",
    feedback_due: dt.date | None = None,
) -> Slip:
    """Issue a numbered slip to a unit of the task; return it, not yet delivered.

    `cause` is a rule's id or a supervisor's words. The colour follows the task when none is
    named: red overdue, yellow behind, blue near.
    """
    requirement = require_reason(requirement, _("督办单必须写明督办要求。"))
    cause = require_reason(cause, _("督办单必须写明督办事由。"))
    task = lock_task(task)
    authorise(Act.ISSUE_SLIP, task, on=on, by=by)
    if unit.pk not in {duty.unit_id for duty in duties_of(task)}:
        raise DomainError(
            "unit_not_involved",
            _("“%(unit)s”既不牵头也不配合任务 %(code)s，不能向其签发督办单。")
            % {"unit": unit.name, "code": task.code},
            fields={"unit": _("须为牵头或配合单位")},
        )
    due = feedback_due or add_workdays(on, FEEDBACK_WORKDAYS)
    if due < on:
        raise DomainError(
            "feedback_before_issue",
            _("反馈时限 %(due)s 早于签发日期 %(on)s。") % {"due": due, "on": on},
            fields={"feedback_due": _("早于签发日期")},
        )
    slip = Slip(
        number=next_number(DocumentKind.SLIP, on=on),
        colour=colour or colour_for(task, on=on),
        task=task,
        unit=unit,
        cause=cause,
        requirement=requirement,
        issued_on=on,
        issued_by=by,
        feedback_due=due,
    )
    save_checked(slip)
    entry = audit.record(
        "slip.issue",
        task,
        by=by,
        summary=_("签发%(colour)s %(number)s，%(unit)s须于 %(due)s 前反馈")
        % {
            "colour": slip.get_colour_display(),
            "number": slip.number,
            "unit": unit.name,
            "due": due,
        },
        data={"slip": slip.pk, "number": slip.number, "cause": cause, "on": on.isoformat()},
    )
    check_not_future(on, entry)
    return slip


@transaction.atomic
def deliver_slip(slip: Slip, *, on: dt.date, by: User) -> Slip:
    """Record the day a slip reached its unit; consequences may follow only after it."""
    task = lock_task(slip.task)
    authorise(Act.ISSUE_SLIP, task, on=on, by=by)
    slip = Slip.objects.select_related("unit").get(pk=slip.pk)
    if slip.delivered_on is not None:
        raise ConflictError(
            "already_delivered",
            _("%(number)s 已于 %(on)s 送达。") % {"number": slip.number, "on": slip.delivered_on},
        )
    entry = audit.record(
        "slip.deliver",
        task,
        by=by,
        summary=_("%(number)s 送达%(unit)s") % {"number": slip.number, "unit": slip.unit.name},
        data={"slip": slip.pk, "on": on.isoformat()},
    )
    check_not_future(on, entry)
    slip.delivered_on = on
    save_checked(slip, only=["delivered_on", "issued_on", "feedback_due"])
    return slip


@transaction.atomic
def answer_slip(slip: Slip, *, answer: str, on: dt.date, by: User) -> Slip:
    """Take the unit's answer to a delivered slip."""
    answer = require_reason(answer, _("请填写反馈情况。"))
    task = lock_task(slip.task)
    standing = authorise(Act.ANSWER_SLIP, task, on=on, by=by)
    slip = Slip.objects.select_related("unit").get(pk=slip.pk)
    require_unit(standing, Act.ANSWER_SLIP, slip.unit)
    if slip.delivered_on is None or on < slip.delivered_on:
        raise DomainError(
            "slip_not_delivered", _("%(number)s 尚未送达，不能反馈。") % {"number": slip.number}
        )
    if slip.answered_on is not None:
        raise ConflictError(
            "already_answered",
            _("%(number)s 已于 %(on)s 反馈。") % {"number": slip.number, "on": slip.answered_on},
        )
    entry = audit.record(
        "slip.answer",
        task,
        by=by,
        summary=_("反馈 %(number)s：%(answer)s") % {"number": slip.number, "answer": answer[:200]},
        data={"slip": slip.pk, "on": on.isoformat(), "answer": answer},
    )
    check_not_future(on, entry)
    slip.answer, slip.answered_on, slip.answered_by = answer, on, by
    save_checked(slip, only=["answer", "answered_on", "answered_by"])
    return slip


def colour_for(task: Task, *, on: dt.date) -> SlipColour:
    """Return the colour that fits a task: red overdue, yellow behind, else blue."""
    if task.overdue_days(on=on) > 0:
        return SlipColour.RED
    if task.progress_light != Light.GREEN:
        return SlipColour.YELLOW
    return SlipColour.BLUE
