"""Let a task go on as a standing duty (长期坚持) once its dated part is closed."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from accounts.services.saving import save_checked
from tasks.choices import DeadlineKind, TaskState, TaskType
from tasks.models import Responsibility, Task
from tasks.parties import duties_of
from tasks.services.facts import lock_task
from tasks.services.issuing import issue

SUFFIX = "-长期"


@transaction.atomic
def continue_as_standing(task: Task, *, on: dt.date, by: User) -> Task:
    """Issue the standing child of a completed task to the same units; return it.

    It starts, assigned, on the day of the verification; a task that was reopened and completed
    again has its child already, and no second one is made.
    """
    existing = task.children.filter(type=TaskType.STANDING).first()
    if existing is not None:
        return existing
    child = Task(
        plan=task.plan,
        code=f"{task.code}{SUFFIX}",
        title=task.title,
        campaign=task.campaign,
        battle=task.battle,
        parent=task,
        source_kind=task.source_kind,
        source_document=task.source_document,
        target=task.target,
        level=task.level,
        kind=task.kind,
        type=TaskType.STANDING,
        start=on,
        deadline_raw=task.deadline_raw,
        deadline_kind=DeadlineKind.ONGOING,
        report_cycle=task.report_cycle,
        leader=task.leader,
        responsible=task.holder,
        state=TaskState.DRAFT,
    )
    save_checked(child)
    for duty in duties_of(task):
        save_checked(
            Responsibility(
                task=child,
                unit=duty.unit,
                role=duty.role,
                position=duty.position,
                duty=duty.duty,
                collective=duty.collective,
                liaison=duty.liaison,
            )
        )
    return issue(lock_task(child), on=on, by=by)
