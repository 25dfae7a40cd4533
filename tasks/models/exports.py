"""Ledgers people took out, and the templates of issuing bodies they are written into."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from tasks.choices import ExportState
from tasks.models.plans import Campaign, Plan


class LedgerTemplate(models.Model):
    """An issuing body's own workbook (报送模板): one in force for each body."""

    body = models.CharField(_("发文机关"), max_length=100)
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(_("文件"), max_length=300)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    # Replaced or taken out; kept, because exports name it.
    removed_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("报送模板")
        verbose_name_plural = _("报送模板")
        ordering = ["body", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="template_one_in_force_per_body",
                fields=["body"],
                condition=Q(removed_on=None),
                violation_error_message=_("该发文机关已有报送模板。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.name}"


class LedgerExportQuerySet(models.QuerySet["LedgerExport"]):
    """Filters over exports."""

    def visible_to(self, user: User) -> Self:
        """A person's own exports, and nobody else's."""
        return self.filter(requested_by=user) if user.is_authenticated else self.none()


class LedgerExport(models.Model):
    """A ledger somebody took out (导出), and its file for as long as it is kept."""

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ledger_exports"
    )
    requested_at = models.DateTimeField(_("申请时间"))
    on = models.DateField(_("截止日期"))
    style = models.CharField(_("样式"), max_length=16)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    template = models.ForeignKey(
        LedgerTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    state = models.CharField(
        _("状态"), max_length=16, choices=ExportState.choices, default=ExportState.WAITING
    )
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    done = models.PositiveIntegerField(_("已写任务数"), default=0)
    total = models.PositiveIntegerField(_("任务数"), default=0)
    file = models.FileField(_("文件"), max_length=300, blank=True)
    name = models.CharField(_("文件名"), max_length=200, blank=True)
    finding = models.CharField(_("未完成的原因"), max_length=500, blank=True)
    kept_until = models.DateTimeField(_("保存至"), null=True, blank=True)

    objects: ClassVar = LedgerExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("台账导出")
        verbose_name_plural = _("台账导出")
        ordering = ["-id"]
        indexes = [
            # A person's own exports, newest first.
            models.Index(name="export_of_person", fields=["requested_by", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.requested_at} {self.style}"
