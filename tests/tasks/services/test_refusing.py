"""Refusals: within the time of acceptance, decided by another, and what follows."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.scopes import standing_of
from tasks.choices import DutyRole, TaskState, Verdict
from tasks.models import Responsibility, Task
from tasks.parties import duties_of
from tasks.permissions import Act, acceptance_due, acts_for
from tasks.services.decomposing import Part, split_task
from tasks.services.issuing import accept_responsibility
from tasks.services.readings import terms_of
from tasks.services.refusing import accept_refusal, refuse_duty, return_refusal
from tests.cast import Cast
from tests.making import DEADLINE, fresh, issued_task

pytestmark = pytest.mark.django_db

# A Friday; the third working day after it is a Wednesday.
FRIDAY = dt.date(2023, 3, 10)
LAST = dt.date(2023, 3, 15)


def refused(code: str, act: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code


def issued(cast: Cast, **terms: Any) -> Task:
    return issued_task(cast, on=FRIDAY, cooperating=(cast.water,), **terms)


def duty_of(task: Task, role: str) -> Responsibility:
    duty: Responsibility = task.responsibilities.get(role=role)
    return duty


def test_a_part_is_refused_until_the_third_working_day_and_no_later(cast: Cast) -> None:
    task = issued(cast)
    duty = duty_of(task, DutyRole.COOPERATING)
    assert acceptance_due(duty) == LAST
    late = LAST + dt.timedelta(days=1)
    refused("refusal_late", lambda: refuse_duty(duty, reason="无关", on=late, by=cast.water_head))
    assert refuse_duty(duty, reason="无关", on=LAST, by=cast.water_head).verdict == Verdict.WAITING
    refused("refused_before", lambda: refuse_duty(duty, reason="再", on=LAST, by=cast.water_head))
    refused("refusal_waiting", lambda: accept_responsibility(duty, on=LAST, by=cast.water_head))


def test_an_accepted_part_and_another_units_are_not_refused(cast: Cast) -> None:
    task = issued(cast)
    duty = duty_of(task, DutyRole.COOPERATING)
    refused("not_allowed", lambda: refuse_duty(duty, reason="无关", on=LAST, by=cast.branch))
    refused("not_allowed", lambda: refuse_duty(duty, reason="无关", on=LAST, by=cast.head))
    accept_responsibility(duty, on=FRIDAY, by=cast.water_head)
    refused("already_accepted", lambda: refuse_duty(duty, reason="x", on=LAST, by=cast.water_head))


def test_a_cooperating_unit_is_released_and_the_terms_stay(cast: Cast) -> None:
    task = issued(cast)
    before = terms_of(fresh(task))
    refusal = refuse_duty(
        duty_of(task, DutyRole.COOPERATING), reason="职责不符", on=LAST, by=cast.water_head
    )
    accept_refusal(refusal, on=LAST, by=cast.supervisor)
    task = fresh(task)
    assert task.state == TaskState.OPEN
    assert [duty.unit for duty in duties_of(task)] == [cast.air]
    assert not Task.objects.for_units([cast.water]).exists()
    assert not Responsibility.objects.awaiting_acceptance([cast.water]).exists()
    assert terms_of(task) == before


def test_a_unit_that_owns_a_measure_is_not_released(cast: Cast) -> None:
    task = issued(cast, measures=((cast.water, DEADLINE),))
    refusal = refuse_duty(
        duty_of(task, DutyRole.COOPERATING), reason="职责不符", on=LAST, by=cast.water_head
    )
    refused("owns_measures", lambda: accept_refusal(refusal, on=LAST, by=cast.supervisor))


def test_a_returned_refusal_has_to_be_taken(cast: Cast) -> None:
    task = issued(cast)
    duty = duty_of(task, DutyRole.LEAD)
    refusal = refuse_duty(duty, reason="人手不足", on=LAST, by=cast.head)
    return_refusal(refusal, reason="属本单位职责", on=LAST, by=cast.supervisor)
    refused("refused_before", lambda: refuse_duty(duty, reason="再", on=LAST, by=cast.head))
    assert accept_responsibility(duty, on=LAST, by=cast.head).accepted_on == LAST


def test_a_lead_units_refusal_ends_the_task_and_issues_it_anew_by_a_leader(cast: Cast) -> None:
    task = issued(cast, measures=((cast.air, DEADLINE), (cast.water, DEADLINE)))
    refusal = refuse_duty(duty_of(task, DutyRole.LEAD), reason="非本科职责", on=LAST, by=cast.head)
    refused(
        "not_allowed",
        lambda: accept_refusal(refusal, on=LAST, by=cast.supervisor, leads=[cast.branch_unit]),
    )
    refused("no_lead", lambda: accept_refusal(refusal, on=LAST, by=cast.leader))
    refused("no_lead", lambda: accept_refusal(refusal, on=LAST, by=cast.leader, leads=[cast.air]))
    assert fresh(task).state == TaskState.OPEN
    accept_refusal(refusal, on=LAST, by=cast.leader, leads=[cast.branch_unit])
    assert fresh(task).state == TaskState.TERMINATED
    anew = Task.objects.get(replaces=task)
    assert (anew.code, anew.state, anew.assigned_on) == ("T1-重办", TaskState.OPEN, LAST)
    assert anew.original_deadline == DEADLINE
    assert anew.holder == cast.branch
    assert [(d.unit, d.role) for d in anew.responsibilities.order_by("position")] == [
        (cast.branch_unit, DutyRole.LEAD),
        (cast.water, DutyRole.COOPERATING),
    ]
    assert [row.owner for row in anew.measures.all()] == [cast.branch_unit, cast.water]
    # Once more, and the number goes on counting.
    again = refuse_duty(duty_of(anew, DutyRole.LEAD), reason="x", on=LAST, by=cast.branch)
    accept_refusal(again, on=LAST, by=cast.leader, leads=[cast.air])
    assert Task.objects.get(replaces=anew).code == "T1-重办2"


def test_joint_leads_stay_when_one_of_them_goes(cast: Cast) -> None:
    task = issued_task(cast, on=FRIDAY, leads=(cast.air, cast.water))
    duty = task.responsibilities.get(unit=cast.air)
    refusal = refuse_duty(duty, reason="x", on=LAST, by=cast.head)
    accept_refusal(refusal, on=LAST, by=cast.leader)
    anew = Task.objects.get(replaces=task)
    assert [duty.unit for duty in anew.responsibilities.all()] == [cast.water]


def test_a_task_is_not_split_while_a_lead_units_refusal_waits(cast: Cast) -> None:
    task = issued(cast)
    parts = [Part(title="分项", unit=cast.air, responsible=cast.clerk)]
    refusal = refuse_duty(duty_of(task, DutyRole.LEAD), reason="x", on=LAST, by=cast.head)
    assert Act.SPLIT not in acts_for(standing_of(cast.head, on=LAST), fresh(task))
    with pytest.raises(DomainError, match="大气环境科已对任务 T1 申请退办") as refused_split:
        split_task(task, parts=parts, on=LAST, by=cast.head)
    assert refused_split.value.code == "refusal_waiting"
    return_refusal(refusal, reason="须承担", on=LAST, by=cast.supervisor)
    assert split_task(task, parts=parts, on=LAST, by=cast.head).children.count() == 1


def test_a_cooperating_units_refusal_keeps_nobody_from_splitting(cast: Cast) -> None:
    task = issued(cast)
    refuse_duty(duty_of(task, DutyRole.COOPERATING), reason="无关", on=LAST, by=cast.water_head)
    part = Part(title="分项", unit=cast.air, responsible=cast.clerk)
    assert split_task(task, parts=[part], on=LAST, by=cast.head).children.count() == 1


def test_a_refusal_of_what_was_split_meanwhile_is_turned_down_only(cast: Cast) -> None:
    """As a database of before the rule may hold: the children are not left without their parent."""
    task = issued(cast)
    refusal = refuse_duty(duty_of(task, DutyRole.LEAD), reason="x", on=LAST, by=cast.head)
    Task.objects.filter(pk=task.pk).update(rolled_up=True)
    refused(
        "already_split",
        lambda: accept_refusal(refusal, on=LAST, by=cast.leader, leads=[cast.branch_unit]),
    )
    assert fresh(task).state == TaskState.OPEN
    assert not Task.objects.filter(replaces=task).exists()
    assert return_refusal(refusal, reason="已分解", on=LAST, by=cast.leader).verdict == "returned"
