"""Indicators of campaigns: from which value to which, by which planned curve, and how they read."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry
from tasks.choices import Direction, Verdict
from tasks.models.plans import Battle, Campaign, Part


class Indicator(Part):
    """An indicator (指标) such as PM2.5 年均浓度: baseline, target, unit and direction."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="indicators")
    battle = models.ForeignKey(
        Battle, on_delete=models.PROTECT, null=True, blank=True, related_name="indicators"
    )
    name = models.CharField(_("指标名称"), max_length=100)
    unit = models.CharField(_("计量单位"), max_length=32, blank=True)
    direction = models.CharField(
        _("方向"), max_length=4, choices=Direction.choices, default=Direction.DOWN
    )
    baseline = models.DecimalField(
        _("基准值"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    target = models.DecimalField(_("目标值"), max_digits=15, decimal_places=4)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("达标日期"))

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["campaign", "id"]
        constraints = [
            models.UniqueConstraint(
                name="indicator_name_in_campaign",
                fields=["campaign", "name"],
                violation_error_message=_("该行动已有此指标。"),
            ),
            models.CheckConstraint(
                name="indicator_period_is_ordered",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("指标的达标日期必须晚于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorPoint(models.Model):
    """A point of an indicator's planned curve (计划曲线); between points it runs straight."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="points")
    on = models.DateField(_("日期"))
    value = models.DecimalField(_("计划值"), max_digits=15, decimal_places=4)

    class Meta:
        verbose_name = _("计划值")
        verbose_name_plural = _("计划曲线")
        ordering = ["indicator", "on"]
        constraints = [
            models.UniqueConstraint(
                name="indicator_point_once_a_day",
                fields=["indicator", "on"],
                violation_error_message=_("该指标在这一天已有计划值。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.value}"


class ReadingQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Filters over readings."""

    def standing(self) -> Self:
        """Readings that count: not superseded, not withdrawn, nor of a report sent back."""
        later = IndicatorReading.objects.filter(supersedes=OuterRef("pk"))
        returned = Q(report__verdict=Verdict.RETURNED)
        return self.filter(~Exists(later), withdrawn=False).exclude(returned)

    def up_to(self, day: dt.date) -> Self:
        """Readings of the day or before, newest first; of one day the one recorded last leads."""
        return self.filter(on__lte=day).order_by("-on", "-id")


class IndicatorReading(models.Model):
    """A reading (读数) of an indicator, never edited or deleted.

    A correction is a new reading that names the one it `supersedes`; a withdrawn one takes it back
    and puts nothing in its place. A reading given with a progress report counts as long as the
    report was not sent back.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="readings")
    on = models.DateField(_("日期"))
    value = models.DecimalField(_("读数"), max_digits=15, decimal_places=4)
    source = models.CharField(_("数据来源"), max_length=200, blank=True)
    report = models.OneToOneField(
        "tasks.ProgressReport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="indicator_reading",
        verbose_name=_("进展填报"),
    )
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("更正"),
    )
    withdrawn = models.BooleanField(_("撤回"), default=False)
    reason = models.CharField(_("更正理由"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("记录时间"))
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="readings")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="indicator_readings",
        verbose_name=_("记录人"),
    )

    objects: ClassVar = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("指标读数")
        verbose_name_plural = _("指标读数")
        ordering = ["indicator", "on", "id"]
        constraints = [
            models.CheckConstraint(
                name="reading_correction_has_reason",
                condition=Q(supersedes=None, withdrawn=False)
                | Q(supersedes__isnull=False) & ~Q(reason=""),
                violation_error_message=_("更正或撤回读数必须指明原读数并写明理由。"),
            ),
        ]
        indexes = [
            # The newest reading of an indicator.
            models.Index(name="reading_newest", fields=["indicator", "-on", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.value}"
