"""The forms of grants, posts and delegations; every rule is a service's."""

from typing import Any

from django import forms
from django.db.models.query import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.choices import PostKind, Role
from accounts.models import Unit, User
from accounts.views.forms import AccountForm, UnitForm


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among people, told apart by unit and staff number."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a person, their unit and their number."""
        return f"{obj.unit} · {obj.name}（{obj.staff_number}）"


class GrantFilters(forms.Form):
    """Filters of the list of grants; without a day it shows ended ones, too."""

    q = forms.CharField(
        label=_("关键词"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("姓名、工号、单位")}),
    )
    role = forms.ChoiceField(
        label=_("角色"), required=False, choices=[("", _("全部")), *Role.choices]
    )
    on = forms.DateField(label=_("截至日期（留空看全部历史）"), required=False, widget=DayInput())


class GrantForm(AccountForm):
    """A role for somebody, over a unit, for a period."""

    user = PersonField(label=_("人员"), queryset=User.objects.none())
    role = forms.TypedChoiceField(label=_("角色"), choices=Role.choices, coerce=Role)
    unit = forms.ModelChoiceField(
        label=_("授权单位"),
        queryset=Unit.objects.none(),
        help_text=_("对该单位及其全部下级单位有效；选市局即全局。"),
    )
    since = forms.DateField(label=_("起始日期"), widget=DayInput())
    until = forms.DateField(
        label=_("截止日期"),
        required=False,
        widget=DayInput(),
        help_text=_("当日仍有效；留空表示长期。"),
    )

    def __init__(
        self, *args: Any, people: QuerySet[User], units: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class EndGrantForm(AccountForm):
    """The last day of a grant."""

    until = forms.DateField(
        label=_("最后一天"),
        required=False,
        widget=DayInput(),
        help_text=_("当日仍有效；留空则立即收回，并退出其全部登录。"),
    )


class PostForm(UnitForm):
    """A post a person is appointed to."""

    title = forms.CharField(label=_("职务名称"), max_length=64)
    kind = forms.TypedChoiceField(
        label=_("职务类别"), choices=PostKind.choices, coerce=PostKind, initial=PostKind.STAFF
    )
    since = forms.DateField(label=_("任职日期"), widget=DayInput())
    field_order = ("unit", "title", "kind", "since")


class ReleaseForm(AccountForm):
    """The last day of a post."""

    until = forms.DateField(
        label=_("免职日期"), widget=DayInput(), help_text=_("当日仍算任职，继任者从次日起任职。")
    )


class DelegationForm(AccountForm):
    """Who stands in for oneself, from when to when."""

    substitute = PersonField(label=_("代理人"), queryset=User.objects.none())
    since = forms.DateField(label=_("起始日期"), widget=DayInput())
    until = forms.DateField(
        label=_("截止日期"), widget=DayInput(), help_text=_("当日仍有效，次日自动收回。")
    )
    reason = forms.CharField(
        label=_("事由"), max_length=200, help_text=_("如：年休假、外出培训、病假。")
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = people  # type: ignore[attr-defined]
