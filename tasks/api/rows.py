"""Tasks as plain rows for lists: two queries however long the page."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from tasks.choices import DutyRole, TaskState
from tasks.models import Responsibility

_COLUMNS = (
    "id",
    "code",
    "title",
    "level",
    "kind",
    "type",
    "state",
    "start",
    "assigned_on",
    "original_deadline",
    "effective_deadline",
    "soft",
    "counted_percent",
    "deadline_light",
    "progress_light",
    "light",
    "version",
)


def as_values(tasks: QuerySet[Any]) -> QuerySet[Any]:
    """Select of annotated tasks (`lit`) what a row prints."""
    return tasks.values(
        *_COLUMNS,
        overdue_days=F("days_overdue"),
        plan_code=F("plan__code"),
        campaign_code=F("campaign__code"),
        holder_number=F("holder__staff_number"),
    )


def complete(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a page with their units, in the shape of the contract."""
    rows = list(rows)
    units = _units_of([row["id"] for row in rows])
    for row in rows:
        row["plan"] = row.pop("plan_code")
        row["campaign"] = row.pop("campaign_code")
        row["holder"] = row.pop("holder_number")
        row["counted_percent"] = fixed(row["counted_percent"])
        row["leads"], row["cooperating"] = units[row["id"]]
        if row["state"] == TaskState.DRAFT:
            # Nobody judges a draft.
            row["deadline_light"] = row["progress_light"] = row["light"] = None
    return rows


def fixed(number: Decimal) -> str:
    """Return a percent as a decimal string with two places."""
    return f"{number:.2f}"


def _units_of(tasks: list[int]) -> dict[int, tuple[list[str], list[str]]]:
    units: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    duties = Responsibility.objects.filter(task__in=tasks, released_on=None).order_by(
        "task", "position", "id"
    )
    for task, role, code in duties.values_list("task_id", "role", "unit__code"):
        units[task][role != DutyRole.LEAD].append(code)
    return units
