"""Record measures as done."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import FactType
from tasks.models import Measure
from tasks.parties import lead_units
from tasks.permissions import Act, authorise, require_unit
from tasks.services.current import refresh
from tasks.services.facts import lock_task, record_fact


@transaction.atomic
def complete_measure(measure: Measure, *, on: dt.date, by: User) -> Measure:
    """Record a measure as done on a day, by its owner's or the lead's side; return it.

    The tasks it also serves have it in their histories too; their facts stay their own.
    """
    task = lock_task(measure.task)
    standing = authorise(Act.COMPLETE_MEASURE, task, on=on, by=by)
    measure = Measure.objects.select_related("owner").get(pk=measure.pk)
    require_unit(standing, Act.COMPLETE_MEASURE, measure.owner, *lead_units(task))
    entry = audit.record(
        "measure.complete",
        task,
        by=by,
        summary=_("措施 %(seq)s 完成：%(text)s") % {"seq": measure.seq, "text": measure.text[:200]},
        data={"measure": measure.pk, "on": on.isoformat()},
    )
    record_fact(task, FactType.MEASURE_DONE, on=on, by=by, entry=entry, measure=measure)
    for served in measure.also_serves.all():
        audit.record(
            "measure.complete",
            served,
            by=by,
            summary=_("支撑本任务的措施完成（任务 %(code)s 第 %(seq)s 项）：%(text)s")
            % {"code": task.code, "seq": measure.seq, "text": measure.text[:200]},
            data={"measure": measure.pk, "task": task.pk, "on": on.isoformat()},
        )
    measure.done_on = on
    save_checked(measure, only=["done_on"])
    refresh(task, on=clock.date_of(entry.at))
    return measure
