"""Planning: who is reminded of what on which day, once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.services.audit_checks import ask_check, last_check, run_checks
from tasks.choices import ReminderState
from tasks.models import PlanningRun, Reminder, Task
from tasks.reminders.planning import plan_reminders
from tasks.reminders.seals import verify_plans
from tasks.services.closing import reject_closure, submit_closure
from tasks.services.extensions import grant_extension, request_extension
from tasks.services.handover import hand_over
from tasks.services.measures import complete_measure
from tasks.services.pausing import resume_task, suspend_task
from tasks.services.progress import submit_report
from tests.cast import Cast
from tests.making import DEADLINE, SetClock, draft_task, fresh, issued_task
from tests.tasks.reminders.outboxes import day, plan, states

BEFORE_3 = "2023-06-27"


def test_a_task_is_announced_to_its_holder_over_both_channels(cast: Cast) -> None:
    issued_task(cast)
    planned = plan_reminders(on=day(BEFORE_3))
    assert [(row.stage.code, row.recipient_id, row.channel) for row in planned.rows] == [
        ("before_3", cast.head.pk, "in_app"),
        ("before_3", cast.head.pk, "mail"),
    ]
    row = Reminder.objects.get(channel="mail")
    assert (row.deadline, row.stage_on, row.state) == (DEADLINE, day(BEFORE_3), "pending")


def test_who_has_no_mail_address_gets_the_message_alone(cast: Cast) -> None:
    cast.head.email = ""
    cast.head.save()
    issued_task(cast)
    assert [row.channel for row in plan_reminders(on=day(BEFORE_3)).rows] == ["in_app"]


def test_the_whole_ladder_of_one_deadline(cast: Cast) -> None:
    issued_task(cast)
    first = dt.date(2023, 5, 25)
    seen = [
        (on.isoformat(), stage)
        for on in (first + dt.timedelta(days=n) for n in range(50))
        for _kind, _task, stage, recipient in plan(on.isoformat())
        if recipient == "head"
    ]
    assert seen == [
        ("2023-05-31", "before_30"),
        ("2023-06-15", "before_15"),
        ("2023-06-23", "before_7"),
        ("2023-06-27", "before_3"),
        ("2023-06-29", "before_1"),
        ("2023-06-30", "due"),
        # 1, 2, 8 and 9 July are a weekend.
        ("2023-07-03", "overdue_3"),
        ("2023-07-04", "overdue_4"),
        ("2023-07-05", "overdue_5"),
        ("2023-07-06", "overdue_6"),
        ("2023-07-07", "overdue_7"),
        ("2023-07-10", "overdue_10"),
        ("2023-07-11", "overdue_11"),
        ("2023-07-12", "overdue_12"),
        ("2023-07-13", "overdue_13"),
    ]


def test_planning_a_day_twice_adds_nothing(cast: Cast) -> None:
    issued_task(cast)
    assert len(plan(BEFORE_3)) == 1
    assert plan(BEFORE_3) == []
    assert Reminder.objects.count() == 2
    run = PlanningRun.objects.get()
    assert (run.runs, run.planned) == (2, 2)


def test_a_dry_run_writes_nothing(cast: Cast) -> None:
    issued_task(cast)
    entries = AuditEntry.objects.count()
    planned = plan_reminders(on=day(BEFORE_3), dry_run=True)
    assert len(planned.rows) == 2
    assert (Reminder.objects.count(), PlanningRun.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == entries


def test_a_run_leaves_one_entry_in_the_log_when_it_changed_anything(cast: Cast) -> None:
    issued_task(cast)
    entries = AuditEntry.objects.filter(action="reminders.planned")
    plan("2023-06-26")
    assert entries.count() == 0
    plan(BEFORE_3)
    plan(BEFORE_3)
    assert [entry.summary for entry in entries] == ["编排 2023-06-27 的提醒：新增 2 条，作废 0 条"]


def test_what_a_run_planned_is_sealed(cast: Cast) -> None:
    issued_task(cast)
    plan("2023-06-26")
    plan(BEFORE_3)
    issued_task(cast, code="T2")
    plan(BEFORE_3)
    assert Reminder.objects.values("entry").distinct().count() == 2
    assert verify_plans() is None
    # What becomes of a reminder is no part of the seal.
    Reminder.objects.update(state=ReminderState.SENT)
    assert verify_plans() is None


@pytest.mark.parametrize("how", ["moved", "deleted", "another's", "added"])
def test_a_change_of_what_was_planned_is_found(cast: Cast, how: str) -> None:
    issued_task(cast)
    plan("2023-06-26")
    plan(BEFORE_3)
    entry = AuditEntry.objects.get(action="reminders.planned")
    one = Reminder.objects.order_by("id")[0]
    rows = Reminder.objects.filter(pk=one.pk)
    if how == "moved":
        rows.update(deadline=dt.date(2023, 7, 30))
    elif how == "deleted":
        Reminder.objects.all().delete()
    elif how == "another's":
        rows.update(recipient=cast.hr)
    else:
        one.pk, one.recipient = None, cast.hr
        one.save(force_insert=True)
    fault = verify_plans()
    assert fault is not None and (fault.seq, fault.code) == (entry.seq, "seal")
    ask_check(by=None)
    run_checks()
    check = last_check()
    assert check is not None and check.sound is False
    assert f"第 {entry.seq} 条编排的提醒已变" in check.finding


def test_missed_nights_are_caught_up_once(cast: Cast) -> None:
    issued_task(cast)
    plan("2023-06-21")
    # Nobody planned on 22 to 25 June; seven days before fell on the 23rd.
    assert plan("2023-06-26") == [("task", "T1", "before_7", "head")]
    assert plan("2023-06-26") == []
    assert plan(BEFORE_3) == [("task", "T1", "before_3", "head")]


def test_a_long_standstill_ends_without_a_flood(cast: Cast) -> None:
    issued_task(cast)
    plan("2023-05-01")
    assert plan("2023-06-30") == [("task", "T1", "due", "head")]


def test_a_first_run_looks_at_its_own_day_alone(cast: Cast) -> None:
    issued_task(cast)
    assert plan("2023-06-28") == []


def test_planning_an_odd_day_does_not_disturb_the_daily_ones(cast: Cast) -> None:
    issued_task(cast)
    plan("2023-06-22")
    plan("2027-01-04")
    assert plan("2023-06-24") == [("task", "T1", "before_7", "head")]


def test_from_seven_days_late_the_principal_gets_a_copy(cast: Cast) -> None:
    task = issued_task(cast)
    hand_over(task, to=cast.clerk, on=day("2023-02-01"), by=cast.supervisor)
    assert plan("2023-07-06") == [("task", "T1", "overdue_6", "clerk")]
    assert plan("2023-07-07") == [
        ("task", "T1", "overdue_7", "clerk"),
        ("task", "T1", "overdue_7", "head"),
    ]
    copied = Reminder.objects.filter(copied=True).values_list("recipient__username", "stage")
    assert set(copied) == {("head", "overdue_7")}


def test_without_a_holder_the_unit_s_people_are_told(cast: Cast) -> None:
    task = issued_task(cast)
    Task.objects.filter(pk=task.pk).update(holder=None)
    assert {row[3] for row in plan(BEFORE_3)} == {"head", "liaison"}


def test_a_holder_who_left_counts_as_none(cast: Cast) -> None:
    task = issued_task(cast)
    hand_over(task, to=cast.clerk, on=day("2023-02-01"), by=cast.supervisor)
    cast.clerk.is_active = False
    cast.clerk.save()
    assert {row[3] for row in plan(BEFORE_3)} == {"head", "liaison"}


def test_a_unit_without_people_is_reminded_through_its_supervisors(cast: Cast) -> None:
    issued_task(cast, leads=(cast.department,))
    assert {row[3] for row in plan(BEFORE_3)} == {"supervisor", "second_supervisor"}


def test_a_measure_of_a_lead_is_the_holder_s_and_of_a_helper_the_helper_s(cast: Cast) -> None:
    issued_task(
        cast,
        cooperating=(cast.water,),
        measures=((cast.air, day("2023-03-31")), (cast.water, day("2023-03-31")), (cast.air, None)),
    )
    assert sorted(plan("2023-03-31")) == [
        ("measure", "T1", "due", "head"),
        ("measure", "T1", "due", "water_head"),
    ]
    assert sorted(plan("2023-04-03")) == [
        ("measure", "T1", "overdue_3", "head"),
        ("measure", "T1", "overdue_3", "water_head"),
    ]


def test_a_measure_that_is_done_is_left_alone(cast: Cast) -> None:
    task = issued_task(cast, measures=((cast.air, day("2023-03-31")),))
    complete_measure(task.measures.get(), on=day("2023-03-20"), by=cast.head)
    assert plan("2023-03-31") == []


def test_a_measure_dated_before_the_assignment_is_due_on_that_day(cast: Cast) -> None:
    issued_task(cast, on=day("2023-04-10"), measures=((cast.air, day("2023-03-31")),))
    plan("2023-04-09")
    assert plan("2023-04-10") == [("measure", "T1", "due", "head")]
    assert plan("2023-04-11") == [("measure", "T1", "overdue_1", "head")]
    assert set(Reminder.objects.values_list("deadline", flat=True)) == {day("2023-04-10")}


def test_a_soft_deadline_is_announced_but_never_as_overdue(cast: Cast) -> None:
    issued_task(cast, soft=True)
    assert plan("2023-06-30") == [("task", "T1", "due", "head")]
    assert plan("2023-07-03") == []


def test_drafts_standing_tasks_and_waiting_ones_are_left_alone(cast: Cast) -> None:
    draft_task(cast, code="D1")
    issued_task(cast, code="S1", deadline=None)
    waiting = issued_task(cast, code="W1")
    submit_closure(waiting, text="已完成", on=day("2023-06-20"), by=cast.head)
    assert plan(BEFORE_3) == []
    assert plan("2023-07-03") == []


def test_days_under_verification_are_not_late_days(cast: Cast) -> None:
    task = issued_task(cast)
    closure = submit_closure(task, text="已完成", on=DEADLINE, by=cast.head)
    reject_closure(closure, reason="材料不全", on=day("2023-07-05"), by=cast.supervisor)
    assert plan("2023-07-05") == []
    assert plan("2023-07-06") == [("task", "T1", "overdue_6", "head")]


def test_a_moved_deadline_supersedes_and_arms_again(cast: Cast) -> None:
    task = issued_task(cast)
    plan(BEFORE_3)
    request = request_extension(
        task, to=day("2023-07-15"), reason="设备延迟", on=day(BEFORE_3), by=cast.head
    )
    grant_extension(request, on=day("2023-06-28"), by=cast.leader)
    planned = plan_reminders(on=day("2023-06-28"))
    assert (planned.superseded, planned.rows) == (2, [])
    assert states() == {"superseded": 2}
    assert plan("2023-06-30") == [("task", "T1", "before_15", "head")]
    assert plan("2023-07-15") == [("task", "T1", "due", "head")]


def test_a_deadline_that_comes_back_brings_its_reminder_back(cast: Cast) -> None:
    task = issued_task(cast)
    plan(BEFORE_3)
    Task.objects.filter(pk=task.pk).update(effective_deadline=day("2023-12-31"))
    assert plan_reminders(on=day(BEFORE_3)).superseded == 2
    Task.objects.filter(pk=task.pk).update(effective_deadline=DEADLINE)
    assert plan(BEFORE_3) == [("task", "T1", "before_3", "head")]
    assert states() == {"pending": 2}
    assert plan(BEFORE_3) == []


def test_suspension_silences_and_resumption_speaks_of_the_new_deadline(cast: Cast) -> None:
    task = issued_task(cast)
    suspend_task(task, reason="停产", on=day("2023-06-20"), by=cast.leader)
    assert plan(BEFORE_3) == []
    resume_task(fresh(task), to=day("2023-07-31"), on=day("2023-06-28"), by=cast.leader)
    assert plan("2023-06-30") == []
    assert plan("2023-07-16") == [("task", "T1", "before_15", "head")]


@pytest.mark.parametrize(
    ("reported_on", "told"),
    [("2023-03-31", True), ("2023-04-01", False), ("2023-04-28", False), (None, True)],
)
def test_a_missing_monthly_report_is_announced_on_the_28th(
    cast: Cast, set_clock: SetClock, reported_on: str | None, told: bool
) -> None:
    task = issued_task(cast, report_cycle="monthly")
    if reported_on:
        set_clock(day(reported_on))
        submit_report(task, on=day(reported_on), percent=Decimal(40), text="推进中", by=cast.head)
    assert plan("2023-04-27") == []
    assert plan("2023-04-28") == ([("report", "T1", "due", "head")] if told else [])


def test_no_report_is_asked_for_in_the_month_of_assignment(cast: Cast) -> None:
    issued_task(cast, report_cycle="monthly", start=day("2023-04-02"), on=day("2023-04-02"))
    issued_task(cast, code="T2", on=day("2023-04-05"))
    assert plan("2023-04-28") == []
    assert plan("2023-05-28") == [("report", "T1", "due", "head")]


def test_make_up_saturdays_count_and_holidays_do_not(cast: Cast) -> None:
    issued_task(cast, deadline=day("2023-09-28"))
    assert plan("2023-09-28") == [("task", "T1", "due", "head")]
    # 29 September to 6 October are holidays; 7 and 8 October a working weekend.
    assert all(plan(f"2023-10-0{n}") == [] for n in range(1, 7))
    assert {row[2] for row in plan("2023-10-07")} == {"overdue_9"}
    assert {row[2] for row in plan("2023-10-08")} == {"overdue_10"}


def test_a_leap_day_and_a_year_end_are_days_like_others(cast: Cast) -> None:
    issued_task(cast, code="L1", deadline=day("2024-02-29"))
    issued_task(cast, code="Y1", deadline=day("2023-12-31"))
    assert plan("2023-12-31") == [("task", "Y1", "due", "head")]
    assert plan("2024-01-02") == [("task", "Y1", "overdue_2", "head")]
    assert ("task", "L1", "before_1", "head") in plan("2024-02-28")
    assert ("task", "L1", "due", "head") in plan("2024-02-29")
    assert ("task", "L1", "overdue_1", "head") in plan("2024-03-01")


def test_more_tasks_need_no_more_queries(cast: Cast) -> None:
    plan("2023-05-01")
    asked = []
    for month, numbers in ((6, range(2)), (7, range(2, 9))):
        for number in numbers:
            issued_task(cast, code=f"T{number}", deadline=dt.date(2023, month, 15))
        with CaptureQueriesContext(connection) as queries:
            plan_reminders(on=dt.date(2023, month, 14))
        asked.append(len(queries))
    assert asked[0] == asked[1]
