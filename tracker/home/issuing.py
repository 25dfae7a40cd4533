"""What waits around the issuing of tasks: drafts to approve, drafts that came back."""

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.scopes import Standing
from tasks.choices import PersonalDutyKind, TaskLevel, TaskState, Verdict
from tasks.models import Approval, DutyRefusal, Task
from tasks.permissions import RULES, Act
from tasks.services.approving import approval_due
from tasks.views import buttons
from tasks.views.pieces import Queue, WorkItem
from tasks.views.showing import lead_names, task_url
from tracker.home.desk import queue, task_item

_FETCHED = ("task__responsibilities__unit", "task__approvals")


def approvals(standing: Standing) -> list[Queue]:
    """Return the drafts that wait for the person's approval, the longest waiting first, if any."""
    rows = (
        Approval.objects.visible_to(standing.user, on=standing.on)
        .waiting()
        .filter(task__state=TaskState.DRAFT, task__discarded_on=None)
        .exclude(submitted_by__in=standing.people)
        .select_related("task__plan", "submitted_by")
        .prefetch_related(*_FETCHED)
        .order_by("submitted_on", "id")
    )

    def line(row: Approval) -> WorkItem:
        due = approval_due(row)
        late = (standing.on - due).days
        return WorkItem(
            title=row.task.title,
            url=task_url(row.task),
            code=row.task.code,
            unit=lead_names(row.task),
            note=_("%(who)s %(day)s 报审")
            % {"who": row.submitted_by.name, "day": row.submitted_on},
            due=due,
            due_note=_("审核已超 %(days)s 天") % {"days": late} if late > 0 else _("审核期限"),
            due_colour="red" if late > 0 else "",
            actions=buttons.of_approval(standing, row, row.task),
        )

    found = queue(_("立项待审核"), rows, line, empty="")
    return [found] if found.count else []


def returned(standing: Standing) -> list[Queue]:
    """Return the drafts that came back from their approval and were not handed in again, if any."""
    rows = (
        Approval.objects.visible_to(standing.user, on=standing.on)
        .filter(verdict=Verdict.RETURNED, task__state=TaskState.DRAFT, task__discarded_on=None)
        .select_related("task", "decided_by")
        .prefetch_related(*_FETCHED)
        .order_by("decided_on", "id")
    )
    newest = rows.exclude(task__approvals__verdict__in=(Verdict.WAITING, Verdict.ACCEPTED))

    def line(row: Approval) -> WorkItem:
        return WorkItem(
            title=row.task.title,
            url=task_url(row.task),
            code=row.task.code,
            unit=lead_names(row.task),
            note=row.decision,
            due=row.decided_on,
            due_note=_("%(who)s退回") % {"who": row.decided_by},
        )

    found = queue(_("立项被退回的草稿"), newest, line, empty="")
    return [found] if found.count else []


def refusals(standing: Standing) -> list[Queue]:
    """Return the refusals that wait for the person's decision, the longest waiting first, if any.

    A lead unit's is a leader's to agree to, so it stands in both queues.
    """
    rows = (
        DutyRefusal.objects.visible_to(standing.user, on=standing.on)
        .waiting()
        .filter(task__state__in=RULES[Act.DECIDE_REFUSAL].states)
        .exclude(submitted_by__in=standing.people)
        .select_related("task__plan", "duty__unit", "submitted_by")
        .prefetch_related("task__responsibilities__unit")
        .order_by("submitted_on", "id")
    )

    def line(row: DutyRefusal) -> WorkItem:
        return WorkItem(
            title=row.task.title,
            url=task_url(row.task),
            code=row.task.code,
            unit=row.duty.unit.name,
            note=row.reason,
            due=row.submitted_on,
            due_note=_("%(role)s单位退办") % {"role": row.duty.get_role_display()},
            actions=buttons.of_refusal(standing, row, row.task),
        )

    found = queue(_("退办待审批"), rows, line, empty="")
    return [found] if found.count else []


def lacking_personal(standing: Standing) -> list[Queue]:
    """Return the major tasks in work that lack some of the principal's four duties, if any."""
    kinds = len(PersonalDutyKind.values)
    done = Count("personal_duties__kind", distinct=True)
    rows = (
        Task.objects.visible_to(standing.user, on=standing.on)
        .filter(level=TaskLevel.MAJOR, state__in=(TaskState.OPEN, TaskState.PENDING))
        .annotate(personal=done)
        .filter(personal__lt=kinds)
        .order_by("personal", "effective_deadline", "id")
        .for_list()
    )

    def line(task: Task) -> WorkItem:
        recorded: int = task.personal  # type: ignore[attr-defined]
        note = _("四个亲自已登记 %(done)s 项，缺 %(lack)s 项")
        return task_item(
            task, on=standing.on, note=note % {"done": recorded, "lack": kinds - recorded}
        )

    found = queue(_("重大任务缺四个亲自"), rows, line, empty="")
    return [found] if found.count else []
