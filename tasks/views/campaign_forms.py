"""The forms of a campaign, its parts and readings; they carry the columns of the records."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tasks.choices import ColumnKind, ColumnPlace, Direction
from tasks.models import Battle, Campaign
from tasks.views.forms import DayInput, WorkForm, text_field

# So many empty rows of planned values stand below the filled ones.
SPARE_POINTS = 3
MOST_POINTS = 60


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput())


def _value(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=15,
        decimal_places=4,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


class CampaignForm(WorkForm):
    """A campaign with its document."""

    code = forms.CharField(
        label=_("行动代码"),
        max_length=32,
        help_text=_("字母、数字的简称，如 DQ；台账导入和接口用它指明行动。"),
    )
    name = forms.CharField(label=_("行动名称"), max_length=100)
    goal = text_field(_("总体目标"), limit=500, required=False, rows=2)
    document = forms.CharField(label=_("依据文件"), max_length=200, required=False)
    document_number = forms.CharField(
        label=_("文号"), max_length=100, required=False, help_text=_("如“并环发〔2023〕12号”。")
    )
    issuer = forms.CharField(label=_("发文机关"), max_length=100, required=False)
    issued_on = _day(_("印发日期"))
    starts_on = _day(_("开始日期"))
    ends_on = _day(_("结束日期"))
    core = forms.BooleanField(label=_("核心行动"), required=False)
    countersigned = forms.BooleanField(
        label=_("填报和销号须分管领导审签"),
        required=False,
        help_text=_("勾选后，本行动任务的填报和销号先由分管领导审签，再交核查。"),
    )
    publicity_days = forms.IntegerField(
        label=_("销号公示天数"),
        min_value=0,
        max_value=365,
        initial=0,
        help_text=_("核查通过后公示的天数，0 为不公示；只影响以后核查的销号。"),
    )


class BattleForm(WorkForm):
    """A battle of a campaign."""

    code = forms.CharField(
        label=_("攻坚战代码"), max_length=32, help_text=_("如 DQ-PM10，全局不重复。")
    )
    name = forms.CharField(label=_("攻坚战名称"), max_length=100)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class StageForm(WorkForm):
    """A stage of a campaign's roadmap."""

    name = forms.CharField(label=_("阶段名称"), max_length=100)
    goal = text_field(_("阶段目标"), limit=500, required=False, rows=2)
    starts_on = _day(_("开始日期"), required=True)
    ends_on = _day(_("结束日期"), required=True)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if campaign.starts_on or campaign.ends_on:
            self.fields["ends_on"].help_text = _now("行动期限：%(first)s 至 %(last)s。") % {
                "first": campaign.starts_on or "…",
                "last": campaign.ends_on or "…",
            }


class ColumnForm(WorkForm):
    """A column that a campaign adds to its tasks or to their reports."""

    label = forms.CharField(label=_("栏目名称"), max_length=50)
    kind = forms.ChoiceField(label=_("类型"), choices=ColumnKind.choices)
    options = text_field(_("可选值"), limit=3000, required=False)
    place = forms.ChoiceField(
        label=_("填写环节"),
        choices=ColumnPlace.choices,
        help_text=_("“立项时”写进任务清单；“填报进展时”每次填报都写一遍。"),
    )
    required = forms.BooleanField(
        label=_("必填"),
        required=False,
        help_text=_("立项时未填列为清单缺项；填报进展时未填不能提交。"),
    )
    position = forms.IntegerField(
        label=_("排序"),
        min_value=0,
        max_value=999,
        initial=0,
        help_text=_("数字小的排在前面。"),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["options"].help_text = _("类型为“选项”时填写，每行一个。")

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values, options as a list."""
        found = super().values
        return {**found, "options": found["options"].splitlines()}


class IndicatorForm(WorkForm):
    """An indicator, with rows for the dated values of its planned curve."""

    name = forms.CharField(label=_("指标名称"), max_length=100)
    unit = forms.CharField(
        label=_("计量单位"), max_length=32, required=False, help_text=_("如 微克/立方米、%。")
    )
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices)
    battle = forms.ModelChoiceField(
        label=_("攻坚战"), queryset=Battle.objects.none(), required=False
    )
    baseline = _value(
        _("基准值"), required=False, help_text=_("开始时的数值；不填则全程按目标值考核。")
    )
    target = _value(_("目标值"))
    starts_on = _day(_("开始日期"), required=True)
    ends_on = _day(_("达标日期"), required=True)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        battles: Any = self.fields["battle"]
        battles.queryset = Battle.objects.filter(campaign=campaign)
        filled = sum(name.startswith("point_day_") for name in self.initial)
        self.rows = filled + SPARE_POINTS
        if self.is_bound:
            sent = sum(name.startswith("point_day_") for name in self.data)
            self.rows = min(max(self.rows, sent), MOST_POINTS)
        for row in range(self.rows):
            self.fields[f"point_day_{row}"] = _day(_("计划日期"))
            self.fields[f"point_value_{row}"] = _value(_("计划值"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of a planned value that has only one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for row in range(self.rows):
            day, value = f"point_day_{row}", f"point_value_{row}"
            if day in self.errors or value in self.errors:
                continue
            if cleaned.get(day) is not None and cleaned.get(value) is None:
                self.add_error(value, _now("请填写 %(day)s 的计划值。") % {"day": cleaned[day]})
            elif cleaned.get(day) is None and cleaned.get(value) is not None:
                self.add_error(
                    day, _now("请填写计划值 %(value)s 的日期。") % {"value": cleaned[value]}
                )
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values, planned ones as `points`."""
        found = super().values
        points = [
            (found[f"point_day_{row}"], found[f"point_value_{row}"])
            for row in range(self.rows)
            if found.get(f"point_day_{row}") is not None
        ]
        own = {name: value for name, value in found.items() if not name.startswith("point_")}
        return {**own, "points": points}

    @property
    def terms(self) -> list[Any]:
        """The fields above the planned curve."""
        return [field for field in self if not field.name.startswith("point_")]

    @property
    def points(self) -> list[tuple[Any, Any]]:
        """The rows of the planned curve: the day's field and the value's."""
        return [(self[f"point_day_{row}"], self[f"point_value_{row}"]) for row in range(self.rows)]

    def refuse(self, refusal: Any) -> None:
        """Print what is wrong with the curve at the row it is about, where one can be told."""
        sentence = refusal.fields.get("points", "")
        for row in range(self.rows):
            day = self.cleaned_data.get(f"point_day_{row}")
            if sentence and day is not None and str(day) in sentence:
                self.add_error(f"point_day_{row}", str(refusal.message))
                return
        super().refuse(refusal)


class ReadingForm(WorkForm):
    """A reading of an indicator."""

    on = forms.DateField(
        label=_("日期"), widget=DayInput(), help_text=_("读数所属的日期，如月报的月末。")
    )
    value = forms.CharField(
        label=_("读数"), max_length=40, widget=forms.NumberInput(attrs={"step": "any"})
    )
    source = forms.CharField(
        label=_("数据来源"), max_length=200, help_text=_("如“国控站月报”“生态环境部通报”。")
    )


class CorrectionForm(ReadingForm):
    """A correction of a reading, or its withdrawal."""

    withdrawn = forms.BooleanField(
        label=_("撤回这条读数，不填新的"),
        required=False,
        help_text=_("填错指标或重复填写时勾选；原读数保留在记录里，不再计入曲线。"),
    )
    reason = text_field(_("更正理由"), limit=500, rows=2)
