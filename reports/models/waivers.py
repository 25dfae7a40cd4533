"""A leader's word that an interview may be proposed without a supervision slip before it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Unit


class SlipWaiver(models.Model):
    """A waiver (免予督办) of the supervision slip for one unit, rule and cause; insert-only."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="slip_waivers", verbose_name=_("单位")
    )
    rule = models.CharField(_("规则"), max_length=64)
    cause = models.CharField(_("事由"), max_length=200)
    on = models.DateField(_("日期"))
    reason = models.CharField(_("理由"), max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="slip_waivers",
        verbose_name=_("批准人"),
    )
    recorded_at = models.DateTimeField(_("记录时间"))
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="slip_waivers")

    class Meta:
        verbose_name = _("免予督办")
        verbose_name_plural = _("免予督办")
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="slip_waived_once",
                fields=["unit", "rule", "cause"],
                violation_error_message=_("该事由已免予督办。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.rule} {self.on}"
