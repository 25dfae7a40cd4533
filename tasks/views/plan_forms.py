"""The forms of plans and campaigns; each carries the columns of one record."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.choices import ColumnKind, Direction, GapRule
from tasks.models import Battle
from tasks.views.forms import DayInput, WorkForm


class PlanForm(WorkForm):
    """A plan."""

    code = forms.CharField(label=_("计划代码"), max_length=64)
    name = forms.CharField(label=_("计划名称"), max_length=200)
    year = forms.IntegerField(label=_("计划年度"), min_value=2000, max_value=2100)
    document_number = forms.CharField(label=_("文号"), max_length=100, required=False)
    issued_on = forms.DateField(label=_("印发日期"), required=False, widget=DayInput())
    needs_approval = forms.BooleanField(label=_("交办前须立项审核"), required=False)
    gaps = forms.ChoiceField(label=_("四清单未闭合时"), choices=GapRule.choices)


class BulkForm(WorkForm):
    """What is done with the drafts ticked on a plan's page."""

    gap_reason = forms.CharField(
        label=_("清单未闭合先行交办的理由"), max_length=1000, required=False
    )


class CampaignForm(WorkForm):
    """A campaign."""

    code = forms.CharField(label=_("行动代码"), max_length=32)
    name = forms.CharField(label=_("行动名称"), max_length=100)
    goal = forms.CharField(
        label=_("总体目标"), max_length=500, required=False, widget=forms.Textarea
    )
    core = forms.BooleanField(label=_("核心行动"), required=False)
    document = forms.CharField(label=_("依据文件"), max_length=200, required=False)
    document_number = forms.CharField(label=_("文号"), max_length=100, required=False)
    starts_on = forms.DateField(label=_("开始日期"), required=False, widget=DayInput())
    ends_on = forms.DateField(label=_("结束日期"), required=False, widget=DayInput())
    countersigned = forms.BooleanField(label=_("填报和销号须分管领导审签"), required=False)
    publicity_days = forms.IntegerField(label=_("销号公示天数"), min_value=0, max_value=365)


class BattleForm(WorkForm):
    """A battle of a campaign."""

    code = forms.CharField(label=_("攻坚战代码"), max_length=32)
    name = forms.CharField(label=_("攻坚战名称"), max_length=100)


class StageForm(WorkForm):
    """A stage of a campaign's roadmap."""

    seq = forms.IntegerField(label=_("序号"), min_value=1, max_value=99)
    name = forms.CharField(label=_("阶段名称"), max_length=100)
    goal = forms.CharField(label=_("阶段目标"), max_length=500, required=False)
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("结束日期"), widget=DayInput())


class ColumnForm(WorkForm):
    """A column a campaign adds to its tasks."""

    key = forms.SlugField(
        label=_("标识"), max_length=32, help_text=_("英文字母、数字，供程序和台账使用。")
    )
    label = forms.CharField(label=_("栏目名称"), max_length=50)
    kind = forms.ChoiceField(label=_("类型"), choices=ColumnKind.choices)
    options = forms.CharField(
        label=_("可选值"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("类型为“选项”时每行一个。"),
    )
    required = forms.BooleanField(label=_("必填"), required=False)
    position = forms.IntegerField(label=_("排序"), min_value=0, max_value=999, initial=0)
    closed_on = forms.DateField(label=_("停用日期"), required=False, widget=DayInput())

    def clean_options(self) -> list[str]:
        """Return the options, one a line."""
        lines = self.cleaned_data["options"].splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


class IndicatorForm(WorkForm):
    """An indicator of a campaign."""

    name = forms.CharField(label=_("指标名称"), max_length=100)
    battle = forms.ModelChoiceField(
        label=_("攻坚战"), queryset=Battle.objects.none(), required=False
    )
    unit = forms.CharField(label=_("计量单位"), max_length=32, required=False)
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices)
    baseline = forms.DecimalField(
        label=_("基准值"), max_digits=15, decimal_places=4, required=False
    )
    target = forms.DecimalField(label=_("目标值"), max_digits=15, decimal_places=4)
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("达标日期"), widget=DayInput())

    def __init__(self, *args: Any, battles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["battle"].queryset = battles  # type: ignore[attr-defined]


class PointForm(WorkForm):
    """A point of an indicator's planned curve."""

    on = forms.DateField(label=_("日期"), widget=DayInput())
    value = forms.DecimalField(label=_("计划值"), max_digits=15, decimal_places=4)


class ReadingForm(WorkForm):
    """A reading of an indicator."""

    on = forms.DateField(label=_("日期"), widget=DayInput())
    value = forms.DecimalField(label=_("读数"), max_digits=15, decimal_places=4)
    source = forms.CharField(label=_("数据来源"), max_length=200, required=False)
