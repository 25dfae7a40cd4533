"""Synthetic load: as many tasks as asked for, in bulk, under one audit entry."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import UnitKind
from accounts.models import AuditEntry, Unit, User
from accounts.services import audit
from tasks import standards
from tasks.choices import DutyRole, FactType
from tasks.models import Measure, Plan, Responsibility, Task, TaskFact
from tasks.rules.facts import Fact
from tasks.rules.facts import FactType as RuleFactType
from tasks.rules.periods import Cycle
from tasks.rules.policy import TaskPolicy
from tasks.rules.reading import current_state
from tasks.rules.replay import replay
from tasks.rules.terms import Kind, Level, MeasureTerms, TaskTerms
from tasks.services.current import columns_of
from tasks.services.seals import seal_facts

# One unit for so many tasks, between the fewest and the most.
TASKS_PER_UNIT, FEWEST_UNITS, MOST_UNITS = 300, 60, 3000
BATCH = 2000
_SEED = 20230710


def load_synthetic(count: int, *, today: dt.date) -> int:
    """Create `count` tasks with measures and facts over many units; return how many.

    The same count on the same day gives the same tasks.
    """
    chance = random.Random(_SEED)  # noqa: S311 - load, not a secret
    units = _units(count)
    holders = _holders(units)
    plan = Plan.objects.create(
        code=f"LOAD{today.year}", name=f"{today.year}年压力测试", year=today.year
    )
    with transaction.atomic():
        entry = audit.record(
            "load.create",
            plan,
            by=None,
            summary=_("生成压力测试任务 %(count)s 项") % {"count": count},
        )
    numbers = iter(range(1, count + 1))
    while batch := list(itertools.islice(numbers, BATCH)):
        drawn = [_draw(chance, number, units, today) for number in batch]
        with transaction.atomic():
            _write(plan, entry, drawn, holders, today)
    with transaction.atomic():
        seal_facts(entry, about=plan, by=None)
    return count


def _units(count: int) -> list[Unit]:
    """Create the units the tasks are spread over, in peer groups of sixty below the bureau."""
    bureau = Unit.objects.get(kind=UnitKind.BUREAU)
    number = max(FEWEST_UNITS, min(MOST_UNITS, count // TASKS_PER_UNIT))
    return Unit.objects.bulk_create(
        Unit(
            code=f"L{index:05d}",
            name=f"压测单位{index:05d}",
            kind=UnitKind.SECTION,
            group=f"load-{index // FEWEST_UNITS:03d}",
            parent=bureau,
            path=f"{bureau.path}L{index:05d}/",
            position=1000 + index,
        )
        for index in range(number)
    )


def _holders(units: list[Unit]) -> dict[int, User]:
    """Create one person in each unit, who cannot sign in."""
    people = User.objects.bulk_create(
        User(
            username=f"load-{unit.code.lower()}",
            staff_number=unit.code,
            name=f"{unit.name}负责人",
            unit=unit,
            password="!",  # noqa: S106 - no password at all
        )
        for unit in units
    )
    return {person.unit_id: person for person in people}


def _draw(chance: random.Random, number: int, units: list[Unit], today: dt.date) -> dict[str, Any]:
    """Draw one task: its terms, and what happened to it up to today."""
    lead = units[number % len(units)]
    start = today - dt.timedelta(days=chance.randint(30, 330))
    standing = chance.random() < 0.1
    deadline = None if standing else start + dt.timedelta(days=chance.randint(60, 400))
    drawn: dict[str, Any] = {
        "number": number,
        "lead": lead,
        "support": units[(number * 7 + 1) % len(units)],
        "start": start,
        "deadline": deadline,
        "level": chance.choices(["ordinary", "key", "major"], [80, 15, 5])[0],
        "kind": chance.choices(["task", "rectification"], [90, 10])[0],
        "cycle": "monthly" if standing or chance.random() < 0.5 else "",
        "nodes": [] if standing else [chance.randint(20, 60), chance.randint(70, 100)],
        "facts": [],
    }
    percent = 0
    for day in _report_days(chance, start, today):
        percent = min(95, percent + chance.randint(0, 25))
        drawn["facts"].append({"type": FactType.PROGRESS, "on": day, "percent": percent})
    last = drawn["facts"][-1]["on"] if drawn["facts"] else start
    if chance.random() < 0.35 and last < today:
        drawn["facts"].append({"type": FactType.CLOSURE_SUBMITTED, "on": last})
        if chance.random() < 0.8:
            checked = min(today, last + dt.timedelta(days=chance.randint(1, 9)))
            drawn["facts"].append({"type": FactType.CLOSURE_VERIFIED, "on": checked})
    return drawn


def _report_days(chance: random.Random, start: dt.date, today: dt.date) -> Iterator[dt.date]:
    day = start + dt.timedelta(days=chance.randint(5, 40))
    while day < today:
        yield day
        day += dt.timedelta(days=chance.randint(25, 70))


def _write(
    plan: Plan,
    entry: AuditEntry,
    drawn: list[dict[str, Any]],
    holders: dict[int, User],
    today: dt.date,
) -> None:
    """Save one batch: tasks with their columns first, then what hangs on them."""
    policy = standards.task_policy(today)
    tasks = Task.objects.bulk_create(
        Task(
            plan=plan,
            code=f"L{one['number']:07d}",
            title=f"压测任务{one['number']:07d}",
            level=one["level"],
            kind=one["kind"],
            start=one["start"],
            assigned_on=one["start"],
            original_deadline=one["deadline"],
            report_cycle=one["cycle"],
            responsible=holders[one["lead"].pk],
            holder=holders[one["lead"].pk],
            read_on=today,
            **_columns(one, holders[one["lead"].pk], today, policy),
        )
        for one in drawn
    )
    duties: list[Responsibility] = []
    measures: list[Measure] = []
    facts: list[TaskFact] = []
    for task, one in zip(tasks, drawn, strict=True):
        duties += [
            Responsibility(task=task, unit=one["lead"], role=DutyRole.LEAD, position=0),
            Responsibility(task=task, unit=one["support"], role=DutyRole.COOPERATING, position=1),
        ]
        measures += [
            Measure(
                task=task,
                seq=seq,
                text=f"措施{seq}",
                owner=_owner(one, seq),
                deadline=_node(one, share),
            )
            for seq, share in enumerate(one["nodes"], start=1)
        ]
        facts += [
            TaskFact(task=task, recorded_at=entry.at, entry=entry, **fact)
            for fact in [{"type": FactType.ASSIGNED, "on": one["start"]}, *one["facts"]]
        ]
    Responsibility.objects.bulk_create(duties)
    Measure.objects.bulk_create(measures)
    TaskFact.objects.bulk_create(facts)


def _columns(one: dict[str, Any], holder: User, today: dt.date, policy: TaskPolicy) -> Any:
    """Return the current-state columns of a drawn task, read by the same rules as any other's."""
    nodes = enumerate(one["nodes"], start=1)
    terms = TaskTerms(
        code=str(one["number"]),
        leads=(one["lead"].code,),
        supporting=(one["support"].code,),
        level=Level(one["level"]),
        kind=Kind(one["kind"]),
        start=one["start"],
        assigned=one["start"],
        deadline=one["deadline"],
        report_cycle=Cycle(one["cycle"]) if one["cycle"] else None,
        measures=tuple(
            MeasureTerms(seq=seq, deadline=_node(one, share), owner=_owner(one, seq).code)
            for seq, share in nodes
        ),
        responsible=holder.staff_number,
    )
    facts = [
        Fact(
            order=order,
            on=fact["on"],
            type=RuleFactType(fact["type"]),
            percent=Fraction(fact["percent"]) if "percent" in fact else None,
        )
        for order, fact in enumerate(one["facts"], start=1)
    ]
    return columns_of(current_state(replay(terms, facts), today, policy))


def _owner(one: dict[str, Any], seq: int) -> Unit:
    owner: Unit = (one["lead"], one["support"])[seq % 2]
    return owner


def _node(one: dict[str, Any], share: int) -> dt.date:
    whole = (one["deadline"] - one["start"]).days
    return one["start"] + dt.timedelta(days=whole * share // 100)  # type: ignore[no-any-return]
