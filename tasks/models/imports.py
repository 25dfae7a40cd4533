"""Ledgers taken in by the web: the file, what people decided about it, what became of its rows."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import AuditEntry, User
from accounts.scopes import standing_of
from tasks.choices import ImportState, RowFate
from tasks.models.plans import Plan
from tasks.models.tasks import Task


class LedgerImportQuerySet(models.QuerySet["LedgerImport"]):
    """Filters over imports."""

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """A person's own; who supervises the whole bureau also sees what others landed."""
        standing = standing_of(user, on=on)
        mine = Q(by=user)
        if standing.scope(Role.SUPERVISOR).everything:
            return self.filter(mine | Q(state__in=(ImportState.LANDED, ImportState.UNDONE)))
        return self.filter(mine) if standing.has(Role.SUPERVISOR) else self.none()

    def open(self) -> Self:
        """Previews nobody has decided about."""
        return self.filter(state__in=(ImportState.READING, ImportState.READY))

    def waiting(self, *, now: dt.datetime) -> Self:
        """What a worker has to read or to land, nobody else being at it."""
        return self.filter(
            Q(leased_until=None) | Q(leased_until__lt=now),
            state__in=(ImportState.READING, ImportState.LANDING),
        )


class LedgerImport(models.Model):
    """A workbook a supervisor brought (台账导入), from its preview to what it did.

    `options` holds plan, plan_year, campaign, body and assigned as the person set them; `fixes` the
    corrections in the order they were made; `outcome` the preview as last computed, and `digest`
    its digest, by which a preview that has gone stale is known. `version` counts the corrections.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="ledger_imports",
        verbose_name=_("导入人"),
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    expires_on = models.DateField(_("预览保留至"))
    name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("文件摘要"), max_length=64)
    file = models.FileField(_("文件"), max_length=300, blank=True)
    options = models.JSONField(_("导入设置"), default=dict)
    fixes = models.JSONField(_("已做的处理"), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    state = models.CharField(
        _("状态"), max_length=16, choices=ImportState.choices, default=ImportState.READING
    )
    leased_until = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(_("已读行数"), default=0)
    total = models.PositiveIntegerField(_("总行数"), default=0)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    outcome = models.JSONField(_("预览"), default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )
    entry = models.ForeignKey(
        AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    landed_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    # Codes by what became of them, as `Landed.to_json`.
    landed = models.JSONField(_("导入结果"), default=dict, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects: ClassVar = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("台账导入")
        verbose_name_plural = _("台账导入")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="import_state_is_known",
                condition=Q(state__in=ImportState.values),
                violation_error_message=_("导入状态不在规定范围内。"),
            ),
            models.CheckConstraint(
                name="import_landed_has_moment",
                condition=Q(landed_at__isnull=False)
                | ~Q(state__in=(ImportState.LANDED, ImportState.UNDONE)),
                violation_error_message=_("已导入的台账必须有导入时间。"),
            ),
        ]
        indexes = [
            # The worker's question: what waits.
            models.Index(
                name="import_waiting",
                fields=["id"],
                condition=Q(state__in=(ImportState.READING, ImportState.LANDING)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportedRow(models.Model):
    """What a ledger stated of a task when it was imported (导入行), and what the import did.

    The newest one of a task tells a later import which side has changed since. `version` is the
    task's afterwards: another one now means that something has happened to it.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="imported_rows")
    source = models.ForeignKey(
        LedgerImport, on_delete=models.PROTECT, null=True, blank=True, related_name="rows"
    )
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")
    fate = models.CharField(_("处理"), max_length=8, choices=RowFate.choices)
    stated = models.JSONField(_("台账内容"))
    version = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="imported_row_once_per_entry",
                fields=["task", "entry"],
                violation_error_message=_("一次导入对一项任务只记一行。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} {self.get_fate_display()}"
