"""The form of a plan; it carries the columns of the record."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.choices import GapRule
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
