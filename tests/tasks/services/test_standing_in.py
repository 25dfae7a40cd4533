"""What a substitute does is on record as theirs for another; the pair is one party."""

import datetime as dt

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from accounts.errors import NotAllowedError
from accounts.models import AuditEntry, Delegation, User
from accounts.scopes import standing_of
from accounts.services import audit
from tasks.models import ProgressReport
from tasks.permissions import Act, may
from tasks.services.progress import submit_report, verify_report
from tasks.views.buttons import of_report
from tasks.views.panels import history_of_page
from tasks.views.verification import waiting_for
from tests.cast import Cast
from tests.making import SetClock, fresh, issued_task

DAY = dt.date(2023, 3, 10)
NEXT = dt.timedelta(days=1)


def stands_in(substitute: User, person: User, *, until: dt.date = DAY) -> Delegation:
    return Delegation.objects.create(
        person=person,
        substitute=substitute,
        since=DAY,
        until=until,
        reason="出差",
        given_by=person,
    )


def test_a_report_by_a_substitute_names_both(cast: Cast) -> None:
    stands_in(cast.clerk, cast.head)
    task = issued_task(cast)
    report = submit_report(task, on=DAY, percent=40, text="已完成", by=cast.clerk)
    entry = AuditEntry.objects.get(action="report.submit")
    assert report.submitted_by == entry.actor == cast.clerk
    assert entry.data["for"] == cast.head.pk
    assert entry.summary.startswith("大气环境科科员代大气环境科科长：填报进展")
    assert any("科员代大气环境科科长" in event.text for event in history_of_page(fresh(task)))


def test_the_day_after_the_substitute_may_no_longer(cast: Cast) -> None:
    stands_in(cast.clerk, cast.head)
    with pytest.raises(NotAllowedError):
        submit_report(issued_task(cast), on=DAY + NEXT, percent=40, by=cast.clerk)


def test_what_ones_own_role_allows_is_ones_own_act(cast: Cast) -> None:
    stands_in(cast.liaison, cast.head)
    submit_report(issued_task(cast), on=DAY, percent=40, by=cast.liaison)
    entry = AuditEntry.objects.get(action="report.submit")
    assert "for" not in entry.data
    assert entry.summary.startswith("填报进展")


def test_an_own_act_after_one_for_another_is_not_recorded_as_for_them(cast: Cast) -> None:
    stands_in(cast.water_head, cast.head)
    submit_report(issued_task(cast), on=DAY, percent=40, by=cast.water_head)
    own = issued_task(cast, code="T2", leads=(cast.water,))
    submit_report(own, on=DAY, percent=40, by=cast.water_head)
    newest = AuditEntry.objects.filter(action="report.submit").order_by("-seq")[0]
    assert "for" not in newest.data


def test_a_supervisor_who_stands_in_for_the_submitter_does_not_verify(cast: Cast) -> None:
    task = issued_task(cast)
    report = submit_report(task, on=DAY, percent=40, by=cast.head)
    stands_in(cast.supervisor, cast.head)
    standing = standing_of(cast.supervisor, on=DAY)
    assert not may(standing, Act.VERIFY, fresh(task))
    assert not waiting_for(standing, "reports").exists()
    assert of_report(standing, report, fresh(task)) == ()
    with pytest.raises(NotAllowedError):
        verify_report(report, on=DAY, by=cast.supervisor)
    verify_report(report, on=DAY, by=cast.second_supervisor)


def offered_to_nobody_but_others(report: ProgressReport, cast: Cast) -> None:
    """Check that on the next day neither button nor list offers it to the supervisor."""
    for person, offered in ((cast.supervisor, False), (cast.second_supervisor, True)):
        standing = standing_of(person, on=DAY + NEXT)
        assert bool(of_report(standing, report, fresh(report.task))) is offered
        assert waiting_for(standing, "reports").exists() is offered


def test_nor_once_the_leave_is_over(cast: Cast) -> None:
    stands_in(cast.supervisor, cast.head)
    report = submit_report(issued_task(cast), on=DAY, percent=40, by=cast.head)
    offered_to_nobody_but_others(report, cast)
    with pytest.raises(NotAllowedError, match="代理关系") as refusal:
        verify_report(report, on=DAY + NEXT, by=cast.supervisor)
    assert refusal.value.code == "own_submission"


def test_a_delegation_that_was_over_before_concerns_nobody(cast: Cast) -> None:
    stands_in(cast.supervisor, cast.head)
    report = submit_report(issued_task(cast), on=DAY + NEXT, percent=40, by=cast.head)
    standing = standing_of(cast.supervisor, on=DAY + NEXT)
    assert of_report(standing, report, fresh(report.task))
    assert waiting_for(standing, "reports").exists()
    assert verify_report(report, on=DAY + NEXT, by=cast.supervisor).verdict == "accepted"


def test_whoever_was_stood_in_for_does_not_verify_what_was_submitted_then(cast: Cast) -> None:
    stands_in(cast.head, cast.supervisor)
    report = submit_report(issued_task(cast), on=DAY, percent=40, by=cast.head)
    offered_to_nobody_but_others(report, cast)
    with pytest.raises(NotAllowedError) as refusal:
        verify_report(report, on=DAY + NEXT, by=cast.supervisor)
    assert refusal.value.code == "own_submission"


def test_a_head_who_stands_in_for_a_supervisor_verifies_others_but_not_the_own_unit(
    cast: Cast,
) -> None:
    stands_in(cast.head, cast.supervisor)
    water = issued_task(cast, leads=(cast.water,))
    report = submit_report(water, on=DAY, percent=40, by=cast.water_head)
    verify_report(report, on=DAY, by=cast.head)
    entry = AuditEntry.objects.get(action="report.verify")
    assert entry.data["for"] == cast.supervisor.pk
    own = issued_task(cast, code="T2")
    report = submit_report(own, on=DAY, percent=40, by=cast.liaison)
    with pytest.raises(NotAllowedError):
        verify_report(report, on=DAY, by=cast.head)


def test_for_whom_one_acts_ends_with_the_request(cast: Cast, set_clock: SetClock) -> None:
    """The same person's object over two requests: what follows is recorded as their own act."""
    set_clock(DAY)
    stands_in(cast.clerk, cast.head)
    client = APIClient()
    client.force_authenticate(cast.clerk)
    body = {"task": issued_task(cast).pk, "percent": 40, "text": "巡查"}
    assert client.post("/api/v1/progress-reports/", body, format="json").status_code == 201
    assert AuditEntry.objects.get(action="report.submit").data["for"] == cast.head.pk
    assert cast.clerk.acting_for is None
    with transaction.atomic():
        entry = audit.record("person.note", cast.clerk, by=cast.clerk, summary="本人事项")
    assert "for" not in entry.data and entry.summary == "本人事项"
