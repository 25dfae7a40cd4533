"""The gates between a finding and a proposal, each at its edges."""

import datetime as dt
from typing import Any

import pytest

from reports.rules.gates import (
    Gate,
    Notice,
    Past,
    SlipNotice,
    Waiver,
    again_gate,
    go_live_gate,
    provisional_gate,
    slip_gate,
)
from reports.sentences import gate_sentence, stored_gate

DUE = dt.date(2023, 8, 10)
RULE = "seriously_lagging"


AFTER = dt.date(2023, 8, 11)


def day(number: int) -> dt.date:
    return dt.date(2023, 8, number)


def slip(**values: Any) -> SlipNotice:
    given: dict[str, Any] = {
        "task": "T1",
        "number": "并环督〔2023〕1号",
        "colour": "red",
        "cause": "逾期未完成",
        "delivered_on": day(3),
        "feedback_due": DUE,
    }
    return SlipNotice(**{**given, **values})


def notice(task: str = "T1", **values: Any) -> Notice:
    given: dict[str, Any] = {"codes": frozenset({"overdue_days"})}
    return Notice(task=task, **{**given, **values})


def judged(
    *slips: SlipNotice,
    notices: tuple[Notice, ...] = (),
    on: dt.date = AFTER,
    needed: int = 1,
    waiver: Waiver | None = None,
) -> Gate:
    gate = slip_gate(notices or (notice(),), slips, rule=RULE, needed=needed, waiver=waiver, on=on)
    assert gate_sentence(stored_gate(gate.as_json()))
    return gate


@pytest.mark.parametrize(
    ("on", "code"), [(day(9), "slip_running"), (day(10), "slip_running"), (day(11), "slip_run_out")]
)
def test_a_slip_opens_the_gate_the_day_after_its_feedback_date(on: dt.date, code: str) -> None:
    gate = judged(slip(), on=on)
    assert (gate.code, gate.passed) == (code, code == "slip_run_out")


def test_without_a_slip_the_gate_stays_closed() -> None:
    assert judged().code == "slip_missing"


@pytest.mark.parametrize("delivered_on", [None, day(12)])
def test_a_slip_that_was_not_delivered_does_not_count(delivered_on: dt.date | None) -> None:
    assert judged(slip(delivered_on=delivered_on), on=day(11)).code == "slip_undelivered"


def test_a_slip_on_another_task_does_not_count() -> None:
    assert judged(slip(task="T2")).code == "slip_missing"


@pytest.mark.parametrize(
    ("codes", "colour", "cause", "counts"),
    [
        ({"overdue_days"}, "red", "督办", True),
        ({"overdue_days"}, "yellow", "督办", False),
        ({"overdue_days"}, "blue", "督办", False),
        ({"overdue_days"}, "yellow", RULE, True),
        ({"red_month_ends"}, "yellow", "督办", True),
        ({"red_month_ends"}, "red", "督办", True),
        ({"red_month_ends"}, "blue", "督办", False),
        ({"overdue_days", "red_month_ends"}, "yellow", "督办", True),
        ({"missed_reports"}, "blue", RULE, True),
    ],
)
def test_a_slip_has_to_be_about_the_cause(
    codes: set[str], colour: str, cause: str, counts: bool
) -> None:
    found = judged(slip(colour=colour, cause=cause), notices=(notice(codes=frozenset(codes)),))
    assert found.passed is counts


@pytest.mark.parametrize(("after", "counts"), [(day(2), True), (day(3), False)])
def test_a_slip_from_before_a_relapse_was_about_an_earlier_time(
    after: dt.date, counts: bool
) -> None:
    assert judged(slip(), notices=(notice(after=after),)).passed is counts


@pytest.mark.parametrize(("deadline", "counts"), [(day(2), True), (day(3), False)])
def test_a_slip_about_lateness_comes_after_the_deadline_now_in_force(
    deadline: dt.date, counts: bool
) -> None:
    assert judged(slip(), notices=(notice(late_after=deadline),)).passed is counts


@pytest.mark.parametrize(("since", "counts"), [(day(9), True), (day(10), False)])
def test_a_slip_that_ran_out_before_a_person_took_over_was_not_theirs(
    since: dt.date, counts: bool
) -> None:
    assert judged(slip(), notices=(notice(held_since=since),)).passed is counts


@pytest.mark.parametrize(("slips", "counts"), [(2, False), (3, True)])
def test_a_count_of_late_tasks_needs_as_many_slips_as_its_threshold(
    slips: int, counts: bool
) -> None:
    tasks = ("T1", "T2", "T3", "T4")
    found = judged(
        *(slip(task=task) for task in tasks[:slips]),
        notices=tuple(notice(task, codes=frozenset({"overdue_tasks"})) for task in tasks),
        needed=3,
    )
    assert found.passed is counts


def test_the_slip_that_got_furthest_is_named() -> None:
    found = judged(
        slip(number="甲", delivered_on=None), slip(number="乙", feedback_due=day(20)), on=day(11)
    )
    assert (found.code, found.values["number"]) == ("slip_running", "乙")


def test_a_leader_may_waive_the_slip() -> None:
    found = judged(waiver=Waiver(by="局长", on=day(1), reason="重大舆情"))
    assert (found.code, found.passed) == ("slip_waived", True)
    assert "重大舆情" in gate_sentence(found)


@pytest.mark.parametrize("what", ["held", "dismissed", "cancelled"])
@pytest.mark.parametrize(("on", "passed"), [(day(9), False), (day(10), False), (day(11), True)])
def test_a_cause_is_proposed_again_the_day_after_its_date(
    what: str, on: dt.date, passed: bool
) -> None:
    found = again_gate([Past(what=what, until=DUE, reference="并环约〔2023〕1号")], on=on)
    assert found.passed is passed
    assert gate_sentence(found)


@pytest.mark.parametrize("what", ["planned", "confirmed", "withdrawn"])
def test_what_was_decided_for_good_is_not_proposed_again(what: str) -> None:
    found = again_gate([Past(what=what, until=None, reference="1号")], on=dt.date(2030, 1, 1))
    assert not found.passed
    assert gate_sentence(found)


def test_nothing_decided_earlier_leaves_the_gate_open() -> None:
    assert again_gate([], on=day(1)).passed


@pytest.mark.parametrize(("on", "passed"), [(day(2), False), (day(3), False), (day(4), True)])
def test_a_ranking_is_final_after_its_days_of_correction(on: dt.date, passed: bool) -> None:
    found = provisional_gate(month_end=dt.date(2023, 7, 31), correctable_until=day(3), on=on)
    assert found.passed is passed
    assert "2023-07" in gate_sentence(found)


@pytest.mark.parametrize("met", [True, False])
def test_what_counts_only_from_before_go_live_is_held_back(met: bool) -> None:
    found = go_live_gate(met_since=met, go_live=day(1))
    assert found.passed is met
    assert "2023-08-01" in gate_sentence(found)
