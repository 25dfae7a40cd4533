"""Record the four things the principal does in person on a major task (四个亲自)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import PersonalDutyKind
from tasks.models import PersonalDuty, Task
from tasks.parties import lead_units
from tasks.permissions import Act, authorise
from tasks.services.deciding import require_reason
from tasks.services.facts import check_not_future, lock_task
from tasks.services.gaps import principals_on


@transaction.atomic
def record_personal_duty(
    task: Task,
    *,
    kind: str,
    text: str,
    on: dt.date,
    by: User,
    person: User | None = None,
) -> PersonalDuty:
    """Record that a lead unit's principal did one of the four on a day; return it.

    The principal records it, or somebody who reports for the unit does, naming them. Raises
    `not_principal` and `before_assignment`.
    """
    text = require_reason(text, _("请写明亲自办理的情况。"))
    task = lock_task(task)
    authorise(Act.RECORD_PERSONAL, task, on=on, by=by)
    if kind not in PersonalDutyKind.values:
        raise DomainError(
            "unknown_kind",
            _("“%(kind)s”不是四个亲自中的一项。") % {"kind": kind},
            fields={"kind": _("请重选")},
        )
    principals = principals_on(on, units=lead_units(task))
    person = person or next(iter(principals.values()), None)
    if person is None or person not in principals.values():
        names = "、".join(one.name for one in principals.values()) or _("无")
        raise DomainError(
            "not_principal",
            _("%(on)s 牵头单位的主要负责人为：%(names)s，请改选。") % {"on": on, "names": names},
            fields={"person": _("须为当日主要负责人")},
        )
    if task.assigned_on is not None and on < task.assigned_on:
        raise DomainError(
            "before_assignment",
            _("日期 %(on)s 早于交办日期 %(assigned)s。") % {"on": on, "assigned": task.assigned_on},
            fields={"on": _("早于交办日期")},
        )
    label = PersonalDutyKind(kind).label
    entry = audit.record(
        "task.personal",
        task,
        by=by,
        summary=_("%(person)s%(kind)s：%(text)s")
        % {"person": person.name, "kind": label, "text": text[:200]},
        data={"on": on.isoformat(), "kind": kind, "person": person.pk, "text": text},
    )
    check_not_future(on, entry)
    duty = PersonalDuty(task=task, kind=kind, on=on, person=person, text=text, entry=entry, by=by)
    save_checked(duty)
    return duty
