"""The forms of accounts; every rule is a service's, so they only read fields."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models.query import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Unit
from accounts.rules.passwords import LONGEST


class AccountForm(forms.Form):
    """A form whose refusals come from a service.

    `fields_of_service` maps a service's name for an input to the form's.
    """

    fields_of_service: Mapping[str, str] = {}

    def refuse(self, refusal: DomainError) -> None:
        """Print a service's refusal at the fields it names, else above the form."""
        given = {self.fields_of_service.get(k, k): text for k, text in refusal.fields.items()}
        named = {name: text for name, text in given.items() if name in self.fields}
        for name, text in named.items():
            self.add_error(name, str(refusal.message) if len(named) == 1 else text)
        if not named:
            self.add_error(None, str(refusal.message))


def password_field(label: Any, *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """Return a field for a password, whose spaces belong to it."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "maxlength": LONGEST})
    return forms.CharField(label=label, strip=False, help_text=help_text, widget=widget)


class NewPasswordForm(AccountForm):
    """A new password, typed twice."""

    fields_of_service = {"new_password": "new_password1", "password": "old_password"}
    new_password1 = password_field(_("新密码"), autocomplete="new-password")
    new_password2 = password_field(_("再次输入新密码"), autocomplete="new-password")

    def __init__(self, *args: Any, rules: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = rules

    def clean(self) -> dict[str, Any]:
        """Refuse two different inputs."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = values.get("new_password1"), values.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", _("两次输入的新密码不一致，请重新输入。"))
        return values


class PasswordForm(NewPasswordForm):
    """The old password and a new one."""

    old_password = password_field(_("原密码"), autocomplete="current-password")
    field_order = ("old_password", "new_password1", "new_password2")


class PeopleFilters(forms.Form):
    """Filters of the list of accounts."""

    q = forms.CharField(
        label=_("关键词"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("姓名、登录名、工号、单位")}
        ),
    )
    state = forms.ChoiceField(
        label=_("账号状态"),
        required=False,
        choices=[("", _("全部")), ("open", _("启用")), ("closed", _("已停用"))],
    )


class AuditFilters(forms.Form):
    """Filters of the audit log."""

    q = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    actor = forms.CharField(label=_("操作人"), required=False, max_length=64)
    action = forms.CharField(
        label=_("操作"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"placeholder": "sign_in"}),
    )
    subject = forms.CharField(
        label=_("对象"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "task/12"}),
    )
    since = forms.DateField(
        label=_("起"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("止"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    @staticmethod
    def nothing() -> dict[str, Any]:
        """Return the values of filters that narrow nothing."""
        words = dict.fromkeys(("q", "actor", "action", "subject"), "")
        return {**words, "since": None, "until": None}


class ContactForm(AccountForm):
    """A person's name and address."""

    name = forms.CharField(label=_("姓名"), max_length=64)
    email = forms.EmailField(
        label=_("邮箱"),
        required=False,
        help_text=_(
            "只填本人使用的邮箱：设置密码的链接发往这里。"
            "已有密码的人员换邮箱后 72 小时内不能发重置邮件。"
        ),
    )


class UnitForm(AccountForm):
    """A form that asks for a unit of those offered."""

    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class NewPersonForm(UnitForm, ContactForm):
    """A person who has no account yet."""

    username = forms.CharField(
        label=_("登录名"), max_length=64, help_text=_("用过的登录名不能再给别人，离职后也不能。")
    )
    staff_number = forms.CharField(label=_("工号"), max_length=32)
    field_order = ("name", "staff_number", "unit", "username", "email")


class MoveForm(UnitForm):
    """The unit a person goes to."""
