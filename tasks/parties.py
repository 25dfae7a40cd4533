"""Who stands where towards a task: whose business it is, who leads, supervises, checks, directs.

Predicates over a person's standing and a task or a unit; `tasks.permissions` says which act needs
which of them.
"""

from accounts.choices import OUTSIDE_KINDS, UNIT_ROLES, Role, UnitKind
from accounts.models import Unit, User
from accounts.scopes import Standing
from tasks.choices import DutyRole
from tasks.models import Responsibility, Task


def lead_units(task: Task) -> list[Unit]:
    """Return the units that lead the task, from its responsibilities (prefetch them for lists)."""
    return [duty.unit for duty in task.responsibilities.all() if duty.role == DutyRole.LEAD]


def duties_of(task: Task) -> list[Responsibility]:
    """Return who still takes part: not the cooperating units whose refusal was accepted."""
    return [duty for duty in task.responsibilities.all() if duty.released_on is None]


def may_transfer(standing: Standing, unit: Unit) -> bool:
    """Whether the person may hand a colleague's work in the unit over: head, supervisor, leader."""
    return standing.over(unit, Role.HEAD, Role.SUPERVISOR, Role.LEADER)


def speaks_for(standing: Standing, unit: Unit) -> bool:
    """Whether the person reports for the unit: its head, its liaison."""
    return standing.over(unit, *UNIT_ROLES)


def own_matter(standing: Standing, task: Task) -> bool:
    """Whether the task is the person's own business, so that they must stand back (回避).

    It is when they hold it, speak for a lead unit, or work in a lead unit or in one above it; the
    bureau itself counts only when it leads. A substitute stands back from what is the business of
    the person they stand in for, too.
    """
    return standing.is_party(task.holder_id) or any(
        concerned_in(standing, unit) for unit in lead_units(task)
    )


def concerned_in(standing: Standing, unit: Unit) -> bool:
    """Whether what the unit leads is the person's own business."""
    return speaks_for(standing, unit) or any(_works_over(one, unit) for one in standing.people)


def _works_over(person: User, unit: Unit) -> bool:
    own = person.unit
    return unit == own or (own.kind != UnitKind.BUREAU and unit.path.startswith(own.path))


def leads(standing: Standing, task: Task) -> bool:
    """Head or liaison of a lead unit, or the person responsible now."""
    return task.holder_id == standing.user.pk or any(
        speaks_for(standing, unit) for unit in lead_units(task)
    )


def _from_within(standing: Standing, unit: Unit) -> bool:
    """Whether the person speaks for the unit as one of its own; inside the bureau all do."""
    if not speaks_for(standing, unit):
        return False
    inside = unit.kind not in OUTSIDE_KINDS
    return inside or any(one.unit.path.startswith(unit.path) for one in standing.people)


def _enters_for(standing: Standing, duty: Responsibility) -> bool:
    """Whether the person may enter (代录) for a lead unit outside the bureau.

    Its supervisor may, a liaison named on the responsibility, and a liaison of the bureau who was
    given the unit.
    """
    return (
        duty.role == DutyRole.LEAD
        and duty.unit.kind in OUTSIDE_KINDS
        and (
            duty.liaison_id == standing.user.pk
            or speaks_for(standing, duty.unit)
            or standing.over(duty.unit, Role.SUPERVISOR)
        )
    )


def reporting_unit(standing: Standing, task: Task) -> tuple[Unit | None, bool]:
    """Return the lead unit the person reports for, and whether it is entered for it (代录).

    None for somebody who does not report on the task.
    """
    leads = lead_units(task)
    for unit in leads:
        if _from_within(standing, unit):
            return unit, False
    if leads and task.holder_id == standing.user.pk:
        return leads[0], False
    for duty in task.responsibilities.all():
        if _enters_for(standing, duty):
            return duty.unit, True
    return None, False


def reports(standing: Standing, task: Task) -> bool:
    return reporting_unit(standing, task)[0] is not None


def takes_part(standing: Standing, task: Task) -> bool:
    return any(speaks_for(standing, duty.unit) for duty in duties_of(task))


def _over_leads(standing: Standing, task: Task, *roles: Role) -> bool:
    scope = standing.scope(*roles)
    units = lead_units(task)
    return scope.everything or (bool(units) and all(scope.holds(unit) for unit in units))


def supervises(standing: Standing, task: Task) -> bool:
    return _over_leads(standing, task, Role.SUPERVISOR)


def oversees(standing: Standing, task: Task) -> bool:
    return _over_leads(standing, task, Role.SUPERVISOR, Role.LEADER)


def checks(standing: Standing, task: Task) -> bool:
    return oversees(standing, task) and not own_matter(standing, task)


def substituted(standing: Standing) -> frozenset[int]:
    """Return the ids of the units for which the person is the substitute verifier (代核人)."""

    def read() -> frozenset[int]:
        if not standing.user.is_active:
            return frozenset()
        named = standing.user.substitutions.on(standing.on)
        return frozenset(named.values_list("unit_id", flat=True))

    return standing.once("substituted", read)


def verifies(standing: Standing, task: Task) -> bool:
    """As `checks`; where a leader named a substitute for the lead units, that person too."""
    if checks(standing, task):
        return True
    leads = {unit.pk for unit in lead_units(task)}
    stands_in = bool(leads) and leads <= substituted(standing)
    return stands_in and not own_matter(standing, task)


def verifies_somewhere(standing: Standing) -> bool:
    """Whether the person checks anything: supervises, leads the bureau, or is a substitute."""
    return standing.has(Role.SUPERVISOR, Role.LEADER) or bool(substituted(standing))


def schedules_look_backs(standing: Standing) -> bool:
    """Whether the person plans look-backs: of what they supervise or direct."""
    return standing.has(Role.SUPERVISOR, Role.LEADER)


def may_name_substitute(standing: Standing, unit: Unit) -> bool:
    """Whether the person names and ends substitute verifiers for the unit."""
    return standing.over(unit, Role.LEADER)


def in_charge(standing: Standing, task: Task) -> bool:
    """The leader in charge of the task, or who stands in for them."""
    return standing.user.is_active and standing.is_party(task.leader_id)


def directs(standing: Standing, task: Task) -> bool:
    return _over_leads(standing, task, Role.LEADER)


def directs_apart(standing: Standing, task: Task) -> bool:
    return directs(standing, task) and not own_matter(standing, task)


def heads(standing: Standing, task: Task) -> bool:
    return any(standing.over(unit, Role.HEAD) for unit in lead_units(task))


def passes_on(standing: Standing, task: Task) -> bool:
    return heads(standing, task) or oversees(standing, task)


def imports_ledgers(standing: Standing) -> bool:
    """Whether the person brings in ledgers: who supervises, each for the units of their scope."""
    return standing.has(Role.SUPERVISOR)
