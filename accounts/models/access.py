"""How programs come in: tokens, and requests that may be sent twice."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Business filters over tokens."""

    def usable(self, *, at: dt.datetime) -> Self:
        """Tokens neither revoked nor expired, of people who may sign in."""
        return self.filter(revoked_at=None, expires_at__gt=at, user__is_active=True)


class ApiToken(models.Model):
    """A token (接口令牌) with which a program acts as a person; only its digest is kept.

    `hint` is the beginning of the secret, to tell tokens apart.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens"
    )
    label = models.CharField(_("用途"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(_("令牌开头"), max_length=8)
    writes = models.BooleanField(_("可写"), default=False)
    created_at = models.DateTimeField(_("签发时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)

    objects: ClassVar = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="token_expires_after_creation",
                condition=Q(expires_at__gt=models.F("created_at")),
                violation_error_message=_("令牌的失效时间必须晚于签发时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint}… {self.label}"


class SentRequest(models.Model):
    """An unsafe request sent with an Idempotency-Key, and the answer every repetition gets."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sent_requests"
    )
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("接口请求")
        verbose_name_plural = _("接口请求")
        constraints = [
            models.UniqueConstraint(name="sent_request_key", fields=["user", "key"]),
        ]

    def __str__(self) -> str:
        return self.key
