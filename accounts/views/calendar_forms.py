"""The forms of the working calendar; every rule is a service's."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from accounts.views.appointing_forms import DayInput
from accounts.views.forms import AccountForm


class NoticeForm(AccountForm):
    """The text of a year's holiday notice, and its file number."""

    source = forms.CharField(
        label=_("通知文号"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "国办发明电〔2025〕7号"}),
    )
    text = forms.CharField(
        label=_("通知正文"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("从“一、元旦”起整段粘贴即可；星期和农历说明不影响读取。"),
    )


class DayForm(AccountForm):
    """What one day of the year is."""

    PLAIN, OFF, WORKS = "plain", "off", "works"
    WHATS = (
        (OFF, _("放假")),
        (WORKS, _("调休上班")),
        (PLAIN, _("与平常一样（周一至周五上班，周末休息）")),
    )

    day = forms.DateField(label=_("日期"), widget=DayInput())
    what = forms.ChoiceField(label=_("改为"), choices=WHATS, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("节日或原因"), max_length=40, required=False, help_text=_("如：春节")
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._year = year

    def clean_day(self) -> dt.date:
        """Keep to the year of the page."""
        day: dt.date = self.cleaned_data["day"]
        if day.year != self._year:
            raise forms.ValidationError(
                now("%(day)s 不在 %(year)s 年，请改日期或换年份。")
                % {"day": day, "year": self._year}
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Ask why a day differs from its weekday."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("what") in (self.OFF, self.WORKS) and not values.get("name"):
            self.add_error("name", now("请写明节日或原因，如“春节”。"))
        return values
