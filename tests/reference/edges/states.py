"""Edges of rules §2: state, assignment, deadlines, overdue days."""

from __future__ import annotations

from collections.abc import Iterator

from .build import Json, closed, done, edge, event, judged, task


def cases() -> Iterator[tuple[str, Json, Json]]:
    """Yield every case of this part."""
    yield from states()
    yield from assignments()
    yield from extensions()
    yield from extensions_on_one_day()
    yield from overdue()


def states() -> Iterator[tuple[str, Json, Json]]:
    """Follow the state through every event, on its day and the day before."""
    yield from edge(
        "every event changes the state on its own day",
        {
            "2023-02-28": judged(state="open"),
            "2023-03-01": judged(state="pending_verification"),
            "2023-03-04": judged(state="pending_verification"),
            "2023-03-05": judged(state="open"),
            "2023-03-06": judged(state="suspended"),
            "2023-03-08": judged(state="open", effective_deadline="2023-07-31"),
            "2023-03-09": judged(state="pending_verification"),
            "2023-03-10": judged(state="completed", effective_deadline="2023-07-31"),
            "2023-03-12": judged(state="open", effective_deadline="2023-08-31"),
            "2023-03-14": judged(state="terminated", effective_deadline="2023-08-31"),
        },
        tasks=[task()],
        events=[
            event("2023-03-01", "closure_submitted"),
            event("2023-03-05", "closure_rejected"),
            event("2023-03-06", "suspended"),
            event("2023-03-08", "resumed", to="2023-07-31"),
            *closed("2023-03-09", "2023-03-10"),
            event("2023-03-12", "reopened", to="2023-08-31"),
            event("2023-03-14", "terminated"),
        ],
    )
    yield from edge(
        "events of one day apply in the file's order, events of other days by their date",
        {
            "2023-03-01": judged(state="pending_verification"),
            "2023-03-02": judged(state="open", counted_percent="30.00"),
        },
        tasks=[task()],
        events=[
            event("2023-03-02", "closure_rejected"),
            event("2023-03-02", "progress", percent=50),
            event("2023-03-02", "progress", percent=30),
            event("2023-03-01", "closure_submitted"),
        ],
    )
    yield from edge(
        "a task not yet assigned is listed and counted as open",
        {
            "2022-12-31": {
                "tasks": {"T1": {"state": "open", "overdue_days": 0, "light": "green"}},
                "units": {"A": {"tasks": 1, "open": 1, "overdue": 0}},
            }
        },
        tasks=[task()],
    )


def assignments() -> Iterator[tuple[str, Json, Json]]:
    """Read start, deadline and measures by a given assignment."""
    yield from edge(
        "a start before the assignment is read as that day: 100 days from 1 March to 9 June",
        {
            "2023-03-30": judged(planned_percent="0.00"),
            "2023-03-31": judged(planned_percent="30.00"),
        },
        tasks=[task(assigned="2023-03-01", deadline="2023-06-09")],
    )
    yield from edge(
        "a start after the assignment stands",
        {"2023-03-31": judged(planned_percent="30.00")},
        tasks=[task(assigned="2023-02-01", start="2023-03-01", deadline="2023-06-09")],
    )
    yield from edge(
        "an original deadline before the assignment is read as that day",
        {
            "2023-03-01": judged(effective_deadline="2023-03-01", overdue_days=0),
            "2023-03-02": judged(effective_deadline="2023-03-01", overdue_days=1),
        },
        tasks=[task(assigned="2023-03-01", deadline="2023-02-01")],
    )
    yield from edge(
        "a measure's date before the assignment is read as that day",
        {
            "2023-03-30": judged(planned_percent="0.00"),
            "2023-03-31": judged(planned_percent="50.00"),
        },
        tasks=[
            task(
                assigned="2023-03-01",
                measures=[{"deadline": "2023-02-15"}, {"deadline": "2023-04-15"}],
            )
        ],
    )
    for day, light in (("2023-02-01", "yellow"), ("2023-02-02", "green")):
        yield from edge(
            f"assigned on {day}: February's report is owed only when assigned by its first day",
            {"2023-02-28": judged(progress_light=light)},
            tasks=[task(assigned=day, deadline=None, report_cycle="monthly")],
        )


def extensions() -> Iterator[tuple[str, Json, Json]]:
    """Ask for an extension before, on and after the deadline."""
    for asked, deadline in (
        ("2023-06-29", "2023-09-30"),
        ("2023-06-30", "2023-09-30"),
        ("2023-07-01", "2023-06-30"),
    ):
        yield from edge(
            f"an extension asked for on {asked} and granted on 5 July",
            {
                "2023-07-04": judged(effective_deadline="2023-06-30", overdue_days=4),
                "2023-07-05": judged(
                    effective_deadline=deadline, overdue_days=5 if asked > "2023-06-30" else 0
                ),
            },
            tasks=[task()],
            events=[event("2023-07-05", "extension_granted", to="2023-09-30", requested_on=asked)],
        )
    for granted, deadline in (("2023-06-30", "2023-09-30"), ("2023-07-01", "2023-06-30")):
        yield from edge(
            "an extension without a request date was asked for on its own",
            {granted: judged(effective_deadline=deadline)},
            tasks=[task()],
            events=[event(granted, "extension_granted", to="2023-09-30")],
        )
    yield from edge(
        "an extension may shorten, and the newest one holds, not the longest",
        {
            "2023-03-01": judged(effective_deadline="2023-09-30"),
            "2023-04-01": judged(effective_deadline="2023-05-31"),
        },
        tasks=[task()],
        events=[
            event("2023-03-01", "extension_granted", to="2023-09-30"),
            event("2023-04-01", "extension_granted", to="2023-05-31"),
        ],
    )
    yield from edge(
        "a late extension stays ignored, also when a later one counts",
        {
            "2023-07-02": judged(effective_deadline="2023-06-30"),
            "2023-07-10": judged(effective_deadline="2023-07-20"),
        },
        tasks=[task()],
        events=[
            event("2023-07-02", "extension_granted", to="2023-12-31"),
            event("2023-07-10", "extension_granted", to="2023-07-20", requested_on="2023-06-30"),
        ],
    )
    yield from edge(
        "a request is measured by the deadline on its day, not by one granted since",
        {"2023-07-10": judged(effective_deadline="2023-07-31")},
        tasks=[task()],
        events=[
            event("2023-07-08", "extension_granted", to="2023-07-31", requested_on="2023-06-30"),
            event("2023-07-10", "extension_granted", to="2023-12-31", requested_on="2023-07-07"),
        ],
    )
    yield from edge(
        "a request after a soft deadline is late too",
        {
            "2023-07-01": judged(effective_deadline="2023-06-30"),
        },
        tasks=[task(soft=True)],
        events=[event("2023-07-01", "extension_granted", to="2023-09-30")],
    )


def extensions_on_one_day() -> Iterator[tuple[str, Json, Json]]:
    """Let the file's order decide between facts of one day."""
    first = event("2023-07-01", "extension_granted", to="2023-07-10", requested_on="2023-06-30")
    second = event("2023-07-01", "extension_granted", to="2023-08-31")
    yield from edge(
        "the deadline in force includes what stands before the request on its day",
        {"2023-07-01": judged(effective_deadline="2023-08-31")},
        tasks=[task()],
        events=[first, second],
    )
    yield from edge(
        "and leaves out what stands after it",
        {"2023-07-01": judged(effective_deadline="2023-07-10")},
        tasks=[task()],
        events=[second, first],
    )
    yield from edge(
        "an extension asked for on the day of a resumption, by the deadline of the resumption",
        {
            "2023-07-20": judged(effective_deadline="2023-08-10", overdue_days=0),
        },
        tasks=[task()],
        events=[
            event("2023-06-20", "suspended"),
            event("2023-07-20", "resumed", to="2023-08-01"),
            event("2023-07-20", "extension_granted", to="2023-08-10"),
        ],
    )
    yield from edge(
        "extended and then suspended and resumed on one day: the last in the file",
        {"2023-06-20": judged(effective_deadline="2023-07-05")},
        tasks=[task()],
        events=[
            event("2023-06-20", "extension_granted", to="2023-08-10"),
            event("2023-06-20", "suspended"),
            event("2023-06-20", "resumed", to="2023-07-05"),
        ],
    )


def overdue() -> Iterator[tuple[str, Json, Json]]:
    """Count the days at whose beginning the task was open."""
    yield from edge(
        "the day of the submission counts, days under verification do not, the number is kept",
        {
            "2023-07-03": judged(state="open", overdue_days=3),
            "2023-07-04": judged(state="pending_verification", overdue_days=4),
            "2023-07-20": judged(state="pending_verification", overdue_days=4),
            "2023-12-31": judged(state="completed", overdue_days=4, deadline_light="yellow"),
        },
        tasks=[task()],
        events=[done(), *closed("2023-07-04", "2023-07-21")],
    )
    for to, before, after in (("2023-06-10", 2, 3), ("2023-06-15", 0, 1)):
        yield from edge(
            f"suspended from 12 to 20 June, resumed with {to}: days suspended do not count",
            {
                "2023-06-11": judged(overdue_days=1),
                "2023-06-12": judged(state="suspended", overdue_days=2, deadline_light="green"),
                "2023-06-19": judged(state="suspended", overdue_days=2),
                "2023-06-20": judged(state="open", overdue_days=before),
                "2023-06-21": judged(state="open", overdue_days=after),
            },
            tasks=[task(deadline="2023-06-10")],
            events=[
                done(),
                event("2023-06-12", "suspended"),
                event("2023-06-20", "resumed", to=to),
            ],
        )
    yield from edge(
        "reopened with a deadline in the past: the days open before the close-out count again",
        {
            "2023-07-31": judged(state="completed", overdue_days=0),
            "2023-08-01": judged(state="open", overdue_days=6, deadline_light="red"),
            "2023-08-02": judged(state="open", overdue_days=7),
        },
        tasks=[task()],
        events=[
            done(),
            *closed("2023-06-26", "2023-06-28"),
            event("2023-08-01", "reopened", to="2023-06-20"),
        ],
    )
    yield from edge(
        "a terminated task keeps its days and is green",
        {"2023-07-31": judged(state="terminated", overdue_days=5, light="green")},
        tasks=[task()],
        events=[event("2023-07-05", "terminated")],
    )
    yield from edge(
        "an extension takes back the days it covers",
        {
            "2023-07-05": judged(overdue_days=5),
            "2023-07-06": judged(overdue_days=0, deadline_light="yellow"),
            "2023-07-09": judged(overdue_days=1),
        },
        tasks=[task()],
        events=[
            event("2023-07-06", "extension_granted", to="2023-07-08", requested_on="2023-06-30")
        ],
    )
    yield from edge(
        "a soft deadline is never overdue; without a deadline nothing is",
        {
            "2023-12-31": {
                "tasks": {
                    "T1": {"overdue_days": 0, "deadline_light": "yellow", "gap": None},
                    "T2": {"overdue_days": 0, "deadline_light": "green", "gap": None},
                },
                "units": {"A": {"overdue": 0}},
                "findings": [],
            }
        },
        tasks=[task(soft=True), task("T2", deadline=None)],
    )
    yield from edge(
        "soft stays soft through a new deadline",
        {"2023-10-01": judged(effective_deadline="2023-09-30", overdue_days=0, gap=None)},
        tasks=[task(soft=True)],
        events=[event("2023-06-30", "extension_granted", to="2023-09-30")],
    )
