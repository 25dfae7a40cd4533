"""Gathering takes what was known at a moment and dated up to a day, and nothing else."""

import datetime as dt
from typing import Any

import pytest

from accounts.clock import BEIJING
from accounts.models import Unit, User
from accounts.services import audit
from reports.choices import InterviewFactType, InterviewState
from reports.evaluation.facts import gather
from reports.evaluation.inputs import Inputs, Subject
from reports.models import Determination, DeterminationRevocation, Interview, InterviewFact
from tasks.choices import DutyRole, FactType
from tasks.models import Measure, Plan, Responsibility, Task, TaskFact
from tasks.rules.facts import FactType as Rule
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def day(text: str) -> dt.date:
    """Return a day of 2023."""
    return dt.date.fromisoformat(f"2023-{text}")


def moment(text: str) -> dt.datetime:
    """Return noon of a day of 2023."""
    return dt.datetime.combine(day(text), dt.time(12), tzinfo=BEIJING)


def a_plan(code: str = "P1") -> Plan:
    """Return a plan."""
    return Plan.objects.get_or_create(code=code, defaults={"name": code, "year": 2023})[0]


def a_task(cast: Cast, code: str = "T1", *, plan: str = "P1", **terms: Any) -> Task:
    """Store a task of 大气环境科 from January to June."""
    task = Task.objects.create(
        plan=a_plan(plan),
        code=code,
        title=code,
        start=day("01-01"),
        original_deadline=day("06-30"),
        **terms,
    )
    Responsibility.objects.create(task=task, unit=cast.air, role=DutyRole.LEAD)
    return task


def record(
    task: Task, type: FactType, on: str, *, known: str | None = None, **more: Any
) -> TaskFact:
    """Store a fact, by default known on its own day."""
    entry = audit_entry(task)
    return TaskFact.objects.create(
        task=task, type=type, on=day(on), recorded_at=moment(known or on), entry=entry, **more
    )


def audit_entry(subject: Any) -> Any:
    """Return an audit entry to hang facts on."""
    return audit.record("test", subject, by=None, summary="")


def assigned(cast: Cast, code: str = "T1", on: str = "01-01", **terms: Any) -> Task:
    """Store a task and its assignment."""
    task = a_task(cast, code, assigned_on=day(on), **terms)
    record(task, FactType.ASSIGNED, on)
    return task


def known(at: str = "12-31", *, as_of: str = "12-31") -> Inputs:
    """Gather for 2023."""
    return gather(as_of=day(as_of), year=2023, known_at=moment(at))


def types(inputs: Inputs) -> list[Rule]:
    """Return the types of the only task's facts."""
    return [fact.type for fact in inputs.tasks[0].facts]


def test_a_draft_is_left_out_and_so_is_an_assignment_not_yet_known(cast: Cast) -> None:
    a_task(cast, "D1")
    assigned(cast, "T1", on="03-01")
    assert [task.key for task in known("02-28").tasks] == []
    assert [task.key for task in known("03-01").tasks] == ["T1"]


def test_a_known_assignment_of_a_later_day_is_listed(cast: Cast) -> None:
    task = a_task(cast, assigned_on=day("09-01"))
    record(task, FactType.ASSIGNED, "09-01", known="05-01")
    (row,) = known(as_of="06-01").tasks
    assert (row.terms.assigned, row.terms.start, row.terms.deadline) == (day("09-01"),) * 3


def test_only_facts_dated_by_the_day_and_recorded_by_the_moment_count(cast: Cast) -> None:
    task = assigned(cast)
    record(task, FactType.PROGRESS, "02-01", percent=10)
    record(task, FactType.PROGRESS, "03-01", known="05-01", percent=20)
    assert types(known(as_of="01-31")) == []
    assert types(known("04-30")) == [Rule.PROGRESS]
    assert types(known("05-01", as_of="03-01")) == [Rule.PROGRESS, Rule.PROGRESS]
    assert types(known("05-01", as_of="02-28")) == [Rule.PROGRESS]


def test_a_correction_takes_the_place_of_what_it_supersedes_once_it_is_known(cast: Cast) -> None:
    task = assigned(cast)
    first = record(task, FactType.CLOSURE_SUBMITTED, "06-30")
    record(task, FactType.CLOSURE_REJECTED, "06-30")
    again = record(task, FactType.CLOSURE_SUBMITTED, "06-30", known="07-10", supersedes=first)
    record(task, FactType.CLOSURE_SUBMITTED, "06-29", known="07-20", supersedes=again)
    assert next((f.order, f.on) for f in known("07-09").tasks[0].facts) == (first.pk, day("06-30"))
    for at, on in (("07-10", "06-30"), ("07-20", "06-29")):
        facts = sorted(known(at).tasks[0].facts, key=lambda fact: fact.order)
        assert [fact.type for fact in facts] == [Rule.CLOSURE_SUBMITTED, Rule.CLOSURE_REJECTED]
        assert (facts[0].order, facts[0].on) == (first.pk, day(on))


def test_a_return_still_finds_a_report_that_was_corrected(cast: Cast) -> None:
    task = assigned(cast)
    report = record(task, FactType.PROGRESS, "02-01", percent=10)
    record(task, FactType.PROGRESS_RETURNED, "02-05", about=report)
    right = record(task, FactType.PROGRESS, "02-02", known="03-01", percent=12, supersedes=report)
    record(task, FactType.PROGRESS_RETURNED, "03-05", about=right, supersedes=None)
    facts = known().tasks[0].facts
    assert {fact.about for fact in facts if fact.about} == {report.pk}


def test_terms_come_with_everyone_s_part(cast: Cast) -> None:
    task = assigned(cast, responsible=cast.head, level="major", soft=True, report_cycle="weekly")
    Responsibility.objects.create(task=task, unit=cast.water, role=DutyRole.LEAD, position=1)
    Responsibility.objects.create(task=task, unit=cast.branch_unit, role=DutyRole.COOPERATING)
    Measure.objects.create(
        task=task, seq=1, text="", owner=cast.branch_unit, deadline=day("03-31"), weight="0.5"
    )
    record(task, FactType.HANDOVER, "04-01", person=cast.liaison)
    (row,) = known().tasks
    assert (row.terms.leads, row.terms.supporting) == (("DQK", "SHK"), ("XDFJ",))
    assert (row.terms.level, row.terms.soft, row.terms.report_cycle) == ("major", True, "weekly")
    assert row.terms.responsible == cast.head.staff_number
    (measure,) = row.terms.measures
    assert (measure.owner, measure.deadline, float(measure.weight)) == ("XDFJ", day("03-31"), 0.5)
    assert [fact.holder for fact in row.facts] == [cast.liaison.staff_number]


def test_a_code_that_two_plans_use_is_printed_with_its_plan(cast: Cast) -> None:
    assigned(cast, "1", plan="P1")
    assigned(cast, "1", plan="P2")
    assigned(cast, "2", plan="P2")
    # A draft's code takes nothing away from an issued one.
    a_task(cast, "2", plan="P1")
    assert sorted(task.key for task in known().tasks) == ["2", "P1/1", "P2/1"]


def hold(
    on: str, *, known_on: str | None = None, unit: Unit | None = None, person: User | None = None
) -> Interview:
    """Store an interview that was held."""
    interview = Interview.objects.create(
        unit=unit,
        person=person,
        cause="",
        proposed_on=day(on),
        held_on=day(on),
        state=InterviewState.HELD,
    )
    InterviewFact.objects.create(
        interview=interview,
        type=InterviewFactType.HELD,
        on=day(on),
        recorded_at=moment(known_on or on),
        entry=audit_entry(interview),
    )
    return interview


def test_interviews_and_their_revocations_count_once_known(cast: Cast) -> None:
    of_unit = hold("03-01", unit=cast.air)
    hold("04-01", person=cast.head, known_on="04-20")
    InterviewFact.objects.create(
        interview=of_unit,
        type=InterviewFactType.REVOKED,
        on=day("05-01"),
        recorded_at=moment("06-01"),
        entry=audit_entry(of_unit),
    )
    early = known("04-19").interviews
    assert [(row.subject, row.revoked_on) for row in early] == [(Subject.unit("DQK"), None)]
    late = known("06-01").interviews
    assert [(row.subject, row.revoked_on) for row in late] == [
        (Subject.unit("DQK"), day("05-01")),
        (Subject.person(cast.head.staff_number), None),
    ]
    assert known("06-01", as_of="04-30").interviews[0].revoked_on is None
    assert known(as_of="02-28").interviews == ()


def test_determinations_and_their_revocations_count_once_known(cast: Cast) -> None:
    task = assigned(cast)
    made = Determination.objects.create(
        task=task, on=day("07-20"), reason="", recorded_at=moment("07-21"), entry=audit_entry(task)
    )
    DeterminationRevocation.objects.create(
        determination=made, on=day("08-01"), recorded_at=moment("08-05"), entry=audit_entry(task)
    )
    assert known("07-20").determinations == ()
    assert [(d.task, d.on, d.revoked_on) for d in known("08-04").determinations] == [
        ("T1", day("07-20"), None)
    ]
    assert known("08-05").determinations[0].revoked_on == day("08-01")


def test_a_closed_unit_is_listed_while_it_answers_for_something(cast: Cast) -> None:
    assigned(cast)
    Unit.objects.filter(pk__in=[cast.air.pk, cast.water.pk]).update(closed_on=day("08-01"))
    assert {"DQK", "SHK"} <= {unit.code for unit in known(as_of="07-31").units}
    codes = {unit.code for unit in known(as_of="08-01").units}
    assert "DQK" in codes
    assert "SHK" not in codes


def test_the_number_of_queries_does_not_grow_with_the_tasks(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        task = assigned(cast, f"T{number}")
        record(task, FactType.PROGRESS, "02-01", percent=10)
    with django_assert_num_queries(8):
        assert len(known().tasks) == 5
