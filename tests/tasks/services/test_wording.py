"""Amendments of issued tasks and the principal's four personal duties."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import DomainError
from tasks.choices import PersonalDutyKind, TaskLevel
from tasks.services.amending import amend_task
from tasks.services.issuing import add_result
from tasks.services.personal import record_personal_duty
from tasks.services.readings import terms_of
from tests.cast import Cast
from tests.making import DEADLINE, START, SetClock, draft_task, fresh, issued_task
from tests.tasks.views.conftest import PageOf, page_of

__all__ = ["page_of"]
pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 3, 1)


@pytest.fixture(autouse=True)
def today(set_clock: SetClock) -> None:
    set_clock(DAY)


def refused(code: str, act: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code


def test_a_wording_is_amended_and_the_old_one_stays(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, measures=((cast.air, DEADLINE),))
    before = terms_of(task)
    by = cast.supervisor
    made = amend_task(task, field="title", new="新名称", reason="表述不准", on=DAY, by=by)
    assert (made.old, made.new, fresh(task).title) == ("任务T1", "新名称", "新名称")
    amend_task(task, field="measure.text", seq=1, new="新措施", reason="细化", on=DAY, by=by)
    amend_task(task, field="leader", new="TY-leader", reason="分工调整", on=DAY, by=by)
    assert task.measures.get().text == "新措施"
    assert fresh(task).leader == cast.leader
    assert terms_of(fresh(task)) == before
    page = page_of(by).get(f"/tasks/{task.pk}/").content.decode()
    assert "原表述：任务T1" in page
    assert "原表述：措施1" in page


@pytest.mark.parametrize(
    "field",
    [
        "original_deadline",
        "level",
        "kind",
        "start",
        "responsible",
        "code",
        "measure.deadline",
        "measure.owner",
        "measure.weight",
        "results.expected",
        "state",
    ],
)
def test_nothing_that_rules_read_is_amended(cast: Cast, field: str) -> None:
    task = issued_task(cast, measures=((cast.air, DEADLINE),))
    with pytest.raises(DomainError, match="延期") as refusal:
        amend_task(task, field=field, seq=1, new="x", reason="x", on=DAY, by=cast.supervisor)
    assert refusal.value.code == "not_amendable"


def test_an_amendment_needs_a_reason_a_difference_a_line_and_a_supervisor(cast: Cast) -> None:
    task = issued_task(cast)

    def amend(**change: Any) -> Any:
        values = {"field": "title", "new": "新", "reason": "理由", "by": cast.supervisor, **change}
        return lambda: amend_task(task, on=DAY, **values)

    refused("reason_missing", amend(reason=" "))
    refused("same_wording", amend(new="任务T1"))
    refused("unknown_line", amend(field="result.expected", seq=9))
    refused("unknown_leader", amend(field="leader", new="TY-head"))
    refused("invalid", amend(new=""))
    for who in ("head", "leader", "liaison", "hr"):
        refused("not_allowed", amend(by=cast.named(who)))
    draft = draft_task(cast, code="T2")
    add_result(draft, expected="x", on=START, by=cast.supervisor)
    refused(
        "wrong_state",
        lambda: amend_task(draft, field="title", new="y", reason="z", on=DAY, by=cast.supervisor),
    )


def test_the_principals_four_duties_stand_on_a_major_task(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast, level=TaskLevel.MAJOR)
    leader = page_of(cast.leader)
    assert "缺 4 项" in leader.get("/").content.decode()
    for kind in PersonalDutyKind:
        by = cast.liaison if kind == PersonalDutyKind.DEPLOY else cast.head
        made = record_personal_duty(task, kind=kind, text="现场办公", on=DAY, by=by)
        assert made.person == cast.head
    assert "重大任务缺四个亲自" not in leader.get("/").content.decode()
    page = leader.get(f"/tasks/{task.pk}/").content.decode()
    assert page.count("已登记") == len(PersonalDutyKind.values)


def test_personal_duties_are_the_principals_and_on_major_tasks_only(cast: Cast) -> None:
    ordinary, major = issued_task(cast), issued_task(cast, code="T2", level=TaskLevel.MAJOR)

    def record(task: Any = major, **change: Any) -> Any:
        values = {"kind": "deploy", "text": "部署", "on": DAY, "by": cast.head, **change}
        return lambda: record_personal_duty(task, **values)

    refused("not_major", record(ordinary))
    refused("not_principal", record(person=cast.liaison))
    refused("unknown_kind", record(kind="watch"))
    refused("reason_missing", record(text=""))
    refused("before_assignment", record(on=START - dt.timedelta(days=1)))
    refused("fact_in_future", record(on=DAY + dt.timedelta(days=1)))
    for who in ("supervisor", "leader", "water_head", "hr"):
        refused("not_allowed", record(by=cast.named(who)))
