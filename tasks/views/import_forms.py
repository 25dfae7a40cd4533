"""The forms of a ledger's import."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.models import Campaign, Plan
from tasks.services.imports.uploading import SUFFIXES
from tasks.views.forms import DayInput


class SettingsForm(forms.Form):
    """Where a ledger goes and how it is read."""

    plan = forms.ModelChoiceField(
        label=_("计划"),
        queryset=Plan.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("按台账标题或文件名（没有就新建）"),
    )
    plan_year = forms.IntegerField(
        label=_("计划年度"),
        required=False,
        min_value=2000,
        max_value=2099,
        help_text=_("不填则取台账标题里的年份，没有写年份的时限都按这一年。"),
    )
    campaign = forms.ModelChoiceField(
        label=_("攻坚行动"),
        queryset=Campaign.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("按台账所写"),
    )
    assigned = forms.DateField(label=_("交办日期"), widget=DayInput())
    body = forms.CharField(
        label=_("发文机关"),
        max_length=100,
        required=False,
        help_text=_("表头含义按发文机关记住；不填则从台账里认。"),
    )

    @property
    def options(self) -> dict[str, Any]:
        """The settings as an import keeps them."""
        values = self.cleaned_data
        return {
            "plan": values["plan"].code if values["plan"] else "",
            "plan_year": values["plan_year"],
            "campaign": values["campaign"].code if values["campaign"] else "",
            "assigned": values["assigned"].isoformat(),
            "body": values["body"].strip(),
        }


class UploadForm(SettingsForm):
    """A workbook to import."""

    file = forms.FileField(
        label=_("台账文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        help_text=_(
            "Excel 或 WPS 表格（.xlsx、.xls、.ods），最大 20 MB。上传后先预览，不会直接导入。"
        ),
    )
    field_order = ("file",)
