"""Plans that issue tasks and the campaigns and battles they belong to."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tasks.choices import ColumnKind, ColumnPlace, GapRule


class Versioned(models.Model):
    """What two people may edit at once: the second meets the newer version (409)."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class PartQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Filters shared by the parts of a campaign."""

    def active(self, *, on: dt.date) -> Self:
        """Parts that are in use on the day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))


class Part(Versioned):
    """A part of a campaign; one that was used is retired (停用), never deleted."""

    closed_on = models.DateField(_("停用日期"), null=True, blank=True)

    objects: ClassVar = PartQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_active(self, *, on: dt.date) -> bool:
        """Whether the part is in use on the day."""
        return self.closed_on is None or self.closed_on > on


class Plan(Versioned):
    """A plan (任务清单/方案) issued for a year; a task's key is its plan and its code."""

    code = models.CharField(_("计划代码"), max_length=64, unique=True)
    name = models.CharField(_("计划名称"), max_length=200)
    year = models.PositiveSmallIntegerField(_("计划年度"))
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    # The day of the document: proof of its tasks can hardly be older.
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    needs_approval = models.BooleanField(_("交办前须立项审核"), default=False)
    gaps = models.CharField(
        _("四清单未闭合时"), max_length=8, choices=GapRule.choices, default=GapRule.REASON
    )

    class Meta:
        verbose_name = _("计划")
        verbose_name_plural = _("计划")
        ordering = ["-year", "code"]

    def __str__(self) -> str:
        return self.name


class Campaign(Versioned):
    """A campaign (攻坚行动/专项行动) such as 空气质量巩固提升."""

    code = models.CharField(_("行动代码"), max_length=32, unique=True)
    name = models.CharField(_("行动名称"), max_length=100, unique=True)
    goal = models.CharField(_("总体目标"), max_length=500, blank=True)
    core = models.BooleanField(_("核心行动"), default=False)
    document = models.CharField(_("依据文件"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=100, blank=True)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    starts_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    countersigned = models.BooleanField(_("填报和销号须分管领导审签"), default=False)
    publicity_days = models.PositiveSmallIntegerField(_("销号公示天数"), default=0)

    class Meta:
        verbose_name = _("攻坚行动")
        verbose_name_plural = _("攻坚行动")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="campaign_period_is_ordered",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("行动的结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(Part):
    """A stage (阶段) of a campaign's roadmap (路线图): what is to be reached from when to when."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="stages")
    seq = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("阶段名称"), max_length=100)
    goal = models.CharField(_("阶段目标"), max_length=500, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))

    class Meta:
        verbose_name = _("阶段")
        verbose_name_plural = _("路线图")
        ordering = ["campaign", "seq"]
        constraints = [
            models.UniqueConstraint(
                name="stage_seq_in_campaign",
                fields=["campaign", "seq"],
                violation_error_message=_("该行动已有此阶段序号。"),
            ),
            models.CheckConstraint(
                name="stage_period_is_ordered",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("阶段的结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustomColumn(Part):
    """A column (自定义栏目) a campaign adds, filled by its key in `custom`.

    By `place`: of the task, written with the draft, or of each of its progress reports.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="columns")
    key = models.SlugField(_("标识"), max_length=32)
    label = models.CharField(_("栏目名称"), max_length=50)
    kind = models.CharField(
        _("类型"), max_length=8, choices=ColumnKind.choices, default=ColumnKind.TEXT
    )
    place = models.CharField(
        _("填写环节"), max_length=8, choices=ColumnPlace.choices, default=ColumnPlace.TASK
    )
    options = models.JSONField(_("可选值"), default=list, blank=True)
    required = models.BooleanField(_("必填"), default=False)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = _("自定义栏目")
        verbose_name_plural = _("自定义栏目")
        ordering = ["campaign", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="column_key_in_campaign",
                fields=["campaign", "key"],
                violation_error_message=_("该行动已有此栏目标识。"),
            ),
            models.UniqueConstraint(
                name="column_label_in_campaign",
                fields=["campaign", "label"],
                violation_error_message=_("该行动已有此栏目名称。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Battle(Part):
    """A battle (攻坚战) within a campaign, such as PM10攻坚战."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="battles")
    code = models.CharField(_("攻坚战代码"), max_length=32, unique=True)
    name = models.CharField(_("攻坚战名称"), max_length=100)

    class Meta:
        verbose_name = _("攻坚战")
        verbose_name_plural = _("攻坚战")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
