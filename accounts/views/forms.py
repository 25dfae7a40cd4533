"""The forms of accounts; every rule is a service's, so they only read fields."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
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
            self.add_error(name, text)
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
