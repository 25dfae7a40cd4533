"""Decomposition: child tasks to any depth, and the progress that rolls up from them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.choices import PostKind, Role, UnitKind
from accounts.errors import DomainError
from accounts.models import Post, RoleGrant, Unit, User
from tasks.choices import TaskState
from tasks.models import Task
from tasks.services import current
from tasks.services.closing import (
    reject_closure,
    submit_closure,
    terminate_task,
    verify_closure,
)
from tasks.services.decomposing import Part, split_task
from tasks.services.progress import return_report, submit_report
from tasks.services.rolling import differing_parents
from tests.cast import SINCE, Cast
from tests.making import START, SetClock, fresh, issued_task

pytestmark = pytest.mark.django_db

DAY = dt.date(2023, 3, 1)
LATER = dt.date(2023, 3, 20)


@pytest.fixture(autouse=True)
def today(set_clock: SetClock) -> None:
    set_clock(LATER)


def refused(code: str, act: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code


def section(cast: Cast, parent: Unit, code: str) -> tuple[Unit, User]:
    """Register a section below a unit, with a head."""
    unit = Unit.objects.create(
        code=code,
        name=f"{code}科",
        kind=UnitKind.SECTION,
        parent=parent,
        path=f"{parent.path}{code}/",
    )
    head = User(username=code, staff_number=f"TY-{code}", name=f"{code}科长", unit=unit)
    head.set_unusable_password()
    head.save()
    Post.objects.create(user=head, unit=unit, title="科长", kind=PostKind.PRINCIPAL, since=SINCE)
    RoleGrant.objects.create(user=head, role=Role.HEAD, unit=unit, since=SINCE)
    return unit, head


def percent(task: Task) -> Decimal:
    return fresh(task).counted_percent


def in_step() -> None:
    assert list(differing_parents(on=LATER)) == []
    assert list(current.compare(on=LATER)) == []


def split_two(cast: Cast, *, weights: tuple[int, int] = (1, 1)) -> tuple[Task, list[Task], Any]:
    """Split a task of 小店分局 between two sections of it."""
    one, first = section(cast, cast.branch_unit, "S1")
    two, second = section(cast, cast.branch_unit, "S2")
    task = issued_task(cast, leads=(cast.branch_unit,))
    parts = [
        Part(title="东片", unit=one, weight=Decimal(weights[0])),
        Part(title="西片", unit=two, weight=Decimal(weights[1])),
    ]
    task = split_task(task, parts=parts, on=DAY, by=cast.branch)
    return task, list(task.children.order_by("code")), (first, second)


def test_a_head_splits_a_task_between_the_sections(cast: Cast) -> None:
    task, (east, west), (first, second) = split_two(cast)
    assert (east.code, west.code) == ("T1.1", "T1.2")
    assert {east.state, west.state} == {TaskState.OPEN}
    assert (east.holder, west.holder) == (first, second)
    assert east.original_deadline == task.effective_deadline
    assert [row.expected for row in east.results.all()] == ["东片"]
    assert task.rolled_up


def test_progress_rolls_up_by_weight_and_equals_recomputation(cast: Cast) -> None:
    task, (east, west), (first, second) = split_two(cast, weights=(3, 1))
    submit_report(east, on=DAY, percent=80, text="x", by=first)
    assert percent(task) == 60
    report = submit_report(west, on=LATER, percent=10, text="x", by=second)
    assert percent(task) == Decimal("62.50")
    in_step()
    return_report(report, reason="不实", on=LATER, by=cast.supervisor)
    assert percent(task) == 60
    in_step()


def test_a_report_dated_earlier_counts_in_the_parent_from_its_own_day(cast: Cast) -> None:
    task, (east, west), (first, second) = split_two(cast)
    submit_report(east, on=LATER, percent=50, text="x", by=first)
    submit_report(west, on=DAY, percent=20, text="x", by=second)
    assert percent(task) == 35
    facts = task.facts.filter(type="progress").order_by("pk")
    assert [(fact.on, fact.percent) for fact in facts] == [
        (LATER, Decimal(25)),
        (DAY, Decimal(10)),
        (LATER, Decimal(35)),
    ]
    in_step()


def test_an_unchanged_report_of_a_child_is_a_report_of_the_parent(cast: Cast) -> None:
    task, (east, _west), (first, _second) = split_two(cast)
    submit_report(east, on=DAY, unchanged=True, by=first)
    assert task.facts.filter(type="progress", on=DAY).count() == 1


def test_a_parent_takes_no_report_of_its_own_and_closes_after_its_children(cast: Cast) -> None:
    task, children, heads = split_two(cast)
    refused("reports_roll_up", lambda: submit_report(task, on=DAY, percent=5, by=cast.branch))
    refused("children_open", lambda: submit_closure(task, on=DAY, text="完成", by=cast.branch))
    for child, head in zip(children, heads, strict=True):
        closure = submit_closure(child, on=DAY, text="完成", by=head)
        verify_closure(closure, on=LATER, by=cast.supervisor)
    assert percent(task) == 100
    in_step()
    closure = submit_closure(task, on=LATER, text="完成", by=cast.branch)
    assert fresh(task).state == TaskState.PENDING
    reject_closure(closure, reason="再核", on=LATER, by=cast.supervisor)
    in_step()


def test_a_terminated_child_counts_no_more_and_the_last_one_frees_the_parent(cast: Cast) -> None:
    task, (east, west), (first, _second) = split_two(cast)
    submit_report(east, on=DAY, percent=80, text="x", by=first)
    assert percent(task) == 40
    terminate_task(west, reason="取消", on=LATER, by=cast.leader)
    assert percent(task) == 80
    in_step()
    terminate_task(east, reason="取消", on=LATER, by=cast.leader)
    assert not fresh(task).rolled_up
    submit_report(task, on=LATER, percent=85, text="x", by=cast.branch)
    assert percent(task) == 85


def test_children_start_from_what_the_task_had_reached(cast: Cast) -> None:
    unit, _head = section(cast, cast.branch_unit, "S1")
    task = issued_task(cast, leads=(cast.branch_unit,))
    submit_report(task, on=START, percent=40, text="x", by=cast.branch)
    task = split_task(task, parts=[Part(title="全部", unit=unit)], on=DAY, by=cast.branch)
    assert percent(task) == 40
    assert percent(task.children.get()) == 40
    in_step()


def test_splitting_goes_to_any_depth(cast: Cast) -> None:
    unit, by, task = cast.branch_unit, cast.branch, issued_task(cast, leads=(cast.branch_unit,))
    chain = [task]
    for depth in range(6):
        unit, head = section(cast, unit, f"D{depth}")
        parts = [Part(title=f"第{depth}层", unit=unit)]
        if depth == 2:
            other, _other_head = section(cast, unit, "SIDE")
            parts.append(Part(title="旁支", unit=other, weight=Decimal(3)))
        split_task(chain[-1], parts=parts, on=DAY, by=by)
        chain.append(chain[-1].children.get(title=f"第{depth}层"))
        by = head
    submit_report(chain[-1], on=LATER, percent=100, text="x", by=by)
    assert [percent(one) for one in chain] == [25, 25, 25, 100, 100, 100, 100]
    in_step()


def test_a_task_is_passed_to_a_person_of_the_own_unit(cast: Cast) -> None:
    task = issued_task(cast)
    parts = [Part(title="材料", unit=cast.air, responsible=cast.clerk)]
    split_task(task, parts=parts, on=DAY, by=cast.head)
    child = task.children.get()
    assert child.holder == cast.clerk
    submit_report(child, on=DAY, percent=30, text="x", by=cast.clerk)
    assert percent(task) == 30


def test_what_may_not_be_split_off_is_refused(cast: Cast) -> None:
    task = issued_task(cast)

    def split(by: User = cast.head, **part: Any) -> Any:
        values = {"title": "x", "unit": cast.air, "responsible": cast.clerk, **part}
        return lambda: split_task(task, parts=[Part(**values)], on=DAY, by=by)

    refused("part_outside", split(unit=cast.water, responsible=None))
    refused("part_same", split(responsible=None))
    refused("part_person", split(responsible=cast.water_head))
    refused("part_deadline", split(deadline=dt.date(2023, 7, 1)))
    refused("invalid", split(weight=Decimal(0)))
    refused("no_parts", lambda: split_task(task, parts=[], on=DAY, by=cast.head))
    for by in (cast.liaison, cast.supervisor, cast.water_head, cast.leader):
        refused("not_allowed", split(by=by))
    assert not task.children.exists()


def test_the_database_refuses_a_task_that_rolls_up_into_itself_or_nothing(cast: Cast) -> None:
    task = issued_task(cast)
    for change in ({"parent": task, "rolls_up": True}, {"rolls_up": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(**change)


def test_a_circle_of_parents_is_refused_and_nothing_is_recorded(cast: Cast) -> None:
    task, (east, _west), (first, _second) = split_two(cast)
    Task.objects.filter(pk=task.pk).update(parent=east, rolls_up=True)
    refused("task_circle", lambda: submit_report(east, on=DAY, percent=80, text="x", by=first))
    assert percent(east) == 0
