"""Pass the responsibility for a task on to another person."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from tasks.choices import FactType
from tasks.models import Task
from tasks.parties import lead_units
from tasks.permissions import Act, authorise
from tasks.services.current import refresh
from tasks.services.facts import lock_task, record_fact


@transaction.atomic
def hand_over(task: Task, *, to: User, on: dt.date, by: User, reason: str = "") -> Task:
    """Make an active person of a lead unit the holder from a day on; return the task.

    What happened before stays with the earlier holder.
    """
    task = lock_task(task)
    authorise(Act.HAND_OVER, task, on=on, by=by)
    units = lead_units(task)
    if not to.is_active or not any(to.unit.path.startswith(unit.path) for unit in units):
        raise DomainError(
            "holder_not_in_lead_unit",
            _("%(name)s不是牵头单位（%(units)s）的在岗人员，请另选接任责任人。")
            % {"name": to.name, "units": "、".join(unit.name for unit in units)},
            fields={"to": _("不是牵头单位的在岗人员")},
        )
    if task.holder_id == to.pk:
        raise DomainError(
            "handover_to_holder",
            _("任务 %(code)s 已由%(name)s负责，请另选接任责任人。")
            % {"code": task.code, "name": to.name},
            fields={"to": _("已是现任责任人")},
        )
    entry = audit.record(
        "task.hand_over",
        task,
        by=by,
        summary=_("责任人交接给%(name)s（%(on)s 起）") % {"name": to.name, "on": on},
        data={"to": to.pk, "on": on.isoformat(), "reason": reason},
    )
    record_fact(task, FactType.HANDOVER, on=on, by=by, entry=entry, person=to, reason=reason)
    return refresh(task, on=clock.date_of(entry.at))
