"""The append-only audit log: a chain of entries whose order is the order of commits."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditHead(models.Model):
    """The newest link of the chain; its row lock, held to commit, orders all writers.

    There is exactly one row (`id` 1), made by a migration.
    """

    seq = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("留痕链头")
        verbose_name_plural = _("留痕链头")
        constraints = [
            models.CheckConstraint(name="audit_head_is_single", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"#{self.seq}"


class AuditEntry(models.Model):
    """One recorded act (操作记录): who did what to which record, when, with which values.

    `digest` covers the entry and the digest before it; `at` grows strictly with `seq`, which is
    what makes `known_at` exact.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("时间"), unique=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audit_entries",
        verbose_name=_("操作人"),
    )
    action = models.CharField(_("操作"), max_length=64)
    subject_kind = models.CharField(_("对象类别"), max_length=32)
    subject_id = models.CharField(_("对象"), max_length=64)
    summary = models.CharField(_("说明"), max_length=500)
    data = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    # What `digest` was made with, so that a change of the setting leaves older entries verifiable.
    algorithm = models.CharField(_("摘要算法"), max_length=8, default="sha256")

    class Meta:
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")
        ordering = ["seq"]
        indexes = [
            # The history of one record on its page.
            models.Index(name="audit_by_subject", fields=["subject_kind", "subject_id", "seq"]),
        ]

    def __str__(self) -> str:
        return f"#{self.seq} {self.action}"


class AuditCheck(models.Model):
    """One verification of the chain (留痕核验), kept with its finding."""

    asked_at = models.DateTimeField(_("申请时间"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("申请人"),
    )
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    done = models.BigIntegerField(_("已核对条数"), default=0)
    total = models.BigIntegerField(_("总条数"), default=0)
    sound = models.BooleanField(_("完好"), null=True)
    finding = models.CharField(_("发现"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("留痕核验")
        verbose_name_plural = _("留痕核验")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.asked_at} {self.finding}"
