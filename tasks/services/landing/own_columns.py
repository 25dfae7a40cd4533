"""Values of a campaign's own columns (自定义栏目) in a ledger, known by their labels."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from tasks.choices import ColumnPlace
from tasks.ledger.issues import Place, make_issue
from tasks.ledger.model import Issue, LedgerTask
from tasks.models import CustomColumn
from tasks.rules.columns import typed
from tasks.rules.errors import RuleViolationError
from tasks.services.landing.content import Content

Columns = Mapping[str, Mapping[str, CustomColumn]]


def columns_by_campaign(*, on: dt.date) -> Columns:
    """Return the columns in force on the day, by the campaign's name and their label."""
    found: dict[str, dict[str, CustomColumn]] = {}
    for column in CustomColumn.objects.filter(place=ColumnPlace.TASK).select_related("campaign"):
        if column.closed_on is None or column.closed_on > on:
            found.setdefault(column.campaign.name, {})[column.label] = column
    return found


def with_own_columns(
    content: Content, task: LedgerTask, columns: Columns
) -> tuple[Content, list[Issue]]:
    """Return the content with its campaign's columns typed, and an error for each wrong value."""
    known = columns.get(content.campaign, {})
    custom = dict(content.custom)
    issues = []
    for label in [name for name in content.extra if name in known]:
        column, text = known[label], content.extra[label]
        try:
            value = typed(text, label=label, kind=column.kind, options=column.options)
        except RuleViolationError:
            place = Place(task.sheet, task.rows[0])
            issues.append(
                make_issue(
                    "column_value", place, task=task.code, owner=task.key, value=text[:40],
                    column=label,
                )
            )  # fmt: skip
        else:
            custom[column.key] = value
    extra = {name: text for name, text in content.extra.items() if name not in known}
    return replace(content, extra=extra, custom=custom), issues
