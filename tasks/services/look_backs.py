"""Look back (回头看) at closed tasks: drawn by risk, recorded, reopened where one relapsed."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry, User
from accounts.scopes import Standing, standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import DrawKind, FactType, TaskKind, TaskLevel, TaskState, Verdict
from tasks.models import Closure, LookBack, SampledItem, SampleDraw, Task
from tasks.parties import schedules_look_backs
from tasks.permissions import Act, authorise, may
from tasks.rules.hints import Hint, quick_sign_off
from tasks.rules.sampling import LOOK_BACK, SampleRule
from tasks.services.closing import reopen_task
from tasks.services.deciding import require_reason
from tasks.services.facts import check_not_future, lock_task
from tasks.services.sampling import record_draw


@transaction.atomic
def schedule_look_backs(
    *,
    since: dt.date,
    until: dt.date,
    due_on: dt.date,
    on: dt.date,
    by: User,
    rule: SampleRule = LOOK_BACK,
) -> SampleDraw:
    """Draw from the tasks closed in a period, both days included, and schedule their look-back.

    Major tasks, rectification, tasks that relapsed before and those signed off within seconds are
    always taken; of the others `rule` says how many. Raises `period_not_ordered`, `due_in_past`,
    `nothing_to_draw`.
    """
    standing = standing_of(by, on=on)
    _authorise(standing)
    if until < since:
        sentence = _("截止日期 %(until)s 早于起始日期 %(since)s，请改正。") % {
            "until": until,
            "since": since,
        }
        raise DomainError("period_not_ordered", sentence, fields={"until": sentence})
    if due_on < on:
        sentence = _("应完成日期 %(due)s 早于今天（%(today)s），请改正。") % {
            "due": due_on,
            "today": on,
        }
        raise DomainError("due_in_past", sentence, fields={"due_on": sentence})
    closed = _closed_between(standing, since, until)
    reasons = {task.pk: _always(closure) for task, closure in closed}
    rest = [pk for pk, why in reasons.items() if not why]
    always = sorted(pk for pk, why in reasons.items() if why)
    if not reasons:
        raise DomainError(
            "nothing_to_draw",
            _("%(since)s 至 %(until)s 没有可以回头看的已销号任务，请改选销号期间。")
            % {"since": since, "until": until},
        )
    draw, drawn = record_draw(
        DrawKind.LOOK_BACK,
        rest,
        rule,
        summary=_("从 %(since)s 至 %(until)s 销号的 %(count)s 项任务中抽取回头看")
        % {"since": since, "until": until, "count": len(reasons)},
        on=on,
        by=by,
        more={"since": since.isoformat(), "until": until.isoformat(), "always": always},
    )
    taken = [*always, *drawn]
    SampledItem.objects.bulk_create(
        SampledItem(draw=draw, task_id=pk, why=reasons[pk] or _("随机抽中")) for pk in taken
    )
    for pk in taken:
        save_checked(LookBack(task_id=pk, draw=draw, due_on=due_on))
    return draw


@transaction.atomic
def record_look_back(
    row: LookBack,
    *,
    relapsed: bool,
    found: str,
    on: dt.date,
    by: User,
    to: dt.date | None = None,
) -> LookBack:
    """Record what was found; a relapse opens the task again with the new deadline `to`."""
    found = require_reason(found, _("回头看必须写明看到的情况。"))
    task = lock_task(row.task)
    row = LookBack.objects.select_related("by").get(pk=row.pk)
    if row.done_on is not None:
        raise ConflictError(
            "already_done",
            _("%(who)s已于 %(on)s 完成这次回头看。") % {"who": row.by, "on": row.done_on},
        )
    authorise(Act.LOOK_BACK, task, on=on, by=by)
    columns = ["done_on", "relapsed", "found", "by"]
    if relapsed:
        reopen_task(task, to=to, reason=found, on=on, by=by)
        row.fact = task.facts.filter(type=FactType.REOPENED).order_by("-id")[0]
        columns.append("fact")
    else:
        entry = audit.record(
            "look_back.hold",
            task,
            by=by,
            summary=_("回头看：成效保持。%(found)s") % {"found": found[:200]},
            data={"on": on.isoformat(), "look_back": row.pk, "found": found},
        )
        check_not_future(on, entry)
    row.done_on, row.relapsed, row.found, row.by = on, relapsed, found, by
    save_checked(row, only=columns)
    return row


def sign_off_hints(task: Task) -> tuple[Hint, ...]:
    """Return the verdicts that came within seconds: for who looks back, not for who checks."""
    found: list[Hint] = []
    for closure in task.closures.exclude(decided_fact=None).select_related("decided_fact"):
        found += quick_sign_off(closure.submitted_at, closure.decided_fact.recorded_at)
    entries = AuditEntry.objects.filter(
        subject_kind="task", subject_id=str(task.pk), action="report.verify"
    )
    decided = {entry.data.get("report"): entry.at for entry in entries}
    for report in task.reports.filter(pk__in=[pk for pk in decided if pk is not None]):
        found += quick_sign_off(report.submitted_at, decided[report.pk])
    return tuple(found)


def look_backs_for(standing: Standing) -> Any:
    """Return the look-backs of tasks the person may see, the first due first."""
    seen = Task.objects.visible_to(standing.user, on=standing.on)
    return (
        LookBack.objects.filter(task__in=seen)
        .select_related("task", "by")
        .prefetch_related("task__responsibilities__unit")
        .order_by("due_on", "id")
    )


def _authorise(standing: Standing) -> None:
    if not schedules_look_backs(standing):
        raise NotAllowedError(
            "not_allowed",
            _("只有督办人员或局领导可以安排回头看；%(name)s没有这项权限。")
            % {"name": standing.user.name},
        )
    standing.user.acting_for = standing.acts_for(schedules_look_backs)


def _closed_between(
    standing: Standing, since: dt.date, until: dt.date
) -> list[tuple[Task, Closure]]:
    """Return the closed tasks the person may look back at, each with its newest close-out."""
    seen = Task.objects.visible_to(standing.user, on=standing.on).filter(state=TaskState.COMPLETED)
    closures = (
        Closure.objects.filter(
            task__in=seen, verdict=Verdict.ACCEPTED, decided_on__gte=since, decided_on__lte=until
        )
        .select_related("task", "decided_fact")
        .prefetch_related("task__responsibilities__unit", "task__look_backs", "task__facts")
        .order_by("decided_on", "id")
    )
    newest = {closure.task_id: closure for closure in closures}
    return [
        (closure.task, closure)
        for closure in newest.values()
        if may(standing, Act.LOOK_BACK, closure.task) and not _looked_at(closure)
    ]


def _looked_at(closure: Closure) -> bool:
    """Whether a look-back is scheduled, or was done since the task was closed."""
    return any(
        row.done_on is None or row.done_on >= closure.decided_on
        for row in closure.task.look_backs.all()
        if closure.decided_on is not None
    )


def _always(closure: Closure) -> str:
    """Return why a closed task is looked at in any case; nothing: it may be drawn."""
    task = closure.task
    fact = closure.decided_fact
    quick = fact is not None and quick_sign_off(closure.submitted_at, fact.recorded_at)
    reasons = {
        _("重大任务"): task.level == TaskLevel.MAJOR,
        _("整改任务"): task.kind == TaskKind.RECTIFICATION,
        _("曾经反弹"): any(one.type == FactType.REOPENED for one in task.facts.all()),
        _("提交后一分钟内即核查通过"): bool(quick),
    }
    return "、".join(why for why, holds in reasons.items() if holds)
