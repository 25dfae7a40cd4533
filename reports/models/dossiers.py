"""The further right that the evidence behind HR's list needs."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class DossierGrantQuerySet(models.QuerySet["DossierGrant"]):
    """Business filters over grants of dossiers."""

    def held_by(self, user: User, year: int, *, on: dt.date) -> Self:
        """Grants that let the person take the year's dossiers on the day."""
        return self.filter(user=user, year=year, since__lte=on, until__gte=on)


class DossierGrant(models.Model):
    """A leader's leave (卷宗调阅授权) for one person to take a year's dossiers, for a while."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="dossier_grants",
        verbose_name=_("被授权人"),
    )
    year = models.PositiveSmallIntegerField(_("考核年度"))
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"))
    reason = models.CharField(_("理由"), max_length=1000)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="dossier_grants_given",
        verbose_name=_("授权人"),
    )

    objects: ClassVar = DossierGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("卷宗调阅授权")
        verbose_name_plural = _("卷宗调阅授权")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                name="dossier_grant_period_is_ordered",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                name="dossier_grant_by_another",
                condition=~Q(granted_by=F("user")),
                violation_error_message=_("不能给自己授权调阅卷宗。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.year}"
