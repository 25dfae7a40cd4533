"""The page of an interview and its way from proposal to closing."""

import datetime as dt

import pytest
from django.urls import reverse

from reports.choices import InterviewState
from reports.models import Interview
from reports.services.interviews import approve_interview, propose_interview
from tests.cast import Cast
from tests.making import issued_task
from tests.reports.making import LAGGING, excluded_unit, held_interview, in_force
from tests.reports.views.conftest import PageOf


def page_of(interview: Interview) -> str:
    return reverse("reports:interview", args=[interview.pk])


def step(interview: Interview, name: str) -> str:
    return reverse("reports:interview-step", args=[interview.pk, name])


def test_a_supervisor_proposes_and_a_leader_approves(cast: Cast, as_person: PageOf) -> None:
    task = issued_task(cast, leads=(cast.water,))
    supervisor = as_person(cast.supervisor)
    assert supervisor.get(reverse("reports:new-interview")).status_code == 200
    both = {"cause": "推进不力", "unit": cast.water.pk, "person": cast.water_head.pk}
    refused = supervisor.post(reverse("reports:new-interview"), both)
    assert "一个单位或一名个人" in refused.content.decode()
    values = {"cause": "推进不力", "unit": cast.water.pk, "tasks": [task.pk]}
    supervisor.post(reverse("reports:new-interview"), values)
    interview = Interview.objects.get()
    assert list(interview.tasks.all()) == [task]
    assert step(interview, "approve") not in supervisor.get(page_of(interview)).content.decode()
    leader = as_person(cast.leader)
    assert step(interview, "approve") in leader.get(page_of(interview)).content.decode()
    early = leader.post(step(interview, "approve"), {"approve-scheduled_on": "2023-07-31"})
    assert "最早 2023-08-02" in early.content.decode()
    leader.post(step(interview, "approve"), {"approve-scheduled_on": "2023-08-02"})
    interview.refresh_from_db()
    assert interview.state == InterviewState.APPROVED
    shown = supervisor.get(page_of(interview)).content.decode()
    assert "通知书定于 2023-08-02 约谈，当天起可以登记" in shown
    assert step(interview, "hold") not in shown


@pytest.mark.parametrize("name", ["head", "clerk", "hr", "discipline", "secadmin"])
def test_others_are_not_offered_to_propose(cast: Cast, as_person: PageOf, name: str) -> None:
    answer = as_person(cast.named(name)).get(reverse("reports:new-interview"))
    assert answer.status_code == 403


def test_an_interview_is_recorded_as_held_and_closed(cast: Cast, as_person: PageOf) -> None:
    noticed = dt.date(2023, 7, 10)
    interview = propose_interview(cast.water, cause="推进不力", on=noticed, by=cast.supervisor)
    approve_interview(interview, scheduled_on=dt.date(2023, 7, 20), on=noticed, by=cast.leader)
    client = as_person(cast.supervisor)
    values = {"hold-on": "2023-07-21", "hold-minutes": "限期整改"}
    late = client.post(step(interview, "hold"), {**values, "hold-on": "2023-07-31"})
    assert "晚于今天" in late.content.decode()
    client.post(step(interview, "hold"), values)
    interview.refresh_from_db()
    assert (interview.state, interview.held_on) == (InterviewState.HELD, dt.date(2023, 7, 21))
    again = client.post(step(interview, "hold"), values, follow=True)
    assert "已约谈" in again.content.decode()
    client.post(step(interview, "close"))
    interview.refresh_from_db()
    assert interview.state == InterviewState.CLOSED


def test_a_revoked_interview_shows_what_rests_on_it(cast: Cast, as_person: PageOf) -> None:
    in_force()
    exclusion = excluded_unit(cast)
    interview = Interview.objects.get(held_on=dt.date(2023, 3, 1))
    leader = as_person(cast.leader)
    leader.post(step(interview, "revoke"), {"revoke-reason": "复核不成立"})
    page = leader.get(page_of(interview)).content.decode()
    assert exclusion.number in page
    assert "须由具名人员逐件撤回" in page
    address = reverse("reports:exclusion", args=[exclusion.pk])
    assert address in page
    leader.post(address, {"reason": "约谈已撤销"})
    exclusion.refresh_from_db()
    assert exclusion.withdrawn_on == LAGGING


@pytest.mark.parametrize("name", ["supervisor", "water_head"])
def test_only_leaders_revoke(cast: Cast, as_person: PageOf, name: str) -> None:
    interview = held_interview(cast, cast.water, dt.date(2023, 5, 8))
    client = as_person(cast.named(name))
    assert step(interview, "revoke") not in client.get(page_of(interview)).content.decode()
    answer = client.post(step(interview, "revoke"), {"revoke-reason": "误"})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["hr", "discipline", "head", "clerk", "auditor"])
def test_minutes_are_not_found_by_others(cast: Cast, as_person: PageOf, name: str) -> None:
    interview = held_interview(cast, cast.water, dt.date(2023, 5, 8))
    assert as_person(cast.named(name)).get(page_of(interview)).status_code == 404


def test_a_step_that_does_not_exist_is_not_found(cast: Cast, as_person: PageOf) -> None:
    interview = held_interview(cast, cast.water, dt.date(2023, 5, 8))
    assert as_person(cast.leader).post(step(interview, "erase")).status_code == 404
