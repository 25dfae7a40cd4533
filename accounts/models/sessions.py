"""Who is signed in, from where, since when."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import SignInEnd, SignInSource
from accounts.rules.sessions import SessionLimits


class SignInQuerySet(models.QuerySet["SignIn"]):
    """Business filters over sign-ins."""

    def live(self, limits: SessionLimits, *, at: dt.datetime) -> Self:
        """Sign-ins that hold at the moment; those that ran into a limit do not."""
        return self.filter(
            ended_at=None, since__gt=at - limits.whole, last_seen_at__gt=at - limits.idle
        )


class SignIn(models.Model):
    """One sign-in (登录) of a person: the record behind Django's session, which carries its number.

    A session whose sign-in has ended is no session any more, from the next request on.
    `proved_at` is when the person last showed their password, and their code where they have one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_ins"
    )
    since = models.DateTimeField(_("登录时间"))
    last_seen_at = models.DateTimeField(_("最近活动"))
    proved_at = models.DateTimeField(_("最近验证身份"))
    address = models.GenericIPAddressField(_("地址"), null=True, blank=True)
    agent = models.CharField(_("设备"), max_length=64, blank=True)
    source = models.CharField(
        _("认证来源"), max_length=8, choices=SignInSource.choices, default=SignInSource.LOCAL
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end = models.CharField(_("结束原因"), max_length=12, choices=SignInEnd.choices, blank=True)

    objects: ClassVar = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("登录")
        verbose_name_plural = _("登录")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                name="sign_in_ends_with_reason",
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                violation_error_message=_("已结束的登录必须写明时间和原因。"),
            ),
        ]
        indexes = [
            # A person's open sign-ins: counted at sign-in, ended all at once.
            models.Index(
                name="sign_in_open_of_person", fields=["user"], condition=Q(ended_at=None)
            ),
            # A person's newest sign-in, told at the next one.
            models.Index(name="sign_in_newest_of_person", fields=["user", "-since"]),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.since}"
