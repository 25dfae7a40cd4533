"""Interviews and the facts the rules read of them; determinations of 影响大局."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry
from reports.choices import InterviewFactType, InterviewState
from reports.models.subjects import EXACTLY_ONE_SUBJECT, AboutSubject, SubjectQuerySet
from tasks.models import Task


class InterviewQuerySet(SubjectQuerySet):
    """Business filters over interviews."""

    def upcoming(self) -> Self:
        """Interviews that wait for approval or for being held."""
        return self.filter(state__in=(InterviewState.PROPOSED, InterviewState.APPROVED))


class Interview(AboutSubject):
    """An interview (约谈) with a unit or a person: a warning, not a sanction.

    One meeting about several tasks is one interview.
    """

    number = models.CharField(_("通知书文号"), max_length=64, blank=True)
    state = models.CharField(
        _("状态"), max_length=16, choices=InterviewState.choices, default=InterviewState.PROPOSED
    )
    cause = models.CharField(_("约谈事由"), max_length=1000)
    tasks = models.ManyToManyField(Task, blank=True, related_name="interviews")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews_proposed",
        verbose_name=_("提出人"),
    )
    proposed_on = models.DateField(_("提出日期"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews_approved",
        verbose_name=_("批准人"),
    )
    approved_on = models.DateField(_("批准日期"), null=True, blank=True)
    scheduled_on = models.DateField(_("约谈时间"), null=True, blank=True)
    place = models.CharField(_("约谈地点"), max_length=200, blank=True)
    held_on = models.DateField(_("实际约谈日期"), null=True, blank=True)
    minutes = models.CharField(_("约谈纪要"), max_length=4000, blank=True)
    rectify_by = models.DateField(_("整改时限"), null=True, blank=True)
    cancellation = models.CharField(_("取消理由"), max_length=1000, blank=True)
    external_document = models.CharField(_("其他机关约谈文号"), max_length=200, blank=True)

    objects: ClassVar = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("约谈")
        verbose_name_plural = _("约谈")
        ordering = ["-proposed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="interview_has_one_subject",
                condition=EXACTLY_ONE_SUBJECT,
                violation_error_message=_("约谈对象必须是一个单位或一名个人。"),
            ),
            models.CheckConstraint(
                name="interview_held_has_date",
                condition=~Q(state__in=[InterviewState.HELD, InterviewState.CLOSED])
                | Q(held_on__isnull=False),
                violation_error_message=_("已约谈的必须有约谈日期。"),
            ),
            models.CheckConstraint(
                name="interview_approved_by_another",
                condition=Q(approved_by=None)
                | Q(proposed_by=None)
                | ~Q(approved_by=models.F("proposed_by")),
                violation_error_message=_("提出人不能批准自己提出的约谈。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.held_on or self.proposed_on}"


class InterviewFact(models.Model):
    """That an interview was held or revoked (insert-only), on its own date."""

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="facts")
    type = models.CharField(max_length=24, choices=InterviewFactType.choices)
    on = models.DateField(_("日期"))
    recorded_at = models.DateTimeField(_("记录时间"))
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="interview_facts")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interview_facts",
    )
    reason = models.CharField(_("理由"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("约谈事实")
        verbose_name_plural = _("约谈事实")
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="interview_fact_once",
                fields=["interview", "type"],
                violation_error_message=_("该约谈已登记过。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_type_display()}"


class Determination(models.Model):
    """A recorded human determination (认定) that a lagging task affects the whole (影响大局)."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="determinations")
    on = models.DateField(_("认定日期"))
    reason = models.CharField(_("认定理由"), max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="determinations",
        verbose_name=_("认定人"),
    )
    recorded_at = models.DateTimeField(_("记录时间"))
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="determinations")

    class Meta:
        verbose_name = _("影响大局认定")
        verbose_name_plural = _("影响大局认定")
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.task.code} {self.on}"


class DeterminationRevocation(models.Model):
    """That a determination was revoked (insert-only)."""

    determination = models.OneToOneField(
        Determination, on_delete=models.PROTECT, related_name="revocation"
    )
    on = models.DateField(_("撤销日期"))
    reason = models.CharField(_("撤销理由"), max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤销人"),
    )
    recorded_at = models.DateTimeField(_("记录时间"))
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("认定撤销")
        verbose_name_plural = _("认定撤销")

    def __str__(self) -> str:
        return f"{self.determination} {self.on}"
