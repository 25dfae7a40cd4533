"""What API lists are filtered and ordered by."""

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from accounts import clock
from tasks.choices import Light, TaskKind, TaskLevel, TaskState, Verdict
from tasks.models import (
    Closure,
    Extension,
    Measure,
    ProgressReport,
    Responsibility,
    Result,
    Slip,
    Task,
)
from tasks.models.tasks import TaskQuerySet


class _Ordering(filters.OrderingFilter):
    """An ordering that ends with the id, so that pages never overlap."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Order by the chosen columns, then by id; leave the list's own order without a choice."""
        ordered: QuerySet[Any] = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "id") if value else ordered


class TaskFilter(filters.FilterSet):
    """Filters of tasks; `unit` leads or cooperates, `q` looks in code and title."""

    code = filters.CharFilter(field_name="code")
    plan = filters.CharFilter(field_name="plan__code")
    campaign = filters.CharFilter(field_name="campaign__code")
    unit = filters.CharFilter(method="by_unit")
    lead = filters.CharFilter(method="by_lead")
    state = filters.MultipleChoiceFilter(choices=TaskState.choices)
    level = filters.MultipleChoiceFilter(choices=TaskLevel.choices)
    kind = filters.ChoiceFilter(choices=TaskKind.choices)
    light = filters.MultipleChoiceFilter(choices=Light.choices)
    overdue = filters.BooleanFilter(method="by_overdue")
    due_within = filters.NumberFilter(method="by_due", min_value=0, max_value=3650)
    holder = filters.CharFilter(field_name="holder__staff_number")
    q = filters.CharFilter(method="by_words")
    ordering = _Ordering(
        fields={
            "code": "code",
            "effective_deadline": "deadline",
            "days_overdue": "overdue_days",
            "counted_percent": "percent",
            "start": "start",
            "id": "id",
        }
    )

    class Meta:
        model = Task
        fields: tuple[str, ...] = ()

    @property
    def on(self) -> dt.date:
        """The day relative filters are asked for."""
        return clock.today()

    def by_unit(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Tasks the unit with this code leads or cooperates in."""
        return tasks.filter(
            pk__in=Responsibility.objects.filter(unit__code=value, released_on=None).values(
                "task_id"
            )
        )

    def by_lead(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Tasks the unit with this code leads."""
        leads = Responsibility.objects.filter(unit__code=value, role="lead")
        return tasks.filter(pk__in=leads.values("task_id"))

    def by_overdue(self, tasks: TaskQuerySet, name: str, value: bool) -> TaskQuerySet:
        """Open tasks that are late today, or all others."""
        late = Task.objects.overdue(on=self.on)
        return tasks.overdue(on=self.on) if value else tasks.exclude(pk__in=late.values("pk"))

    def by_due(self, tasks: TaskQuerySet, name: str, value: Any) -> TaskQuerySet:
        """Open tasks due within that many days."""
        return tasks.due_within(int(value), on=self.on)

    def by_words(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Tasks whose code or title contains the words."""
        return tasks.filter(Q(title__icontains=value) | Q(code__icontains=value))

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter and order; the queue of overdue tasks is ordered by its index.

        Among overdue tasks the smallest anchor is the longest overdue, day after day.
        """
        tasks = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("overdue"):
            turned = {"-days_overdue": "overdue_anchor", "days_overdue": "-overdue_anchor"}
            tasks = tasks.order_by(*(turned.get(str(f), f) for f in tasks.query.order_by))
        return tasks


class OfTask(filters.FilterSet):
    """Filter of what belongs to a task."""

    task = filters.NumberFilter(field_name="task_id", min_value=1, max_value=2**63 - 1)


class ResponsibilityFilter(OfTask):
    """Filters of responsibilities."""

    unit = filters.CharFilter(field_name="unit__code")
    accepted = filters.BooleanFilter(field_name="accepted_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Responsibility
        fields = ("role",)


class MeasureFilter(OfTask):
    """Filters of measures."""

    owner = filters.CharFilter(field_name="owner__code")
    done = filters.BooleanFilter(field_name="done_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Measure
        fields: tuple[str, ...] = ()


class ResultFilter(OfTask):
    """Filters of results."""

    class Meta:
        model = Result
        fields: tuple[str, ...] = ()


class WorkFilter(OfTask):
    """Filters of what waits for, or got, a verdict."""

    verdict = filters.ChoiceFilter(choices=Verdict.choices)


class ReportFilter(WorkFilter):
    """Filters of progress reports."""

    unit = filters.CharFilter(field_name="unit__code")
    since = filters.DateFilter(field_name="on", lookup_expr="gte")
    until = filters.DateFilter(field_name="on", lookup_expr="lte")

    class Meta:
        model = ProgressReport
        fields: tuple[str, ...] = ()


class ExtensionFilter(WorkFilter):
    """Filters of extensions."""

    class Meta:
        model = Extension
        fields: tuple[str, ...] = ()


class ClosureFilter(WorkFilter):
    """Filters of close-out applications."""

    class Meta:
        model = Closure
        fields: tuple[str, ...] = ()


class SlipFilter(OfTask):
    """Filters of supervision slips."""

    unit = filters.CharFilter(field_name="unit__code")
    answered = filters.BooleanFilter(field_name="answered_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Slip
        fields = ("number", "colour")
