"""A reading answers as if its day were today: what is dated later changes nothing."""

from typing import Any

import pytest

from tasks.rules.facts import State
from tasks.rules.periods import Cycle
from tasks.rules.reading import current_state, read_task
from tasks.rules.replay import replay
from tests.tasks.rules.build import POLICY, day, days, facts, history, terms

LINES = [
    "02-10 progress percent=20",
    "02-20 progress_returned about=1",
    "03-05 extension_granted to=08-31 requested_on=03-01",
    "04-10 progress percent=90",
    "05-02 handover holder=p2",
    "06-10 closure_submitted",
    "06-20 closure_rejected",
    "06-25 suspended",
    "07-20 resumed to=07-31",
    "08-10 closure_submitted",
    "08-20 closure_verified",
    "10-01 reopened to=10-31",
    "11-15 terminated",
]


@pytest.mark.parametrize("given", [{}, {"soft": True}, {"deadline": None}])
def test_facts_dated_later_do_not_change_an_earlier_day(given: dict[str, Any]) -> None:
    given = {"responsible": "p1", "report_cycle": Cycle.MONTHLY, **given}
    whole = history(*LINES, **given)
    for at in days("01-15", "12-05"):
        known = replay(terms(**given), [fact for fact in facts(*LINES) if fact.on <= at])
        assert read_task(whole, at, POLICY) == read_task(known, at, POLICY)


def test_a_close_out_is_named_while_the_task_stands_on_it() -> None:
    read = history(*LINES)
    assert read_task(read, day("06-15"), POLICY).submitted_on == day("06-10")
    assert read_task(read, day("06-21"), POLICY).submitted_on is None
    done = read_task(read, day("09-01"), POLICY)
    assert (done.submitted_on, done.verified_on) == (day("08-10"), day("08-20"))
    assert read_task(read, day("10-02"), POLICY).verified_on is None


def test_a_reading_gives_percents_exactly_and_the_original_deadline_for_ever() -> None:
    reading = read_task(history(*LINES), day("03-31"), POLICY)
    assert reading.original_deadline == day("06-30")
    assert reading.effective_deadline == day("08-31")
    assert reading.reported == 20
    assert reading.counted == 0
    assert reading.planned == reading.gap
    assert reading.days_left == 153


def test_the_columns_of_a_task_say_what_the_reading_says() -> None:
    read = history(*LINES, responsible="p1")
    columns = current_state(read, day("06-22"), POLICY)
    reading = read_task(read, day("06-22"), POLICY)
    assert columns.state is State.OPEN
    assert columns.holder == "p2"
    assert columns.effective_deadline == reading.effective_deadline
    assert columns.counted_percent == reading.counted == 90
    assert columns.progress_light == reading.progress_lamp.light
    assert columns.overdue.at(day("06-22")) == reading.overdue_days
