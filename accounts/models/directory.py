"""What is known of people from the office's directory."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import SignInSource


class DirectoryAccount(models.Model):
    """A person's account in the office's directory (统一身份账号), as of their last sign-in by it.

    `checked_at` is when the directory was last asked, `confirmed_at` when it last said the account
    is open, `down_since` the first question it left without an answer since. The tokens, sealed,
    are what a provider is asked with; an LDAP directory is asked by name.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="directory_account"
    )
    source = models.CharField(_("来源"), max_length=8, choices=SignInSource.choices)
    refresh_token = models.TextField(blank=True)
    access_token = models.TextField(blank=True)
    is_open = models.BooleanField(_("启用"), default=True)
    checked_at = models.DateTimeField(_("最近查询"))
    confirmed_at = models.DateTimeField(_("最近确认"))
    down_since = models.DateTimeField(_("无法连接自"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("统一身份账号")
        verbose_name_plural = _("统一身份账号")

    def __str__(self) -> str:
        return f"{self.user} {self.get_source_display()}"
