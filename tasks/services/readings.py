"""Hand a stored task to the pure rules: its terms, its facts, its history."""

from collections.abc import Iterable
from fractions import Fraction

from tasks.choices import DutyRole
from tasks.models import Task, TaskFact
from tasks.models.tasks import TaskQuerySet
from tasks.rules.facts import Fact, FactType
from tasks.rules.history import History
from tasks.rules.periods import Cycle
from tasks.rules.replay import replay
from tasks.rules.terms import Kind, Level, MeasureTerms, TaskTerms, read_terms

# What `terms_of` and `facts_of` read, fetched for many tasks at once.
RELATED = ("responsibilities__unit", "measures__owner", "facts__person", "facts__measure")


def with_history(tasks: TaskQuerySet) -> TaskQuerySet:
    """Fetch with the tasks everything their history is replayed from."""
    return tasks.select_related("responsible").prefetch_related(*RELATED)


def terms_of(task: Task) -> TaskTerms:
    """Return the terms of a task, as read by its assignment."""
    duties = sorted(task.responsibilities.all(), key=lambda duty: (duty.position, duty.pk))
    terms = TaskTerms(
        code=task.code,
        leads=tuple(duty.unit.code for duty in duties if duty.role == DutyRole.LEAD),
        supporting=tuple(duty.unit.code for duty in duties if duty.role != DutyRole.LEAD),
        level=Level(task.level),
        kind=Kind(task.kind),
        start=task.start,
        assigned=task.assigned_on or task.start,
        deadline=task.original_deadline,
        soft=task.soft,
        report_cycle=Cycle(task.report_cycle) if task.report_cycle else None,
        measures=tuple(
            MeasureTerms(
                seq=measure.seq,
                deadline=measure.deadline,
                weight=Fraction(measure.weight),
                owner=measure.owner.code,
            )
            for measure in sorted(task.measures.all(), key=lambda measure: measure.seq)
        ),
        responsible=task.responsible.staff_number if task.responsible else None,
    )
    return read_terms(terms, assigned=task.assigned_on)


def facts_of(task: Task) -> list[Fact]:
    """Return the facts of a task that stand, without those a correction superseded."""
    facts: Iterable[TaskFact] = task.facts.all()
    superseded = {fact.supersedes_id for fact in facts}
    return [as_fact(fact) for fact in facts if fact.pk not in superseded]


def as_fact(fact: TaskFact) -> Fact:
    """Return a fact as the rules read it; its id is its order (0 when it has none yet)."""
    return Fact(
        order=fact.pk or 0,
        on=fact.on,
        type=FactType(fact.type),
        percent=None if fact.percent is None else Fraction(fact.percent),
        about=fact.about_id,
        measure=fact.measure.seq if fact.measure else None,
        to=fact.to,
        requested_on=fact.requested_on,
        holder=fact.person.staff_number if fact.person else None,
    )


def history_of(task: Task) -> History:
    """Return the replayed history of an assigned task."""
    return replay(terms_of(task), facts_of(task))
