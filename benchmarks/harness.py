"""Time things fairly and write down what came out."""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one benchmark found: sizes worked on, ratios by name, and the numbers behind them."""

    ratios: Mapping[str, float]
    sizes: Mapping[str, int] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AtMost:
    """A ratio that must not be above its limit."""

    limit: float

    def holds(self, ratio: float) -> bool:
        """Whether the ratio keeps the limit, the limit itself included."""
        return ratio <= self.limit

    def __str__(self) -> str:
        return f"≤ {self.limit:g}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A ratio that must not be below its limit."""

    limit: float

    def holds(self, ratio: float) -> bool:
        """Whether the ratio keeps the limit, the limit itself included."""
        return ratio >= self.limit

    def __str__(self) -> str:
        return f"≥ {self.limit:g}"


def medians(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int = ROUNDS,
    prepare: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """Return each candidate's median seconds over `rounds` rounds, after one unmeasured round.

    The candidates take turns within each round, and the order turns around every round, so a
    machine that slows down meanwhile slows all of them. `prepare` runs before each, untimed, so
    that every one starts from the same state. Garbage is collected between, not during.
    """
    if rounds < ROUNDS:
        raise ValueError(f"at least {ROUNDS} rounds")
    names = list(candidates)
    for name in names:
        prepare()
        candidates[name]()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            prepare()
            gc.collect()
            gc.disable()
            try:
                started = time.perf_counter()
                candidates[name]()
                seconds[name].append(time.perf_counter() - started)
            finally:
                gc.enable()
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def machine() -> dict[str, Any]:
    """Return what the times depend on: processor, memory, Python, database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
        else:
            cursor.execute("SELECT sqlite_version()")
        version = cursor.fetchone()[0]
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "database": f"{connection.vendor} {version}",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
