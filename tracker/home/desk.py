"""What every module of the first page fills, and how far anything on it is counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tasks.models import Task
from tasks.views.pieces import Action, Kpi, Notice, Queue, WorkItem
from tasks.views.showing import due_note, lead_names, task_url
from tracker.badges import LIMIT

# Lines of a queue; the rest is one link away.
SHOWN = 6


@dataclass(slots=True)
class Desk:
    """What waits for one person, in the order it is printed."""

    notices: list[Notice] = field(default_factory=list)
    kpis: list[Kpi] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


def counted(rows: Any) -> int:
    """Count rows no further than the page says exactly, however many there are."""
    return int(rows.order_by()[:LIMIT].count())


def many(count: int) -> str:
    """Return a count as a card prints it: 99+ where counting stopped."""
    return f"{LIMIT - 1}+" if count >= LIMIT else str(count)


def tile(label: str, count: int, *, colour: str = "", note: str = "", url: str = "") -> Kpi:
    """Return a card of one count; it is coloured only while there is something."""
    return Kpi(
        label=label,
        value=many(count),
        unit=_("项"),
        colour=colour if count else "",
        note=note,
        url=url,
    )


def queue(
    title: str,
    rows: Any,
    line: Callable[[Any], WorkItem],
    *,
    empty: str,
    hint: str = "",
    more_url: str = "",
) -> Queue:
    """Return a queue of the first rows of a query in its order, and how many there are."""
    shown = tuple(line(row) for row in rows[:SHOWN])
    count = len(shown) if len(shown) < SHOWN else counted(rows)
    return Queue(title=title, items=shown, count=count, hint=hint, more_url=more_url, empty=empty)


def task_item(
    task: Task, *, on: Any, note: str = "", actions: Iterable[Action] = (), lamp: Any = None
) -> WorkItem:
    """Return a task with its responsibilities fetched as a line of a queue."""
    text, colour = due_note(task, on=on)
    return WorkItem(
        title=task.title,
        url=task_url(task),
        lamp=lamp,
        code=task.code,
        unit=lead_names(task),
        note=note,
        due=task.effective_deadline,
        due_note=text,
        due_colour=colour,
        actions=tuple(actions),
    )


def joined(parts: Sequence[str]) -> str:
    """Join what is known into one note."""
    return " · ".join(part for part in parts if part)
