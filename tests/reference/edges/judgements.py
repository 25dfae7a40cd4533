"""Edges of rules §4: findings R1 to R4 and their subjects."""

from __future__ import annotations

from collections.abc import Iterator

from .build import Json, closed, done, edge, event, found, interviews, task

HALVES = [{"deadline": "2023-03-31"}, {"deadline": "2023-09-30"}]
BOTH = ("person:p1", "unit:A")


def cases() -> Iterator[tuple[str, Json, Json]]:
    """Yield every case of this part."""
    yield from poor_implementation()
    yield from rectification()
    yield from lagging_under_a_holder()
    yield from interviews_counted()
    yield from not_completed()
    yield from who_held_it()
    yield from affects_overall()


def poor_implementation() -> Iterator[tuple[str, Json, Json]]:
    """Three overdue tasks, or two missed reports."""
    three = [task("T1"), task("T2", lead=["B", "A"]), task("T3", deadline="2023-07-01")]
    reports = [done("T1"), done("T2"), done("T3")]
    yield from edge(
        "two overdue tasks are not poor implementation, three are, for who leads all three",
        {
            "2023-07-01": found(),
            "2023-07-02": interviews("poor_implementation", "unit:A"),
        },
        tasks=three,
        events=reports,
    )
    yield from edge(
        "a soft, a pending and a supported task do not count among the three",
        {"2023-07-05": found()},
        tasks=[
            task("T1"),
            task("T2"),
            task("T3", soft=True),
            task("T4"),
            task("T5", lead="B", supporting=["A"]),
        ],
        events=[
            *(done(code) for code in ("T1", "T2", "T3", "T4", "T5")),
            event("2023-07-03", "closure_submitted", task="T4"),
        ],
    )
    cyclic = task(deadline="2024-12-31", report_cycle="monthly")
    on_plan = event("2023-02-10", "progress", percent=50)
    yield from edge(
        "two missed reports, with a planned percent too, open or pending, not suspended",
        {
            "2023-03-31": found(),
            "2023-04-29": found(),
            "2023-04-30": interviews("poor_implementation", "unit:A"),
            "2023-05-02": interviews("poor_implementation", "unit:A"),
            "2023-05-05": interviews("poor_implementation", "unit:A"),
            "2023-05-06": found(),
        },
        tasks=[cyclic],
        events=[
            event("2023-01-10", "progress", percent=50),
            on_plan,
            event("2023-05-02", "closure_submitted"),
            event("2023-05-05", "closure_rejected"),
            event("2023-05-06", "suspended"),
        ],
    )


def rectification() -> Iterator[tuple[str, Json, Json]]:
    """One overdue day, or two rejections."""
    rule = "rectification_inadequate"
    twice = [
        done(),
        event("2023-02-01", "closure_submitted"),
        event("2023-02-03", "closure_rejected"),
        event("2023-02-05", "closure_submitted"),
        event("2023-02-07", "closure_rejected"),
        event("2023-02-09", "closure_submitted"),
        event("2023-02-11", "closure_verified"),
        event("2023-02-13", "reopened", to="2023-06-30"),
        event("2023-02-15", "suspended"),
    ]
    yield from edge(
        "rejected once is not enough, twice is, in all, while open or pending",
        {
            "2023-02-06": found(),
            "2023-02-07": interviews(rule, *BOTH),
            "2023-02-09": interviews(rule, *BOTH),
            "2023-02-11": found(),
            "2023-02-13": interviews(rule, *BOTH),
            "2023-02-15": found(),
        },
        tasks=[task(kind="rectification", responsible="p1")],
        events=twice,
    )
    yield from edge(
        "an ordinary task may be rejected twice",
        {"2023-02-07": found()},
        tasks=[task(responsible="p1")],
        events=twice,
    )
    for day, subjects in (
        ("2023-02-01", ("person:p2", "unit:A")),
        ("2023-02-02", ("person:p2", "unit:A")),
        ("2023-02-03", ("unit:A",)),
        ("2023-02-04", ("unit:A",)),
    ):
        yield from edge(
            f"handed over on {day}: only rejections after that day are the new holder's",
            {"2023-02-07": interviews(rule, *subjects)},
            tasks=[task(kind="rectification", responsible="p1")],
            events=[
                *twice[:1],
                event("2023-02-01", "handover", to="p3"),
                *([event(day, "handover", to="p2")]),
                *twice[1:5],
            ],
        )
    yield from edge(
        "a soft rectification is never overdue",
        {"2023-08-15": found()},
        tasks=[task(kind="rectification", soft=True)],
        events=[done()],
    )


def lagging_under_a_holder() -> Iterator[tuple[str, Json, Json]]:
    """Answer for month-ends and days after the handover only."""
    rule = "seriously_lagging"
    for day, subjects in (
        ("2023-03-30", ("person:p2", "unit:A")),
        ("2023-03-31", ("unit:A",)),
        ("2023-04-30", ("unit:A",)),
    ):
        yield from edge(
            f"handed over on {day}: both red month-ends must lie after it",
            {"2023-04-30": interviews(rule, *subjects)},
            tasks=[task(deadline="2023-12-31", measures=HALVES, responsible="p1")],
            events=[event(day, "handover", to="p2")],
        )
    yield from edge(
        "handed back, a holder answers from the newest handover on only",
        {
            "2023-07-30": interviews(rule, *BOTH),
            "2023-08-01": interviews(rule, "unit:A"),
            "2023-09-01": interviews(rule, "unit:A"),
            "2023-09-02": interviews(rule, *BOTH),
        },
        tasks=[task(responsible="p1")],
        events=[
            done(),
            event("2023-08-01", "handover", to="p2"),
            event("2023-08-03", "handover", to="p1"),
        ],
    )
    yield from edge(
        "joint leads are each a subject, a supporter is not, nobody holds it",
        {"2023-07-30": interviews(rule, "unit:A", "unit:B")},
        tasks=[task(lead=["B", "A"], supporting=["C"])],
        events=[done()],
    )


def interviews_counted() -> Iterator[tuple[str, Json, Json]]:
    """Count interviews held in the year and not revoked."""
    line = "excellence_cancelled {} interviews_in_year @{}"
    yield from edge(
        "only those of the year, from 1 January to 31 December",
        {
            "2023-12-31": found(line.format("unit:A", "2023-12-31")),
            "2024-01-01": found(),
            "2024-01-01 for 2023": found(line.format("unit:A", "2023-12-31")),
            "2024-01-01 for 2022": found(),
        },
        events=[
            event("2022-12-31", "interview_held", id="i1", unit="A"),
            event("2023-01-01", "interview_held", id="i2", unit="A"),
            event("2023-12-31", "interview_held", id="i3", unit="A"),
            event("2024-01-01", "interview_held", id="i4", unit="A"),
        ],
    )
    yield from edge(
        "a revoked one counts to the day before; the date of the n-th follows",
        {
            "2023-05-01": found(
                "discipline_referral person:p1 repeatedly_interviewed @2023-05-01",
                line.format("person:p1", "2023-03-01"),
            ),
            "2023-05-31": found(
                "discipline_referral person:p1 repeatedly_interviewed @2023-05-01",
                line.format("person:p1", "2023-03-01"),
            ),
            "2023-06-01": found(line.format("person:p1", "2023-05-01")),
            "2023-07-01": found(),
        },
        events=[
            event("2023-05-01", "interview_held", id="i3", person="p1"),
            event("2023-02-01", "interview_held", id="i1", person="p1"),
            event("2023-03-01", "interview_held", id="i2", person="p1"),
            event("2023-06-01", "interview_revoked", id="i1"),
            event("2023-07-01", "interview_revoked", id="i3"),
        ],
    )
    yield from edge(
        "of two on one day one counts, and still does when the other is revoked",
        {
            "2023-04-30": found(line.format("unit:A", "2023-03-01")),
            "2023-05-01": found(line.format("unit:A", "2023-03-01")),
            "2023-06-01": found(),
        },
        events=[
            event("2023-02-01", "interview_held", id="i1", unit="A"),
            event("2023-03-01", "interview_held", id="i2", unit="A"),
            event("2023-03-01", "interview_held", id="i3", unit="A"),
            event("2023-05-01", "interview_revoked", id="i2"),
            event("2023-06-01", "interview_revoked", id="i3"),
        ],
    )
    yield from edge(
        "a unit's and a person's are counted apart",
        {"2023-12-31": found()},
        events=[
            event("2023-02-01", "interview_held", id="i1", unit="A"),
            event("2023-03-01", "interview_held", id="i2", person="p1"),
            event("2023-04-01", "interview_held", id="i3", unit="B"),
        ],
    )


def not_completed() -> Iterator[tuple[str, Json, Json]]:
    """Judge a major task at the end of the year."""
    veto = "veto unit:A task_not_completed"
    major = task(level="major", deadline="2023-12-31")
    yield from edge(
        "submitted by 31 December it may wait; rejected, it is from its first overdue day on",
        {
            "2024-01-09 for 2023": found(),
            "2024-01-10 for 2023": found(),
            "2024-01-11 for 2023": found(veto),
            "2024-01-12 for 2023": found(veto),
            "2024-02-01 for 2023": found(veto),
            "2024-02-01": found(),
        },
        tasks=[major],
        events=[
            done(),
            event("2023-12-31", "closure_submitted"),
            event("2024-01-10", "closure_rejected"),
            *closed("2024-01-12", "2024-01-20"),
        ],
    )
    for submitted, lines in (
        ("2023-12-30", ()),
        ("2023-12-31", ()),
        ("2024-01-01", (veto,)),
    ):
        yield from edge(
            f"completed by a submission on {submitted}",
            {"2024-01-20 for 2023": found(*lines)},
            tasks=[major],
            events=[done(), *closed(submitted, "2024-01-15")],
        )
    for deadline, lines in (
        ("2022-12-31", ()),
        ("2023-01-01", (veto,)),
        ("2023-12-30", (veto,)),
        ("2023-12-31", ()),
        ("2024-01-01", ()),
    ):
        lagging = ("interview unit:A seriously_lagging",) if deadline < "2023-12-01" else ()
        yield from edge(
            f"on 31 December, with the deadline {deadline}",
            {"2023-12-31": found(*lines, *lagging)},
            tasks=[task(level="major", start="2022-12-01", deadline=deadline)],
            events=[event("2022-12-02", "progress", percent=100)],
        )
    for fields, events in (
        ({"soft": True}, []),
        ({"level": "key"}, []),
        ({}, [event("2023-12-20", "extension_granted", to="2024-01-31")]),
        ({}, [event("2023-12-29", "suspended")]),
        ({}, [event("2023-12-29", "terminated")]),
    ):
        yield from edge(
            f"no veto: {fields or events[0]['type']}",
            {"2024-01-05 for 2023": found()},
            tasks=[{**major, "deadline": "2023-12-28", **fields}],
            events=[done(), *events],
        )
    yield from edge(
        "an extension asked for late leaves the deadline in the year",
        {"2024-01-05 for 2023": found(veto)},
        tasks=[major],
        events=[done(), event("2024-01-01", "extension_granted", to="2024-01-31")],
    )


def who_held_it() -> Iterator[tuple[str, Json, Json]]:
    """Find who held the task on its effective deadline."""
    for day, person in (
        ("2023-12-19", "p2"),
        ("2023-12-20", "p2"),
        ("2023-12-21", "p1"),
    ):
        yield from edge(
            f"due on 20 December, handed over on {day}",
            {
                "2023-12-31": found(
                    f"veto person:{person} task_not_completed", "veto unit:A task_not_completed"
                )
            },
            tasks=[task(level="major", deadline="2023-12-20", responsible="p1")],
            events=[done(), event(day, "handover", to="p2")],
        )


def affects_overall() -> Iterator[tuple[str, Json, Json]]:
    """Need a determination on a seriously lagging task."""
    unit = "veto unit:A affects_overall"
    person = "veto person:p1 affects_overall"
    none: tuple[str, ...] = ()
    alone: tuple[str, ...] = (unit,)
    for day, lines in (("2023-07-29", none), ("2023-07-30", (person, unit))):
        yield from edge(
            f"determined on {day}; later completion does not undo it, a revocation does",
            {
                "2023-07-28": found(),
                "2023-08-31": found(*lines),
                "2023-09-01": found(),
            },
            tasks=[task(responsible="p1")],
            events=[
                done(),
                event(day, "determination", id="d1", task="T1"),
                *closed("2023-07-31", "2023-08-03"),
                event("2023-09-01", "determination_revoked", id="d1"),
            ],
        )
    yield from edge(
        "determined on the day of the submission: no longer open, so no",
        {"2023-08-31": found()},
        tasks=[task(responsible="p1")],
        events=[
            done(),
            event("2023-08-05", "determination", id="d1", task="T1"),
            event("2023-08-05", "closure_submitted"),
        ],
    )
    yield from edge(
        "of the year of its date",
        {
            "2023-12-31": found(
                person,
                unit,
                "interview person:p1 seriously_lagging",
                "interview unit:A seriously_lagging",
            ),
            "2024-01-01": found(),
            "2024-01-01 for 2023": found(person, unit),
        },
        tasks=[task(responsible="p1")],
        events=[
            done(),
            event("2023-12-31", "determination", id="d1", task="T1"),
            event("2024-01-01", "handover", to="p2"),
            event("2024-01-01", "suspended"),
        ],
    )
    for day, lines in (("2023-07-01", (person, unit)), ("2023-07-02", alone)):
        yield from edge(
            f"handed over on {day}: 30 days, or 29, under the holder on the day",
            {"2023-09-01": found(*lines)},
            tasks=[task(responsible="p2")],
            events=[
                done(),
                event(day, "handover", to="p1"),
                event("2023-07-31", "determination", id="d1", task="T1"),
                event("2023-08-01", "handover", to="p3"),
                *closed("2023-08-02", "2023-08-03"),
            ],
        )
