"""The state machine: every move that is allowed, every one that is refused, and by which code."""

from itertools import product
from typing import Any

import pytest

from tasks.rules.errors import RuleViolationError
from tasks.rules.facts import FactType, State
from tasks.rules.replay import MOVES, check_fact, check_move
from tests.tasks.rules.build import day, facts, history, terms

# How a task gets into a state, by 1 March.
WAYS = {
    State.OPEN: [],
    State.PENDING: ["02-01 closure_submitted"],
    State.COMPLETED: ["02-01 closure_submitted", "02-02 closure_verified"],
    State.SUSPENDED: ["02-01 suspended"],
    State.TERMINATED: ["02-01 terminated"],
}
FACTS = {
    FactType.PROGRESS: "percent=40",
    FactType.MEASURE_DONE: "measure=1",
    FactType.EXTENSION_GRANTED: "to=09-30",
    FactType.CLOSURE_SUBMITTED: "",
    FactType.CLOSURE_VERIFIED: "",
    FactType.CLOSURE_REJECTED: "",
    FactType.REOPENED: "to=09-30",
    FactType.SUSPENDED: "",
    FactType.RESUMED: "to=09-30",
    FactType.HANDOVER: "holder=p2",
    FactType.TERMINATED: "",
}
# §6, the other way round: what each fact is allowed in, where it leads, how else it is refused.
OPEN, PENDING, COMPLETED, SUSPENDED, TERMINATED = WAYS
TABLE = {
    FactType.PROGRESS: ({OPEN, PENDING}, None, "not_in_work"),
    FactType.MEASURE_DONE: ({OPEN, PENDING}, None, "not_in_work"),
    FactType.EXTENSION_GRANTED: ({OPEN, PENDING}, None, "not_in_work"),
    FactType.HANDOVER: ({OPEN, PENDING, SUSPENDED}, None, "not_in_work"),
    FactType.CLOSURE_SUBMITTED: ({OPEN}, PENDING, "not_open"),
    FactType.SUSPENDED: ({OPEN}, SUSPENDED, "not_open"),
    FactType.CLOSURE_VERIFIED: ({PENDING}, COMPLETED, "not_pending"),
    FactType.CLOSURE_REJECTED: ({PENDING}, OPEN, "not_pending"),
    FactType.REOPENED: ({COMPLETED}, OPEN, "not_completed"),
    FactType.RESUMED: ({SUSPENDED}, OPEN, "not_suspended"),
    FactType.TERMINATED: ({OPEN, PENDING, SUSPENDED}, TERMINATED, "already_ended"),
}


@pytest.mark.parametrize(("state", "type"), list(product(WAYS, TABLE)))
def test_a_fact_moves_a_task_or_is_refused_as_the_table_says(state: State, type: FactType) -> None:
    allowed, leads_to, refusal = TABLE[type]
    lines = [*WAYS[state], f"03-01 {type} {FACTS[type]}"]
    if state in allowed:
        after = history(*lines, measures=[("03-01", 1)]).state_at(day("03-01"))
        assert after is (leads_to or state)
        return
    with pytest.raises(RuleViolationError) as error:
        history(*lines, measures=[("03-01", 1)])
    assert error.value.code == refusal
    assert error.value.values["state"] == state
    assert error.value.values["type"] == type


def test_a_report_may_be_returned_whatever_became_of_the_task() -> None:
    for way in WAYS.values():
        history("01-10 progress percent=40", *way, "03-01 progress_returned about=1")


def test_a_draft_can_only_be_assigned() -> None:
    check_move(State.DRAFT, FactType.ASSIGNED)
    for type in set(MOVES) - {FactType.ASSIGNED}:
        with pytest.raises(RuleViolationError, match="not_assigned"):
            check_move(State.DRAFT, type)
    for state in WAYS:
        with pytest.raises(RuleViolationError, match="already_assigned"):
            check_move(state, FactType.ASSIGNED)


@pytest.mark.parametrize(
    ("lines", "given", "code"),
    [
        (["02-28 progress percent=1"], {"start": "03-01"}, "before_assignment"),
        (["02-28 progress percent=1"], {"assigned": "03-01"}, "before_assignment"),
        (["03-01 progress percent=100.01"], {}, "percent_out_of_range"),
        (["03-01 progress percent=-0.01"], {}, "percent_out_of_range"),
        (["03-01 progress"], {}, "percent_out_of_range"),
        (["03-01 measure_done measure=0"], {"measures": [("03-01", 1)]}, "unknown_measure"),
        (["03-01 measure_done measure=2"], {"measures": [("03-01", 1)]}, "unknown_measure"),
        (
            ["03-01 measure_done measure=1", "03-02 measure_done measure=1"],
            {"measures": [("03-01", 1)]},
            "measure_done_twice",
        ),
        (
            ["03-01 extension_granted to=09-30 requested_on=03-02"],
            {},
            "requested_after_grant",
        ),
        (["03-01 extension_granted"], {}, "new_deadline_missing"),
        (["03-01 extension_granted to=2022-12-31"], {}, "new_deadline_before_start"),
        (["03-01 handover holder=p1"], {"responsible": "p1"}, "handover_to_holder"),
        (
            ["03-01 handover holder=p2", "03-01 handover holder=p2"],
            {"responsible": "p1"},
            "handover_to_holder",
        ),
        (["03-01 progress_returned about=7"], {}, "returned_before_report"),
        (
            [
                "03-01 progress percent=1",
                "03-02 progress_returned about=1",
                "03-03 progress_returned about=1",
            ],
            {},
            "returned_twice",
        ),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused(
    lines: list[str], given: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleViolationError) as refusal:
        history(*lines, **given)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("lines", "given"),
    [
        (["03-01 progress percent=0", "03-01 progress percent=100"], {"start": "03-01"}),
        (["03-01 progress percent=1"], {"start": "06-01", "assigned": "03-01"}),
        (["03-01 extension_granted to=01-01 requested_on=03-01"], {}),
        (["03-01 extension_granted"], {"deadline": None}),
        (["03-01 extension_granted to=05-01", "04-01 extension_granted"], {"deadline": None}),
        (["03-01 handover holder=p2"], {}),
        (["03-01 handover holder=p2", "03-01 handover holder=p1"], {"responsible": "p1"}),
        (["03-01 progress percent=1", "03-01 progress_returned about=1"], {}),
    ],
)
def test_a_fact_on_the_edge_of_what_is_allowed_is_taken(
    lines: list[str], given: dict[str, Any]
) -> None:
    history(*lines, **given)


def test_facts_of_one_day_apply_in_their_order_not_in_that_of_the_list() -> None:
    submitted, rejected, again = facts(
        "03-01 closure_submitted", "03-01 closure_rejected", "03-01 closure_submitted"
    )
    read = history()
    check_fact(read.terms, [rejected, submitted], again)
    with pytest.raises(RuleViolationError, match="not_open"):
        check_fact(read.terms, [submitted], again)


def test_a_fact_dated_back_may_not_contradict_a_later_one() -> None:
    known = facts("03-10 closure_submitted", "03-12 closure_verified")
    (late,) = facts("03-05 closure_submitted")
    with pytest.raises(RuleViolationError) as refusal:
        check_fact(terms(), known, late)
    assert (refusal.value.code, refusal.value.values["on"]) == ("not_open", "2023-03-10")


def test_the_end_of_a_day_is_what_a_state_is_read_at() -> None:
    read = history("03-01 closure_submitted", "03-01 closure_rejected", "03-02 suspended")
    assert [read.state_at(day(at)) for at in ("02-28", "03-01", "03-02")] == [
        State.OPEN,
        State.OPEN,
        State.SUSPENDED,
    ]


def test_the_holder_changes_on_the_day_of_the_handover() -> None:
    read = history("03-01 handover holder=p2", "04-01 handover holder=p1", responsible="p1")
    held = [read.holder_at(day(at)) for at in ("02-28", "03-01", "03-31", "04-01")]
    assert [(h.holder, h.since) for h in held if h] == [
        ("p1", None),
        ("p2", day("03-01")),
        ("p2", day("03-01")),
        ("p1", day("04-01")),
    ]


def test_a_task_without_a_responsible_person_has_no_holder_before_a_handover() -> None:
    read = history("03-01 handover holder=p2")
    assert read.holder_at(day("02-28")) is None
