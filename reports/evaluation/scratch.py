"""One scratch database in memory per thread, in which scenarios become rows like any other.

Stored data is never touched: the database has an alias and a connection of its own, and every
scenario is rolled back before the next one.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from weakref import WeakSet

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.choices import UnitKind
from accounts.clock import BEIJING
from accounts.models import AuditEntry, Unit, User
from reports.choices import InterviewFactType, InterviewState
from reports.evaluation.scenario import Scenario
from reports.models import Determination, DeterminationRevocation, Interview, InterviewFact
from tasks.choices import DutyRole, FactType
from tasks.models import Measure, Plan, Responsibility, Task, TaskFact

ALIAS = "scratch"
_APPS = ("accounts", "tasks", "reports")
# A scenario's tasks are known from the beginning; what happens becomes known on its own day.
_BEGINNING = dt.datetime(1949, 1, 1, tzinfo=BEIJING)
_READY: WeakSet[BaseDatabaseWrapper] = WeakSet()


def known_on(day: dt.date) -> dt.datetime:
    """Return the moment a scenario's fact of the day counts as recorded: the day's beginning."""
    return dt.datetime.combine(day, dt.time(), tzinfo=BEIJING)


@contextmanager
def laid_out(scenario: Scenario) -> Iterator[str]:
    """Write the scenario into the scratch database and give its alias; roll back afterwards."""
    _ensure_database()
    with transaction.atomic(using=ALIAS):
        _Writer(scenario).write()
        yield ALIAS
        transaction.set_rollback(True, using=ALIAS)


def _ensure_database() -> None:
    """Open this thread's scratch database and create its tables, once."""
    if ALIAS not in connections.databases:
        # Every setting a connection needs, at its default but for where the data lives.
        connections.databases[ALIAS] = {
            **connections.databases["default"],
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "OPTIONS": {},
            "CONN_MAX_AGE": None,
            "ATOMIC_REQUESTS": False,
        }
    connection = connections[ALIAS]
    if connection in _READY:
        return
    with connection.schema_editor() as editor:
        for label in _APPS:
            for model in apps.get_app_config(label).get_models():
                editor.create_model(model)
    AuditEntry.objects.using(ALIAS).create(
        seq=1, at=_BEGINNING, action="scenario", subject_kind="", subject_id="", summary=""
    )
    _READY.add(connection)


class _Writer:
    """Writes one scenario; ids are given here, in the order of the file."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.measures = 0
        self.units = {code: id for id, code in enumerate(scenario.units, start=1)}
        self.people = {person: id for id, person in enumerate(scenario.people, start=1)}
        self.tasks = {code: id for id, code in enumerate(scenario.tasks, start=1)}
        self.measures_before: dict[str, int] = {}
        for code, task in scenario.tasks.items():
            self.measures_before[code] = self.measures
            self.measures += len(task.terms.measures)

    def write(self) -> None:
        """Write everything."""
        self.write_units()
        self.write_tasks()
        self.write_facts()
        self.write_interviews()
        self.write_determinations()

    def write_units(self) -> None:
        Unit.objects.using(ALIAS).bulk_create(
            Unit(
                id=id,
                code=code,
                name=code,
                kind=UnitKind.SECTION,
                group=self.scenario.units[code],
                path=f"/{code}/",
            )
            for code, id in self.units.items()
        )
        User.objects.using(ALIAS).bulk_create(
            User(
                id=id,
                username=person,
                staff_number=person,
                name=person,
                unit_id=self.units[self.scenario.people[person]],
            )
            for person, id in self.people.items()
        )

    def write_tasks(self) -> None:
        """Write the tasks' terms; their current-state columns are left alone, nothing reads them.

        A task whose assignment is not given has no day of assignment, only the fact.
        """
        Plan.objects.using(ALIAS).bulk_create([Plan(id=1, code="scenario", name="", year=1)])
        tasks, duties, measures = [], [], []
        for code, id in self.tasks.items():
            task = self.scenario.tasks[code]
            terms = task.terms
            tasks.append(
                Task(
                    id=id,
                    plan_id=1,
                    code=code,
                    title=code,
                    level=terms.level,
                    kind=terms.kind,
                    start=terms.start,
                    original_deadline=terms.deadline,
                    soft=terms.soft,
                    report_cycle=terms.report_cycle or "",
                    responsible_id=self.people[terms.responsible] if terms.responsible else None,
                    assigned_on=terms.assigned if task.assigned_given else None,
                )
            )
            for role, units in (
                (DutyRole.LEAD, terms.leads),
                (DutyRole.COOPERATING, terms.supporting),
            ):
                duties += [
                    Responsibility(task_id=id, unit_id=self.units[unit], role=role, position=place)
                    for place, unit in enumerate(units)
                ]
            measures += [
                Measure(
                    id=self.measure_id(code, measure.seq),
                    task_id=id,
                    seq=measure.seq,
                    owner_id=self.units[measure.owner],
                    deadline=measure.deadline,
                    weight=_decimal(measure.weight),
                )
                for measure in terms.measures
            ]
        Task.objects.using(ALIAS).bulk_create(tasks)
        Responsibility.objects.using(ALIAS).bulk_create(duties)
        Measure.objects.using(ALIAS).bulk_create(measures)

    def write_facts(self) -> None:
        """Write what happened to the tasks, after their assignments; ids keep the file's order."""
        first = len(self.tasks)
        rows = [
            TaskFact(
                id=id,
                task_id=id,
                type=FactType.ASSIGNED,
                on=self.scenario.tasks[code].terms.assigned,
                recorded_at=_BEGINNING,
                entry_id=1,
            )
            for code, id in self.tasks.items()
        ]
        for code, facts in self.scenario.facts.items():
            rows += [
                TaskFact(
                    id=first + fact.order,
                    task_id=self.tasks[code],
                    type=fact.type.value,
                    on=fact.on,
                    recorded_at=known_on(fact.on),
                    entry_id=1,
                    percent=None if fact.percent is None else _decimal(fact.percent),
                    about_id=None if fact.about is None else first + fact.about,
                    measure_id=self.measure_id(code, fact.measure) if fact.measure else None,
                    to=fact.to,
                    requested_on=fact.requested_on,
                    person_id=self.people[fact.holder] if fact.holder else None,
                )
                for fact in facts
            ]
        TaskFact.objects.using(ALIAS).bulk_create(rows)

    def measure_id(self, task: str, seq: int) -> int:
        """Return the id of a task's measure: tasks first, then numbers."""
        return self.measures_before[task] + seq

    def write_interviews(self) -> None:
        interviews, facts = [], []
        for id, act in enumerate(self.scenario.interviews, start=1):
            assert act.subject is not None, "the reader gives every interview one"  # noqa: S101
            about_unit = act.subject.kind == "unit"
            interviews.append(
                Interview(
                    id=id,
                    unit_id=self.units[act.subject.id] if about_unit else None,
                    person_id=None if about_unit else self.people[act.subject.id],
                    state=InterviewState.HELD,
                    cause=act.id,
                    proposed_on=act.on,
                    held_on=act.on,
                )
            )
            for type, on in (
                (InterviewFactType.HELD, act.on),
                (InterviewFactType.REVOKED, act.revoked_on),
            ):
                if on is not None:
                    facts.append(
                        InterviewFact(
                            interview_id=id, type=type, on=on, recorded_at=known_on(on), entry_id=1
                        )
                    )
        Interview.objects.using(ALIAS).bulk_create(interviews)
        InterviewFact.objects.using(ALIAS).bulk_create(facts)

    def write_determinations(self) -> None:
        made, revoked = [], []
        for id, act in enumerate(self.scenario.determinations, start=1):
            assert act.task is not None, "the reader gives every determination one"  # noqa: S101
            made.append(
                Determination(
                    id=id,
                    task_id=self.tasks[act.task],
                    on=act.on,
                    reason=act.id,
                    recorded_at=known_on(act.on),
                    entry_id=1,
                )
            )
            if act.revoked_on is not None:
                revoked.append(
                    DeterminationRevocation(
                        determination_id=id,
                        on=act.revoked_on,
                        recorded_at=known_on(act.revoked_on),
                        entry_id=1,
                    )
                )
        Determination.objects.using(ALIAS).bulk_create(made)
        DeterminationRevocation.objects.using(ALIAS).bulk_create(revoked)


def _decimal(number: Fraction) -> Decimal:
    """Return a number that has few decimal places exactly."""
    return Decimal(number.numerator) / Decimal(number.denominator)
