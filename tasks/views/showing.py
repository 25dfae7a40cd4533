"""Turn tasks and their readings into what templates print."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tasks import standards
from tasks.choices import DutyRole, Light, TaskState
from tasks.models import Campaign, Task
from tasks.rules.deadline import days_after_original
from tasks.rules.numbers import rounded
from tasks.rules.periods import newest_month_end
from tasks.rules.policy import TaskPolicy
from tasks.rules.progress import newest_report
from tasks.rules.reading import TaskReading, read_task
from tasks.services.readings import history_of
from tasks.views.pieces import Action, Lamp
from tasks.views.shapes import Figures, TaskHead, TaskRow
from tasks.wording import lag_sentence, lamp_sentence

# Stopped and unissued tasks are judged by nobody, so they carry no lamp.
_UNLIT = frozenset({TaskState.DRAFT, TaskState.SUSPENDED, TaskState.TERMINATED})


def lamp(light: str, *, sentence: str = "") -> Lamp:
    """Return a light with its word."""
    return Lamp(colour=light, word=str(Light(light).label), sentence=sentence)


def lamp_of(task: Task) -> Lamp | None:
    """Return the lamp of a task annotated by `tasks.lights.lit`; None where nothing is judged."""
    light: str = task.light  # type: ignore[attr-defined]
    return None if task.state in _UNLIT else lamp(light)


def due_note(task: Task, *, on: dt.date) -> tuple[str, str]:
    """Return how far off or how late a task is, and the note's colour."""
    late = task.overdue_days(on=on)
    if task.state in (TaskState.PENDING, TaskState.COMPLETED):
        return (_("迟办 %(days)s 天") % {"days": late}, "yellow") if late else ("", "")
    if task.state != TaskState.OPEN or task.effective_deadline is None:
        return "", ""
    if late:
        return _("逾期 %(days)s 天") % {"days": late}, "red"
    left = (task.effective_deadline - on).days
    if left < 0:
        return _("已过 %(days)s 天，不计逾期") % {"days": -left}, "yellow"
    near = standards.task_policy(on).lights.near_yellow.holds(left)
    text = _("今天到期") if left == 0 else _("剩余 %(days)s 天") % {"days": left}
    return text, "yellow" if near else ""


def lead_names(task: Task) -> str:
    """Return the lead units of a task with its responsibilities fetched."""
    duties = (duty for duty in task.responsibilities.all() if duty.role == DutyRole.LEAD)
    return "、".join(duty.unit.name for duty in duties)


def task_url(task: Task) -> str:
    """Return the address of a task's page."""
    return reverse("tasks:detail", args=[task.pk])


def task_row(task: Task, *, on: dt.date, actions: Iterable[Action] = ()) -> TaskRow:
    """Return a task, lit and fetched by `for_list`, as a line of a list."""
    note, colour = due_note(task, on=on)
    return TaskRow(
        pk=task.pk,
        url=task_url(task),
        code=task.code,
        title=task.title,
        lamp=lamp_of(task),
        level=task.level,
        level_label=task.get_level_display(),
        state=task.state,
        state_label=task.get_state_display(),
        unit=lead_names(task),
        person=task.holder.name if task.holder else "",
        source=str(task.campaign or task.plan),
        deadline=task.effective_deadline,
        deadline_text="" if task.effective_deadline else deadline_text(task),
        due_note=note,
        due_colour=colour,
        percent=None if task.state == TaskState.DRAFT else task.counted_percent,
        actions=tuple(actions),
    )


def deadline_text(task: Task) -> str:
    """Return what stands in place of a date: the wording of a draft, else the task's type."""
    if task.state == TaskState.DRAFT and task.deadline_raw:
        return task.deadline_raw
    return task.get_type_display()


def reading_of(task: Task, *, on: dt.date, policy: TaskPolicy | None = None) -> TaskReading | None:
    """Return the reading of a task fetched by `with_history`; None for a draft.

    `policy` is that of the day, read once for many tasks.
    """
    if task.state == TaskState.DRAFT:
        return None
    return read_task(history_of(task), on, policy or standards.task_policy(on))


def reasons_of(reading: TaskReading | None, *, verifier: str = "") -> tuple[Lamp, ...]:
    """Return why a task is red or yellow, one lamp with its sentence for each cause.

    A green task has one reason at most: what it waits for, or how its deadline stands.
    """
    if reading is None:
        return ()
    lamps = (reading.deadline_lamp, reading.progress_lamp)
    shown = [one for one in lamps if one.light != Light.GREEN.value]
    reasons = [
        lamp(one.light, sentence=lamp_sentence(one, verifier=verifier))
        for one in shown or [reading.deadline_lamp]
    ]
    reasons += [lamp(Light.RED, sentence=lag_sentence(reason)) for reason in reading.lag]
    return tuple(reasons)


def task_head(
    task: Task, reading: TaskReading | None, *, on: dt.date, verifier: str = ""
) -> TaskHead:
    """Return a task fetched by `with_history` as its page and the forms about it print it."""
    note, colour = due_note(task, on=on)
    judged = reading is not None and task.state not in _UNLIT
    return TaskHead(
        url=task_url(task),
        code=task.code,
        title=task.title,
        plan=task.plan.name,
        lamp=lamp(reading.light) if reading is not None and judged else None,
        reasons=reasons_of(reading, verifier=verifier) if judged else (),
        level=task.level,
        level_label=task.get_level_display(),
        kind_label=task.get_kind_display(),
        type_label=task.get_type_display(),
        state=task.state,
        state_label=task.get_state_display(),
        unit=lead_names(task),
        start=task.start,
        original_deadline=task.original_deadline,
        effective_deadline=task.effective_deadline,
        deadline_raw=task.deadline_raw,
        due_note=note,
        due_colour=colour,
        original_note=_original_note(task, on=on),
        soft=task.soft,
        person=task.holder.name if task.holder else task.person_raw,
        leader=task.leader.name if task.leader else task.leader_raw,
        campaign=str(task.campaign or ""),
        battle=str(task.battle or ""),
        indicator=str(task.indicator or ""),
        source=source_of(task),
        target=task.target,
        problem=task.problem,
        remark=task.remark,
        cycle_label=task.get_report_cycle_display() if task.report_cycle else "",
        assigned_on=task.assigned_on,
        columns=filled_columns(task.campaign, task.custom),
    )


def filled_columns(
    campaign: Campaign | None, custom: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the campaign's own columns that are filled, retired ones too, with their labels."""
    if not (custom and campaign):
        return ()
    return tuple(
        (column.label, str(custom[column.key]))
        for column in campaign.columns.all()
        if column.key in custom
    )


def _original_note(task: Task, *, on: dt.date) -> str:
    """Return how far past its original deadline a task is whose deadline was moved."""
    if task.state == TaskState.DRAFT or task.original_deadline == task.effective_deadline:
        return ""
    late = days_after_original(history_of(task), on)
    return _("较原定时限晚 %(days)s 天") % {"days": late} if late else ""


def source_of(task: Task) -> str:
    """Return where a task came from, with its file number where there is one."""
    if not task.source_document:
        return ""
    return _("%(kind)s：%(document)s") % {
        "kind": task.get_source_kind_display(),
        "document": task.source_document,
    }


def figures(task: Task, reading: TaskReading | None, *, on: dt.date) -> Figures:
    """Return verified, self-reported and planned percent side by side."""
    accepted = task.reports.filter(verdict="accepted").order_by("-on", "-id").first()
    claimed = newest_report(history_of(task), on) if reading is not None else None
    planned = reading.planned if reading is not None else None
    return Figures(
        verified=accepted.percent if accepted else None,
        verified_on=accepted.on if accepted else None,
        claimed=_places(claimed.percent) if claimed else None,
        claimed_on=claimed.on if claimed else None,
        planned=_places(planned),
        planned_on=newest_month_end(on) if planned is not None else None,
    )


def _places(number: Any) -> Decimal | None:
    return None if number is None else rounded(number)
