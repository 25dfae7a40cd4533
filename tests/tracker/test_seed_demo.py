"""`manage.py seed_demo`: what it loads instead of the demo, and that it is all or nothing."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Unit, User
from reports.models import PolicyAdoption
from tasks.models import Campaign, Plan, Task
from tracker.demo import load

pytestmark = pytest.mark.django_db


def seeded(*arguments: str) -> Any:
    out = io.StringIO()
    call_command("seed_demo", *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_no_tasks_means_units_and_accounts_only() -> None:
    answer = seeded("--tasks", "0")
    assert (answer["tasks"], answer["plans"], answer["frozen"]) == (0, [], [])
    assert len(answer["accounts"]) == 10
    assert Unit.objects.filter(name="大气环境科").exists()
    assert User.objects.filter(username__in=answer["accounts"]).count() == 10
    assert not Plan.objects.exists()
    assert not Campaign.objects.exists()


def test_synthetic_tasks_come_once_also_after_a_load_without_any() -> None:
    seeded("--tasks", "0")
    answer = seeded("--tasks", "500")
    assert (answer["loaded"], answer["tasks"]) == (True, 500)
    assert [plan["tasks"] for plan in answer["plans"]] == [500]
    again = seeded("--tasks", "7")
    assert (again["loaded"], again["tasks"]) == (False, 500)
    assert PolicyAdoption.objects.count() == 1


def test_the_text_says_what_was_loaded_and_what_was_there_already() -> None:
    out = io.StringIO()
    call_command("seed_demo", "--tasks", "3", stdout=out)
    call_command("seed_demo", stdout=out)
    printed = out.getvalue()
    assert "已载入演示数据：任务 3 项" in printed
    assert "已有数据，未再载入：任务 3 项" in printed
    assert "压力测试：3 项" in printed


def test_a_number_below_zero_is_wrong_usage() -> None:
    with pytest.raises(CommandError):
        seeded("--tasks=-1")


def test_a_load_that_fails_midway_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise RuntimeError("no such day")

    # Units, people, the policy and the campaigns are written by then.
    monkeypatch.setattr(load, "Stage", fail)
    with pytest.raises(RuntimeError):
        load.load_demo(tasks=None, today=load.GO_LIVE)
    assert not Unit.objects.exists()
    assert not User.objects.exists()
    assert not Campaign.objects.exists()
    assert not Task.objects.exists()
