"""What is filled into a campaign's own columns (自定义栏目), typed as it is stored."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from tasks.choices import ColumnPlace
from tasks.models import Campaign, CustomColumn, Task
from tasks.rules.columns import typed
from tasks.rules.errors import RuleViolationError
from tasks.wording import violation_sentence


def columns_of(campaign: Campaign | None, place: ColumnPlace, *, on: dt.date) -> list[CustomColumn]:
    """Return the columns of a campaign that are filled in at a place on the day, in their order."""
    if campaign is None:
        return []
    return [
        column
        for column in campaign.columns.all()
        if column.place == place and column.is_active(on=on)
    ]


def task_columns(
    campaign: Campaign | None, values: Mapping[str, object], *, on: dt.date
) -> dict[str, str]:
    """Return a task's columns as they are stored; raise `column_value` for a wrong type.

    Values of columns the campaign does not have, or has retired, are left out; a required one that
    is empty is a gap of the task's lists, not a refusal.
    """
    return _typed(columns_of(campaign, ColumnPlace.TASK, on=on), values)


def report_columns(
    task: Task, values: Mapping[str, object], *, on: dt.date, unchanged: bool = False
) -> dict[str, str]:
    """Return a report's columns as they are stored.

    Raises `column_value` for a wrong type and `column_missing` for a required one that is empty;
    “无变化” in one tap fills none.
    """
    columns = columns_of(task.campaign, ColumnPlace.REPORT, on=on)
    if unchanged:
        return {}
    found = _typed(columns, values)
    for column in columns:
        if column.required and column.key not in found:
            sentence = _("请填写“%(column)s”：“%(campaign)s”要求每次填报都写明。") % {
                "column": column.label,
                "campaign": task.campaign,
            }
            raise DomainError("column_missing", sentence, fields={f"custom_{column.key}": sentence})
    return found


def _typed(columns: Iterable[CustomColumn], values: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        try:
            text = typed(
                values.get(column.key),
                label=column.label,
                kind=column.kind,
                options=column.options,
            )
        except RuleViolationError as violation:
            sentence = violation_sentence(violation)
            raise DomainError(
                violation.code, sentence, fields={f"custom_{column.key}": sentence}
            ) from violation
        if text:
            found[column.key] = text
    return found
