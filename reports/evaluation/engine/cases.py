"""A task under judgement: its replayed history, read at most once for each day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.evaluation.inputs import TaskInput
from tasks.rules.history import History
from tasks.rules.policy import TaskPolicy
from tasks.rules.reading import TaskReading, read_task
from tasks.rules.replay import replay
from tasks.rules.terms import TaskTerms


@dataclass(slots=True, kw_only=True)
class Case:
    """A task's key, history and readings by day."""

    key: str
    history: History
    policy: TaskPolicy
    readings: dict[dt.date, TaskReading] = field(default_factory=dict)

    @property
    def terms(self) -> TaskTerms:
        """The task's terms."""
        return self.history.terms

    def at(self, day: dt.date) -> TaskReading:
        """Return the reading of a day, as if it were today."""
        reading = self.readings.get(day)
        if reading is None:
            reading = self.readings[day] = read_task(self.history, day, self.policy)
        return reading


def open_cases(tasks: Iterable[TaskInput], policy: TaskPolicy) -> tuple[Case, ...]:
    """Replay the tasks' facts under the policy; in the order of their keys."""
    return tuple(
        Case(
            key=task.key,
            policy=policy,
            history=replay(
                task.terms,
                task.facts,
                late_extension_requests_count=policy.late_extension_requests_count,
            ),
        )
        for task in sorted(tasks, key=lambda task: task.key)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """The cases by key and by the units that lead or support them, each in order of key."""

    cases: tuple[Case, ...]
    by_key: dict[str, Case]
    led: dict[str, tuple[Case, ...]]
    supported: dict[str, tuple[Case, ...]]


def sort_cases(cases: tuple[Case, ...]) -> Docket:
    """Sort the cases by unit; a joint lead leads like any other."""
    led: dict[str, list[Case]] = {}
    supported: dict[str, list[Case]] = {}
    for case in cases:
        for unit in case.terms.leads:
            led.setdefault(unit, []).append(case)
        for unit in case.terms.supporting:
            supported.setdefault(unit, []).append(case)
    return Docket(
        cases=cases,
        by_key={case.key: case for case in cases},
        led={unit: tuple(group) for unit, group in led.items()},
        supported={unit: tuple(group) for unit, group in supported.items()},
    )
