"""What surrounds the issuing of a task: approval, refusal, the principal's duties, amendments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry
from tasks.choices import PersonalDutyKind, Verdict
from tasks.models.lists import Responsibility
from tasks.models.tasks import Task
from tasks.models.work import BY_ANOTHER, DECIDED, Decision


class Approval(Decision):
    """A draft handed in for approval (立项审核) before it may be assigned."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="approvals")
    submitted_on = models.DateField(_("报审日期"))
    note = models.CharField(_("报审说明"), max_length=1000, blank=True)
    # The version of the draft that was approved; a later one needs another approval.
    version = models.PositiveIntegerField(_("审核的版本"), null=True, blank=True)

    class Meta:
        verbose_name = _("立项审核")
        verbose_name_plural = _("立项审核")
        ordering = ["-submitted_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="approval_decision_is_complete",
                condition=DECIDED,
                violation_error_message=_("立项审核必须同时有审核人和日期。"),
            ),
            models.CheckConstraint(
                name="approval_decided_by_another",
                condition=BY_ANOTHER,
                violation_error_message=_("报审人不能审核自己报审的任务。"),
            ),
            models.UniqueConstraint(
                name="approval_one_waiting",
                fields=["task"],
                condition=Q(verdict=Verdict.WAITING),
                violation_error_message=_("该任务已在等待立项审核。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} {self.submitted_on}"


class DutyRefusal(Decision):
    """A unit's refusal (退办) of its part in a task, with a reason, and what was decided.

    Accepted: a cooperating unit is released; a lead unit's task ends and is issued anew to others.
    Returned: the unit has to take it.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="refusals")
    duty = models.ForeignKey(Responsibility, on_delete=models.PROTECT, related_name="refusals")
    submitted_on = models.DateField(_("退办日期"))
    reason = models.CharField(_("退办理由"), max_length=1000)

    class Meta:
        verbose_name = _("退办申请")
        verbose_name_plural = _("退办申请")
        ordering = ["-submitted_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="refusal_decision_is_complete",
                condition=DECIDED,
                violation_error_message=_("退办决定必须同时有决定人和日期。"),
            ),
            models.CheckConstraint(
                name="refusal_decided_by_another",
                condition=BY_ANOTHER,
                violation_error_message=_("申请人不能审批自己的退办申请。"),
            ),
            models.UniqueConstraint(
                name="refusal_one_waiting",
                fields=["duty"],
                condition=Q(verdict=Verdict.WAITING),
                violation_error_message=_("该单位已有一件待审批的退办申请。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.submitted_on}"


class PersonalDuty(models.Model):
    """One of the four things the principal did in person (四个亲自) on a major task."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="personal_duties")
    kind = models.CharField(_("事项"), max_length=16, choices=PersonalDutyKind.choices)
    on = models.DateField(_("日期"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="personal_duties",
        verbose_name=_("主要负责人"),
    )
    text = models.CharField(_("情况"), max_length=1000)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="personal_duties")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="personal_duties_recorded",
        verbose_name=_("记录人"),
    )

    class Meta:
        verbose_name = _("四个亲自")
        verbose_name_plural = _("四个亲自")
        ordering = ["task", "on", "id"]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"


class Amendment(models.Model):
    """A changed wording (修订) of an issued task; the old wording stays for ever."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="amendments")
    on = models.DateField(_("修订日期"))
    subject = models.CharField(_("修订内容"), max_length=64)
    field = models.CharField(max_length=32)
    old = models.CharField(_("原表述"), max_length=1000, blank=True)
    new = models.CharField(_("新表述"), max_length=1000, blank=True)
    reason = models.CharField(_("修订理由"), max_length=1000)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="amendments")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="amendments",
        verbose_name=_("修订人"),
    )

    class Meta:
        verbose_name = _("修订")
        verbose_name_plural = _("修订")
        ordering = ["task", "id"]

    def __str__(self) -> str:
        return f"{self.on} {self.subject}"
