"""The second factor: an authenticator app and codes for the day it is lost."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SecondFactorQuerySet(models.QuerySet["SecondFactor"]):
    """Business filters over second factors."""

    def confirmed(self) -> Self:
        """Those in use: a first code was shown."""
        return self.filter(confirmed_at__isnull=False)


class SecondFactor(models.Model):
    """A person's authenticator app (动态口令); in use once a first code was shown.

    `secret` is sealed. `last_step` is the newest time step whose code was taken: no code of it or
    of an earlier one is taken again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="second_factor"
    )
    secret = models.CharField(max_length=255)
    last_step = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(_("开始绑定"))
    confirmed_at = models.DateTimeField(_("启用时间"), null=True, blank=True)

    objects: ClassVar = SecondFactorQuerySet.as_manager()

    class Meta:
        verbose_name = _("动态口令")
        verbose_name_plural = _("动态口令")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A one-time code (备用码) for signing in without the app; only its keyed digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("备用码")
        verbose_name_plural = _("备用码")
        constraints = [
            models.UniqueConstraint(name="recovery_code_once", fields=["user", "digest"]),
        ]
        indexes = [
            models.Index(name="recovery_codes_left", fields=["user"], condition=Q(used_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.pk}"
