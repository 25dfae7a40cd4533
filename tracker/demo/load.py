"""Load the whole demo once, through the same services people use."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Count

from reports.choices import InterviewFactType
from reports.models import Exclusion, FrozenRun, InterviewFact, PolicyAdoption
from reports.services.policies import adopt_policy
from tasks.models import Plan, Task
from tasks.reminders.delivery import deliver_reminders
from tasks.reminders.planning import plan_reminders
from tracker.demo import past
from tracker.demo.campaigns import load_campaigns
from tracker.demo.consequences import assessed_year, exclude, hold_recently, propose
from tracker.demo.current import load_current
from tracker.demo.people import HERE, load_people
from tracker.demo.stage import Stage
from tracker.demo.synthetic import load_synthetic

POLICY = "taiyuan-2023"
IN_FORCE = dt.date(2023, 1, 1)
GO_LIVE = dt.date(2023, 7, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What there is after a load; `fresh` says that this call loaded it."""

    fresh: bool
    tasks: int
    plans: list[dict[str, Any]]
    interviews: int
    exclusions: int
    frozen: list[dict[str, Any]]


@transaction.atomic
def load_demo(*, tasks: int | None, today: dt.date) -> Loaded:
    """Load people and units, then the demo's two years, or `tasks` synthetic ones (0: none).

    All or nothing. Where there are tasks already, everything is left alone.
    """
    load_people()
    if Task.objects.exists():
        return _loaded(fresh=False)
    if not PolicyAdoption.objects.exists():
        adopt_policy(POLICY, in_force_from=IN_FORCE, go_live=GO_LIVE, on=IN_FORCE, by=None)
    if tasks is None:
        _load_years(today)
    elif tasks:
        load_synthetic(tasks, today=today)
    return _loaded(fresh=True)


def _load_years(today: dt.date) -> None:
    """Load 2023 where it is over, then the current year, and deliver the first messages."""
    load_campaigns(today=today)
    stage = Stage()
    year_2023 = _content("y2023.yaml")
    looks_back = past.is_over(year_2023, today=today)
    if looks_back:
        past.load_past(stage, year_2023, today=today)
    content = _content("current.yaml")
    current = load_current(stage, content, today=today)
    hold_recently(stage, content["interviews"], current, today=today)
    for name in content["excluded"]:
        year = assessed_year(content["interviews"], today=today)
        exclude(stage, stage.units[name], on=today, year=year)
    propose(on=today, year=today.year)
    if looks_back:
        # Last, so that judging the year again finds what was frozen.
        past.freeze(stage, year_2023)
    # Whoever opens the demo, at whatever hour, finds messages waiting.
    plan_reminders(on=today)
    deliver_reminders()


def _content(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return content


def _loaded(*, fresh: bool) -> Loaded:
    """Count what is there."""
    plans = Plan.objects.annotate(count=Count("tasks")).order_by("year", "code")
    return Loaded(
        fresh=fresh,
        tasks=Task.objects.count(),
        plans=[
            {"code": plan.code, "name": plan.name, "year": plan.year, "tasks": plan.count}
            for plan in plans
        ],
        interviews=InterviewFact.objects.filter(type=InterviewFactType.HELD).count(),
        exclusions=Exclusion.objects.listed().count(),
        frozen=[
            {"year": run.year, "as_of": run.as_of.isoformat(), "digest": run.digest}
            for run in FrozenRun.objects.order_by("year", "as_of", "id")
        ],
    )
