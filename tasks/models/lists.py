"""The second, third and fourth list: responsibilities, measures and results of a task."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from tasks.choices import DeadlineKind, DutyRole, TaskState
from tasks.models.tasks import Task


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    """Business filters over responsibilities."""

    def awaiting_acceptance(self, units: Iterable[Unit]) -> Self:
        """Responsibilities of the units on tasks in work that nobody accepted yet."""
        return self.filter(
            unit__in=units,
            accepted_on=None,
            released_on=None,
            task__state__in=(TaskState.OPEN, TaskState.PENDING, TaskState.SUSPENDED),
        )


class Responsibility(models.Model):
    """A responsibility (责任): a unit that leads or cooperates in a task, and its acceptance."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="responsibilities")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="responsibilities")
    role = models.CharField(_("角色"), max_length=16, choices=DutyRole.choices)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    duty = models.CharField(_("职责"), max_length=500, blank=True)
    collective = models.CharField(_("所属集合词"), max_length=100, blank=True)
    liaison = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="liaison_for",
        verbose_name=_("联络员"),
    )
    accepted_on = models.DateField(_("签收日期"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acceptances",
        verbose_name=_("签收人"),
    )
    # A cooperating unit whose refusal was accepted takes part no longer.
    released_on = models.DateField(_("退办生效日期"), null=True, blank=True)

    objects: ClassVar = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("责任")
        verbose_name_plural = _("责任清单")
        ordering = ["task", "-role", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="responsibility_unit_once",
                fields=["task", "unit"],
                violation_error_message=_("同一单位在一项任务中只能有一个角色。"),
            ),
            models.CheckConstraint(
                name="responsibility_acceptance_signed",
                condition=Q(accepted_on=None, accepted_by=None)
                | Q(accepted_on__isnull=False, accepted_by__isnull=False),
                violation_error_message=_("签收必须同时有日期和签收人。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}（{self.get_role_display()}）"


class Measure(models.Model):
    """A measure (措施) with its node (节点), weight, owner, expected output and required proof."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="measures")
    seq = models.PositiveSmallIntegerField(_("序号"))
    code = models.CharField(_("措施编号"), max_length=32, blank=True)
    text = models.CharField(_("措施内容"), max_length=1000)
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="measures", verbose_name=_("责任单位")
    )
    deadline_raw = models.CharField(_("节点原文"), max_length=200, blank=True)
    deadline_kind = models.CharField(
        _("节点类别"), max_length=16, choices=DeadlineKind.choices, blank=True
    )
    deadline_reading = models.JSONField(_("节点读法"), default=dict, blank=True)
    deadline = models.DateField(_("节点日期"), null=True, blank=True)
    weight = models.DecimalField(
        _("权重"), max_digits=15, decimal_places=6, default=1, validators=[MinValueValidator(0)]
    )
    expected_output = models.CharField(_("预期产出"), max_length=500, blank=True)
    proof_required = models.CharField(_("所需佐证"), max_length=500, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    also_serves = models.ManyToManyField(
        Task, blank=True, related_name="served_by", verbose_name=_("同时支撑的任务")
    )

    class Meta:
        verbose_name = _("措施")
        verbose_name_plural = _("措施清单")
        ordering = ["task", "seq"]
        constraints = [
            models.UniqueConstraint(
                name="measure_seq_in_task",
                fields=["task", "seq"],
                violation_error_message=_("该任务已有此措施序号。"),
            ),
            models.CheckConstraint(
                name="measure_weight_positive",
                condition=Q(weight__gt=0),
                violation_error_message=_("措施权重必须大于 0。"),
            ),
        ]
        indexes = [
            # A supporter's own measures that are late at a month-end.
            models.Index(
                name="measure_open_by_task",
                fields=["task", "deadline"],
                condition=Q(done_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.text}"


class Result(models.Model):
    """A result (结果/成效) a task is expected to show, and what was achieved."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="results")
    seq = models.PositiveSmallIntegerField(_("序号"))
    expected = models.CharField(_("预期成果"), max_length=1000)
    achieved = models.CharField(_("实际成效"), max_length=1000, blank=True)
    achieved_on = models.DateField(_("达成日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("结果")
        verbose_name_plural = _("结果清单")
        ordering = ["task", "seq"]
        constraints = [
            models.UniqueConstraint(
                name="result_seq_in_task",
                fields=["task", "seq"],
                violation_error_message=_("该任务已有此结果序号。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.expected}"
