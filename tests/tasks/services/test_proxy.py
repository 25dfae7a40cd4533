"""Entry for units outside the bureau (代录): by whom, from which letter, checked by whom."""

import datetime as dt
from functools import partial

import pytest

from accounts.choices import Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, RoleGrant, Unit, User
from accounts.scopes import standing_of
from tasks.choices import TaskState
from tasks.models import ProgressReport, Task
from tasks.permissions import Act, acts_for
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.progress import submit_report, verify_report
from tests.cast import SINCE, Cast
from tests.making import fresh, issued_task

DAY = dt.date(2023, 3, 10)
LETTER = "并住建函〔2023〕12号"


def outside_task(cast: Cast, **terms: object) -> Task:
    """Issue a task led by 市住建局, which never signs in."""
    return issued_task(cast, leads=(cast.department,), **terms)  # type: ignore[arg-type]


def named_liaison(task: Task, user: User) -> User:
    task.responsibilities.update(liaison=user)
    return user


def granted_liaison(unit: Unit, user: User) -> User:
    RoleGrant.objects.create(user=user, role=Role.LIAISON, unit=unit, since=SINCE)
    return user


def test_a_supervisor_enters_a_report_from_its_letter(cast: Cast) -> None:
    task = outside_task(cast)
    report = submit_report(
        task, on=DAY, percent=40, text="完成改造", letter=f" {LETTER} ", by=cast.supervisor
    )
    assert (report.unit, report.letter, report.submitted_by) == (
        cast.department,
        LETTER,
        cast.supervisor,
    )
    entry = AuditEntry.objects.get(action="report.submit")
    assert (entry.actor, entry.data["letter"]) == (cast.supervisor, LETTER)
    assert LETTER in entry.summary
    assert "代录" in entry.summary


@pytest.mark.parametrize("letter", ["", "   "])
def test_without_a_letter_nothing_is_entered(cast: Cast, letter: str) -> None:
    task = outside_task(cast)
    with pytest.raises(DomainError, match="为市住建局代录须写明来函文号") as refusal:
        submit_report(task, on=DAY, percent=40, letter=letter, by=cast.supervisor)
    assert (refusal.value.code, set(refusal.value.fields)) == ("letter_missing", {"letter"})
    with pytest.raises(DomainError, match="为市住建局代录须写明来函文号"):
        submit_closure(task, on=DAY, text="完成", letter=letter, by=cast.supervisor)
    assert not ProgressReport.objects.exists()
    assert fresh(task).state == TaskState.OPEN


def test_a_named_liaison_and_one_given_the_unit_enter_too(cast: Cast) -> None:
    task = outside_task(cast)
    named = named_liaison(task, cast.liaison)
    assert task in Task.objects.visible_to(named, on=DAY)
    assert submit_report(task, on=DAY, percent=10, letter=LETTER, by=named).unit == cast.department
    given = granted_liaison(cast.department, cast.clerk)
    assert submit_report(task, on=DAY, percent=20, letter=LETTER, by=given).letter == LETTER


def test_somebody_of_the_outside_unit_reports_as_usual(cast: Cast) -> None:
    task = outside_task(cast)
    insider = granted_liaison(cast.department, cast.clerk)
    insider.unit = cast.department
    insider.save()
    assert submit_report(task, on=DAY, percent=10, by=insider).letter == ""
    with pytest.raises(DomainError, match="市住建局由本单位填报，不需要来函文号"):
        submit_report(task, on=DAY, percent=10, letter=LETTER, by=insider)


@pytest.mark.parametrize("who", ["head", "water_head", "leader", "hr", "discipline", "clerk"])
def test_nobody_else_enters(cast: Cast, who: str) -> None:
    task = outside_task(cast)
    with pytest.raises(NotAllowedError, match="局外单位由督办人员或指定的联络员代录"):
        submit_report(task, on=DAY, percent=10, letter=LETTER, by=cast.named(who))


def test_for_a_unit_of_the_bureau_nobody_enters(cast: Cast) -> None:
    task = named_task = issued_task(cast)
    named_liaison(named_task, cast.clerk)
    for who in (cast.supervisor, cast.clerk):
        with pytest.raises(NotAllowedError):
            submit_report(task, on=DAY, percent=10, letter=LETTER, by=who)
    assert Act.REPORT not in acts_for(standing_of(cast.supervisor, on=DAY), task)


def test_who_entered_never_checks_and_another_does(cast: Cast) -> None:
    task = outside_task(cast)
    report = submit_report(task, on=DAY, percent=40, letter=LETTER, by=cast.supervisor)
    with pytest.raises(NotAllowedError, match="提交人不能核查进展自己提交的内容"):
        verify_report(report, on=DAY, by=cast.supervisor)
    assert verify_report(report, on=DAY, by=cast.second_supervisor).decided_by is not None
    closure = submit_closure(task, on=DAY, text="完成", letter=LETTER, by=cast.supervisor)
    assert closure.letter == LETTER
    with pytest.raises(NotAllowedError, match="提交人不能"):
        verify_closure(closure, on=DAY, by=cast.supervisor)
    verify_closure(closure, on=DAY, by=cast.second_supervisor)
    assert fresh(task).state == TaskState.COMPLETED


def test_of_joint_leads_each_is_entered_by_its_own_side(cast: Cast) -> None:
    task = issued_task(cast, leads=(cast.air, cast.department))
    assert submit_report(task, on=DAY, percent=10, by=cast.head).unit == cast.air
    entered = submit_report(task, on=DAY, percent=20, letter=LETTER, by=cast.supervisor)
    assert entered.unit == cast.department


def test_who_enters_for_a_unit_is_asked_for_the_cause_as_the_unit_is(cast: Cast) -> None:
    task = outside_task(cast)
    report = partial(submit_report, task, on=DAY, percent=1, letter=LETTER, by=cast.supervisor)
    with pytest.raises(DomainError, match="请选择滞后原因"):
        report(cause="")
    assert report(cause="land").cause == "land"
