"""The current year of the demo: a plan whose days are counted from the day it is loaded."""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

from tasks.choices import DeadlineKind, TaskType
from tasks.models import Plan, Task
from tasks.rules.history import History
from tasks.rules.progress import planned_percent
from tasks.services.issuing import (
    NewTask,
    add_measure,
    add_result,
    assign_task,
    create_task,
)
from tasks.services.readings import history_of
from tracker.demo.acts import Act, Actor
from tracker.demo.stage import (
    REPORT_BEFORE_END,
    VERIFY_AFTER,
    Stage,
    month_ends,
    straight_line,
)

# From this many points behind plan on, a task is no longer green.
GREEN_LAG = 10


def load_current(stage: Stage, content: dict[str, Any], *, today: dt.date) -> dict[str, Task]:
    """Issue the current year's plan and play its history up to today; return tasks by code."""
    plan = Plan.objects.create(
        code=f"TY{today.year}", name=f"太原市{today.year}年污染防治攻坚任务清单", year=today.year
    )
    tasks = {}
    acts: list[tuple[dt.date, Act]] = []
    for entry in content["tasks"]:
        task = _issue(stage, plan, entry, today)
        tasks[task.code] = task
        acts += _history(Actor(stage, task), entry, today)
    for _day, act in sorted(acts, key=lambda pair: pair[0]):
        act()
    for entry in content["drafts"]:
        _draft(stage, plan, entry, today)
    return tasks


def _day(offset: int | None, today: dt.date) -> dt.date | None:
    return None if offset is None else today + dt.timedelta(days=offset)


def _issue(stage: Stage, plan: Plan, entry: dict[str, Any], today: dt.date) -> Task:
    """Create a task of the file with its four lists and assign it on its start."""
    start = today + dt.timedelta(days=entry["start"])
    deadline = _day(entry["deadline"], today)
    by = stage.supervisor
    leads = stage.expand(entry["lead"])
    cooperating = [unit for unit in stage.expand(entry["cooperating"]) if unit not in leads]
    task = create_task(
        NewTask(
            plan=plan,
            code=entry["code"],
            title=entry["title"],
            leads=tuple(leads),
            cooperating=tuple(cooperating),
            start=start,
            deadline=deadline,
            deadline_raw=f"{deadline:%Y年%m月%d日}前" if deadline else "长期坚持",
            deadline_kind=DeadlineKind.DATE if deadline else DeadlineKind.ONGOING,
            type=TaskType.DATED if deadline else TaskType.STANDING,
            campaign=stage.campaigns[entry["campaign"]],
            battle=stage.battles.get(entry.get("battle", "")),
            level=entry.get("level", "ordinary"),
            kind=entry.get("kind", "task"),
            problem=entry.get("problem", ""),
            report_cycle=entry["cycle"],
            source_document="全市生态环境系统污染防治攻坚推进会",
            target=entry.get("target", ""),
            leader=stage.by_title[entry["leader"]],
        ),
        on=start,
        by=by,
    )
    for measure in entry["measures"]:
        add_measure(
            task,
            text=measure["text"],
            owner=stage.units[measure["owner"]] if "owner" in measure else leads[0],
            deadline=_day(measure.get("day"), today),
            on=start,
            by=by,
        )
    for expected in entry["results"]:
        add_result(task, expected=expected, on=start, by=by)
    return assign_task(task, on=start, by=by)


def _draft(stage: Stage, plan: Plan, entry: dict[str, Any], today: dt.date) -> None:
    """Create a task whose wording nobody has read for good, so that it waits for a person."""
    unit = stage.units[entry["lead"][0]]
    task = create_task(
        NewTask(
            plan=plan,
            code=entry["code"],
            title=entry["title"],
            leads=(unit,),
            start=today,
            deadline_raw=entry["deadline_raw"],
            deadline_kind=DeadlineKind.AMBIGUOUS,
            campaign=stage.campaigns[entry["campaign"]],
            leader=stage.by_title[entry["leader"]],
        ),
        on=today,
        by=stage.supervisor,
    )
    for measure in entry["measures"]:
        add_measure(task, text=measure["text"], owner=unit, on=today, by=stage.supervisor)
    for expected in entry["results"]:
        add_result(task, expected=expected, on=today, by=stage.supervisor)


def _history(actor: Actor, entry: dict[str, Any], today: dt.date) -> list[tuple[dt.date, Act]]:
    """Return the acts on one task up to today, each with its day."""
    task = actor.task
    assert task.assigned_on is not None  # noqa: S101 - it was just assigned
    acts: list[tuple[dt.date, Act]] = []

    def add(day: dt.date, act: Any, *args: Any, **kwargs: Any) -> None:
        if day <= today:
            acts.append((day, partial(act, day, *args, **kwargs)))

    if entry.get("accepted", True):
        add(task.assigned_on + dt.timedelta(days=2), actor.accept)
    acts += monthly_reports(
        actor,
        last=today,
        lag=entry.get("lag", 0),
        silent=entry.get("silent", 0),
        waiting=entry.get("waiting", 0) or int(_is_returned(entry)),
        until=_first_close(entry, today),
    )
    for seq, measure in enumerate(entry["measures"], start=1):
        if "done" in measure:
            done = today + dt.timedelta(days=measure["done"])
            acts.append((done, partial(actor.measure, seq, done)))
    for step in entry.get("steps", []):
        arguments = {key: value for key, value in step.items() if key not in ("day", "do")}
        if "to" in arguments:
            arguments["to"] = today + dt.timedelta(days=arguments["to"])
        add(today + dt.timedelta(days=step["day"]), getattr(actor, step["do"]), **arguments)
    return acts


def _is_returned(entry: dict[str, Any]) -> bool:
    return any(step["do"] == "return_last" for step in entry.get("steps", []))


def _first_close(entry: dict[str, Any], today: dt.date) -> dt.date:
    days = [step["day"] for step in entry.get("steps", []) if step["do"] == "close"]
    return today + dt.timedelta(days=min(days)) if days else today


def monthly_reports(
    actor: Actor, *, last: dt.date, lag: int, silent: int, waiting: int, until: dt.date
) -> list[tuple[dt.date, Act]]:
    """Return reports at each month's end, `lag` points behind plan, and their verification.

    The newest `silent` months go unreported and the newest `waiting` reports unverified; nothing
    is reported after `until`.
    """
    task = actor.task
    history = history_of(task)
    acts: list[tuple[dt.date, Act]] = []
    ends = list(month_ends(task.start, last))
    ends = ends[: len(ends) - silent] if silent else ends
    for position, end in enumerate(ends):
        day = max(end - dt.timedelta(days=REPORT_BEFORE_END), task.start)
        if day > until:
            break
        percent = _percent(history, task, end, lag)
        acts.append((day, partial(actor.report, day, percent)))
        if position < len(ends) - waiting and day + dt.timedelta(days=VERIFY_AFTER) <= last:
            check = day + dt.timedelta(days=VERIFY_AFTER)
            acts.append((check, partial(actor.verify, check)))
    return acts


def _percent(history: History, task: Task, at: dt.date, lag: int) -> Decimal:
    """Return what to report so that the gap to plan is `lag` points, never above 100.

    Who is on time also follows the calendar between two measures' dates, as people do.
    """
    planned = Decimal(round(planned_percent(history, at) or 0))
    line = straight_line(task.start, task.original_deadline, at)
    if history.terms.deadline is None or lag < GREEN_LAG:
        planned = max(planned, line)
    return min(max(planned - lag, Decimal(0)), Decimal(95))
