"""Edges of rules §4: rank and bottom places."""

from __future__ import annotations

from collections.abc import Iterator

from .build import Json, done, edge, event, task

LATE = "2023-03-30"


def cases() -> Iterator[tuple[str, Json, Json]]:
    """Yield every case of this part."""
    yield from ranks()
    yield from bottoms()


GROUP = dict.fromkeys("ABCDEFGHI", "g")


def of_group(month: str, **rows: tuple[str, int, bool]) -> Json:
    """Expect these rows of units in the one group."""
    return {"rankings": {f"{month} g": {unit: list(row) for unit, row in rows.items()}}}


def with_red(unit: str, green: int, level: str = "ordinary") -> list[Json]:
    """Give a unit one red ordinary task and some green ones of a level."""
    greens = [
        task(f"{unit}{n}", lead=unit, deadline=None, level=level) for n in range(1, green + 1)
    ]
    return [task(f"{unit}0", lead=unit, deadline=LATE), *greens]


def ranks() -> Iterator[tuple[str, Json, Json]]:
    """Share a rank, skip the next."""
    yield from edge(
        "two share the first place, the next is third",
        {
            "2023-03-31": of_group(
                "2023-03", A=("100.00", 1, False), B=("100.00", 1, False), C=("65.00", 3, True)
            )
        },
        tasks=[
            task("A0", lead="A", deadline=None),
            task("B0", lead="B", deadline=None),
            *with_red("C", 1),
        ],
        events=[done("C0")],
        groups=dict.fromkeys("ABC", "g"),
    )


def bottoms() -> Iterator[tuple[str, Json, Json]]:
    """Be at the bottom, by number, score, best and a red task of one's own."""
    ones = {unit: task(f"{unit}0", lead=unit, deadline=None) for unit in GROUP}
    for others, n in (("A", 0), ("AB", 1), ("ABC", 1), ("ABCD", 2), ("ABCDE", 2), ("ABCDEFG", 3)):
        tail = "HI" if len(others) > 1 else "H"
        low = {"I": 3, "H": 2}
        yield from edge(
            f"of {len(others) + len(tail)} ranked units",
            {
                "2023-03-31": of_group(
                    "2023-03",
                    **{
                        unit: (
                            "76.67" if unit == "H" else "82.50",
                            len(others) + (2 if unit == "H" and len(tail) == 2 else 1),
                            n >= (1 if unit == "H" else 2),
                        )
                        for unit in tail
                    },
                )
            },
            tasks=[
                *(ones[unit] for unit in others),
                *(one for unit in tail for one in with_red(unit, low[unit])),
            ],
            events=[done(f"{unit}0") for unit in tail],
            groups=GROUP,
        )
    yield from edge(
        "tied at the end, both are bottom where n is 1",
        {
            "2023-03-31": of_group(
                "2023-03", A=("100.00", 1, False), B=("65.00", 2, True), C=("65.00", 2, True)
            )
        },
        tasks=[ones["A"], *with_red("B", 1), *with_red("C", 1)],
        events=[done("B0"), done("C0")],
        groups=dict.fromkeys("ABC", "g"),
    )
    yield from edge(
        "where all are equally low, all hold the best score and nobody is bottom",
        {
            "2023-03-31": of_group(
                "2023-03", A=("65.00", 1, False), B=("65.00", 1, False), C=("65.00", 1, False)
            )
        },
        tasks=[one for unit in "ABC" for one in with_red(unit, 1)],
        events=[done(f"{unit}0") for unit in "ABC"],
        groups=dict.fromkeys("ABC", "g"),
    )
    yield from edge(
        "90 exactly, (2 × 3 + 0.3) ÷ 7, is not below 90",
        {"2023-03-31": of_group("2023-03", C=("90.00", 3, False))},
        tasks=[ones["A"], ones["B"], *with_red("C", 2, "major")],
        events=[done("C0")],
        groups=dict.fromkeys("ABC", "g"),
    )
    yield from edge(
        "of twelve ranked units no more than three are bottom",
        {
            "2023-03-31": of_group(
                "2023-03",
                I=("86.00", 9, False),
                J=("82.50", 10, True),
                K=("76.67", 11, True),
                L=("65.00", 12, True),
            )
        },
        tasks=[
            *(task(f"{unit}0", lead=unit, deadline=None) for unit in "ABCDEFGH"),
            *(
                one
                for unit, n in zip("IJKL", (4, 3, 2, 1), strict=True)
                for one in with_red(unit, n)
            ),
        ],
        events=[done(f"{unit}0") for unit in "IJKL"],
        groups=dict.fromkeys("ABCDEFGHIJKL", "g"),
    )
    yield from edge(
        "a rejection brings the same unit below 90",
        {"2023-03-31": of_group("2023-03", C=("88.00", 3, True))},
        tasks=[ones["A"], ones["B"], *with_red("C", 2, "major")],
        events=[
            done("C0"),
            event("2023-03-02", "closure_submitted", task="C1"),
            event("2023-03-03", "closure_rejected", task="C1"),
        ],
        groups=dict.fromkeys("ABC", "g"),
    )
    yield from edge(
        "last without a red task of its own: yellow, or red only in support",
        {
            "2023-03-31": of_group(
                "2023-03", A=("100.00", 1, False), B=("100.00", 1, False), C=("30.00", 3, False)
            )
        },
        tasks=[
            ones["A"],
            task(
                "B0",
                lead="B",
                deadline="2023-12-31",
                supporting=["C"],
                measures=[{"deadline": "2023-02-01", "owner": "C"}],
            ),
        ],
        events=[done("B0")],
        groups=dict.fromkeys("ABC", "g"),
    )
