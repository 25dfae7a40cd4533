"""Load the whole demo once, through the same services people use."""

import datetime as dt

import yaml
from django.db import transaction

from reports.services.policies import adopt_policy
from tasks.models import Task
from tasks.reminders.delivery import deliver_reminders
from tasks.reminders.planning import plan_reminders
from tracker.demo.campaigns import load_campaigns
from tracker.demo.consequences import exclude, hold_this_year, propose
from tracker.demo.current import load_current
from tracker.demo.people import HERE, load_people
from tracker.demo.stage import Stage
from tracker.demo.synthetic import load_synthetic

POLICY = "taiyuan-2023"
IN_FORCE = dt.date(2023, 1, 1)
GO_LIVE = dt.date(2023, 7, 10)


def load_demo(*, tasks: int | None, today: dt.date) -> int:
    """Load people and units, then the demo's two years, or `tasks` synthetic ones (0: none).

    Returns how many tasks there are now. What is already loaded is left alone.
    """
    load_people()
    if Task.objects.exists():
        return Task.objects.count()
    with transaction.atomic():
        adopt_policy(POLICY, in_force_from=IN_FORCE, go_live=GO_LIVE, on=IN_FORCE, by=None)
    if tasks is not None:
        load_synthetic(tasks, today=today)
        return tasks
    load_campaigns()
    stage = Stage()
    content = yaml.safe_load((HERE / "current.yaml").read_text("utf-8"))
    current = load_current(stage, content, today=today)
    hold_this_year(stage, content["interviews"], current, today=today)
    for name in content["excluded"]:
        exclude(stage, stage.units[name], on=today, year=today.year)
    propose(on=today, year=today.year)
    # Whoever opens the demo, at whatever hour, finds messages waiting.
    plan_reminders(on=today)
    deliver_reminders()
    return Task.objects.count()
