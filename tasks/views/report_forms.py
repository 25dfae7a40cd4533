"""The forms by which units hand in: progress, close-out, and a new revision of a file."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import Unit, User
from tasks.choices import Cause, ColumnPlace
from tasks.models import Evidence, Task
from tasks.services.columns import columns_of
from tasks.services.evidence import ACCEPTED, MAX_FILES, MAX_SIZE
from tasks.services.sharing import documents_of, submission_of
from tasks.views.column_fields import column_fields, column_initial, with_columns
from tasks.views.forms import DayInput, ManyFiles, ManyFilesInput, WorkForm, text_field


class Documents(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Documents of the unit that may prove another task too."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Name a document with the task and the day it was first handed in for."""
        return _("%(name)s（任务 %(code)s，%(on)s）") % {
            "name": obj.name,
            "code": submission_of(obj).task.code,
            "on": clock.date_of(obj.uploaded_at),
        }


def evidence_field() -> ManyFiles:
    """Return the field that takes evidence files."""
    return ManyFiles(
        label=_("佐证材料"),
        required=False,
        help_text=_("最多 %(files)s 个，每个不超过 %(size)s MB；严禁上传涉密文件。")
        % {"files": MAX_FILES, "size": MAX_SIZE // 1024 // 1024},
        widget=ManyFilesInput(attrs={"accept": ACCEPTED}),
    )


def _dated() -> forms.DateField:
    return forms.DateField(
        label=_("材料日期"),
        required=False,
        help_text=_("本次所附材料的形成日期，可以不填。"),
        widget=DayInput(),
    )


class HandingIn(WorkForm):
    """What a report and a close-out share: evidence, shared documents, and a proxy's letter."""

    letter = forms.CharField(
        label=_("来函文号"),
        max_length=200,
        help_text=_("代录依据的来函，如“并住建函〔2023〕12号”；没有文号的写明来函日期和形式。"),
    )
    evidence = evidence_field()
    dated = _dated()
    reuses = Documents(label=_("引用本单位已有佐证"), queryset=Evidence.objects.none())

    def __init__(self, *args: Any, unit: Unit | None, proxy: bool, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reuses"].required = False
        if not proxy:
            del self.fields["letter"]
        documents = documents_of(unit, by=by, on=clock.today()) if unit else []
        if not documents:
            del self.fields["reuses"]
            return
        chosen: Any = self.fields["reuses"]
        chosen.queryset = Evidence.objects.filter(pk__in=[item.pk for item in documents])
        chosen.choices = [(item.pk, chosen.label_from_instance(item)) for item in documents]


class ReportForm(HandingIn):
    """A progress report."""

    percent = forms.CharField(
        label=_("自报进度"),
        required=False,
        help_text=_("0 到 100，最多两位小数。"),
        widget=forms.NumberInput(
            attrs={
                "min": 0,
                "max": 100,
                "step": "any",
                "required": True,
                "data-slider": _("拖动调整自报进度"),
            }
        ),
    )
    reading = forms.CharField(
        label=_("指标读数"), required=False, widget=forms.NumberInput(attrs={"step": "any"})
    )
    text = text_field(_("进展情况"), limit=4000)
    problems = text_field(_("存在问题"), limit=2000, required=False, rows=2)
    cause = forms.ChoiceField(
        label=_("滞后原因"), required=False, choices=[("", _("没有滞后")), *Cause.choices]
    )
    next_step = text_field(_("下一步计划"), limit=2000, required=False, rows=2)
    coordination = text_field(_("请求协调事项"), limit=1000, required=False, rows=2)
    on = forms.DateField(label=_("进展日期"), widget=DayInput())
    field_order = (
        "letter",
        "percent",
        "reading",
        "text",
        "problems",
        "cause",
        "next_step",
        "coordination",
        "evidence",
        "dated",
        "reuses",
        "on",
    )

    def __init__(self, *args: Any, task: Task, planned: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coordination"].help_text = _("需要上级协调的事，督办人员和分管领导会看到。")
        indicator = task.indicator
        if indicator is None:
            del self.fields["reading"]
        else:
            self.fields["reading"].label = _("%(name)s读数") % {"name": indicator.name}
            self.fields["reading"].help_text = _("单位：%(unit)s，目标 %(target)s。") % {
                "unit": indicator.unit or "—",
                "target": f"{indicator.target.normalize():f}",
            }
        columns = columns_of(task.campaign, ColumnPlace.REPORT, on=clock.today())
        asked = column_fields(columns)
        self.fields.update(asked)
        self.order_fields(_after(self.field_order, "text", asked))
        if not planned:
            del self.fields["cause"]
        else:
            self.fields["cause"].help_text = _("序时进度 %(planned)s%%，明显落后时须选择。") % {
                "planned": planned
            }

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values, the campaign's own columns as `custom`."""
        return with_columns(super().values)


def _after(order: Sequence[str], name: str, more: Iterable[str]) -> list[str]:
    """Return an order of fields with more of them after one."""
    at = list(order).index(name) + 1
    return [*order[:at], *more, *order[at:]]


class ClosureForm(HandingIn):
    """An application for close-out."""

    text = text_field(_("完成情况"), limit=4000)
    field_order = ("letter", "text", "evidence", "dated", "reuses")


class RevisionForm(WorkForm):
    """A new revision of a file."""

    upload = forms.FileField(
        label=_("新版本文件"), widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )
    dated = _dated()


def last_words(task: Task) -> dict[str, Any]:
    """Return what the newest report said, to begin the next one from; empty without a report."""
    said = task.reports.exclude(text="").first() or task.reports.first()
    newest = task.reports.first()
    if said is None or newest is None:
        return {}
    return {
        "percent": f"{newest.percent.normalize():f}",
        "text": said.text,
        "problems": said.problems,
        "next_step": said.next_step,
        **column_initial(said.custom),
    }


def proofs_due(task: Task, *, until: dt.date) -> list[Any]:
    """Return the measures not done whose node lies up to the day, with the proof each needs."""
    return [
        measure
        for measure in task.measures.all()
        if measure.done_on is None and measure.deadline is not None and measure.deadline <= until
    ]
