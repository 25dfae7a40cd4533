"""Supervision slips and the gapless numbers of documents."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from tasks.choices import DocumentKind, SlipColour
from tasks.models.tasks import Task


class DocumentSequence(models.Model):
    """The last number given to a kind of document in a year: no gap, no reuse."""

    kind = models.CharField(max_length=32, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("文号")
        verbose_name_plural = _("文号")
        constraints = [
            models.UniqueConstraint(name="sequence_kind_year", fields=["kind", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class SlipQuerySet(models.QuerySet["Slip"]):
    """Business filters over slips."""

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """Slips on tasks the person may see."""
        return self.filter(task__in=Task.objects.visible_to(user, on=on))

    def run_out(self, *, on: dt.date) -> Self:
        """Delivered slips whose feedback date has passed by the day."""
        return self.filter(delivered_on__lte=on, feedback_due__lt=on)

    def unanswered(self) -> Self:
        """Delivered slips nobody has answered."""
        return self.filter(delivered_on__isnull=False, answered_on=None)


class Slip(models.Model):
    """A supervision slip (督办单) to a unit on one task and cause, with its answer."""

    number = models.CharField(_("文号"), max_length=64, unique=True)
    colour = models.CharField(_("颜色"), max_length=8, choices=SlipColour.choices)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="slips")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="slips", verbose_name=_("承办单位")
    )
    cause = models.CharField(_("督办事由"), max_length=64)
    requirement = models.CharField(_("督办要求"), max_length=1000)
    issued_on = models.DateField(_("签发日期"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="slips_issued",
        verbose_name=_("签发人"),
    )
    delivered_on = models.DateField(_("送达日期"), null=True, blank=True)
    feedback_due = models.DateField(_("反馈时限"))
    answer = models.CharField(_("反馈情况"), max_length=2000, blank=True)
    answered_on = models.DateField(_("反馈日期"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="slips_answered",
        verbose_name=_("反馈人"),
    )

    objects: ClassVar = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("督办单")
        verbose_name_plural = _("督办单")
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="slip_dates_are_ordered",
                condition=Q(feedback_due__gte=F("issued_on"))
                & (Q(delivered_on=None) | Q(delivered_on__gte=F("issued_on"))),
                violation_error_message=_("反馈时限和送达日期不能早于签发日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number
