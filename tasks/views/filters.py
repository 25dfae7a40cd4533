"""The filter forms of list pages: they read the address and narrow a queryset."""

from typing import Any

from django import forms
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models.units import UnitQuerySet
from tasks.choices import DutyRole, Light, TaskLevel, TaskState
from tasks.models import Campaign, Responsibility
from tasks.models.tasks import TaskQuerySet

_ANY = [("", _("全部"))]
_SEVERITY = Case(
    When(light=Light.RED, then=Value(0)),
    When(light=Light.YELLOW, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "": (_("灯色，先红后绿"), (_SEVERITY, F("effective_deadline").asc(nulls_last=True))),
    "deadline": (_("时限，先近后远"), (F("effective_deadline").asc(nulls_last=True),)),
    "late": (_("逾期天数，从多到少"), ("-days_overdue",)),
    "percent": (_("进度，从低到高"), ("counted_percent",)),
    "code": (_("编号"), ("plan__code", "code")),
}


# What waits for the person (`tasks.views.todo`), by its name in an address.
TODO: dict[str, Any] = {
    "accept": _("待签收"),
    "returned": _("退回补正"),
    "slip": _("督办单待反馈"),
    "slip_late": _("督办单超期未反馈"),
    "silent": _("上期未填报"),
    "awaited": _("等待他人办理"),
    "coordination": _("请求协调事项"),
}


class TaskFilters(forms.Form):
    """Filters of a list of tasks; what cannot be read narrows nothing."""

    light = forms.ChoiceField(
        choices=Light.choices, required=False, widget=forms.HiddenInput, label=_("亮灯")
    )
    # A battle's code, or - for tasks of none: where a campaign's page leads to.
    battle = forms.CharField(
        required=False, max_length=32, widget=forms.HiddenInput, label=_("攻坚战")
    )
    q = forms.CharField(
        label=_("关键词"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("任务名称、编号、责任人")}
        ),
    )
    unit = forms.ChoiceField(label=_("责任单位"), required=False)
    level = forms.ChoiceField(
        label=_("任务级别"), required=False, choices=[*_ANY, *TaskLevel.choices]
    )
    campaign = forms.ChoiceField(label=_("攻坚行动"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[*_ANY, *TaskState.choices])
    todo = forms.ChoiceField(label=_("待办事项"), required=False, choices=[*_ANY, *TODO.items()])
    sort = forms.ChoiceField(
        label=_("排序"), required=False, choices=[(key, name) for key, (name, _f) in SORTS.items()]
    )

    def __init__(self, data: Any, *, units: UnitQuerySet) -> None:
        super().__init__(data)
        leading = Responsibility.objects.filter(role=DutyRole.LEAD).values("unit_id")
        offered = units.filter(pk__in=leading).order_by("position", "code")
        names = offered.values_list("code", "name")
        self.fields["unit"].choices = [*_ANY, *names]  # type: ignore[attr-defined]
        campaigns = Campaign.objects.order_by("code").values_list("code", "name")
        self.fields["campaign"].choices = [*_ANY, *campaigns]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> str:
        """Return a filter's value, empty where it was not given or cannot be read."""
        self.is_valid()
        return str(self.cleaned_data.get(name, "")) if name in self.fields else ""

    def narrow(self, tasks: TaskQuerySet, *, light: bool = True) -> TaskQuerySet:
        """Return the tasks (annotated by `tasks.lights.lit`) that meet the filters."""
        if light and (colour := self.chosen("light")):
            tasks = tasks.filter(Q(("light", colour)))
        if words := self.chosen("q").strip():
            tasks = tasks.filter(
                Q(title__icontains=words)
                | Q(code__icontains=words)
                | Q(holder__name__icontains=words)
            )
        if unit := self.chosen("unit"):
            duties = Responsibility.objects.filter(unit__code=unit, role=DutyRole.LEAD)
            tasks = tasks.filter(pk__in=duties.values("task_id"))
        for name, column in (
            ("level", "level"),
            ("state", "state"),
            ("campaign", "campaign__code"),
        ):
            if value := self.chosen(name):
                tasks = tasks.filter(**{column: value})
        if battle := self.chosen("battle"):
            tasks = tasks.filter(Q(battle=None) if battle == "-" else Q(battle__code=battle))
        return tasks

    def arrange(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """Return the tasks in the chosen order, with a total tie-break."""
        return tasks.order_by(*SORTS[self.chosen("sort")][1], "id")


class QueueFilters(TaskFilters):
    """Filters of the overdue queue, whose order and state are given."""

    state = None  # type: ignore[assignment]
    todo = None  # type: ignore[assignment]
    sort = None  # type: ignore[assignment]
    light = None  # type: ignore[assignment]
