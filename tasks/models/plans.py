"""Plans that issue tasks and the campaigns and battles they belong to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Plan(models.Model):
    """A plan (任务清单/方案) issued for a year; a task's key is its plan and its code."""

    code = models.CharField(_("计划代码"), max_length=64, unique=True)
    name = models.CharField(_("计划名称"), max_length=200)
    year = models.PositiveSmallIntegerField(_("计划年度"))
    document_number = models.CharField(_("文号"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("计划")
        verbose_name_plural = _("计划")
        ordering = ["-year", "code"]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """A campaign (攻坚行动/专项行动) such as 空气质量巩固提升."""

    code = models.CharField(_("行动代码"), max_length=32, unique=True)
    name = models.CharField(_("行动名称"), max_length=100, unique=True)
    goal = models.CharField(_("总体目标"), max_length=500, blank=True)
    core = models.BooleanField(_("核心行动"), default=False)

    class Meta:
        verbose_name = _("攻坚行动")
        verbose_name_plural = _("攻坚行动")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Battle(models.Model):
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
