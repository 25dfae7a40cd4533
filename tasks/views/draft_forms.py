"""The sheet of a draft: its terms, and rows of duties, measures and results that can be added."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import RoleGrant, Unit, User
from tasks.choices import (
    ColumnPlace,
    DutyRole,
    ReportCycle,
    SourceKind,
    TaskKind,
    TaskLevel,
)
from tasks.models import Battle, Campaign, Indicator, Plan
from tasks.services.columns import columns_of
from tasks.views.acting import id_of
from tasks.views.column_fields import column_fields, column_values
from tasks.views.forms import DayInput, WorkForm

# So many empty rows stand below the filled ones; a button adds more.
SPARE = 1
LONGEST = 200


def _area(label: Any, *, limit: int = 1000, required: bool = False, rows: int = 2) -> Any:
    widget = forms.Textarea(attrs={"rows": rows, "class": "short"})
    return forms.CharField(label=label, max_length=limit, required=required, widget=widget)


class _Quiet:
    """A form that keeps its complaints to itself while rows are being added."""

    quiet = False

    @property
    def errors(self) -> Any:
        """The errors, none while quiet."""
        return ErrorDict() if self.quiet else super().errors  # type: ignore[misc]


class TermsForm(_Quiet, WorkForm):
    """The terms of a draft; the campaign's own columns are added at the end."""

    plan = forms.ModelChoiceField(label=_("计划"), queryset=Plan.objects.all())
    code = forms.CharField(label=_("任务编号"), max_length=64)
    title = _area(_("任务名称"), limit=300, required=True)
    campaign = forms.ModelChoiceField(
        label=_("攻坚行动"), queryset=Campaign.objects.all(), required=False
    )
    battle = forms.ModelChoiceField(
        label=_("攻坚战"), queryset=Battle.objects.all(), required=False
    )
    indicator = forms.ModelChoiceField(
        label=_("考核指标"), queryset=Indicator.objects.all(), required=False
    )
    source_kind = forms.ChoiceField(label=_("来源"), choices=SourceKind.choices)
    source_document = forms.CharField(label=_("来源文号"), max_length=200, required=False)
    level = forms.ChoiceField(label=_("级别"), choices=TaskLevel.choices)
    kind = forms.ChoiceField(label=_("性质"), choices=TaskKind.choices)
    target = _area(_("目标"))
    problem = _area(_("整改问题"))
    start = forms.DateField(label=_("起始日期"), widget=DayInput())
    deadline_raw = forms.CharField(
        label=_("时限原文"),
        max_length=LONGEST,
        help_text=_("照文件原话填写，如“2023年12月底前”“长期坚持”；系统的读法显示在下方。"),
    )
    deadline = forms.DateField(
        label=_("确认的时限"),
        required=False,
        widget=DayInput(),
        help_text=_("原文读不出明确日期时填写，其余可不填。"),
    )
    report_cycle = forms.ChoiceField(
        label=_("调度周期"), choices=[("", _("不定期")), *ReportCycle.choices], required=False
    )
    responsible = forms.ModelChoiceField(
        label=_("责任人"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("不选时为第一牵头单位的主要负责人。"),
    )
    leader = forms.ModelChoiceField(
        label=_("分管领导"), queryset=User.objects.none(), required=False
    )
    remark = _area(_("备注"))

    def __init__(
        self, *args: Any, campaign: Campaign | None, today: dt.date, fixed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).select_related("unit")
        self._choose("responsible", people.order_by("unit__path", "staff_number"))
        leaders = people.filter(grants__role=Role.LEADER).distinct()
        self._choose("leader", leaders.order_by("staff_number"))
        if campaign is not None:
            for name, parts in (("battle", Battle.objects), ("indicator", Indicator.objects)):
                # What was retired is offered only where the draft holds it already.
                held = self.initial.get(name)
                rows = parts.active(on=today) | parts.filter(pk=held.pk if held else None)
                self._choose(name, rows.filter(campaign=campaign))
        if fixed:
            self.fields["plan"].disabled = True
        self.fields.update(column_fields(columns_of(campaign, ColumnPlace.TASK, on=today)))

    def _choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def custom(self) -> dict[str, object]:
        """What was typed into the campaign's own columns."""
        return column_values(self.cleaned_data)


class Row(_Quiet, forms.Form):
    """A row; an untouched one is no row."""

    def __init__(self, *args: Any, choices: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & choices.keys():
            self.fields[name].choices = choices[name]  # type: ignore[attr-defined]


def _choice(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=False, choices=()
    )


class Serves(forms.TypedMultipleChoiceField):
    """The further tasks a measure serves (ids), as boxes to tick."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("同时支撑的任务"),
            required=False,
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )


class DutyRow(Row):
    """A unit and its part."""

    unit = _choice(_("单位"))
    role = forms.ChoiceField(
        label=_("角色"), choices=DutyRole.choices, initial=DutyRole.COOPERATING
    )
    liaison = _choice(_("联络员"))
    duty = forms.CharField(label=_("职责"), max_length=500, required=False)


class MeasureRow(Row):
    """A measure with its node, weight, owner, output and proof."""

    seq = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("措施"), max_length=1000, required=False)
    owner = _choice(_("责任单位"))
    deadline = forms.DateField(label=_("完成节点（哪天前做完）"), required=False, widget=DayInput())
    weight = forms.DecimalField(
        label=_("权重"), max_digits=9, decimal_places=3, required=False, initial=1
    )
    expected_output = forms.CharField(label=_("预期产出"), max_length=500, required=False)
    proof_required = forms.CharField(label=_("所需佐证"), max_length=500, required=False)
    serves = Serves()


class ResultRow(Row):
    """An expected result."""

    expected = forms.CharField(label=_("预期成果"), max_length=1000, required=False)


_ROWS: Mapping[str, type[Row]] = {
    "duties": DutyRow,
    "measures": MeasureRow,
    "results": ResultRow,
}


def row_sets(
    data: QueryDict | None,
    *,
    initial: Mapping[str, list[dict[str, Any]]],
    serves: Sequence[tuple[int, str]],
    today: dt.date,
    adding: str = "",
) -> dict[str, Any]:
    """Return the three sets of rows, bound to what was posted; `adding` names one to lengthen.

    `serves` are the tasks that measures may serve, by id and name.
    """
    units = [("", "—"), *((unit.pk, unit.name) for unit in Unit.objects.active())]
    named = [line.get("liaison") for line in initial.get("duties", ())]
    choices = {
        "unit": units,
        "owner": units,
        "liaison": liaisons(today, also=named),
        "serves": serves,
    }
    found = {}
    for prefix, form in _ROWS.items():
        posted = lengthened(data, prefix) if data is not None and adding == prefix else data
        row_set = forms.formset_factory(form, extra=SPARE, max_num=LONGEST, absolute_max=LONGEST)
        found[prefix] = row_set(
            posted,
            prefix=prefix,
            # What was posted speaks for itself: a row equal to a stored one is no untouched one.
            initial=initial.get(prefix, []) if data is None else None,
            form_kwargs={"choices": choices},
        )
    return found


def liaisons(today: dt.date, *, also: Sequence[int | None] = ()) -> list[tuple[Any, str]]:
    """Return who may be named as a unit's liaison, by id and name, and who is named already."""
    granted = RoleGrant.objects.on(today).filter(role=Role.LIAISON).values("user")
    people = User.objects.filter(Q(pk__in=granted, is_active=True) | Q(pk__in=filter(None, also)))
    rows = people.select_related("unit").order_by("unit__path", "staff_number")
    return [("", "—"), *((one.pk, f"{one.name}（{one.unit.name}）") for one in rows)]


def lengthened(data: QueryDict, prefix: str) -> MultiValueDict[str, str]:
    """Return what was posted with one more row of a set."""
    longer = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    total = id_of(data.get(name, "0")) or 0
    longer[name] = str(min(total + 1, LONGEST))
    return longer
