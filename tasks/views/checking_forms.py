"""The forms of checking; every rule is a service's, so they only read fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from tasks.views.forms import DayInput, WorkForm, text_field
from tasks.views.report_forms import evidence_field


class SiteCheckForm(WorkForm):
    """What was found on site."""

    visited = forms.DateField(label=_("核查日期"), widget=DayInput())
    place = forms.CharField(label=_("核查地点"), max_length=200)
    people = forms.CharField(
        label=_("核查人员"), max_length=200, help_text=_("到现场的人员，不少于两人。")
    )
    found = text_field(_("核查情况"), limit=2000)
    true = forms.ChoiceField(
        label=_("与填报是否相符"),
        choices=[("yes", _("与填报相符")), ("no", _("与填报不符"))],
        widget=forms.RadioSelect,
    )
    evidence = evidence_field()

    def clean_true(self) -> bool:
        """Return the answer as the service takes it."""
        return bool(self.cleaned_data["true"] == "yes")


class SubstituteForm(WorkForm):
    """Who verifies for a unit, and how long."""

    unit = forms.ModelChoiceField(label=_("牵头单位"), queryset=Unit.objects.none())
    person = forms.ModelChoiceField(label=_("代核人"), queryset=User.objects.none())
    since = forms.DateField(label=_("起始日期"), widget=DayInput())
    until = forms.DateField(label=_("截止日期"), widget=DayInput())
    reason = text_field(_("理由"), limit=500, rows=2)

    def __init__(self, *args: Any, units: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class LookBackDrawForm(WorkForm):
    """From which closed tasks look-backs are drawn, and by when they are done."""

    since = forms.DateField(label=_("销号日期从"), widget=DayInput())
    until = forms.DateField(label=_("销号日期到"), widget=DayInput())
    due_on = forms.DateField(label=_("应完成日期"), widget=DayInput())


class LookBackForm(WorkForm):
    """What a look-back found."""

    relapsed = forms.ChoiceField(
        label=_("结论"),
        choices=[("no", _("成效保持")), ("yes", _("发现反弹，重启任务"))],
        widget=forms.RadioSelect,
    )
    found = text_field(_("回头看情况"), limit=1000)
    to = forms.DateField(
        label=_("新时限"),
        required=False,
        widget=DayInput(),
        help_text=_("发现反弹时填写。"),
    )

    def clean_relapsed(self) -> bool:
        """Return the answer as the service takes it."""
        return bool(self.cleaned_data["relapsed"] == "yes")
