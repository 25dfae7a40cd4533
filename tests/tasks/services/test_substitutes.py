"""Substitute verifiers: named by a leader where every supervisor must stand back."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.scopes import standing_of
from accounts.services.second_factor import needs_second_factor
from tasks.choices import Verdict
from tasks.models import ProgressReport, SubstituteVerifier, Task
from tasks.permissions import Act, acts_for, may
from tasks.services.progress import submit_report, verify_report
from tasks.services.substitutes import end_substitute, name_substitute
from tasks.services.verification import sort_waiting
from tests.cast import Cast
from tests.making import SetClock, issued_task

DAY = dt.date(2023, 3, 10)
LAST = dt.date(2023, 3, 31)
ONE = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def on_the_day(set_clock: SetClock) -> None:
    set_clock(DAY)


def name(cast: Cast, *, who: str = "leader", **terms: object) -> SubstituteVerifier:
    """Name 水生态环境科科长 for what 督察办, where all supervisors work, leads."""
    values = {
        "person": cast.water_head,
        "since": DAY,
        "until": LAST,
        "reason": "督察办全员须回避",
        **terms,
    }
    unit = values.pop("unit", cast.inspection)
    return name_substitute(unit, on=DAY, by=cast.named(who), **values)  # type: ignore[arg-type]


def reported(cast: Cast) -> ProgressReport:
    task = issued_task(cast, leads=(cast.inspection,), responsible=cast.supervisor)
    return submit_report(task, on=DAY, percent=10, by=cast.supervisor)


def test_a_substitute_sees_and_verifies_what_no_supervisor_may(cast: Cast) -> None:
    report = reported(cast)
    with pytest.raises(NotAllowedError):
        verify_report(report, on=DAY, by=cast.second_supervisor)
    assert not Task.objects.visible_to(cast.water_head, on=DAY).exists()
    name(cast)
    standing = standing_of(cast.water_head, on=DAY)
    assert Task.objects.visible_to(cast.water_head, on=DAY).exists()
    assert [one.report for one in sort_waiting(standing).rest] == [report]
    assert acts_for(standing, report.task) == {Act.VERIFY, Act.CHECK_SITE}
    verified = verify_report(report, on=DAY, by=cast.water_head)
    assert (verified.verdict, verified.decided_by) == (Verdict.ACCEPTED, cast.water_head)


@pytest.mark.parametrize(
    ("day", "stands_in"), [(DAY - ONE, False), (DAY, True), (LAST, True), (LAST + ONE, False)]
)
def test_a_substitute_stands_in_from_the_first_day_to_the_last(
    cast: Cast, day: dt.date, stands_in: bool
) -> None:
    task = reported(cast).task
    name(cast)
    assert may(standing_of(cast.water_head, on=day), Act.VERIFY, task) is stands_in
    assert Task.objects.visible_to(cast.water_head, on=day).exists() is stands_in


def test_a_substitute_stands_in_for_no_other_unit(cast: Cast) -> None:
    name(cast)
    joint = issued_task(cast, leads=(cast.inspection, cast.air))
    other = issued_task(cast, code="T2")
    standing = standing_of(cast.water_head, on=DAY)
    assert not may(standing, Act.VERIFY, joint)
    assert not may(standing, Act.VERIFY, other)


def test_a_substitute_whose_own_task_it_is_stands_back_too(cast: Cast) -> None:
    name(cast)
    task = issued_task(cast, leads=(cast.inspection,), responsible=cast.water_head)
    assert not may(standing_of(cast.water_head, on=DAY), Act.VERIFY, task)


def test_none_is_named_while_a_supervisor_remains(cast: Cast) -> None:
    with pytest.raises(
        DomainError, match="可由督察办副主任、督察办主任核查，不需要代核人"
    ) as refusal:
        name(cast, unit=cast.air)
    assert refusal.value.code == "supervisors_remain"


@pytest.mark.parametrize("who", ["supervisor", "head", "hr", "secadmin", "clerk"])
def test_only_a_leader_names_and_ends(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError, match="只有局领导可以指定或终止代核人"):
        name(cast, who=who)
    row = name(cast)
    with pytest.raises(NotAllowedError, match="只有局领导可以指定或终止代核人"):
        end_substitute(row, on=DAY, by=cast.named(who))


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("supervisor", "substitute_concerned"),
        ("auditor", "substitute_officer"),
        ("leader", "invalid"),
    ],
)
def test_who_is_concerned_or_an_officer_or_who_names_is_refused(
    cast: Cast, person: str, code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        name(cast, person=cast.named(person))
    assert refusal.value.code == code
    assert not SubstituteVerifier.objects.exists()


def test_a_closed_account_a_past_start_and_a_period_backwards_are_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="早于今天"):
        name(cast, since=DAY - ONE)
    with pytest.raises(DomainError, match="代核截止日期不能早于起始日期"):
        name(cast, until=DAY - ONE)
    cast.water_head.is_active = False
    cast.water_head.save()
    with pytest.raises(DomainError, match="账号已停用"):
        name(cast)


def test_an_ended_substitute_stands_in_no_more(cast: Cast) -> None:
    task = reported(cast).task
    row = name(cast)
    end_substitute(row, on=DAY, by=cast.principal)
    assert not may(standing_of(cast.water_head, on=DAY), Act.VERIFY, task)
    with pytest.raises(ConflictError, match="已于 2023-03-10 结束"):
        end_substitute(row, on=DAY, by=cast.leader)


@pytest.mark.parametrize(("roles", "demanded"), [({"supervisor"}, True), ({"hr"}, False)])
def test_a_substitute_needs_the_second_factor_that_a_supervisor_does(
    cast: Cast, set_clock: SetClock, settings: Any, roles: set[str], demanded: bool
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset(roles)
    client = Client()
    client.force_login(cast.water_head)
    assert client.get("/tasks/").status_code == 200
    name(cast, until=DAY)
    assert needs_second_factor(cast.water_head, on=DAY) is demanded
    assert not needs_second_factor(cast.water_head, on=DAY + ONE)
    answer = client.get("/tasks/")
    assert (answer.headers.get("Location") == "/account/code/") is demanded
    set_clock(DAY + ONE)
    client.force_login(cast.water_head)
    assert client.get("/tasks/").status_code == 200
