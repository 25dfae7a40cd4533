"""Edges of rules §4: the monthly score."""

from __future__ import annotations

from collections.abc import Iterator

from .build import Json, closed, done, edge, event, scored, task

LATE = "2023-03-30"


def cases() -> Iterator[tuple[str, Json, Json]]:
    """Yield every case of this part."""
    yield from scored_or_not()
    yield from task_scores()
    yield from weights()
    yield from deductions()
    yield from bonus()


def unranked(month: str, unit: str = "A") -> Json:
    """Expect that a unit alone in its group is not ranked."""
    return {"rankings": {f"{month} g{unit}": None}}


def scored_or_not() -> Iterator[tuple[str, Json, Json]]:
    """Score what has started and was not over before the month."""
    for start, expect in (
        ("2023-03-30", scored("2023-03", "100.00")),
        ("2023-03-31", scored("2023-03", "100.00")),
        ("2023-04-01", unranked("2023-03")),
    ):
        yield from edge(
            f"started on {start}", {"2023-04-30": expect}, tasks=[task(start=start, deadline=None)]
        )
    for submitted, expect in (
        ("2023-02-28", unranked("2023-03")),
        ("2023-03-01", scored("2023-03", "100.00")),
        ("2023-03-31", scored("2023-03", "100.00")),
    ):
        yield from edge(
            f"verified in March, submitted on {submitted}",
            {"2023-04-30": expect},
            tasks=[task(deadline=None)],
            events=closed(submitted, "2023-03-31"),
        )
    yield from edge(
        "verified after the month it was pending in: scored",
        {"2023-04-30": scored("2023-03", "100.00")},
        tasks=[task(deadline=None)],
        events=closed("2023-02-28", "2023-04-01"),
    )
    for stop in ("suspended", "terminated"):
        yield from edge(
            f"{stop} on the last day of March",
            {
                "2023-04-30": {
                    "rankings": {
                        "2023-02 gA": {"A": ["100.00", 1, False]},
                        "2023-03 gA": None,
                    }
                }
            },
            tasks=[task(deadline=None)],
            events=[event("2023-03-31", stop)],
        )
    yield from edge(
        "a month is ranked from its last day on",
        {"2023-03-30": unranked("2023-03"), "2023-03-31": scored("2023-03", "100.00")},
        tasks=[task(deadline=None)],
    )


def task_scores() -> Iterator[tuple[str, Json, Json]]:
    """Score a led task by its light at the month-end."""
    behind = {"measures": [{"deadline": "2023-03-31"}]}
    for why, fields, events, score in (
        ("four days left, green", {"deadline": "2023-04-04"}, [done()], "100.00"),
        ("three days left, yellow only for that", {"deadline": "2023-04-03"}, [done()], "100.00"),
        ("due today", {"deadline": "2023-03-31"}, [done()], "100.00"),
        (
            "near and a little behind",
            {"deadline": "2023-04-03", **behind},
            [event("2023-03-01", "progress", percent=90)],
            "70.00",
        ),
        (
            "a little behind",
            {"deadline": "2023-12-31", **behind},
            [event("2023-03-01", "progress", percent=70)],
            "70.00",
        ),
        (
            "far behind",
            {"deadline": "2023-12-31", **behind},
            [event("2023-03-01", "progress", percent=69)],
            "30.00",
        ),
        ("one day late", {"deadline": LATE}, [done()], "30.00"),
        ("29 days late", {"deadline": "2023-03-02"}, [done()], "30.00"),
        ("30 days late", {"deadline": "2023-03-01"}, [done()], "0.00"),
        (
            "late and submitted",
            {"deadline": LATE},
            [done(), event("2023-03-31", "closure_submitted")],
            "70.00",
        ),
        (
            "late and completed within the month",
            {"deadline": "2023-03-10"},
            [done(), *closed("2023-03-20", "2023-03-25")],
            "70.00",
        ),
        (
            "rejected today after the deadline: near, not overdue, less the rejection",
            {"deadline": "2023-03-20"},
            [
                done(),
                event("2023-03-20", "closure_submitted"),
                event("2023-03-31", "closure_rejected"),
            ],
            "98.00",
        ),
        ("past a soft deadline", {"deadline": "2023-02-01", "soft": True}, [], "100.00"),
    ):
        yield from edge(
            f"task score: {why}",
            {"2023-03-31": scored("2023-03", score)},
            tasks=[task(**fields)],
            events=events,
        )


def weights() -> Iterator[tuple[str, Json, Json]]:
    """Weigh levels and roles; round half up."""
    for level, score in (("ordinary", "65.00"), ("key", "53.33"), ("major", "47.50")):
        yield from edge(
            f"a red {level} task beside a green ordinary one",
            {"2023-03-31": scored("2023-03", score)},
            tasks=[task(deadline=LATE, level=level), task("T2", deadline=None)],
            events=[done()],
        )
    yield from edge(
        "a supporting role weighs half: (1 × 1 + 0.5 × 3 × 0.3) ÷ 2.5",
        {"2023-03-31": scored("2023-03", "58.00")},
        tasks=[
            task(deadline=None),
            task(
                "T2",
                lead="B",
                supporting=["A"],
                level="major",
                measures=[{"deadline": "2023-03-30", "owner": "A"}],
            ),
        ],
    )
    yield from edge(
        "joint leads are scored alike",
        {
            "2023-03-31": {
                "rankings": {
                    "2023-03 gA": {"A": ["30.00", 1, False]},
                    "2023-03 gB": {"B": ["30.00", 1, False]},
                }
            }
        },
        tasks=[task(lead=["B", "A"], deadline=LATE)],
        events=[done()],
    )
    yield from edge(
        "95.625 is rounded up: (5 × 3 × 1 + 0.3) ÷ 16",
        {"2023-03-31": scored("2023-03", "95.63")},
        tasks=[
            task(deadline=LATE),
            *(task(f"M{n}", level="major", deadline=None) for n in range(5)),
        ],
        events=[done()],
    )


def deductions() -> Iterator[tuple[str, Json, Json]]:
    """Lose 1 for a missed report, 2 for a rejection, of the month."""
    for rejected, score in (
        ("2023-02-28", "100.00"),
        ("2023-03-01", "98.00"),
        ("2023-03-31", "98.00"),
        ("2023-04-01", "100.00"),
    ):
        yield from edge(
            f"rejected on {rejected}",
            {"2023-04-30": scored("2023-03", score)},
            tasks=[task(deadline=None)],
            events=[
                event("2023-02-10", "closure_submitted"),
                event(rejected, "closure_rejected"),
            ],
        )
    yield from edge(
        "a task that is not scored still costs, a supported one does not",
        {"2023-03-31": scored("2023-03", "96.00")},
        tasks=[
            task(deadline=None),
            task("T2", deadline=None),
            task("T3", lead="B", supporting=["A"], deadline=None),
        ],
        events=[
            event("2023-03-01", "closure_submitted", task="T2"),
            event("2023-03-02", "closure_rejected", task="T2"),
            event("2023-03-02", "closure_submitted", task="T2"),
            event("2023-03-03", "closure_rejected", task="T2"),
            event("2023-03-04", "suspended", task="T2"),
            event("2023-03-01", "closure_submitted", task="T3"),
            event("2023-03-02", "closure_rejected", task="T3"),
        ],
    )
    yield from edge(
        "a quarter's report is missed in its last month; each week's in the month it ends in",
        {
            "2023-06-30": {
                "rankings": {
                    "2023-02 gA": {"A": ["100.00", 1, False]},
                    "2023-03 gA": {"A": ["69.00", 1, False]},
                    "2023-04 gA": {"A": ["70.00", 1, False]},
                    "2023-06 gA": {"A": ["29.00", 1, False]},
                    "2023-02 gB": {"B": ["0.00", 1, False]},
                    "2023-01 gB": {"B": ["26.00", 1, False]},
                }
            }
        },
        tasks=[
            task(deadline=None, report_cycle="quarterly"),
            task("T2", lead="B", start="2023-01-02", deadline=None, report_cycle="weekly"),
        ],
    )


def bonus() -> Iterator[tuple[str, Json, Json]]:
    """Gain 1 for a close-out ten days early, verified in the month."""
    for fields, submitted, score in (
        ({}, "2023-06-20", "31.00"),
        ({}, "2023-06-21", "30.00"),
        ({"soft": True}, "2023-06-20", "31.00"),
        ({"deadline": None}, "2023-06-20", "30.00"),
    ):
        yield from edge(
            f"submitted on {submitted} for {fields or 'the end of June'}",
            {"2023-07-31": scored("2023-07", score)},
            tasks=[task(**fields), task("T2", deadline="2023-07-20")],
            events=[done("T2"), *closed(submitted, "2023-07-03")],
        )
    yield from edge(
        "five at most, and none for one reopened by the end of the month",
        {
            "2023-07-31": {
                "rankings": {
                    "2023-07 gA": {"A": ["35.00", 1, False]},
                    "2023-07 gB": {"B": ["34.00", 1, False]},
                }
            }
        },
        tasks=[
            task("A0", deadline="2023-07-20"),
            task("B0", lead="B", deadline="2023-07-20"),
            *(task(f"A{n}") for n in range(1, 7)),
            *(task(f"B{n}", lead="B") for n in range(1, 5)),
            task("B9", lead="B", start="2023-01-01"),
        ],
        events=[
            done("A0"),
            done("B0"),
            *(e for n in range(1, 7) for e in closed("2023-06-01", "2023-07-01", f"A{n}")),
            *(e for n in range(1, 5) for e in closed("2023-06-01", "2023-07-31", f"B{n}")),
            *closed("2023-06-01", "2023-07-01", "B9"),
            event("2023-07-31", "reopened", task="B9", to="2023-12-31"),
            event("2023-07-31", "suspended", task="B9"),
        ],
    )
    yield from edge(
        "never above 100",
        {"2023-06-30": scored("2023-06", "100.00")},
        tasks=[task()],
        events=closed("2023-06-02", "2023-06-05"),
    )
