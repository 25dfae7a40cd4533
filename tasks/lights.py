"""The lamps of many tasks at once, in SQL, from their current-state columns.

Equal to the rules' lamps on the day as long as the columns are up to date; a test holds the two
side by side through a year.
"""

import datetime as dt
import math

from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Greatest

from tasks import standards
from tasks.choices import Light, TaskState
from tasks.models.tasks import TaskQuerySet
from tasks.rules.numbers import Bound, Comparison
from tasks.rules.policy import LightPolicy


def lit(tasks: TaskQuerySet, *, on: dt.date) -> TaskQuerySet:
    """Annotate tasks with their lamps by the thresholds in force on the day."""
    return with_lights(tasks, on=on, policy=standards.task_policy(on).lights)


def with_lights(tasks: TaskQuerySet, *, on: dt.date, policy: LightPolicy) -> TaskQuerySet:
    """Annotate `days_overdue`, `deadline_light` and `light`, the worse of the two lamps."""
    late = Greatest(F("overdue_banked"), Value(on.toordinal()) - F("overdue_anchor"))
    tasks = tasks.annotate(
        days_overdue=Case(
            When(overdue_anchor=None, then=F("overdue_banked")),
            default=late,
            output_field=IntegerField(),
        )
    )
    tasks = tasks.annotate(
        deadline_light=_light(
            red=Q(state=TaskState.OPEN) & _overdue(policy.overdue_red),
            yellow=(Q(state=TaskState.OPEN) & _near(policy.near_yellow, on))
            | (
                Q(state__in=(TaskState.PENDING, TaskState.COMPLETED)) & _overdue(policy.late_yellow)
            ),
        )
    )
    progress = Q(progress_light=Light.RED), Q(progress_light=Light.YELLOW)
    lit: TaskQuerySet = tasks.annotate(
        light=_light(
            red=Q(deadline_light=Light.RED) | progress[0],
            yellow=Q(deadline_light=Light.YELLOW) | progress[1],
        )
    )
    return lit


def _light(*, red: Q, yellow: Q) -> Case:
    return Case(
        When(red, then=Value(Light.RED.value)),
        When(yellow, then=Value(Light.YELLOW.value)),
        default=Value(Light.GREEN.value),
        output_field=CharField(),
    )


def _overdue(bound: Bound) -> Q:
    lookup = {
        Comparison.AT_LEAST: "gte",
        Comparison.MORE_THAN: "gt",
        Comparison.AT_MOST: "lte",
        Comparison.LESS_THAN: "lt",
    }[bound.comparison]
    return Q(**{f"days_overdue__{lookup}": float(bound.value)})


def _near(bound: Bound, on: dt.date) -> Q:
    """Return the condition that the days left, a whole number, meet the bound."""
    value = bound.value
    if bound.comparison is Comparison.AT_MOST:
        return Q(effective_deadline__lte=on + dt.timedelta(days=math.floor(value)))
    if bound.comparison is Comparison.LESS_THAN:
        return Q(effective_deadline__lt=on + dt.timedelta(days=math.ceil(value)))
    if bound.comparison is Comparison.AT_LEAST:
        return Q(effective_deadline__gte=on + dt.timedelta(days=math.ceil(value)))
    return Q(effective_deadline__gt=on + dt.timedelta(days=math.floor(value)))
