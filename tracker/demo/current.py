"""The current year of the demo: a plan whose days are counted from the day it is loaded."""

import datetime as dt
from functools import partial
from typing import Any

from tasks.choices import DeadlineKind, TaskType
from tasks.models import Indicator, Plan, Task
from tasks.services.issuing import (
    NewTask,
    add_measure,
    add_result,
    assign_task,
    create_task,
)
from tracker.demo.acts import Act, Actor
from tracker.demo.reporting import reports_at
from tracker.demo.stage import Stage, month_ends


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
            indicator=Indicator.objects.filter(name=entry.get("indicator", "")).first(),
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
    return assign_task(task, on=start, by=by, gap_reason="会议要求先行交办，缺项随后补齐。")


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
    ends = list(month_ends(task.start, today))
    acts += reports_at(
        actor,
        ends[: len(ends) - entry.get("silent", 0)],
        last=today,
        lag=entry.get("lag", 0),
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
