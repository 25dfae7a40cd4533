"""Forms of the pages: shapes only; every rule is a service's."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from reports.choices import FindingKind
from reports.models import Interview
from tasks.models import Task

Result = TypeVar("Result")


def carry_out(form: forms.Form, act: Callable[..., Result], **given: Any) -> Result | None:
    """Call a service with a form's values; None, with its sentences on the form, when refused.

    Who may not act at all is refused the page (403).
    """
    if not form.is_valid():
        return None
    try:
        return act(**form.cleaned_data, **given)
    except NotAllowedError as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except DomainError as refusal:
        placed = {name: text for name, text in refusal.fields.items() if name in form.fields}
        for name, text in placed.items():
            form.add_error(name, text)
        form.add_error(None, str(refusal.message))
        return None


class DayInput(forms.DateInput):
    """A date field with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        """Print dates as browsers want them."""
        super().__init__(format="%Y-%m-%d")


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea, max_length=1000)


class NoForm(forms.Form):
    """An act that asks for nothing."""


class ReasonForm(forms.Form):
    """An act that needs its reason alone."""

    reason = _reason(_("理由"))


class ConfirmForm(forms.Form):
    """Confirmation of a proposal that leads to an exclusion."""

    reason = _reason(_("确认理由"))


class ConfirmInterviewForm(ConfirmForm):
    """Confirmation of a proposed interview: a new meeting, or one that is already arranged."""

    interview = forms.ModelChoiceField(
        label=_("并入已安排的约谈"),
        queryset=Interview.objects.none(),
        required=False,
        empty_label=_("另行安排"),
        help_text=_("同一次会见涉及多项任务的，计为一次约谈。"),
    )
    scheduled_on = forms.DateField(label=_("约谈时间"), required=False, widget=DayInput())
    place = forms.CharField(label=_("约谈地点"), required=False, max_length=200)

    def __init__(self, *args: Any, joinable: Any, earliest: dt.date, **kwargs: Any) -> None:
        """Offer the interviews the cause may join and the first day the notice allows."""
        super().__init__(*args, **kwargs)
        field = self.fields["interview"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = joinable
        self.fields["scheduled_on"].help_text = _(
            "须按规定提前通知，最早 %(day)s；不填即为该日。"
        ) % {"day": earliest}


class DismissForm(forms.Form):
    """Dismissal of a proposal with its day of review."""

    reason = _reason(_("不予采纳的理由"))
    review_on = forms.DateField(
        label=_("复查日期"),
        widget=DayInput(),
        help_text=_("此日以前不再就同一事由提出。"),
    )


class WaiveForm(forms.Form):
    """Waiver of the slip before an interview about one cause."""

    unit = forms.ModelChoiceField(
        queryset=Unit.objects.all(), to_field_name="code", widget=forms.HiddenInput
    )
    rule = forms.CharField(max_length=64, widget=forms.HiddenInput)
    cause = forms.CharField(max_length=200, widget=forms.HiddenInput)
    reason = _reason(_("免予督办的理由"))


class InterviewForm(forms.Form):
    """An interview proposed by a person: one unit or one person, about tasks."""

    unit = forms.ModelChoiceField(label=_("约谈单位"), queryset=Unit.objects.none(), required=False)
    person = forms.ModelChoiceField(
        label=_("约谈个人"), queryset=User.objects.none(), required=False
    )
    cause = forms.CharField(label=_("约谈事由"), widget=forms.Textarea, max_length=1000)
    tasks = forms.ModelMultipleChoiceField(
        label=_("涉及任务"), queryset=Task.objects.none(), required=False
    )

    def __init__(self, *args: Any, units: Any, people: Any, tasks: Any, **kwargs: Any) -> None:
        """Offer what the person may propose an interview with and about."""
        super().__init__(*args, **kwargs)
        for name, offered in (("unit", units), ("person", people), ("tasks", tasks)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
            field.queryset = offered

    def clean(self) -> dict[str, Any]:
        """Leave exactly one subject."""
        values: dict[str, Any] = super().clean() or {}
        chosen = [one for one in (values.pop("unit", None), values.pop("person", None)) if one]
        if len(chosen) != 1:
            raise forms.ValidationError(_("约谈对象必须是一个单位或一名个人。"))
        values["subject"] = chosen[0]
        return values


class ApproveForm(forms.Form):
    """Approval of a proposed interview."""

    scheduled_on = forms.DateField(label=_("约谈时间"), widget=DayInput())
    place = forms.CharField(label=_("约谈地点"), required=False, max_length=200)


class HoldForm(forms.Form):
    """The record of an interview that was held."""

    on = forms.DateField(label=_("实际约谈日期"), widget=DayInput())
    minutes = forms.CharField(label=_("约谈纪要"), widget=forms.Textarea, max_length=4000)
    rectify_by = forms.DateField(
        label=_("整改时限"),
        required=False,
        widget=DayInput(),
        help_text=_("不填即按办法规定的期限。"),
    )


class CancelForm(forms.Form):
    """Cancellation of an interview that was not held."""

    reason = _reason(_("取消理由"))
    review_on = forms.DateField(
        label=_("复查日期"),
        required=False,
        widget=DayInput(),
        help_text=_("填写后，此日以前不再就同一事由提出。"),
    )


class ListForm(forms.Form):
    """Which of HR's list is shown and downloaded."""

    year = forms.IntegerField(label=_("考核年度"), min_value=1990, max_value=2099)
    as_of = forms.DateField(label=_("截至日期"), widget=DayInput())
    kind = forms.ChoiceField(
        label=_("类别"),
        required=False,
        choices=[
            ("", _("全部类别")),
            *(
                (kind.value, kind.label)
                for kind in (FindingKind.EXCELLENCE_CANCELLED, FindingKind.VETO)
            ),
        ],
    )
    q = forms.CharField(label=_("姓名、工号或单位"), required=False, max_length=64)


class TakeForm(forms.Form):
    """Which list, or the dossiers behind it, is handed out."""

    year = forms.IntegerField(min_value=1990, max_value=2099)
    as_of = forms.DateField()


class GrantForm(forms.Form):
    """A leader's leave for somebody of HR to take a year's dossiers."""

    user = forms.ModelChoiceField(label=_("被授权人"), queryset=User.objects.none())
    year = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.DateField(label=_("授权截止"), widget=DayInput())
    reason = _reason(_("授权理由"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        """Offer the people leave may be given to."""
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = people


class RankingForm(forms.Form):
    """Which year and group the rankings are shown of."""

    year = forms.IntegerField(label=_("年度"), min_value=1990, max_value=2099)
    group = forms.ChoiceField(label=_("同类组"), required=False)

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        """Offer the groups the person sees a unit of."""
        super().__init__(*args, **kwargs)
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("全部组别")), *groups]
