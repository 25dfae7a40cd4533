"""Who is told: the holder, else the unit's people, else whoever supervises the unit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from accounts.choices import PostKind, Role
from accounts.models import Post, RoleGrant, Unit, User
from tasks.choices import DutyRole
from tasks.models import Responsibility
from tasks.reminders.items import Item
from tasks.rules.reminders import STANDARD, ReminderStandard

# How many tasks' lead units are asked for at once.
CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person to tell; `copied` when only because it is long overdue."""

    user_id: int
    copied: bool
    has_mail: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    unit_id: int
    liaison_id: int | None


class Addressbook:
    """The people of every unit on a day; disabled accounts are nobody."""

    def __init__(self, *, on: dt.date, standard: ReminderStandard = STANDARD) -> None:
        self._standard = standard
        active = User.objects.filter(is_active=True)
        self._mail = {pk: bool(email) for pk, email in active.values_list("pk", "email")}
        self._paths = dict(Unit.objects.values_list("pk", "path"))
        self._principals = self._by_unit(
            Post.objects.on(on)
            .filter(kind=PostKind.PRINCIPAL)
            .order_by("id")
            .values_list("unit_id", "user_id")
        )
        grants = RoleGrant.objects.on(on).order_by("id").values_list("unit_id", "user_id")
        self._liaisons = self._by_unit(grants.filter(role=Role.LIAISON))
        self._supervisors = self._by_unit(grants.filter(role=Role.SUPERVISOR))

    def address(self, items: Sequence[Item]) -> Iterator[tuple[Item, list[Recipient]]]:
        """Yield each item with the people to tell, each once."""
        for start in range(0, len(items), CHUNK):
            chunk = items[start : start + CHUNK]
            leads = _leads_of({item.task_id for item in chunk})
            for item in chunk:
                yield item, self._recipients(item, leads[item.task_id])

    def _recipients(self, item: Item, leads: list[_Lead]) -> list[Recipient]:
        units = leads
        if item.owner_id is not None:
            own = [lead for lead in leads if lead.unit_id == item.owner_id]
            units = own or [_Lead(unit_id=item.owner_id, liaison_id=None)]
        # A supporting unit's measure is that unit's, not the holder's of the leading unit.
        answers_for_it = units is leads or units[0] in leads
        if answers_for_it and item.holder_id in self._mail:
            told = [item.holder_id]
        else:
            told = [pk for unit in units for pk in self._people_of(unit)]
        told = told or [pk for unit in units for pk in self._supervisors_over(unit.unit_id)]
        copies: list[int] = []
        if item.late_days >= self._standard.copy_after:
            copies = [pk for unit in units for pk in self._principals[unit.unit_id]]
        people = dict.fromkeys(copies, True) | dict.fromkeys(told, False)
        return [
            Recipient(user_id=pk, copied=copied, has_mail=self._mail[pk])
            for pk, copied in sorted(people.items())
        ]

    def _people_of(self, lead: _Lead) -> list[int]:
        liaisons = self._liaisons[lead.unit_id]
        if lead.liaison_id is not None and lead.liaison_id in self._mail:
            liaisons = [lead.liaison_id]
        return [*self._principals[lead.unit_id], *liaisons]

    def _supervisors_over(self, unit_id: int) -> list[int]:
        path = self._paths[unit_id]
        return [
            pk
            for over, people in list(self._supervisors.items())
            if path.startswith(self._paths[over])
            for pk in people
        ]

    def _by_unit(self, pairs: Iterable[tuple[int, int]]) -> defaultdict[int, list[int]]:
        people: defaultdict[int, list[int]] = defaultdict(list)
        for unit_id, user_id in pairs:
            if user_id in self._mail:
                people[unit_id].append(user_id)
        return people


def _leads_of(task_ids: set[int]) -> defaultdict[int, list[_Lead]]:
    leads: defaultdict[int, list[_Lead]] = defaultdict(list)
    rows = (
        Responsibility.objects.filter(task__in=task_ids, role=DutyRole.LEAD)
        .order_by("position", "id")
        .values_list("task_id", "unit_id", "liaison_id")
    )
    for task_id, unit_id, liaison_id in rows:
        leads[task_id].append(_Lead(unit_id=unit_id, liaison_id=liaison_id))
    return leads
