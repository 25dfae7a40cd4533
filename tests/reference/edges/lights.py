"""Edges of rules §2 and §3: progress, missed reports, lamps, seriously lagging."""

from __future__ import annotations

from collections.abc import Iterator

from .build import Json, closed, done, edge, event, judged, task

HALVES = [{"deadline": "2023-03-31"}, {"deadline": "2023-09-30"}]


def cases() -> Iterator[tuple[str, Json, Json]]:
    """Yield every case of this part."""
    yield from counted()
    yield from planned()
    yield from gaps()
    yield from missed()
    yield from other_cycles()
    yield from deadline_lamps()
    yield from lagging()


def counted() -> Iterator[tuple[str, Json, Json]]:
    """Count the newest report that stands."""
    yield from edge(
        "a report counts from its own day to the day before its return, then the one before it",
        {
            "2023-03-31": judged(counted_percent="20.00"),
            "2023-04-01": judged(counted_percent="90.00"),
            "2023-04-05": judged(counted_percent="90.00"),
            "2023-04-06": judged(counted_percent="20.00"),
            "2023-05-01": judged(counted_percent="0.00"),
        },
        tasks=[task()],
        events=[
            event("2023-03-01", "progress", percent=20, returned_on="2023-05-01"),
            event("2023-04-01", "progress", percent=90, returned_on="2023-04-06"),
        ],
    )
    yield from edge(
        "a report may go down; one returned on its own day never counts",
        {
            "2023-03-02": judged(counted_percent="40.00"),
            "2023-03-03": judged(counted_percent="30.00"),
        },
        tasks=[task()],
        events=[
            event("2023-03-01", "progress", percent=40),
            event("2023-03-02", "progress", percent=60, returned_on="2023-03-02"),
            event("2023-03-03", "progress", percent=30),
        ],
    )
    yield from edge(
        "completed is 100, terminated and suspended are what was reported",
        {
            "2023-03-01": {
                "tasks": {
                    "T1": {"counted_percent": "100.00"},
                    "T2": {"counted_percent": "40.00", "progress_light": "green"},
                    "T3": {"counted_percent": "0.00"},
                }
            }
        },
        tasks=[task(), task("T2"), task("T3")],
        events=[
            *closed("2023-02-01", "2023-03-01"),
            event("2023-01-10", "progress", task="T2", percent=40),
            event("2023-02-01", "terminated", task="T2"),
            event("2023-02-01", "suspended", task="T3"),
        ],
    )


def planned() -> Iterator[tuple[str, Json, Json]]:
    """Take the planned percent at month-ends."""
    yield from edge(
        "on 28 February of a leap year the checkpoint is January's, on the 29th its own",
        {
            "2024-02-28": judged(planned_percent="30.00"),
            "2024-02-29": judged(planned_percent="59.00"),
            "2024-03-01": judged(planned_percent="59.00"),
        },
        tasks=[task(start="2024-01-01", deadline="2024-04-10")],
    )
    yield from edge(
        "0 at a start on the checkpoint, 100 at a deadline on it",
        {
            "2023-01-31": judged(planned_percent="0.00"),
            "2023-02-27": judged(planned_percent="0.00"),
            "2023-02-28": judged(planned_percent="100.00"),
        },
        tasks=[task(start="2023-01-31", deadline="2023-02-28")],
    )
    yield from edge(
        "start and deadline on one day: 100 once the checkpoint is there",
        {
            "2023-02-27": judged(planned_percent="0.00"),
            "2023-02-28": judged(planned_percent="100.00"),
        },
        tasks=[task(start="2023-02-15", deadline="2023-02-15")],
    )
    yield from edge(
        "with undated measures only it is linear; a dated one among them stands alone",
        {
            "2023-01-31": {
                "tasks": {
                    "T1": {"planned_percent": "30.00"},
                    "T2": {"planned_percent": "100.00"},
                }
            }
        },
        tasks=[
            task(deadline="2023-04-11", measures=[{"weight": 3}]),
            task("T2", measures=[{"weight": 9, "deadline": None}, {"deadline": "2023-01-31"}]),
        ],
    )
    yield from edge(
        "weights count, extensions do not move measures",
        {
            "2023-01-31": judged(planned_percent="12.50"),
            "2023-02-28": judged(planned_percent="100.00"),
        },
        tasks=[
            task(
                deadline="2023-03-31",
                measures=[
                    {"deadline": "2023-01-31", "weight": 0.5},
                    {"deadline": "2023-02-01", "weight": 3.5},
                ],
            )
        ],
        events=[event("2023-01-20", "extension_granted", to="2023-12-31")],
    )
    yield from edge(
        "none once past a soft deadline, and none without a deadline, measures or not",
        {
            "2023-06-30": {
                "tasks": {
                    "T1": {"planned_percent": "100.00", "gap": "100.00", "light": "red"},
                    "T2": {"planned_percent": None, "gap": None, "light": "green"},
                }
            },
            "2023-07-01": judged(planned_percent=None, gap=None, light="yellow"),
        },
        tasks=[task(soft=True), task("T2", deadline=None, measures=HALVES)],
    )


def gaps() -> Iterator[tuple[str, Json, Json]]:
    """Hold a planned 50 against what was reported, exactly."""
    for percent, gap, light in (
        (40.01, "9.99", "green"),
        (40.004, "10.00", "green"),
        (40, "10.00", "yellow"),
        (39.99, "10.01", "yellow"),
        (20, "30.00", "yellow"),
        (19.996, "30.00", "red"),
        (19.99, "30.01", "red"),
        (50.004, "0.00", "green"),
        (50.005, "-0.01", "green"),
        (49.995, "0.01", "green"),
    ):
        yield from edge(
            f"gap of a report of {percent} where 50 is planned",
            {"2023-03-31": judged(planned_percent="50.00", gap=gap, progress_light=light)},
            tasks=[task(deadline="2023-12-31", measures=HALVES)],
            events=[event("2023-03-01", "progress", percent=percent)],
        )


def missed() -> Iterator[tuple[str, Json, Json]]:
    """Miss, or do not miss, the monthly report of February."""
    for why, start, events, light in (
        ("nothing reported", "2023-02-01", [], "yellow"),
        ("started on the 2nd", "2023-02-02", [], "green"),
        (
            "reported on the 1st",
            "2023-02-01",
            [event("2023-02-01", "progress", percent=0)],
            "green",
        ),
        (
            "reported on the last day, returned on it",
            "2023-02-01",
            [event("2023-02-28", "progress", percent=9, returned_on="2023-02-28")],
            "green",
        ),
        (
            "an application is no report",
            "2023-02-01",
            [event("2023-02-09", "closure_submitted"), event("2023-02-28", "closure_rejected")],
            "yellow",
        ),
        (
            "under verification at the end of the 1st",
            "2023-02-01",
            [event("2023-02-01", "closure_submitted"), event("2023-02-02", "closure_rejected")],
            "green",
        ),
        (
            "suspended and resumed on the 1st",
            "2023-02-01",
            [event("2023-02-01", "suspended"), event("2023-02-01", "resumed", to=None)],
            "yellow",
        ),
        (
            "suspended in between",
            "2023-02-01",
            [event("2023-02-02", "suspended"), event("2023-02-28", "resumed", to=None)],
            "yellow",
        ),
    ):
        yield from edge(
            f"February's report: {why}",
            {"2023-02-27": judged(progress_light="green"), "2023-02-28": judged(light=light)},
            tasks=[task(start=start, deadline=None, report_cycle="monthly")],
            events=events,
        )
    yield from edge(
        "only misses in a row, up to the newest ended month, count",
        {
            "2023-01-31": judged(light="yellow"),
            "2023-02-28": judged(light="green"),
            "2023-03-31": judged(light="yellow"),
            "2023-04-29": judged(light="yellow"),
            "2023-04-30": judged(light="red"),
            "2023-05-30": judged(light="red"),
            "2023-05-31": judged(light="green"),
        },
        tasks=[task(deadline=None, report_cycle="monthly")],
        events=[
            event("2023-02-28", "progress", percent=10),
            event("2023-05-01", "progress", percent=20),
        ],
    )
    yield from edge(
        "past a soft deadline the lamp looks at reports",
        {
            "2023-06-30": judged(progress_light="green"),
            "2023-07-01": judged(progress_light="red"),
        },
        tasks=[task(soft=True, report_cycle="monthly")],
        events=[event("2023-04-15", "progress", percent=100)],
    )


def other_cycles() -> Iterator[tuple[str, Json, Json]]:
    """Close the periods of the other cycles on their own last days."""
    for cycle, one, two in (
        ("weekly", "2023-01-08", "2023-01-15"),
        ("ten_day", "2023-01-10", "2023-01-20"),
        ("quarterly", "2023-03-31", "2023-06-30"),
        ("half_yearly", "2023-06-30", "2023-12-31"),
    ):
        start = "2023-01-02" if cycle == "weekly" else "2023-01-01"
        day_before = {
            "weekly": ("2023-01-07", "2023-01-14"),
            "ten_day": ("2023-01-09", "2023-01-19"),
            "quarterly": ("2023-03-30", "2023-06-29"),
            "half_yearly": ("2023-06-29", "2023-12-30"),
        }[cycle]
        yield from edge(
            f"{cycle}: one miss is yellow, two are red",
            {
                day_before[0]: judged(progress_light="green"),
                one: judged(progress_light="yellow"),
                day_before[1]: judged(progress_light="yellow"),
                two: judged(progress_light="red"),
            },
            tasks=[task(start=start, deadline=None, report_cycle=cycle)],
        )
    for spelled, day in (("ten-day", "2023-01-10"), ("half-yearly", "2023-06-30")):
        yield from edge(
            f"{spelled} may be written with its hyphen",
            {day: judged(progress_light="yellow")},
            tasks=[task(start="2023-01-01", deadline=None, report_cycle=spelled)],
        )
    yield from edge(
        "the last ten-day period of a month ends with the month",
        {
            "2024-02-28": judged(progress_light="green"),
            "2024-02-29": judged(progress_light="yellow"),
        },
        tasks=[task(start="2024-02-21", deadline=None, report_cycle="ten_day")],
    )


def deadline_lamps() -> Iterator[tuple[str, Json, Json]]:
    """Look at the deadline lamp and at the worse of the two."""
    yield from edge(
        "rejected after the deadline: yellow on that day, red from the next",
        {
            "2023-07-04": judged(deadline_light="green", overdue_days=0),
            "2023-07-05": judged(deadline_light="yellow", overdue_days=0),
            "2023-07-06": judged(deadline_light="red", overdue_days=1),
        },
        tasks=[task()],
        events=[
            done(),
            event("2023-06-30", "closure_submitted"),
            event("2023-07-05", "closure_rejected"),
        ],
    )
    yield from edge(
        "pending before the deadline is green, however near; the lamps of a pending task are",
        {"2023-06-29": judged(deadline_light="green", progress_light="green", light="green")},
        tasks=[task()],
        events=[event("2023-06-28", "closure_submitted")],
    )
    yield from edge(
        "the worse lamp is the light",
        {
            "2023-06-26": judged(
                deadline_light="green", progress_light="yellow", light="yellow", gap="13.33"
            ),
            "2023-06-30": judged(deadline_light="yellow", progress_light="yellow", light="yellow"),
            "2023-07-01": judged(deadline_light="red", progress_light="yellow", light="red"),
        },
        tasks=[task()],
        events=[event("2023-05-01", "progress", percent=70)],
    )


def lagging() -> Iterator[tuple[str, Json, Json]]:
    """Become, and stop being, seriously lagging."""
    yield from edge(
        "29 and 30 overdue days, and only while open",
        {
            "2023-07-29": judged(overdue_days=29, seriously_lagging=False),
            "2023-07-30": judged(overdue_days=30, seriously_lagging=True),
            "2023-07-31": judged(overdue_days=31, seriously_lagging=False, light="yellow"),
            "2023-08-10": judged(overdue_days=31, seriously_lagging=True),
            "2023-08-11": judged(overdue_days=32, seriously_lagging=True),
        },
        tasks=[task()],
        events=[
            done(),
            event("2023-07-31", "closure_submitted"),
            event("2023-08-10", "closure_rejected"),
        ],
    )
    yield from edge(
        "red today and at one of the two month-ends is not enough",
        {
            "2023-03-31": judged(progress_light="red", seriously_lagging=False),
            "2023-04-29": judged(progress_light="red", seriously_lagging=False),
            "2023-04-30": judged(progress_light="red", seriously_lagging=True),
            "2023-05-01": judged(progress_light="yellow", seriously_lagging=False),
            "2023-05-02": judged(progress_light="red", seriously_lagging=True),
        },
        tasks=[task(deadline="2023-12-31", measures=HALVES)],
        events=[
            event("2023-05-01", "progress", percent=20, returned_on="2023-05-02"),
        ],
    )
    yield from edge(
        "a suspension over a month-end breaks the row",
        {
            "2023-05-31": judged(progress_light="red", seriously_lagging=False),
            "2023-06-29": judged(progress_light="red", seriously_lagging=False),
            "2023-06-30": judged(progress_light="red", seriously_lagging=True),
        },
        tasks=[task(deadline="2023-12-31", measures=HALVES)],
        events=[
            event("2023-04-30", "suspended"),
            event("2023-05-01", "resumed", to="2023-12-31"),
        ],
    )
    yield from edge(
        "a month-end is judged by the deadline of its own day",
        {
            "2023-02-28": judged(progress_light="red", seriously_lagging=False),
            "2023-03-31": judged(planned_percent="89.00", seriously_lagging=True),
            "2023-04-05": judged(planned_percent="24.45", gap="24.45", seriously_lagging=False),
        },
        tasks=[task(deadline="2023-04-11")],
        events=[event("2023-04-05", "extension_granted", to="2023-12-31")],
    )
