"""Put a person's first page together from what each of their roles adds."""

from dataclasses import replace

from accounts.choices import OFFICER_ROLES, UNIT_ROLES, Role
from accounts.scopes import Standing
from tasks.parties import substituted
from tasks.views.pieces import Queue
from tracker.home import directing, officers, personnel, supervising, unit
from tracker.home.desk import Desk

_GROUPS = (
    (UNIT_ROLES, unit.fill),
    (frozenset({Role.LEADER}), directing.fill),
    (frozenset({Role.SUPERVISOR}), supervising.fill),
    (frozenset({Role.HR}), personnel.fill_hr),
    (frozenset({Role.DISCIPLINE}), personnel.fill_discipline),
    (OFFICER_ROLES, officers.fill),
)


def compose(standing: Standing) -> Desk:
    """Return what waits for the person, empty for somebody without a role."""
    desk = Desk()
    for roles, fill in _GROUPS:
        if standing.has(*roles):
            fill(desk, standing)
    # Supervisors and leaders have these queues; officers are never substitutes.
    if not standing.has(Role.SUPERVISOR, Role.LEADER, *OFFICER_ROLES) and substituted(standing):
        supervising.fill_substitute(desk, standing)
    desk.queues = _marked(desk.queues)
    return desk


def _marked(queues: list[Queue]) -> list[Queue]:
    """Return the queues with what stands in an earlier, more urgent one marked as such.

    It stays in each: the counts of the queues stay true, and nobody looks for it in vain.
    """
    first: dict[str, str] = {}
    found = []
    for one in queues:
        items = tuple(replace(item, also=first.get(item.url, "")) for item in one.items)
        found.append(replace(one, items=items))
        for item in items:
            first.setdefault(item.url, one.title)
    return found
