"""People, the posts they held from when to when, and the roles they were granted."""

import datetime as dt
from typing import Any, ClassVar, NoReturn, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, ProtectedError, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import PostKind, Role
from accounts.models.units import Unit


class UserQuerySet(models.QuerySet["User"]):
    """People, who cannot be deleted."""

    def delete(self) -> NoReturn:
        """Refuse: an account is closed instead."""
        raise ProtectedError("people are never deleted: close the account instead", set(self))


class UserManager(BaseUserManager["User"]):
    """Creates people; a login name is never given twice because nobody is ever deleted."""

    def get_queryset(self) -> UserQuerySet:
        """Return all people."""
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, username: str, **fields: Any) -> "User":
        """Create a person without a password, who cannot sign in until they set one."""
        user = self.model(username=username, **fields)
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person (人员), known by staff number (工号); leaving closes the account, never deletes it.

    `name` is what pages print; the demo uses posts instead of personal names. `password_set_at`
    is None until the person has set a password of their own, and for an account that has none.
    """

    username = models.CharField(_("登录名"), max_length=64, unique=True)
    staff_number = models.CharField(_("工号"), max_length=32, unique=True)
    name = models.CharField(_("姓名"), max_length=64)
    email = models.EmailField(_("邮箱"), blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="people", verbose_name=_("所在单位")
    )
    is_active = models.BooleanField(_("启用"), default=True)
    password_set_at = models.DateTimeField(_("密码设置时间"), null=True, blank=True)
    email_set_at = models.DateTimeField(_("邮箱修改时间"), null=True, blank=True)
    # From when on this system's password lets the person in where the directory lets in others.
    local_password_since = models.DateTimeField(_("使用本系统密码自"), null=True, blank=True)

    objects: ClassVar = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["staff_number", "name"]

    # On whose behalf this person does the act in hand (代理); the predicates that authorise an
    # act set it, the audit log reads it, and it is stored nowhere else.
    acting_for: "User | None" = None

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["staff_number"]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: an account is closed instead."""
        raise ProtectedError("people are never deleted: close the account instead", {self})


class PeriodQuerySet(models.QuerySet[Any]):
    """Rows that hold from a day to a day, both included."""

    def on(self, day: dt.date) -> Self:
        """Rows in force on the day."""
        return self.touching(day, day)

    def touching(self, first: dt.date, last: dt.date | None) -> Self:
        """Rows in force on some day from the first to the last; None: without an end."""
        begun = self if last is None else self.filter(since__lte=last)
        return begun.filter(Q(until=None) | Q(until__gte=first))


class GrantQuerySet(PeriodQuerySet):
    """Grants that hold from a day to a day and were not withdrawn."""

    def touching(self, first: dt.date, last: dt.date | None) -> Self:
        """Grants in force on some day from the first to the last; None: without an end."""
        return super().touching(first, last).filter(withdrawn=False)


class Post(models.Model):
    """A post (职务) a person holds in a unit from `since` to `until`, both days included."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("职务名称"), max_length=64)
    kind = models.CharField(_("职务类别"), max_length=16, choices=PostKind.choices)
    since = models.DateField(_("任职日期"))
    until = models.DateField(_("免职日期"), null=True, blank=True)

    objects: ClassVar = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("职务")
        verbose_name_plural = _("职务")
        ordering = ["unit", "kind", "since"]
        constraints = [
            models.CheckConstraint(
                name="post_period_is_ordered",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("免职日期不能早于任职日期。"),
            ),
            models.UniqueConstraint(
                name="post_one_current_principal",
                fields=["unit"],
                condition=Q(kind=PostKind.PRINCIPAL, until=None),
                violation_error_message=_("该单位已有现任主要负责人，请先填写其免职日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RoleGrant(models.Model):
    """A role (角色授权) on a unit and everything below it, from `since` to `until`.

    Ended, never deleted; one taken back on its first day or before is `withdrawn` and never held.
    That the three officers' roles exclude each other and all business roles is held by triggers.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)
    withdrawn = models.BooleanField(_("已撤回"), default=False)
    # When the groups of the office's directory gave it, and may take it; None: given by hand.
    from_directory_at = models.DateTimeField(_("由统一身份目录授予"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="grants_given"
    )

    objects: ClassVar = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("角色授权")
        verbose_name_plural = _("角色授权")
        ordering = ["user", "role"]
        constraints = [
            models.CheckConstraint(
                name="grant_period_is_ordered",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("授权截止日期不能早于起始日期。"),
            ),
            models.UniqueConstraint(
                name="grant_once_while_open",
                fields=["user", "role", "unit"],
                condition=Q(until=None, withdrawn=False),
                violation_error_message=_("该人员已在该单位拥有此角色。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
