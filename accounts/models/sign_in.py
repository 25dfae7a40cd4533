"""What keeps passwords from being guessed or used again, and how a person gets to set one."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import TicketKind


class AttemptCount(models.Model):
    """Sign-in tries that failed or are not decided yet (登录失败计数) of one name or address.

    `key` is `account:ID`, `name:DIGEST` for a login name nobody has (its digest: people type
    passwords into the wrong field), or `address:ADDRESS`. A row is locked while a try takes its
    slot, which is before the password is looked at.
    """

    key = models.CharField(max_length=96, primary_key=True)
    failures = models.PositiveIntegerField(_("失败次数"), default=0)
    since = models.DateTimeField(_("首次失败时间"))
    last_at = models.DateTimeField(_("最近失败时间"))

    class Meta:
        verbose_name = _("登录失败计数")
        verbose_name_plural = _("登录失败计数")
        indexes = [
            # The nightly clearing of what is long forgotten.
            models.Index(name="attempts_by_age", fields=["last_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"


class OldPassword(models.Model):
    """The hash of a password a person once set (历史密码), so that it is not set again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="old_passwords"
    )
    encoded = models.CharField(max_length=255)
    set_at = models.DateTimeField(_("设置时间"))

    class Meta:
        verbose_name = _("历史密码")
        verbose_name_plural = _("历史密码")
        ordering = ["-set_at", "-id"]
        indexes = [
            # The newest of a person, when a new one is set.
            models.Index(name="old_passwords_of_person", fields=["user", "-set_at"]),
        ]

    def __str__(self) -> str:
        return str(self.set_at)


class PasswordTicket(models.Model):
    """Leave to set a password once (设置密码凭证), sent to the person and to nobody else.

    Its secret is signed from `nonce` with the site's key when the mail is written: the database
    alone does not let anybody in, and no page shows it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="password_tickets"
    )
    kind = models.CharField(_("用途"), max_length=8, choices=TicketKind.choices)
    nonce = models.CharField(max_length=43, unique=True)
    address = models.EmailField(_("发往"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="tickets_issued",
    )
    issued_at = models.DateTimeField(_("签发时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    next_try_at = models.DateTimeField(_("下次发送"), null=True, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    error = models.CharField(_("发送错误"), max_length=500, blank=True)
    closed_at = models.DateTimeField(_("使用或作废时间"), null=True, blank=True)
    used = models.BooleanField(_("已使用"), default=False)

    class Meta:
        verbose_name = _("设置密码凭证")
        verbose_name_plural = _("设置密码凭证")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="ticket_expires_after_issue",
                condition=Q(expires_at__gt=F("issued_at")),
                violation_error_message=_("凭证的失效时间必须晚于签发时间。"),
            ),
            models.CheckConstraint(
                name="ticket_used_is_closed",
                condition=Q(used=False) | Q(closed_at__isnull=False),
                violation_error_message=_("已使用的凭证必须写明时间。"),
            ),
            models.UniqueConstraint(
                name="ticket_one_open",
                fields=["user"],
                condition=Q(closed_at=None),
                violation_error_message=_("该人员已有一个有效的设置密码凭证。"),
            ),
        ]
        indexes = [
            # The sender's question: what is still to be mailed.
            models.Index(
                name="ticket_unsent",
                fields=["next_try_at"],
                condition=Q(sent_at=None, closed_at=None),
            ),
        ]

    objects: ClassVar = models.Manager()

    def __str__(self) -> str:
        return f"{self.user} {self.issued_at}"
