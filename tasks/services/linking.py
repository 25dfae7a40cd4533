"""Let one measure serve further tasks (一项措施支撑多项任务), openly on every task it serves."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.scopes import Standing
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import TaskState
from tasks.models import Measure, Task
from tasks.models.tasks import TaskQuerySet
from tasks.parties import duties_of, supervises
from tasks.permissions import RULES, Act, authorise, refuse_person
from tasks.services.facts import lock_task

# States of a task that a measure can still help.
SERVABLE = (TaskState.DRAFT, TaskState.OPEN, TaskState.PENDING, TaskState.SUSPENDED)


@transaction.atomic
def link_measure(measure: Measure, *, serves: Sequence[Task], on: dt.date, by: User) -> Measure:
    """Let a measure serve exactly these tasks besides its own; return it.

    Raises `serves_itself`, `serves_own_line`, `serves_ended`, `other_campaign`, `owner_outside`,
    and `not_allowed` for a task the person does not supervise.
    """
    task = lock_task(measure.task)
    standing = authorise(Act.LINK_MEASURE, task, on=on, by=by)
    measure = Measure.objects.select_related("owner").get(pk=measure.pk)
    if write_links(measure, task, serves, standing=standing):
        task.version += 1
        save_checked(task, only=["version"])
    return measure


def write_links(
    measure: Measure, task: Task, serves: Sequence[Task], *, standing: Standing
) -> bool:
    """Set the links of a locked task's measure, each change in both histories; whether any changed.

    A link that stays need not be to a task still in work, nor to one the person supervises.
    """
    before = {row.pk: row for row in measure.also_serves.all()}
    after = {row.pk: row for row in serves}
    for pk, served in after.items():
        if pk not in before:
            _check_open(task, served, standing=standing)
        _check_sense(measure.owner, task, served)
    for pk in sorted(after.keys() ^ before.keys()):
        made = pk in after
        _record(measure, task, after[pk] if made else before[pk], made=made, standing=standing)
    measure.also_serves.set(list(after))
    return after.keys() != before.keys()


def _check_open(task: Task, served: Task, *, standing: Standing) -> None:
    if not supervises(standing, served):
        raise refuse_person(RULES[Act.LINK_MEASURE], standing.user)
    if served.state not in SERVABLE or served.discarded_on is not None:
        raise _refusal(
            "serves_ended",
            _("任务 %(served)s 目前是“%(state)s”，不能再由其他任务的措施支撑。")
            % {
                "served": served.code,
                "state": _("已作废") if served.discarded_on else served.get_state_display(),
            },
        )


def _check_sense(owner: Unit, task: Task, served: Task) -> None:
    names = {"code": task.code, "served": served.code, "unit": owner.name}
    if served.pk == task.pk:
        raise _refusal("serves_itself", _("措施已属于任务 %(code)s 本身，不用再关联。") % names)
    if served.pk in _line_of(task) or task.pk in _line_of(served):
        raise _refusal(
            "serves_own_line",
            _("任务 %(served)s 与任务 %(code)s 是上下级，进度已经汇总，不用再关联措施。") % names,
        )
    if not _together(task, served):
        raise _refusal(
            "other_campaign",
            _(
                "任务 %(served)s 与任务 %(code)s 不属于同一攻坚行动（没有攻坚行动的，同一计划），"
                "措施不能跨行动支撑，请在任务 %(served)s 另列措施。"
            )
            % names,
        )
    if owner.pk not in {duty.unit_id for duty in duties_of(served)}:
        raise _refusal(
            "owner_outside",
            _(
                "措施责任单位“%(unit)s”既不牵头也不配合任务 %(served)s，不能用它的措施支撑；"
                "请先把该单位列入任务 %(served)s 的责任清单，或另列措施。"
            )
            % names,
        )


def servable(
    task: Task | None, *, among: TaskQuerySet, units: Sequence[int], campaign_id: int | None
) -> TaskQuerySet:
    """Return the tasks that measures of the units (ids) may serve: what a picker offers.

    `among` are the tasks the person may see; `task` is the measures' own, None for a new draft.
    """
    rows = among.filter(
        Q(responsibilities__unit__in=units, responsibilities__released_on=None),
        state__in=SERVABLE,
        discarded_on=None,
        campaign=campaign_id,
    )
    if task is not None:
        rows = rows.exclude(pk__in=[task.pk, *_line_of(task)]).exclude(parent=task)
        if campaign_id is None:
            rows = rows.filter(plan=task.plan_id)
    return rows.distinct().order_by("plan__code", "code", "id")


def _together(task: Task, served: Task) -> bool:
    if task.campaign_id != served.campaign_id:
        return False
    return task.campaign_id is not None or task.plan_id == served.plan_id


def _line_of(task: Task) -> list[int]:
    """Return the ids of the tasks above one."""
    above: list[int] = []
    parent = task.parent
    while parent is not None and parent.pk not in above:
        above.append(parent.pk)
        parent = parent.parent
    return above


def _record(measure: Measure, task: Task, served: Task, *, made: bool, standing: Standing) -> None:
    names = {"seq": measure.seq, "code": task.code, "served": served.code}
    text = measure.text[:120]
    own = (
        _("措施 %(seq)s 同时支撑任务 %(served)s")
        if made
        else _("措施 %(seq)s 不再支撑任务 %(served)s")
    )
    other = (
        _("由任务 %(code)s 的措施 %(seq)s 支撑：%(text)s")
        if made
        else _("不再由任务 %(code)s 的措施 %(seq)s 支撑：%(text)s")
    )
    data = {
        "on": standing.on.isoformat(),
        "measure": measure.pk,
        "task": task.pk,
        "serves": served.pk,
    }
    action = "measure.link" if made else "measure.unlink"
    by = standing.user
    audit.record(action, task, by=by, summary=own % names, data=data)
    audit.record(action, served, by=by, summary=other % {**names, "text": text}, data=data)


def _refusal(code: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, fields={"serves": sentence})
