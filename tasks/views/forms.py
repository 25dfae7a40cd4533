"""The forms of the work on a task; every rule is a service's, so they only read fields."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.services.repeats import new_token
from tasks.choices import SlipCause


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class ManyFilesInput(forms.ClearableFileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files as a list; what they are is judged by the evidence service."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the uploaded files; an empty one passes on to the service's sentence."""
        return [item for item in (data or []) if item]


def text_field(label: Any, *, limit: int, required: bool = True, rows: int = 4) -> forms.CharField:
    """Return a field of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, required=required, widget=widget)


class WorkForm(forms.Form):
    """A form whose refusals come from a service.

    It carries the version of the task it was opened with, and a token that tells a form sent
    twice from a second one.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def opened_with(self, version: int) -> None:
        """Give a form that is only opened its version and its token."""
        self.fields["version"].initial = version
        self.fields["token"].initial = new_token()

    def is_stale(self, version: int) -> bool:
        """Whether the form was opened before the task came to this version."""
        opened = self.cleaned_data.get("version")
        return opened is not None and opened != version

    def renew(self, version: int) -> None:
        """Let a form that met a newer version be sent again with everything typed into it."""
        data = self._posted().copy()
        data[self.add_prefix("version")] = str(version)
        self.data = data

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values of the act itself."""
        return {k: v for k, v in self.cleaned_data.items() if k not in ("version", "token")}

    @property
    def sent(self) -> dict[str, list[object]]:
        """Everything that was sent, as `first_time` compares it."""
        files: dict[str, list[object]] = {
            name: [f"{file.name}:{file.size}" for file in self.files.getlist(name)]
            for name in self.files
        }
        typed: dict[str, list[object]] = {
            name: list(values)
            for name, values in self._posted().lists()
            if name != "csrfmiddlewaretoken"
        }
        return typed | files

    def _posted(self) -> QueryDict:
        assert isinstance(self.data, QueryDict), "bound to a request's body"  # noqa: S101
        return self.data

    def refuse(self, refusal: DomainError) -> None:
        """Print a service's refusal at the fields it names, else above the form."""
        named = {
            name: text
            for name, text in refusal.fields.items()
            # What is said at a hidden field, such as the version, nobody would read.
            if name in self.fields and not self.fields[name].widget.is_hidden
        }
        for name in named:
            self.add_error(name, str(refusal.message) if len(named) == 1 else named[name])
        if not named:
            self.add_error(None, str(refusal.message))


class VerdictForm(WorkForm):
    """A verdict on a report, a close-out or an extension."""

    verdict = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect)
    decision = text_field(_("意见"), limit=1000, required=False)

    def __init__(self, *args: Any, accept: Any, refuse: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["verdict"]
        field.choices = [("accepted", accept), ("returned", refuse)]  # type: ignore[attr-defined]
        self.fields["decision"].help_text = _("“%(refuse)s”必须写明理由。") % {"refuse": refuse}

    def refuse(self, refusal: DomainError) -> None:
        """Print a missing reason at the field that takes it."""
        if "reason" in refusal.fields:
            self.add_error("decision", str(refusal.message))
        else:
            super().refuse(refusal)


class ExtensionForm(WorkForm):
    """A request for more time."""

    to = forms.DateField(label=_("申请延至"), widget=DayInput())
    reason = text_field(_("延期理由"), limit=1000)


class ReasonForm(WorkForm):
    """A reason."""

    reason = text_field(_("理由"), limit=1000)


class NoteForm(WorkForm):
    """A note that may be left out."""

    note = text_field(_("说明"), limit=1000, required=False, rows=2)


class SuspendForm(WorkForm):
    """Why a task stops, who answers for it meanwhile, and when it is looked at again."""

    reason = text_field(_("中止理由"), limit=1000)
    owner = forms.ModelChoiceField(label=_("中止期间责任人"), queryset=User.objects.none())
    review_on = forms.DateField(label=_("复核日期"), widget=DayInput())


class ProlongForm(WorkForm):
    """Why a suspension goes on, and when it is looked at next."""

    review_on = forms.DateField(label=_("下次复核日期"), widget=DayInput())
    reason = text_field(_("继续中止的理由"), limit=1000)


class BudgetForm(WorkForm):
    """How often and how far a task's deadline may be extended in all."""

    times = forms.IntegerField(label=_("延期次数上限"), min_value=0, max_value=20)
    days = forms.IntegerField(label=_("累计延期天数上限"), min_value=0, max_value=3650)
    reason = text_field(_("调整理由"), limit=1000)


class NewDeadlineForm(WorkForm):
    """A new deadline with its reason; a task without a deadline keeps none."""

    to = forms.DateField(label=_("新时限"), required=False, widget=DayInput())
    reason = text_field(_("理由"), limit=1000)


class AssignForm(WorkForm):
    """The day of assignment, and the deadline of a draft nobody has read yet."""

    on = forms.DateField(label=_("交办日期"), widget=DayInput())
    gap_reason = text_field(_("清单有缺项先行交办的理由"), limit=1000, required=False, rows=2)


class AssignUnreadForm(AssignForm):
    """As `AssignForm`, with the deadline to be read."""

    standing = forms.BooleanField(label=_("没有时限（长期坚持）"), required=False)
    deadline = forms.DateField(label=_("完成时限"), required=False, widget=DayInput())


class HandoverForm(WorkForm):
    """Who takes over, out of the lead units' people."""

    to = forms.ModelChoiceField(label=_("接任责任人"), queryset=User.objects.none())
    reason = text_field(_("说明"), limit=1000, required=False, rows=2)


class SlipForm(WorkForm):
    """A supervision slip."""

    unit = forms.ModelChoiceField(label=_("承办单位"), queryset=Unit.objects.none())
    cause = forms.ChoiceField(label=_("督办事由"), choices=SlipCause.choices)
    requirement = text_field(_("督办要求"), limit=1000)
    feedback_due = forms.DateField(label=_("反馈时限"), widget=DayInput())


class AnswerForm(WorkForm):
    """The answer to a slip."""

    answer = text_field(_("反馈情况"), limit=2000)
