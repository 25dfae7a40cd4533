"""Buttons: what pages offer a person, from the same predicates that refuse the services."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.scopes import Standing
from tasks.models import (
    Approval,
    Closure,
    DutyRefusal,
    Extension,
    Measure,
    ProgressReport,
    Responsibility,
    Slip,
    Task,
)
from tasks.parties import reporting_unit
from tasks.permissions import Act, acts_for, may, may_accept, may_answer, may_complete, may_refuse
from tasks.services.deciding import countersigned, is_own
from tasks.views.pieces import Action


def of_task(standing: Standing, task: Task) -> tuple[Action, ...]:
    """Return the buttons of a task's page, the main one first."""
    acts = acts_for(standing, task)
    proxy = reporting_unit(standing, task)[1]
    report, close = (_("代录进展"), _("代录销号申请")) if proxy else (_("填报进展"), _("申请销号"))
    known = {
        Act.ASSIGN: _link(task, "assign", _("交办"), "send", kind="primary"),
        Act.SUBMIT_APPROVAL: _link(
            task, "submit_approval", _("报送立项审核"), "rubber-stamp", kind="primary"
        ),
        Act.EDIT: _link(task, "edit", _("编辑草稿"), "edit"),
        Act.DISCARD: _link(task, "discard", _("作废草稿"), "trash"),
        Act.REPORT: _link(task, "report", report, "edit", kind="primary"),
        Act.SUBMIT_CLOSURE: _link(task, "closure", close, "circle-check"),
        Act.RECORD_PERSONAL: _link(task, "record_personal", _("登记四个亲自"), "user-check"),
        Act.AMEND: _link(task, "amend", _("修订表述"), "edit"),
        Act.SPLIT: _link(task, "split", _("分解任务"), "sitemap"),
        Act.REQUEST_EXTENSION: _link(task, "extension", _("申请延期"), "calendar-plus"),
        Act.ISSUE_SLIP: _link(task, "slip", _("发督办单"), "file-text", kind="danger"),
        Act.HAND_OVER: _link(task, "hand_over", _("交接责任人"), "arrows-exchange"),
        Act.SUSPEND: _link(task, "suspend", _("中止"), "player-pause"),
        Act.RESUME: _link(task, "resume", _("恢复办理"), "player-play", kind="primary"),
        Act.SET_EXTENSION_BUDGET: _link(task, "budget", _("调整延期额度"), "calendar-plus"),
        Act.REOPEN: _link(task, "reopen", _("反弹重启"), "refresh", kind="danger"),
        Act.TERMINATE: _link(task, "terminate", _("终止"), "x", kind="danger"),
    }
    offered = [button for act, button in known.items() if act in acts]
    if Act.REQUEST_EXTENSION in acts and (
        task.effective_deadline is None or task.effective_deadline < standing.on
    ):
        offered.remove(known[Act.REQUEST_EXTENSION])
    return (*offered, *of_pause(standing, task))


def drafting(standing: Standing) -> tuple[Action, ...]:
    """Return the button that drafts a task."""
    if not standing.has(Role.SUPERVISOR):
        return ()
    return (Action(label=_("拟定任务"), url=reverse("tasks:new"), kind="primary", icon="plus"),)


def of_pause(standing: Standing, task: Task) -> tuple[Action, ...]:
    """Return the button that looks at a suspension again."""
    if not may(standing, Act.RESUME, task):
        return ()
    return (_link(task, "prolong", _("复核中止"), "clock"),)


def of_duty(standing: Standing, duty: Responsibility) -> tuple[Action, ...]:
    """Return the buttons that accept or refuse a responsibility."""
    if not may_accept(standing, duty):
        return ()
    url = reverse("tasks:accept", args=[duty.pk])
    accept = Action(label=_("签收"), url=url, kind="primary", method="post", icon="user-check")
    if not may_refuse(standing, duty):
        return (accept,)
    refuse = reverse("tasks:refuse", args=[duty.pk])
    return (accept, Action(label=_("退办"), url=refuse, icon="arrow-back-up"))


def of_refusal(standing: Standing, refusal: DutyRefusal, task: Task) -> tuple[Action, ...]:
    """Return the button that leads to a refusal's decision."""
    waits = refusal.verdict == "waiting" and not is_own(refusal, standing)
    if not (waits and may(standing, Act.DECIDE_REFUSAL, task)):
        return ()
    return (_check("tasks:decide_refusal", refusal.pk, _("审批退办")),)


def of_measure(standing: Standing, measure: Measure, task: Task) -> tuple[Action, ...]:
    """Return the buttons that record a measure as done and let it serve further tasks."""
    return (*_completion(standing, measure, task), *_linking(standing, measure, task))


def _linking(standing: Standing, measure: Measure, task: Task) -> tuple[Action, ...]:
    if not may(standing, Act.LINK_MEASURE, task):
        return ()
    url = reverse("tasks:link_measure", args=[measure.pk])
    return (Action(label=_("关联其他任务"), url=url, icon="link"),)


def _completion(standing: Standing, measure: Measure, task: Task) -> tuple[Action, ...]:
    if not may_complete(standing, measure, task):
        return ()
    url = reverse("tasks:measure_done", args=[measure.pk])
    question = _("登记第 %(seq)s 项措施今天完成？") % {"seq": measure.seq}
    return (Action(label=_("登记完成"), url=url, method="post", icon="check", confirm=question),)


def of_report(standing: Standing, report: ProgressReport, task: Task) -> tuple[Action, ...]:
    """Return the button that leads to a report's verification."""
    waits = report.verdict == "waiting" and not is_own(report, standing)
    if not (waits and countersigned(report) and may(standing, Act.VERIFY, task)):
        return ()
    return (_check("tasks:verify_report", report.pk, _("核查")),)


def of_closure(standing: Standing, closure: Closure, task: Task) -> tuple[Action, ...]:
    """Return the button that leads to a close-out's check."""
    waits = closure.verdict == "waiting" and not is_own(closure, standing)
    if not (waits and countersigned(closure) and may(standing, Act.CHECK_CLOSURE, task)):
        return ()
    return (_check("tasks:check_closure", closure.pk, _("核查销号")),)


def of_extension(standing: Standing, extension: Extension, task: Task) -> tuple[Action, ...]:
    """Return the button that leads to an extension's decision."""
    waits = extension.verdict == "waiting" and not is_own(extension, standing)
    if not (waits and may(standing, Act.DECIDE_EXTENSION, task)):
        return ()
    return (_check("tasks:decide_extension", extension.pk, _("审批延期")),)


def of_approval(standing: Standing, approval: Approval, task: Task) -> tuple[Action, ...]:
    """Return the button that leads to a draft's approval."""
    waits = approval.verdict == "waiting" and not is_own(approval, standing)
    if not (waits and may(standing, Act.DECIDE_APPROVAL, task)):
        return ()
    return (_check("tasks:decide_approval", approval.pk, _("立项审核")),)


def of_slip(standing: Standing, slip: Slip, task: Task) -> tuple[Action, ...]:
    """Return the buttons that deliver or answer a slip."""
    if slip.delivered_on is None and may(standing, Act.ISSUE_SLIP, task):
        url = reverse("tasks:deliver_slip", args=[slip.pk])
        question = _("确认 %(number)s 今天已送达%(unit)s？") % {
            "number": slip.number,
            "unit": slip.unit.name,
        }
        return (Action(label=_("登记送达"), url=url, method="post", icon="send", confirm=question),)
    if may_answer(standing, slip):
        url = reverse("tasks:answer_slip", args=[slip.pk])
        return (Action(label=_("反馈"), url=url, kind="primary", icon="edit"),)
    return ()


def report_or_unchanged(standing: Standing, task: Task) -> tuple[Action, ...]:
    """Return the two buttons of a line in the reporting list."""
    if not may(standing, Act.REPORT, task):
        return ()
    url = reverse("tasks:report", args=[task.pk])
    if reporting_unit(standing, task)[1]:
        return (Action(label=_("代录"), url=url, kind="primary", icon="edit"),)
    unchanged = reverse("tasks:unchanged", args=[task.pk])
    return (
        Action(label=_("无变化"), url=unchanged, method="post", icon="check", version=task.version),
        Action(label=_("填报"), url=url, kind="primary", icon="edit"),
    )


def slip_for(standing: Standing, task: Task) -> tuple[Action, ...]:
    """Return the button that leads to a slip about a task."""
    if not may(standing, Act.ISSUE_SLIP, task):
        return ()
    return (_link(task, "slip", _("发督办单"), "file-text", kind="danger"),)


def _link(task: Task, name: str, label: str, icon: str, *, kind: str = "") -> Action:
    return Action(label=label, url=reverse(f"tasks:{name}", args=[task.pk]), kind=kind, icon=icon)


def _check(name: str, pk: int, label: str) -> Action:
    return Action(label=label, url=reverse(name, args=[pk]), kind="primary", icon="clipboard-check")
