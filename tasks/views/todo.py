"""What waits for a person, as narrowings of the task list: where the queues' "全部" leads."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.choices import UNIT_ROLES, Role
from accounts.scopes import Standing
from tasks.choices import TaskState
from tasks.models import Closure, Extension, ProgressReport, Responsibility, Slip, Task
from tasks.models.tasks import TaskQuerySet


def all_of(name: str) -> str:
    """Return the address that lists the tasks of a queue."""
    return f"{reverse('tasks:list')}?todo={name}"


def to_report(standing: Standing) -> TaskQuerySet:
    """Return the tasks in work that the person reports on: led by their units, or held."""
    units = standing.scope(*UNIT_ROLES).units()
    mine = Q(pk__in=Task.objects.led_by(units).values("pk")) | Q(holder=standing.user)
    work = (TaskState.OPEN, TaskState.PENDING)
    rows: TaskQuerySet = Task.objects.filter(mine, state__in=work, rolled_up=False)
    return rows


def awaiting_acceptance(standing: Standing) -> Any:
    """Return the responsibilities that units of the person's have not accepted."""
    units = standing.scope(Role.HEAD, Role.LIAISON).units()
    return Responsibility.objects.awaiting_acceptance(units)


def returned(standing: Standing) -> Any:
    """Return the reports that came back to the person's units and were not handed in again."""
    return ProgressReport.objects.to_redo().filter(task__in=to_report(standing))


def slips(standing: Standing) -> Any:
    """Return the slips that units of the person's have to answer."""
    units = standing.scope(Role.HEAD, Role.LIAISON).units()
    return Slip.objects.unanswered().filter(unit__in=units)


def late_slips(standing: Standing) -> Any:
    """Return the slips that the person sees and whose answer is late."""
    seen = Slip.objects.visible_to(standing.user, on=standing.on)
    return seen.unanswered().run_out(on=standing.on)


def awaited(standing: Standing, model: type[Closure] | type[Extension]) -> Any:
    """Return the person's own applications that wait for somebody else."""
    return model.objects.waiting().filter(task__in=to_report(standing))


def coordination(standing: Standing) -> Any:
    """Return what units asked from above: of everything supervised, or as leader in charge."""
    asked = ProgressReport.objects.visible_to(standing.user, on=standing.on).to_coordinate()
    if standing.has(Role.SUPERVISOR):
        return asked
    return asked.filter(task__leader=standing.user)


def narrow(tasks: TaskQuerySet, name: str, standing: Standing) -> TaskQuerySet:
    """Return the tasks among those seen that stand in a queue; an unknown name narrows nothing."""
    if name == "silent":
        return tasks.filter(pk__in=Task.objects.silent(on=standing.on).values("pk"))
    if name == "awaited":
        rows = [awaited(standing, model).order_by() for model in (Closure, Extension)]
        return tasks.filter(pk__in=rows[0].values("task").union(rows[1].values("task")))
    known = {
        "accept": awaiting_acceptance,
        "returned": returned,
        "slip": slips,
        "slip_late": late_slips,
        "coordination": coordination,
    }
    if name not in known:
        return tasks
    return tasks.filter(pk__in=known[name](standing).order_by().values("task"))
