"""What waits on a task: for whom, since when, and that the waiting is charged to nobody."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.choices import Role
from accounts.models import RoleGrant
from accounts.scopes import Standing
from tasks.models import Closure, Extension, ProgressReport, Task
from tasks.parties import lead_units, own_matter
from tasks.services.countersigning import what_of
from tasks.services.deciding import submitted_on
from tasks.views.shapes import Waiting

_WAITS_FOR_NOBODY = gettext_lazy("等待期间不计入责任单位的逾期，等待天数不计任何人。")
_REPORT_WAITS = gettext_lazy("已按填报计入进度，等待天数不计任何人。")


def waiting_of(task: Task, *, on: dt.date) -> list[Waiting]:
    """Return what waits on the task, with whom and since when."""
    who = checkers_of(task, on=on)
    kinds: list[tuple[str, Iterable[ProgressReport | Extension | Closure]]] = [
        (_("销号申请待核查"), task.closures.to_verify().unchecked()),
        (_("延期申请待审批"), task.extensions.waiting()),
        (_("进展填报待核查"), task.reports.to_verify().order_by("on", "id")[:1]),
    ]
    return [
        *_countersigned(task, on=on),
        *_stands_still(task, on=on),
        *(
            Waiting(
                what=what,
                who=who,
                since=submitted_on(item),
                days=(on - submitted_on(item)).days,
                note=str(_WAITS_FOR_NOBODY if isinstance(item, Closure) else _REPORT_WAITS),
            )
            for what, items in kinds
            for item in items
        ),
    ]


def _countersigned(task: Task, *, on: dt.date) -> Iterator[Waiting]:
    """Yield what the leader in charge has to sign before it can be checked."""
    rows = task.countersignatures.waiting().select_related("leader", "report", "closure")
    for held in rows.order_by("submitted_at", "id"):
        since = clock.date_of(held.submitted_at)
        yield Waiting(
            what=_("%(what)s待审签") % {"what": what_of(held)},
            who=held.leader.name,
            since=since,
            days=max(0, (on - since).days),
            note=str(_WAITS_FOR_NOBODY if held.closure_id else _REPORT_WAITS),
        )


def _stands_still(task: Task, *, on: dt.date) -> Iterator[Waiting]:
    """Yield why the task's clock stands still, who answers for it, and until when."""
    for closure in task.closures.public(on=on).select_related("checked_by"):
        yield Waiting(
            what=_("销号公示中，至 %(until)s") % {"until": closure.public_until},
            who=str(closure.checked_by),
            since=closure.checked_on,
            days=(on - closure.checked_on).days,
            note=_("期满无异议即销号，公示期间不计逾期。"),
        )
    for pause in task.suspensions.filter(resumed_fact=None).select_related("owner", "fact"):
        yield Waiting(
            what=_("任务已中止：%(reason)s") % {"reason": pause.fact.reason},
            who=pause.owner.name,
            since=pause.fact.on,
            days=(on - pause.fact.on).days,
            note=_("须于 %(day)s 复核，中止期间不计逾期。") % {"day": pause.review_on},
        )


def checkers_of(task: Task, *, on: dt.date) -> str:
    """Return who checks the task's submissions: its supervisors who need not stand back."""
    return checkers_among(supervisors_on(on), task, on=on)


def supervisors_on(on: dt.date) -> list[RoleGrant]:
    """Return who supervises on the day, read once for many tasks."""
    return list(
        RoleGrant.objects.on(on)
        .filter(role=Role.SUPERVISOR, user__is_active=True)
        .select_related("user__unit", "unit")
        .order_by("user__staff_number")
    )


def checkers_among(grants: Iterable[RoleGrant], task: Task, *, on: dt.date) -> str:
    """Return who of the supervisors checks the task's submissions, as one phrase."""
    units = lead_units(task)
    names: list[str] = []
    for grant in grants:
        standing = Standing(user=grant.user, on=on, grants=((grant.role, grant.unit),))
        covers = standing.scope(Role.SUPERVISOR)
        if all(covers.holds(unit) for unit in units) and not own_matter(standing, task):
            names.append(grant.user.name)
    if not names:
        return _("局领导")
    shown = "、".join(names[:2])
    return _("%(names)s等") % {"names": shown} if len(names) > 2 else shown
